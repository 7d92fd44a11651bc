/* The bus of rings.pml, reader 1: shared/timeline/timeline_reader.cpp, as a worker that runs a bus's effect would use it.
 *
 * It reads what is there, ahead of the clock; where a timeline's seam lies before what it has read, it goes back to there, for
 * it has checkpoints of its own. When the clock has overtaken it, it goes on from there.
 */

#define BUS_MAY_LOOK (readers == ATTACHED(generation, 3) || FAULT == FAULT_UNATTACHED)
#define OFFERED(w) (STATE(w) != EMPTY && (w) != taken_word && LIFE(w) == generation)
#define OLD_WRITTEN FRAMES(written[lane])
/* It has passed the seam, or comes to it now, or has read all that there is before it: in between is silence. */
#define SEAM_IS_HERE(w) (taken_word == 0 || SEAM(w) <= from || SEAM(w) < from + BLOCK && SEAM(w) <= OLD_WRITTEN || from >= OLD_WRITTEN)
#define HAS_FRAMES(w) (ENDED(written[LANE(w)]) || FRAMES(written[LANE(w)]) > MAX(SEAM(w), from))

inline take_offer() {
    /* A word that was replaced twice and is the same again names what it names now. */
    timeline_now = (word == offer || word == AS_TAKEN(offer) -> word_timeline : offered_timeline);
    word = (word == offer && FAULT != FAULT_UNFROZEN -> AS_TAKEN(word) : word);
    seam_frame = (taken_word != 0 && SEAM(offer) <= OLD_WRITTEN -> SEAM(offer) : 0); /* before it, from the old ring */
    from = (seam_frame == 0 || SEAM(offer) < from -> SEAM(offer) : from);
    old_ring = ring; old_timeline = timeline;
    ring = RING(offer); lane = LANE(offer); timeline = timeline_now; timeline_now = 0; taken_word = AS_TAKEN(offer);
    acknowledgement_due = true; offer = 0;
    acknowledged_word[1] = (FAULT == FAULT_ACK_EARLY -> taken_word : acknowledged_word[1]);
    assert(timeline != OLD) /* LIFE */
}

proctype bus() {
    byte generation, ring, lane, timeline, offered_timeline, timeline_now, seam_frame, old_ring, old_timeline, from, to, f;
    bool attached, stale, acknowledgement_due;
    short offer, taken_word;
    do
    :: generation < LIVES ->
       atomic { reader_starts > generation; from = START }
       do
       :: atomic { !attached && BUS_MAY_LOOK -> attached = true;
              offer = (FAULT == FAULT_ATTACHED_TOO_LATE -> offer : 0)
          }
       :: atomic { /* looks before it is attached */
              !attached && FAULT == FAULT_ATTACHED_TOO_LATE && offer == 0 && OFFERED(word) && HAS_FRAMES(word) ->
              offer = word; offered_timeline = word_timeline
          }
       :: atomic { /* looks */
              attached && offer == 0 && to == 0 && OFFERED(word) && SEAM_IS_HERE(word) && HAS_FRAMES(word) ->
              offer = word; offered_timeline = word_timeline
          }
       :: atomic { /* takes: one compare-exchange, or none when the mixer has taken it */
              attached && offer != 0 ->
              if
              :: word == offer || word == AS_TAKEN(offer) || FAULT == FAULT_ATTACHED_TOO_LATE && STATE(offer) == TAKEN -> take_offer()
              :: else -> offer = 0
              fi;
              offered_timeline = 0
          }
       :: atomic { /* reads */
              taken_word != 0 && offer == 0 && to == 0 && FRAMES(written[lane]) > from ->
              assert(counted_by[lane] == timeline); /* TORN */
              to = MIN(from + BLOCK, FRAMES(written[lane])); f = from;
              do
              :: f < to && f < seam_frame -> stale = stale || AT(old_ring, f) != CELL(old_timeline, f); f++
              :: f < to && f >= seam_frame -> stale = stale || AT(ring, f) != CELL(timeline, f); f++
              :: else -> f = 0; break
              od
          }
       :: atomic { /* throws away what the clock has overtaken */
              to != 0 ->
              assert(!stale || clock > from && FAULT != FAULT_OVERTAKEN_UNSEEN); /* STALE */
              if
              :: acknowledgement_due && from >= seam_frame ->
                 acknowledgement_due = false; acknowledged_word[1] = taken_word; old_ring = 0; old_timeline = 0; seam_frame = 0
              :: else
              fi;
              from = MAX(to, clock); to = 0; stale = false
          }
       :: released_generation_plus_one[0] > generation -> break
       :: !BUS_STAYS && clock < LAST -> break /* leaves */
       od;
       acknowledged_word[1] = 0;
       d_step {
           released_generation_plus_one[1] = generation + 1;
           generation++;
           ring = 0; lane = 0; timeline = 0; seam_frame = 0; old_ring = 0; old_timeline = 0; from = 0; to = 0; offer = 0;
           taken_word = 0; offered_timeline = 0; attached = false; stale = false; acknowledgement_due = false
       }
    :: else -> break
    od
}
