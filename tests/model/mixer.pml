/* The mixer of rings.pml, reader 0: shared/timeline/timeline_reader.cpp, rt-engine/mixer/mixed_voice.cpp */

inline hear(ring_, timeline_, from_, to_) {
    f = from_;
    do
    :: f < to_ -> assert(AT(ring_, f) == CELL(timeline_, f)); f++ /* STALE */
    :: else -> f = 0; break
    od
}

/* The index read before the take is a hint, and the word may be another by then: both are looked at again, three times. What
 * the bus has taken stands as it is. */
inline take(reaches_seam) {
    do
    :: atomic {
           offer = word;
           if
           :: STATE(offer) == EMPTY || offer == taken_word || SEAM(offer) >= to ||
              STATE(offer) == TAKEN && FAULT == FAULT_FROZEN_UNSEEN ||
              LIFE(offer) != generation && FAULT != FAULT_LIFE_UNCHECKED -> break
           :: else
           fi
       }
       atomic {
           hint = written[LANE(offer)]; hint_counted = counted_by[LANE(offer)];
           heard_from = MAX(SEAM(offer), from);
           there = (reaches_seam) && (ENDED(hint) || FRAMES(hint) > heard_from)
       }
       if
       :: !there && STATE(offer) == TAKEN && mixer_state == dry && FAULT != FAULT_DEAF_WHILE_DRY -> /* adopts it unheard */
          d_step {
              ring = RING(offer); lane = LANE(offer); timeline = word_timeline;
              seam_frame = sounds_from; taken_word = offer; acknowledgement_due = true
          }
          break
       :: !there && FAULT == FAULT_HINT_TRUSTED -> break
       :: !there && FAULT != FAULT_HINT_TRUSTED && !(STATE(offer) == TAKEN && mixer_state == dry && FAULT != FAULT_DEAF_WHILE_DRY)
       :: there ->
          atomic {
              if
              :: word == offer || word == AS_TAKEN(offer) ->
                 word = AS_TAKEN(offer);
                 old_ring = ring; old_timeline = timeline;
                 ring = RING(offer); lane = LANE(offer); timeline = word_timeline;
                 seam_frame = heard_from; taken_word = word; acknowledgement_due = true; took = true;
                 assert(timeline != OLD); /* LIFE */
                 due_timeline = (due_timeline <= timeline -> 0 : due_timeline);
                 break
              :: else
              fi
          }
       fi;
       atomic {
           tries++;
           if
           :: tries == 3 -> due_timeline = (replaced >= 3 -> 0 : due_timeline); break /* replaced at each look: late */
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
        from = clock; to = from + BLOCK; begun = to; replaced = 0;
        assert(to <= LIMIT); /* BACK */
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
    :: mixer_state == playing && (FAULT == FAULT_DEAF_FADE_IN -> from >= plain_from : crossfade_frame == NEVER) ->
       old_written = FRAMES(written[lane]);
       take(SEAM(offer) <= from || SEAM(offer) <= old_written);
       if
       :: took && SEAM(offer) < from -> crossfade_frame = from; plain_from = from + FADE
       :: else
       fi
    :: mixer_state == dry && from >= fade_out_frame + FADE ->
       old_written = written[lane]; was_taken = taken_word;
       take(true);
       assert(took || STATE(offer) != TAKEN || SEAM(offer) >= to || offer == taken_word); /* SKIP */
       if
       :: took ->
          atomic { mixer_state = playing; sounds_from = seam_frame; plain_from = seam_frame + FADE; fade_out_frame = NEVER }
          dry_generation_plus_one = 0
       :: !took && taken_word == was_taken && ENDED(old_written) && FRAMES(old_written) <= from && FAULT != FAULT_END_UNSEEN ->
          mixer_state = ending
       :: else
       fi
    :: else
    fi;
    now_written = from;
    if
    :: mixer_state == playing ->
       atomic {
           now_written = written[lane]; counted = counted_by[lane];
           now_written = (FAULT == FAULT_CACHED_INDEX && took -> hint : now_written);
           counted = (FAULT == FAULT_CACHED_INDEX && took -> hint_counted : counted);
           assert(counted == timeline); /* TORN */
           if
           :: FRAMES(now_written) >= MIN(to, stop_frame + STOP_FADE)
           :: FRAMES(now_written) < MIN(to, stop_frame + STOP_FADE) && ENDED(now_written) ->
              mixer_state = ending; fade_out_frame = MAX(FRAMES(now_written), from)
           :: else ->
              mixer_state = dry; fade_out_frame = MAX(MAX(from, sounds_from), FRAMES(now_written) - FADE);
              dry_generation_plus_one = (stays -> generation + 1 : 0) /* and the rest of the ring is still to be read */
           fi
       }
    :: else
    fi;
    d_step {
        finish = stop_frame + STOP_FADE;
        finish = (mixer_state == ending || mixer_state == dry && !stays -> MIN(finish, fade_out_frame + FADE) : finish);
        assert(ON_TIME);
        due_timeline = (due_from >= to -> due_timeline : 0);
        if
        :: mixer_state != waiting ->
           first = MAX(from, sounds_from); last = MIN(MIN(to, finish), fade_out_frame + FADE);
           old_ring_until = (seam_frame == sounds_from -> 0 : seam_frame);
           old_ring_until = (crossfade_frame != NEVER -> crossfade_frame + FADE : old_ring_until);
           old_to = (crossfade_frame != NEVER -> MIN(old_written, old_ring_until) : seam_frame);
           hear(old_ring, old_timeline, first, MIN(old_to, last));
           first = (crossfade_frame != NEVER -> first : MAX(first, seam_frame));
           hear(ring, timeline, first, MIN(FRAMES(now_written), last))
        :: else
        fi
    }
    atomic {
        if
        :: acknowledgement_due && (from >= old_ring_until || FAULT == FAULT_ACK_EARLY) ->
           acknowledgement_due = false; acknowledged_word[0] = taken_word
        :: else
        fi;
        crossfade_frame = (from >= old_ring_until -> NEVER : crossfade_frame)
    }
}

inline forget_block() { /* what the next block does not need makes no states */
    from = 0; to = 0; first = 0; last = 0; finish = 0; tries = 0; hint = 0; hint_counted = 0; heard_from = 0;
    now_written = 0; counted = 0; old_to = 0; old_ring_until = 0; took = false; there = false; offer = 0; was_taken = 0;
    old_ring = (crossfade_frame == NEVER -> 0 : old_ring); old_timeline = (crossfade_frame == NEVER -> 0 : old_timeline);
    old_written = (crossfade_frame == NEVER -> 0 : old_written);
    due_from = (due_timeline == 0 -> 0 : due_from)
}

proctype mixer() {
    byte generation, ring, lane, timeline, seam_frame, old_ring, old_timeline, old_written;
    byte sounds_from, plain_from, stop_frame, fade_out_frame, crossfade_frame;
    byte from, to, first, last, finish, f, tries, hint, hint_counted, heard_from, now_written, counted;
    byte old_ring_until, old_to;
    bool stays, took, there, acknowledgement_due;
    short offer, taken_word, was_taken;
    do
    :: generation < LIVES ->
       atomic {
           reader_starts > generation;
           mixer_state = waiting; stop_frame = NEVER; fade_out_frame = NEVER; crossfade_frame = NEVER;
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
       dry_generation_plus_one = 0;
       acknowledged_word[0] = 0;
       d_step {
           released_generation_plus_one[0] = generation + 1;
           mixer_state = ending; generation++; forget_block();
           ring = 0; lane = 0; timeline = 0; seam_frame = 0; taken_word = 0; sounds_from = 0; plain_from = 0;
           old_ring = 0; old_timeline = 0; old_written = 0; acknowledgement_due = false
       }
    :: else -> break
    od
}
