// Notes, from key down to key up: which instruments play one, which voices it replaces, which pedals hold it.
//
// With layers a note is for several instruments; each starts a voice or reuses a sounding one (Melodies). When one of them
// finds no slot, the note is tried again later from that instrument on.
#pragma once

#include <cstdint>

#include "rt-engine/conductor/late_offs.h"
#include "rt-engine/conductor/melodies.h"
#include "rt-engine/conductor/voice_starter.h"

namespace forerun {

// [conductor]
class NotePlayer {
public:
    NotePlayer(SharedState& state, const Configuration& configuration, Stage& stage, Channels& channels, Mix& mix,
               Expression& expression, const MusicalClock& time, VoiceTable& voices, VoiceSender& sender,
               Horizon& horizon, Notifier& notifier)
        : statistics_(state.header().conductor),
          stage_(stage),
          channels_(channels),
          voices_(voices),
          sender_(sender),
          starter_(state, configuration, stage, channels, mix, expression, time, voices, sender, horizon, notifier),
          melodies_(stage, channels, expression, voices, sender, horizon, state.header().rate_hz),
          rate_hz_(state.header().rate_hz) {}

    // False: there is no slot for it yet; nothing else may be played before it is tried again.
    bool note_on(const Event& note);
    void note_off(const Event& note);
    // The key of a voice is up: it is released, unless a pedal holds it.
    void let_go(std::uint32_t slot, std::int64_t frame);

    // Keys are forgotten, and what keys or pedals hold is released. Channel, or all_channels.
    void release_all(std::uint8_t channel, std::int64_t frame);
    void stop_all(std::uint8_t channel, std::int64_t frame);

    // Note-offs that were put off and come before a frame.
    void play_late_offs(std::int64_t before_frame);
    void forget_late_offs() { late_offs_.clear(); }
    std::size_t late_offs() const { return late_offs_.size(); }

    void forget_keys(std::uint8_t channel) { melodies_.forget_keys(channel); }
    void retune(const ChannelTuning::Ratios& moved_by, std::int64_t frame) { melodies_.retune(moved_by, frame); }
    void count_voices() { starter_.count_voices(); }

private:
    void release_same_key(const Event& note, const ChannelState& channel);
    void choke_others(const Event& note, std::uint8_t group);
    bool play(const Event& note, std::uint16_t instrument, NoteMode mode);
    void key_up(const Event& note);

    ConductorStatistics& statistics_;
    Stage& stage_;
    Channels& channels_;
    VoiceTable& voices_;
    VoiceSender& sender_;
    VoiceStarter starter_;
    Melodies melodies_;
    const double rate_hz_;
    LateOffs late_offs_;
    std::uint32_t started_of_event_ = 0;  // instruments of a layered note that have started, when one had no slot
};

}  // namespace forerun
