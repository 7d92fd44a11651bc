// Continuous controls of a sounding note: bend, pressure, modulation, timbre. One row for each: a new one is a row, and
// channels, MPE zones, session logs and scripts (as a field of self) follow from it.
//
// A channel stores the control's position, from 0 to 1 (a bend: from -1 to 1); a voice gets the value that follows from its
// own channel's and, in an MPE zone, the master channel's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace forerun {

// Session logs hold the numbers: a new one goes to the end.
enum class VoiceControl : std::uint8_t { bend, pressure, modulation, timbre, count };
inline constexpr auto voice_control_count = static_cast<std::size_t>(VoiceControl::count);

// How the control of a zone's master channel, which is for all of the zone's notes, joins the note's own.
enum class MasterPart : std::uint8_t {
    adds_keys,  // both are keys by which the pitch moves; a voice gets the ratio of frequencies
    greater,    // the greater of both counts
    moves,      // the master moves the note's own, by as much as it stands away from its rest
};

inline constexpr int no_controller = -1;

struct VoiceControlDescription {
    const char* name;     // of the field of self, and in texts
    double channel_rest;  // a channel's initial position; 0.5: 64 is the middle, 0 and 127 are the ends
    double voice_rest;    // a voice's value before the first message
    double least, most;   // that a voice can get
    int controller;  // of MIDI; below 32 with its finer part, 32 above it. None: the control has an event of its own
    MasterPart master;
    bool is_of_note;  // with MPE each note has its own, which it takes along when another key takes its voice over
};

// Programs may send values beyond 0 to 1, and scripts are given them.
inline constexpr double any_control = 1e9;
inline constexpr std::array<VoiceControlDescription, voice_control_count> voice_controls{{
    {"bend", 0, 1, 0, 1e6, no_controller, MasterPart::adds_keys, true},
    {"pressure", 0, 0, -any_control, any_control, no_controller, MasterPart::greater, true},
    {"modulation", 0, 0, -any_control, any_control, 1, MasterPart::greater, false},
    {"timbre", 0.5, 0.5, -any_control, any_control, 74, MasterPart::moves, true},
}};

constexpr bool has_finer_part(const VoiceControlDescription& control) {
    return control.controller != no_controller && control.controller < 32;
}

constexpr const VoiceControlDescription& description_of(VoiceControl control) {
    return voice_controls[static_cast<std::size_t>(control)];
}

constexpr std::array<VoiceControl, voice_control_count> list_voice_controls() {
    std::array<VoiceControl, voice_control_count> all{};
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<VoiceControl>(i);
    return all;
}
inline constexpr auto all_voice_controls = list_voice_controls();

// A value for each of them.
class VoiceControlValues {
public:
    static constexpr VoiceControlValues of_channel_at_rest() { return {&VoiceControlDescription::channel_rest}; }
    static constexpr VoiceControlValues of_voice_at_rest() { return {&VoiceControlDescription::voice_rest}; }

    constexpr double& operator[](VoiceControl control) { return values_[static_cast<std::size_t>(control)]; }
    constexpr double operator[](VoiceControl control) const { return values_[static_cast<std::size_t>(control)]; }

private:
    constexpr VoiceControlValues(double VoiceControlDescription::*rest) {
        for (std::size_t i = 0; i < values_.size(); ++i) values_[i] = voice_controls[i].*rest;
    }
    std::array<double, voice_control_count> values_{};
};

}  // namespace forerun
