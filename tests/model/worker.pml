/* The worker of rings.pml: script-runtime/worker/rewinder.cpp, timeline_build.h, voice_output.cpp */

#define LEFT_OUT (FAULT == FAULT_SAME_SEAM -> 8 : 0) /* bits */
#define RELEASED(reader) (released_generation_plus_one[reader] == generation + 1)
#define IS_ACKNOWLEDGED(reader) (acknowledged_word[reader] != 0 && acknowledged_word[reader] >> LEFT_OUT == word >> LEFT_OUT || RELEASED(reader))
#define BUS_IS_ATTACHED (readers & 2)
#define ACKNOWLEDGED (STATE(word) == TAKEN && IS_ACKNOWLEDGED(0) && \
                      (!BUS_IS_ATTACHED || IS_ACKNOWLEDGED(1) || FAULT == FAULT_ONE_ACKNOWLEDGES))
#define ALL_RELEASED (RELEASED(0) && (!BUS_IS_ATTACHED || RELEASED(1) || FAULT == FAULT_ONE_RELEASES))
#define SKIPS_FROM (FAULT == FAULT_SKIP_UNACKNOWLEDGED -> STATE(word) == TAKEN : ACKNOWLEDGED)

/* No further than the clock lets a ring be overwritten. */
inline render(ring_, lane_, timeline_, position_, until_, end_) {
    do
    :: position_ < MIN(MIN(until_, end_), clock + CAPACITY) -> AT(ring_, position_) = CELL(timeline_, position_); position_++
    :: else -> break
    od;
    written[lane_] = position_ | (position_ >= end_ -> 1 : 0) << 7
}

/* In a ring and a lane that the mixer does not read. */
inline begin_timeline(seam_, end_, is_skip) {
    expected = word;
    playing_lane = (STATE(expected) == TAKEN -> LANE(expected) : playing_lane);
    replaces = STATE(expected) != TAKEN && !((is_skip) && FAULT == FAULT_SKIP_IN_PLACE);
    new_ring = (replaces -> spare : (own[0] == RING(expected) -> own[1] : own[0]));
    new_lane = (FAULT == FAULT_LANE_ROTATES -> (LANE(expected) + 1) % 3 : 0);
    do
    :: FAULT != FAULT_LANE_ROTATES && (new_lane == LANE(expected) || new_lane == playing_lane) -> new_lane++
    :: else -> break
    od;
    assert(timelines < 31); timelines++; new_timeline = timelines; counted_by[new_lane] = new_timeline;
    new_seam = seam_; new_position = new_seam; new_end = MAX(end_, new_seam + 1);
    written[new_lane] = new_seam
}

/* One compare-exchange. When it fails, the mixer has taken what was published: what was built is dropped. */
inline publish(is_skip) {
    d_step {
        if /* a last look at the clock: what is displaced could perhaps be played */
        :: replaces && !(is_skip) && FAULT != FAULT_SHALLOW_REPLACEMENT ->
           render(new_ring, new_lane, new_timeline, new_position, clock + MARGIN, new_end)
        :: else
        fi;
        if
        :: word == expected ->
           assert(!(is_skip) || mixer_state != playing); /* HOLE */
           if
           :: replaces -> /* the displaced ring is the new spare */
              spare = RING(expected); replaced++;
              if
              :: own[0] == spare -> own[0] = new_ring
              :: else -> own[1] = new_ring
              fi
           :: else
           fi;
           word = WORD(PUBLISHED, new_lane, new_ring, generation, new_seam); word_timeline = new_timeline;
           position = new_position; end_frame = new_end;
           due = (new_seam >= begun || last_event == NEVER -> new_seam : last_event);
           if
           :: due >= begun && new_position > due ->
              due_from = (due_timeline != 0 -> MIN(due_from, due) : due); due_timeline = new_timeline
           :: else
           fi;
           first_event = NEVER; last_event = NEVER
        :: else
        fi;
        do /* what other voices do with the spare */
        :: i < CAPACITY -> AT(spare, i) = 0; i++
        :: else -> break
        od;
        i = 0; due = 0; expected = 0; replaces = false;
        new_ring = 0; new_lane = 0; new_timeline = 0; new_seam = 0; new_position = 0; new_end = 0
    }
}

proctype worker() {
    byte generation, position, end_frame, playing_lane, first_event, last_event, event, events, i, due, until;
    byte new_ring, new_lane, new_timeline, new_seam, new_position, new_end, own[2], spare = 2;
    bool looked, replaces;
    short expected;
    own[1] = 1;
    do
    :: generation < LIVES ->
       atomic {
           worker_starts > generation;
           if
           :: FAULT == FAULT_RINGS_FORGOTTEN -> own[0] = 0; own[1] = 1
           :: else
           fi;
           first_event = NEVER; last_event = NEVER; playing_lane = 0;
           position = START; end_frame = LAST - BLOCK; timelines++; counted_by[0] = timelines;
           render(own[0], 0, timelines, position, START + MARGIN, end_frame);
           if
           :: READERS == 1 || !BUS_STAYS -> readers = ATTACHED(generation, 1)
           :: READERS == 2 -> readers = ATTACHED(generation, 3)
           fi
       }
       atomic {
           word = WORD(PUBLISHED, 0, own[0], generation, START); word_timeline = timelines;
           due_from = START; due_timeline = (START >= begun -> timelines : 0)
       }
       do
       :: ALL_RELEASED -> break
       :: atomic { READERS == 2 && !BUS_IS_ATTACHED && clock < LAST -> readers = readers | 2 } /* the bus is added */
       :: atomic { /* renders ahead */
              position < MIN(end_frame, clock + CAPACITY) ->
              until = position + QUANTUM;
              render(RING(word), LANE(word), word_timeline, position, until, end_frame); until = 0
          }
       :: atomic { /* an event comes; several may gather before they can be rendered */
              events < EVENTS && position > MAX(START, clock - BLOCK) ->
              events++; event = MAX(START, clock - BLOCK);
              do
              :: event < position - 1 -> event++
              :: break
              od;
              first_event = MIN(first_event, event);
              last_event = (last_event == NEVER -> event : MAX(last_event, event)); event = 0
          }
       :: atomic { /* rewinds */
              first_event != NEVER && (STATE(word) == PUBLISHED || ACKNOWLEDGED) ->
              word = word - (FAULT == FAULT_WITHDRAW && STATE(word) == PUBLISHED -> PUBLISHED : 0);
              begin_timeline(CHOOSE(STATE(word) == TAKEN, first_event, MIN(first_event, SEAM(word))), LAST, false)
          }
          d_step { render(new_ring, new_lane, new_timeline, new_position, MAX(last_event, clock) + MARGIN, new_end) }
          publish(false)
       :: FAULT == FAULT_STALE_DRY && !looked && dry_generation_plus_one == generation + 1 -> looked = true
       :: atomic { /* skips */
              position < end_frame && (SKIPS_FROM || STATE(word) == PUBLISHED && position < clock) &&
              (FAULT == FAULT_STALE_DRY -> looked : dry_generation_plus_one == generation + 1) ->
              looked = false; begin_timeline(MAX(position, clock + BLOCK), end_frame, true)
          }
          publish(true)
       od;
       atomic {
           worker_released_generation_plus_one = generation + 1; generation++;
           position = 0; end_frame = 0; playing_lane = 0; first_event = 0; last_event = 0; events = 0; looked = false
       }
    :: else -> break
    od
}
