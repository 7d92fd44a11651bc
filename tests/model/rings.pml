/* How a voice's timelines pass from its worker to their readers: a model for spin; check.sh runs it.
 *
 * One slot with two rings, the spare of its worker, a worker, a conductor that hands the slot out LIVES times, and READERS
 * readers: the mixer, and a bus, whose worker reads ahead of the clock. Names are those of shared/timeline/ and
 * rt-engine/mixer/mixed_voice.h. A step is one access to something that others see. Frames are voice frames + START, so that
 * there is a block of time before the voice is due.
 *
 * The bus may be attached from the start, be added later, and leave when it likes. Only the mixer moves the clock. Before LAST the worker is as slow as it likes. After it a block begins only when the
 * worker and bus have nothing to do, and the voice must be over by LIMIT: slots come back, whether a stop comes or not.
 *
 * Memory is sequentially consistent here; what each access needs of its order stands where it is. One time is assumed: the
 * worker is not held up for a whole margin between its last look at the clock and the exchange that replaces a timeline.
 *
 * What holds, by assertions over ghosts (variables that decide nothing):
 *   STALE    each frame read of a ring, old or new, was written for the timeline that the word named, and is still there
 *   TORN     the index in use counts the timeline that was taken
 *   ON_TIME  what was published before the block of its frame began is heard from that frame on
 *   LIFE     nothing of an old generation is heard in a new one
 *   HOLE     no time is skipped in a voice that plays
 *   BACK     the slot comes back
 *   SKIP     a timeline that a dry reader cannot hear does not keep the worker from publishing the next
 * A cell of a ring knows its timeline and its round in the ring. Timeline 0 is another voice's, OLD an old generation's: what an
 * old generation leaves in cells and lanes is made the worst that it could be.
 *
 * -DFAULT=FAULT_… takes one rule away, and each of them is needed:
 */
#define FAULT_ACK_EARLY 1            /* a reader acknowledges while it still reads the old ring, or fades from it */
#define FAULT_WITHDRAW 2             /* the worker takes a published word back while it builds another */
#define FAULT_CACHED_INDEX 3         /* the mixer goes on with the index that it read before the take */
#define FAULT_LIFE_UNCHECKED 4       /* the mixer takes a word of any generation */
#define FAULT_RINGS_FORGOTTEN 5      /* a generation begins in the rings that the slot had at first: one may be a spare by now */
#define FAULT_SAME_SEAM 6            /* an acknowledgement names a seam alone: two timelines may have the same */
#define FAULT_STALE_DRY 7            /* the worker looks at `dry` before the acknowledgement, not after it */
#define FAULT_SKIP_UNACKNOWLEDGED 8  /* a skip does not wait until the crossfade in which the ring ran dry is over */
#define FAULT_DEAF_FADE_IN 9         /* the mixer takes nothing while it fades in, though it fades from no ring then */
#define FAULT_HINT_TRUSTED 10        /* an empty lane ends the take, though the word may have gone to another lane */
#define FAULT_SHALLOW_REPLACEMENT 11 /* the clock may have overtaken what replaces a timeline that could be played */
#define FAULT_LANE_ROTATES 12        /* the next lane is the present one + 1, be it the mixer's or not */
#define FAULT_END_UNSEEN 13          /* a dry voice does not see that its timeline has ended after all */
#define FAULT_SKIP_IN_PLACE 14       /* a skip that replaces goes to the ring that ran dry: a rewind then makes it a spare */
/* and of two readers: */
#define FAULT_ONE_ACKNOWLEDGES 15    /* the worker waits for the mixer's acknowledgement alone */
#define FAULT_UNFROZEN 16            /* the bus reads a timeline without taking it: it may be replaced meanwhile */
#define FAULT_ONE_RELEASES 17        /* the worker releases the slot when the mixer has, though the bus still reads */
#define FAULT_OVERTAKEN_UNSEEN 18    /* the bus does not look at the clock once more after it has read */
#define FAULT_ATTACHED_TOO_LATE 19   /* a bus that is added goes on with the word that it read before it found itself attached */
#define FAULT_UNATTACHED 20          /* the bus does not ask whether the worker knows of it */
#define FAULT_DEAF_WHILE_DRY 21      /* a dry mixer does not adopt what the bus has taken and the clock has overtaken */
#define FAULT_FROZEN_UNSEEN 22       /* the mixer takes what is published alone, not what the bus has taken before it */

#ifndef FAULT
#define FAULT 0
#endif
#ifndef READERS
#define READERS 2
#endif
#ifndef BUS_STAYS
#define BUS_STAYS 0 /* 1: it is attached from the start and does not leave, for shorter searches */
#endif
#ifndef LIVES
#define LIVES 2
#endif
#ifndef EVENTS
#define EVENTS 1 /* per generation; each falls into what has been rendered */
#endif
#ifndef LENGTH
#define LENGTH 8
#endif
#define CAPACITY 6
#define BLOCK 2
#define QUANTUM 2
#define FADE 3 /* no multiple of a block */
#define STOP_FADE 2
#define MARGIN 3 /* rendered beyond event and clock before a timeline is published */
#define START 2
#define LAST (START + LENGTH)
#define LIMIT (LAST + 14)
#define NEVER 127 /* of frames */
#define OLD 1

#define WORD(state, lane, ring, generation, seam) ((state) | (lane) << 2 | (ring) << 4 | (generation) << 6 | (seam) << 8)
#define STATE(w) ((w) & 3)
#define LANE(w) ((w) >> 2 & 3)
#define RING(w) ((w) >> 4 & 3)
#define LIFE(w) ((w) >> 6 & 3)
#define SEAM(w) ((w) >> 8)
#define EMPTY 0
#define PUBLISHED 1
#define TAKEN 2
#define AS_TAKEN(w) (((w) & ~3) | TAKEN)
#define ATTACHED(generation, mask) ((generation) << 2 | (mask)) /* AttachedReaders */
#define FRAMES(w) ((w) & 127) /* of WrittenFrames */
#define ENDED(w) ((w) >> 7)

#define CHOOSE(condition, a, b) (((condition) != 0) * (a) + ((condition) == 0) * (b)) /* an argument cannot hold -> */
#define MIN(a, b) CHOOSE((a) < (b), a, b)
#define MAX(a, b) CHOOSE((a) > (b), a, b)
#define CELL(timeline, frame) ((timeline) << 3 | (frame) / CAPACITY)
#define AT(ring, frame) cell[(ring) * CAPACITY + (frame) % CAPACITY]

/* VoiceLine, the ReaderLines, WorkerVoiceLine, the clock, and how many lives the conductor has begun */
short word, acknowledged_word[2];
byte written[3], readers, dry_generation_plus_one, released_generation_plus_one[2];
byte worker_released_generation_plus_one;
byte clock, reader_starts, worker_starts;

/* Ghosts */
byte cell[3 * CAPACITY], timelines, word_timeline, counted_by[3]; /* counted_by: the timeline of each lane */
byte begun;                  /* frames before it are mixed or being mixed */
byte due_timeline, due_from; /* published on time and not yet taken (0: none), and its first frame */
byte replaced;               /* words that were replaced since this block began */
mtype = { waiting, playing, dry, ending };
mtype mixer_state = ending;
#define FADES_OUT (mixer_state == ending || mixer_state == dry && from < fade_out_frame + FADE)
#define ON_TIME (due_timeline == 0 || due_from >= MIN(to, finish) || FADES_OUT && due_from >= fade_out_frame)

#include "mixer.pml"
#include "bus.pml"
#include "worker.pml"

/* ==== Conductor: rt-engine/conductor/voice_table.cpp */

init {
    byte generation, i;
    atomic {
        run mixer(); run worker();
        if
        :: READERS == 2 -> run bus()
        :: else
        fi
    }
    do
    :: generation < LIVES ->
       d_step {
           clock = 0; begun = 0; due_timeline = 0; due_from = 0; timelines = OLD; word_timeline = OLD;
           do
           :: i < 3 * CAPACITY -> cell[i] = CELL(OLD, 0); i++
           :: else -> i = 0; break
           od;
           written[0] = NEVER | 1 << 7; written[1] = written[0]; written[2] = written[0]
       }
       reader_starts = generation + 1;
       worker_starts = generation + 1;
       worker_released_generation_plus_one == generation + 1;
       generation++
    :: else -> break
    od
}
