// The state of one MIDI channel, and what follows from it for the voices on it.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>

#include "rt-engine/midi/midi_event.h"
#include "shared/messages/voice_controls.h"
#include "shared/rig/gains.h"
#include "shared/rig/rig.h"

namespace forerun {

struct ChannelState {
    std::uint8_t program = 0;
    double volume = 100.0 / 127;  // General MIDI's default
    double expression = 1;
    double pan = 0;
    double bend_range = -1;  // keys; −1: as the instrument says
    VoiceControlValues controls = VoiceControlValues::of_channel_at_rest();
    bool sustain = false;
    bool sostenuto = false;
    bool soft = false;
    bool legato = false;                         // the legato pedal is down: instruments play as if they were legato
    bool mono = false;                           // as a message asked for, of instruments that are not by themselves
    std::optional<bool> portamento;              // none: as the instrument says
    double portamento_seconds = -1;              // −1: as the instrument says
    std::optional<std::uint8_t> portamento_key;  // from which the next note slides
    std::uint16_t bank = 0;                      // of the program
    std::uint8_t rpn_msb = 127, rpn_lsb = 127;   // 127, 127: none selected
    int zone_members = 0;                        // what Change::zone asks for
    double fine_keys = 0, coarse_keys = 0;       // RPN 1 and 2: how far the channel is tuned away

    // 40 log10(value) dB for each of volume and expression (General MIDI level 1, recommended practice RP-023), relative to
    // the default volume.
    double gain() const {
        constexpr double default_volume = 100.0 / 127;
        const double level = volume * expression / default_volume;
        return level * level;
    }
    double bend_keys(const InstrumentDescription& instrument) const {
        return controls[VoiceControl::bend] * (bend_range < 0 ? instrument.bend_range : bend_range);
    }
    StereoGains gains(const InstrumentDescription& instrument) const {
        return pan_gains(linear_gain(instrument.gain_db) * gain(), instrument.pan + pan);
    }

    // The velocity of a note that begins now. MIDI does not say how soft the soft pedal is: by a third.
    float softened(float velocity) const { return soft ? velocity * (2.0f / 3) : velocity; }
    void select_program(std::uint16_t number) {
        program = static_cast<std::uint8_t>(number % 128);
        bank = static_cast<std::uint16_t>(bank_msb_ << 7 | bank_lsb_);
    }

    NoteMode mode(const InstrumentDescription& instrument) const {
        if (legato) return NoteMode::legato;
        return mono && instrument.mode == NoteMode::poly ? NoteMode::mono : instrument.mode;
    }
    double glide_seconds(const InstrumentDescription& instrument) const {
        const bool glides = portamento.value_or(instrument.glide_seconds > 0) || portamento_key;
        if (!glides) return 0;
        return portamento_seconds < 0 ? instrument.glide_seconds : portamento_seconds;
    }

    // As RPN 1 or 2 does.
    void tune(bool fine, double keys) {
        (fine ? fine_keys : coarse_keys) = keys;
        if (fine) fine_bits_ = static_cast<int>(std::clamp(std::lround(8192 + 8192 * keys), 0l, 16383l));
    }

    // What the controller changed, for the conductor to pass on to sounding voices.
    enum class Change {
        nothing,
        gains,
        bend_range,
        control,  // of voices: the one that control_of(number) says
        zone,
        tuning,
        sustain_up,
        sostenuto_down,
        sostenuto_up,
        all_sound_off,
        all_notes_off,
        reset
    };
    Change control(std::uint16_t number, double value);
    // The voices' control that a controller moves, by itself or by its finer part.
    static std::optional<VoiceControl> control_of(std::uint16_t number) {
        for (const auto control : all_voice_controls) {
            const auto& c = description_of(control);
            if (c.controller == no_controller) continue;
            if (number == c.controller || (has_finer_part(c) && number == c.controller + 32)) return control;
        }
        return std::nullopt;
    }

private:
    // data: 0 to 127, with a fraction where the finer part has come.
    Change level(int number, double data);
    Change move(VoiceControl control, std::uint16_t number, double data);

    // Data of the registered parameter that is selected (RPN 0 to 127).
    Change enter(bool coarse, int data);
    Change step(int by);
    static double fine_keys_of(int bits) { return (bits - 8192) / 8192.0; }

    int fine_bits_ = 8192;  // of RPN 1

    // What came last of bank select, and of the controllers whose finer part (their number + 32) is understood.
    std::uint8_t bank_msb_ = 0, bank_lsb_ = 0;
    using Coarse = std::array<std::uint8_t, 32>;
    static constexpr Coarse coarse_at_rest() {
        Coarse coarse{0, 0, 0, 0, 0, 0, 0, 100, 0, 0, 64, 127};
        for (const auto& c : voice_controls)
            if (has_finer_part(c)) coarse[static_cast<std::size_t>(c.controller)] = c.channel_rest == 0.5 ? 64 : 0;
        return coarse;
    }
    Coarse coarse_ = coarse_at_rest();
    static double portamento_seconds_of(double data) { return 4 * std::pow(std::min(1.0, data / 127), 3); }
};

inline ChannelState::Change ChannelState::control(std::uint16_t number, double value) {
    const double exact = controller_steps(value);
    const auto data = static_cast<int>(std::lround(exact));
    if (const auto moved = control_of(number)) return move(*moved, number, exact);
    switch (number) {
    case 0: bank_msb_ = static_cast<std::uint8_t>(data); return Change::nothing;
    case 32: bank_lsb_ = static_cast<std::uint8_t>(data); return Change::nothing;
    case 5:
    case 7:
    case 10:
    case 11: coarse_[number] = static_cast<std::uint8_t>(data); return level(number, exact);
    case 37:
    case 39:
    case 42:
    case 43: return level(number - 32, coarse_[number - 32u] + data / 128.0);
    case 6:
    case 38: return rpn_msb == 0 ? enter(number == 6, data) : Change::nothing;
    case 96:
    case 97: return rpn_msb == 0 ? step(number == 96 ? 1 : -1) : Change::nothing;
    case 64: {
        const bool down = data >= 64;
        if (down == sustain) return Change::nothing;
        sustain = down;
        return down ? Change::nothing : Change::sustain_up;
    }
    case 65: portamento = data >= 64; return Change::nothing;
    case 66: {
        const bool down = data >= 64;
        if (down == sostenuto) return Change::nothing;
        sostenuto = down;
        return down ? Change::sostenuto_down : Change::sostenuto_up;
    }
    case 67: soft = data >= 64; return Change::nothing;
    case 68: legato = data >= 64; return Change::nothing;
    case 84: portamento_key = static_cast<std::uint8_t>(data); return Change::nothing;
    case 98:
    case 99: rpn_msb = rpn_lsb = 127; return Change::nothing;  // NRPN: not ours, and data entry is no longer RPN's
    case 100: rpn_lsb = static_cast<std::uint8_t>(data); return Change::nothing;
    case 101: rpn_msb = static_cast<std::uint8_t>(data); return Change::nothing;
    case 120: return Change::all_sound_off;
    case 121: {  // RP-015: volume, pan and program stay
        expression = 1;
        controls = VoiceControlValues::of_channel_at_rest();
        sustain = sostenuto = soft = legato = false;
        portamento.reset();
        portamento_key.reset();
        constexpr auto at_rest = coarse_at_rest();
        for (std::size_t c = 0; c < at_rest.size(); ++c)
            if (c == 11 || control_of(static_cast<std::uint16_t>(c))) coarse_[c] = at_rest[c];
        rpn_msb = rpn_lsb = 127;
        return Change::reset;
    }
    case 126:
    case 127: mono = number == 126; return Change::all_notes_off;
    case 123:
    case 124:
    case 125: return Change::all_notes_off;
    default: return Change::nothing;
    }
}

// RPN 0 is the bend range in keys and cents, 1 the fine tuning (a key up or down), 2 the coarse one in keys, 6 how many members
// an MPE zone has. (MIDI 1.0 Detailed Specification; General MIDI level 1 asks for 0 to 2.)
inline ChannelState::Change ChannelState::enter(bool coarse, int data) {
    switch (rpn_lsb) {
    case 0:
        if (!coarse && bend_range < 0) return Change::nothing;
        bend_range = coarse ? data : std::floor(bend_range) + data / 100.0;
        return Change::bend_range;
    case 1:
        fine_bits_ = coarse ? data << 7 : (fine_bits_ & ~127) | data;
        fine_keys = fine_keys_of(fine_bits_);
        return Change::tuning;
    case 2:
        if (!coarse) return Change::nothing;
        coarse_keys = data - 64;
        return Change::tuning;
    case 6:
        if (!coarse) return Change::nothing;
        zone_members = data;
        return Change::zone;
    default: return Change::nothing;
    }
}

// Data increment and decrement: by a key, of the fine tuning by its least step.
inline ChannelState::Change ChannelState::step(int by) {
    switch (rpn_lsb) {
    case 0:
        if (bend_range < 0) return Change::nothing;
        bend_range = std::clamp(bend_range + by, 0.0, 127.0);
        return Change::bend_range;
    case 1:
        fine_bits_ = std::clamp(fine_bits_ + by, 0, 16383);
        fine_keys = fine_keys_of(fine_bits_);
        return Change::tuning;
    case 2: coarse_keys = std::clamp(coarse_keys + by, -64.0, 63.0); return Change::tuning;
    default: return Change::nothing;
    }
}

inline ChannelState::Change ChannelState::move(VoiceControl control, std::uint16_t number, double data) {
    const auto& description = description_of(control);
    if (has_finer_part(description)) {
        auto& coarse = coarse_[static_cast<std::size_t>(description.controller)];
        if (number == description.controller)
            coarse = static_cast<std::uint8_t>(std::lround(data));
        else
            data = coarse + static_cast<double>(std::lround(data)) / 128;
    }
    if (description.channel_rest == 0.5)
        controls[control] = 0.5 + (data <= 64 ? (data - 64) / 128 : (data - 64) / 126);
    else
        controls[control] = std::min(1.0, data / 127);
    return Change::control;
}

inline ChannelState::Change ChannelState::level(int number, double data) {
    const double value = std::min(1.0, data / 127);
    switch (number) {
    case 5: portamento_seconds = portamento_seconds_of(data); return Change::nothing;
    case 7: volume = value; return Change::gains;
    case 10: pan = data <= 64 ? (data - 64) / 64 : std::min(1.0, (data - 64) / 63); return Change::gains;
    case 11: expression = value; return Change::gains;
    default: return Change::nothing;
    }
}

}  // namespace forerun
