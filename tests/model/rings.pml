/* How a voice's timelines pass from its worker to the mixer, checked by spin (tests/model/check.sh).
 *
 * One slot, its two rings and the worker's spare, one mixer, one worker, a conductor that hands the slot out LIVES times.
 * Names are those of shared/voice_word.h, shared/voice_line.h and rt-engine/mixed_voice.h. One step here is one access to
 * something shared there; what only one side sees is joined to a step.
 *
 * Frames are voice frames, counted from START, so that the worker has a block of time before the voice is due. Only the
 * mixer moves the clock. Up to LAST the worker may be as slow as it likes; after it the mixer starts a block only when the
 * worker has nothing left to do, and the voice must end within LIMIT: so slots always come back, with a stop or without.
 *
 * What holds, by assertions over ghosts (variables that nobody decides by):
 *   stale      every frame read of a ring, old or new, was written for the timeline that the word named, and is still there
 *   torn       the lane read after a take counts that timeline
 *   on time    what was published before the block of its frame began is heard from that frame on
 *   life       nothing of an old life is heard in a new one
 *   hole       no skip is made for a mixer that plays
 *   comes back see above
 * A cell of a ring holds which timeline it was written for and which round of the ring; timeline 0 is another voice's.
 *
 * Each FAULT_ below takes one rule away; check.sh wants spin to find every one of them.
 */
#ifndef LIVES
#define LIVES 2
#endif
#ifndef EVENTS
#define EVENTS 2  /* per life; each falls into what was rendered already */
#endif
#ifndef SKIPS
#define SKIPS 2   /* per life */
#endif
#ifndef CAPACITY
#define CAPACITY 4
#endif
#ifndef LENGTH
#define LENGTH 6
#endif
#define BLOCK 2
#define FADE 3       /* longer than a block, no multiple of it */
#define STOP_FADE 2
#define MARGIN 2     /* rendered beyond event and clock before a timeline is published */
#define START 2
#define LAST (START + LENGTH)
#define LIMIT (LAST + 12)
#define NEVER 127
#define OLD 1        /* the timeline that all cells of old lives belong to */

#define WORD(state, lane, ring, life, seam) ((state) | (lane) << 2 | (ring) << 4 | (life) << 6 | (seam) << 8)
#define STATE(w) ((w) & 3)
#define LANE(w) ((w) >> 2 & 3)
#define RING(w) ((w) >> 4 & 3)
#define LIFE(w) ((w) >> 6 & 3)
#define SEAM(w) ((w) >> 8)
#define EMPTY 0
#define PUBLISHED 1
#define TAKEN 2

#define WRITTEN(frames, ended) ((frames) | (ended) << 7)
#define FRAMES(w) ((w) & 127)
#define ENDED(w) ((w) >> 7)

#define CHOOSE(condition, a, b) (((condition) != 0) * (a) + ((condition) == 0) * (b))  /* an inline's argument takes no -> */
#define MIN(a, b) CHOOSE((a) < (b), a, b)
#define MAX(a, b) CHOOSE((a) > (b), a, b)
#define CELL(timeline, frame) ((timeline) << 2 | (frame) / CAPACITY)
#define AT(ring, frame) cell[(ring) * CAPACITY + (frame) % CAPACITY]

/* ---- VoiceLine, MixerVoiceLine, WorkerVoiceLine, SampleClock, the conductor's two queues */
short word;
byte written[3];
byte acknowledged_seam = NEVER;
byte dry_life_plus_one;
byte mixer_released_life_plus_one, worker_released_life_plus_one;
byte clock;
byte mixer_started_lives, worker_started_lives;

/* ---- Ghosts */
byte cell[3 * CAPACITY];
byte timelines = OLD;          /* number of the newest one */
byte counted_by[3];            /* the timeline of each lane */
byte word_timeline;            /* what the word names */
byte replaced;                 /* words of this block */
byte begun;                    /* frames before it are mixed or being mixed */
byte due_timeline, due_from;   /* published on time and not taken yet, 0: none; and its first frame */
mtype = { waiting, playing, dry, ending };
mtype mixer_state = ending;

/* ==== Mixer: rt-engine/mixed_voice*.cpp */

inline hear(ring_, timeline_, from_, to_) {
    f = from_;
    do
    :: f < to_ -> assert(AT(ring_, f) == CELL(timeline_, f)); f++   /* stale */
    :: else -> f = 0; break
    od
}

/* A hint may be read from a lane that counts another timeline by now: then there is a new word, and another try. */
inline take(reaches) {
    do
    :: atomic {
           offer = word;
           if
#ifdef FAULT_LIFE_UNCHECKED
           :: STATE(offer) != PUBLISHED || SEAM(offer) >= to -> break
#else
           :: STATE(offer) != PUBLISHED || LIFE(offer) != life || SEAM(offer) >= to -> break
#endif
           :: else
           fi
       }
       atomic {
           hint = written[LANE(offer)]; hint_counted = counted_by[LANE(offer)];
           heard_from = MAX(SEAM(offer), from);
           reached = (reaches) && (ENDED(hint) || FRAMES(hint) > heard_from)
       }
       if
#ifdef FAULT_HINT_TRUSTED
       :: !reached -> break
#else
       :: !reached
#endif
       :: else ->
#ifndef FAULT_SAME_SEAM
          /* Before the take: two timelines may have the same seam, and the old one's acknowledgement is none of the new. */
          acknowledged_seam = NEVER;
#endif
          atomic {
              if
              :: word == offer ->
                 word = word - PUBLISHED + TAKEN;
                 old_ring = ring; old_timeline = timeline;
                 ring = RING(offer); lane = LANE(offer); timeline = word_timeline;
                 seam_frame = heard_from; seam_voice_frame = SEAM(offer);
                 acknowledgement_due = true; took = true;
                 assert(timeline > OLD);                                /* life */
                 if
                 :: due_timeline <= timeline -> due_timeline = 0; due_from = 0
                 :: else
                 fi;
                 break
              :: else
              fi
          }
       fi;
       atomic {
           tries++;
           if
           :: tries == 3 ->
              if
              :: replaced >= 3 -> due_timeline = 0; due_from = 0   /* each time that we looked: it may be late */
              :: else
              fi;
              break
           :: else
           fi
       }
    od
}

inline mix() {
    atomic {
        if
        :: clock < LAST
        :: timeout
        fi;
        from = clock; to = from + BLOCK; begun = to;
        took = false; replaced = 0;
        assert(to <= LIMIT);                                            /* comes back */
        if
        :: stop_frame == NEVER -> stop_frame = from
        :: true
        fi
    }
    if
    :: mixer_state == waiting ->
       take(true);
       if
       :: took ->
          mixer_state = playing; sounds_from = seam_frame;
          plain_from = seam_frame + (SEAM(offer) < from -> FADE : 0)
       :: else
       fi
#ifdef FAULT_DEAF_FADE_IN
    :: mixer_state == playing && from >= plain_from ->
#else
    :: mixer_state == playing && crossfade_frame == NEVER ->
#endif
       old_written = FRAMES(written[lane]);
       take(SEAM(offer) <= from || SEAM(offer) <= old_written);
       if
       :: took && SEAM(offer) < from -> crossfade_frame = from; plain_from = from + FADE
       :: else
       fi
    :: mixer_state == dry && from >= fade_out_frame + FADE ->
       old_written = written[lane];
       take(true);
       if
       :: took ->
          atomic { mixer_state = playing; sounds_from = seam_frame; plain_from = seam_frame + FADE; fade_out_frame = NEVER }
          dry_life_plus_one = 0
       :: !took && ENDED(old_written) && FRAMES(old_written) <= from -> mixer_state = ending
       :: else
       fi
    :: else
    fi;

    /* One value decides about the whole block. */
    now_written = from;
    if
    :: mixer_state == playing ->
       atomic {
           now_written = written[lane]; counted = counted_by[lane];
#ifdef FAULT_CACHED_INDEX
           now_written = (took -> hint : now_written); counted = (took -> hint_counted : counted);
#endif
           assert(counted == timeline);                                 /* torn */
           if
           :: FRAMES(now_written) < MIN(to, stop_frame + STOP_FADE) ->
              if
              :: ENDED(now_written) -> mixer_state = ending; fade_out_frame = MAX(FRAMES(now_written), from)
              :: else ->
                 mixer_state = dry;
                 fade_out_frame = MAX(MAX(from, sounds_from), FRAMES(now_written) - FADE);
                 dry_life_plus_one = (stays -> life + 1 : 0)             /* the rest of the ring is still read */
              fi
           :: else
           fi
       }
    :: else
    fi;
    d_step {
        finish = stop_frame + STOP_FADE;
        if
        :: mixer_state == ending || mixer_state == dry && !stays -> finish = MIN(finish, fade_out_frame + FADE)
        :: else
        fi;
        if
        :: mixer_state != waiting ->
           first = MAX(from, sounds_from);
           last = MIN(MIN(to, finish), fade_out_frame + FADE);
           if
           :: crossfade_frame == NEVER ->
              hear(old_ring, old_timeline, first, MIN(seam_frame, last));
              first = MAX(first, seam_frame)
           :: else ->
              hear(old_ring, old_timeline, first, MIN(old_written, MIN(last, crossfade_frame + FADE)))
           fi;
           hear(ring, timeline, first, MIN(FRAMES(now_written), last))
        :: else
        fi;
        assert(due_timeline == 0 || due_from >= MIN(to, finish) || mixer_state == dry || mixer_state == ending) /* on time */
    }
    atomic {
        old_ring_until = (crossfade_frame != NEVER -> crossfade_frame + FADE : (seam_frame == sounds_from -> 0 : seam_frame));
        if
#ifdef FAULT_ACK_EARLY
        :: acknowledgement_due ->
#else
        :: acknowledgement_due && from >= old_ring_until ->
#endif
           acknowledgement_due = false;
           acknowledged_seam = seam_voice_frame
        :: else
        fi;
        if
        :: from >= old_ring_until -> crossfade_frame = NEVER; old_ring = 0; old_timeline = 0; old_written = 0
        :: else
        fi
    }
}

inline forget_block() {
    from = 0; to = 0; first = 0; last = 0; finish = 0; tries = 0; hint = 0; heard_from = 0; now_written = 0; offer = 0;
    hint_counted = 0; counted = 0; took = false; reached = false; old_ring_until = 0
}

proctype mixer() {
    byte life, from, to, f, counted, hint_counted, first, last, finish, tries, hint, heard_from, now_written, old_written;
    byte ring, lane, timeline, old_ring, old_timeline, seam_frame, seam_voice_frame;
    byte sounds_from, plain_from, stop_frame, fade_out_frame, crossfade_frame, old_ring_until;
    bool stays, took, reached, acknowledgement_due;
    short offer;
    do
    :: life < LIVES ->
       atomic {
           mixer_started_lives > life;
           mixer_state = waiting;
           stop_frame = NEVER; fade_out_frame = NEVER; crossfade_frame = NEVER;
           if
           :: stays = true
           :: stays = false
           fi
       }
       do
       :: mix();
          if
          :: finish <= to || mixer_state == waiting && stop_frame < to -> break
          :: else -> d_step { clock = to; forget_block() }
          fi
       od;
       dry_life_plus_one = 0;
       acknowledged_seam = NEVER;
       d_step {
           mixer_released_life_plus_one = life + 1;
           mixer_state = ending; life++; forget_block();
           ring = 0; lane = 0; timeline = 0; seam_frame = 0; seam_voice_frame = 0; acknowledgement_due = false;
           old_ring = 0; old_timeline = 0; old_written = 0; sounds_from = 0; plain_from = 0
       }
    :: else -> break
    od
}

/* ==== Worker: script-runtime/worker_voices.cpp */

inline scribble(ring_) {   /* what other voices do with a spare */
    i = 0;
    do
    :: i < CAPACITY -> cell[ring_ * CAPACITY + i] = 0; i++
    :: else -> i = 0; break
    od
}

/* Renders and commits, no further than the mixer's clock lets a ring be overwritten. */
inline render(ring_, lane_, timeline_, position_, until_, end_) {
    do
    :: position_ < MIN(MIN(until_, end_), clock + CAPACITY) ->
       AT(ring_, position_) = CELL(timeline_, position_);
       position_++
    :: else -> break
    od;
    written[lane_] = WRITTEN(position_, (position_ >= end_ -> 1 : 0))
}

/* Begins a timeline in a ring and a lane that the mixer does not read. */
inline begin_timeline(seam_, end_) {
    expected = word;
    if
    :: STATE(expected) == TAKEN ->
       new_ring = (own[0] == RING(expected) -> own[1] : own[0]);
       playing_lane = LANE(expected)
    :: else -> new_ring = spare
    fi;
#ifdef FAULT_LANE_ROTATES
    new_lane = (LANE(expected) + 1) % 3;
#else
    new_lane = 0;
    do
    :: new_lane == LANE(expected) || new_lane == playing_lane -> new_lane++
    :: else -> break
    od;
#endif
    new_seam = seam_; new_position = new_seam; new_end = MAX(end_, new_seam + 1);
    timelines++; new_timeline = timelines;
    counted_by[new_lane] = new_timeline;
    written[new_lane] = new_seam
}

inline publish(skip_) {
    atomic {
        if
        :: word == expected ->
           assert(!(skip_) || mixer_state != playing);                  /* hole */
           if
           :: STATE(expected) != TAKEN ->   /* the displaced ring is the new spare */
              spare = RING(expected); replaced++;
              i = (own[0] == spare -> 0 : 1);
              own[i] = new_ring;
              i = 0
           :: else
           fi;
           word = WORD(PUBLISHED, new_lane, new_ring, life, new_seam);
           word_timeline = new_timeline;
           position = new_position; end_frame = new_end;
           if
           :: new_seam >= begun && new_position > new_seam -> became_due(new_seam)
           :: !(new_seam >= begun && new_position > new_seam) && last_event != NEVER && last_event >= begun && new_position > last_event ->
              became_due(last_event)
           :: else
           fi;
           first_event = NEVER; last_event = NEVER
        :: else   /* taken in between: what was built is dropped, and done again after the acknowledgement */
        fi;
        d_step { scribble(spare); new_ring = 0; new_lane = 0; new_seam = 0; new_position = 0; new_end = 0; new_timeline = 0; expected = 0 }
    }
}

inline became_due(frame) {
    due_from = (due_timeline != 0 -> MIN(due_from, frame) : frame);
    due_timeline = new_timeline
}

#ifdef FAULT_SKIP_UNACKNOWLEDGED
#define MAY_SKIP (STATE(word) == TAKEN || STATE(word) == PUBLISHED && position < clock)
#else
#define MAY_SKIP (ACKNOWLEDGED || STATE(word) == PUBLISHED && position < clock)
#endif
#define ACKNOWLEDGED (STATE(word) == TAKEN && acknowledged_seam == SEAM(word))

proctype worker() {
    byte life, i, position, end_frame, playing_lane, events, skips, first_event, last_event, event;
    byte new_ring, new_lane, new_seam, new_position, new_end, new_timeline, until;
    byte own[2], spare = 2;
    short expected;
    own[1] = 1;
    do
    :: life < LIVES ->
       atomic {
           worker_started_lives > life;
#ifdef FAULT_RINGS_FORGOTTEN
           own[0] = 0; own[1] = 1;
#endif
           first_event = NEVER; last_event = NEVER; playing_lane = 3;
           position = START; end_frame = LAST - BLOCK;
           timelines++;
           counted_by[0] = timelines;
           render(own[0], 0, timelines, position, START + MARGIN, end_frame)
       }
       atomic {
           word = WORD(PUBLISHED, 0, own[0], life, START);
           word_timeline = timelines;
           if
           :: START >= begun -> due_timeline = timelines; due_from = START
           :: else
           fi
       }
       do
       :: mixer_released_life_plus_one == life + 1 -> break
       :: atomic {
              position < MIN(end_frame, clock + CAPACITY) ->
              render(RING(word), LANE(word), word_timeline, position, position + BLOCK, end_frame)
          }
       :: atomic {
              events < EVENTS && position > MAX(START, clock - BLOCK) ->
              events++;
              event = MAX(START, clock - BLOCK);
              do
              :: event < position - 1 -> event++
              :: break
              od;
              first_event = MIN(first_event, event);
              last_event = (last_event == NEVER -> event : MAX(last_event, event));
              event = 0
          }
       :: atomic {
              first_event != NEVER && (STATE(word) == PUBLISHED || ACKNOWLEDGED) ->
#ifdef FAULT_WITHDRAW
              word = (STATE(word) == PUBLISHED -> word - PUBLISHED : word);
#endif
              begin_timeline(CHOOSE(STATE(word) == TAKEN, first_event, MIN(first_event, SEAM(word))), LAST)
          }
          d_step {
              until = MAX(last_event, clock) + MARGIN;
#ifndef FAULT_SHALLOW_REPLACEMENT
              /* As far as what it displaces, or an event that would have been heard on time finds nothing to be heard. */
              until = (STATE(expected) == TAKEN -> until : MAX(until, position));
#endif
              render(new_ring, new_lane, new_timeline, new_position, until, new_end);
              until = 0
          }
          publish(false)
#ifdef FAULT_STALE_DRY
       :: skips < SKIPS && dry_life_plus_one == life + 1 ->
          if
          :: atomic { MAY_SKIP ->
#else
       :: atomic {
              skips < SKIPS && MAY_SKIP && dry_life_plus_one == life + 1 ->   /* dry is read last: see take_skip */
#endif
              skips++;
              begin_timeline(MAX(position, clock + BLOCK), end_frame)
          }
          publish(true)
#ifdef FAULT_STALE_DRY
          :: else -> skips = SKIPS
          fi
#endif
       od;
       atomic {
           worker_released_life_plus_one = life + 1;
           life++;
           events = 0; skips = 0; position = 0; end_frame = 0; playing_lane = 0; first_event = 0; last_event = 0
       }
    :: else -> break
    od
}

/* ==== Conductor: rt-engine/voice_table.cpp */

init {
    byte life, i;
    atomic { run mixer(); run worker() }
    do
    :: life < LIVES ->
       d_step {
           /* What an old life left in cells and lanes is made the worst there is. */
           clock = 0; begun = 0; due_timeline = 0; due_from = 0;
           timelines = OLD; word_timeline = OLD;
           do
           :: i < 3 * CAPACITY -> cell[i] = CELL(OLD, 0); i++
           :: else -> i = 0; break
           od;
           written[0] = WRITTEN(126, 1); written[1] = written[0]; written[2] = written[0]
       }
       mixer_started_lives = life + 1;
       worker_started_lives = life + 1;
       worker_released_life_plus_one == life + 1;
       life++
    :: else -> break
    od
}
