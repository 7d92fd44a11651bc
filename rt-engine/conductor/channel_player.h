// Channel messages other than notes: controllers, bends, pressures, programs, tunings. They update the channel's state and
// the voices on it.
#pragma once

#include <cstdint>

#include "rt-engine/conductor/channels.h"
#include "rt-engine/conductor/expression.h"
#include "rt-engine/conductor/mix.h"
#include "rt-engine/conductor/note_player.h"

namespace forerun {

// [conductor]
class ChannelPlayer {
public:
    ChannelPlayer(Stage& stage, Channels& channels, Mix& mix, Expression& expression, NotePlayer& notes,
                  VoiceTable& voices, VoiceSender& sender)
        : stage_(stage),
          channels_(channels),
          mix_(mix),
          expression_(expression),
          notes_(notes),
          voices_(voices),
          sender_(sender) {}

    void control(const Event& event);
    // By an event of its own: a bend, a channel's pressure.
    void move(const Event& event, VoiceControl control);
    void press_key(const Event& event);
    void change_program(const Event& event);
    void tune_master(const Event& event);
    void tune(const Event& event);
    // System reset: every note is released; channels, volume and tuning return to defaults. The rig's parameters
    // stay.
    void reset_system(const Event& event);

private:
    void set_zone(std::uint8_t master, std::int64_t frame);
    void retune(std::int64_t frame) { notes_.retune(channels_.work_out_tuning(), frame); }

    Stage& stage_;
    Channels& channels_;
    Mix& mix_;
    Expression& expression_;
    NotePlayer& notes_;
    VoiceTable& voices_;
    VoiceSender& sender_;
};

}  // namespace forerun
