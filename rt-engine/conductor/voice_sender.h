// Sends a sounding voice's changes: messages to its worker, commands to the mixer, each with slot, generation and serial
// number, so that one that arrives too late is not applied to the slot's next voice.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "rt-engine/conductor/conductor_view.h"
#include "rt-engine/conductor/outputs.h"
#include "rt-engine/conductor/voice_table.h"
#include "shared/rig/gains.h"

namespace forerun {

// [conductor] Frames are those at which it takes effect.
class VoiceSender {
public:
    VoiceSender(VoiceTable& voices, Outputs& outputs) : voices_(voices), outputs_(outputs), view_(voices.size()) {}

    // What is sent now is sent while the mixer is at this frame.
    std::int64_t clock() const { return outputs_.clock(); }
    ConductorView& view() { return view_; }
    const ConductorView& view() const { return view_; }

    // Arrival of the event whose consequences are sent from now on. 0: it was not played live, and they are
    // no figure of response.
    void set_arrival(std::int64_t nanoseconds) { arrival_nanoseconds_ = nanoseconds; }

    template <typename Said>
    VoiceMessage message_to(std::uint32_t slot, std::int64_t frame, const Said& said) const {
        const auto& voice = voices_[slot];
        auto message = VoiceMessage::of(said);
        message.frame = frame;
        message.serial = voice.serial;
        message.slot = static_cast<std::uint16_t>(slot);
        message.generation = voice.generation;
        message.instrument = voice.instrument;
        message.arrival_nanoseconds = arrival_nanoseconds_;
        return message;
    }
    MixerCommand command_to(std::uint32_t slot, MixerCommandKind kind, std::int64_t frame) const {
        const auto& voice = voices_[slot];
        MixerCommand command;
        command.kind = kind;
        command.frame = frame;
        command.serial = voice.serial;
        command.slot = static_cast<std::uint16_t>(slot);
        command.generation = voice.generation;
        return command;
    }

    // A voice begins.
    void start(const MixerCommand& command, const VoiceStart& start, std::span<const float> parameters) {
        const auto& voice = voices_[command.slot];
        show_note(command.slot);
        view_.show_serial(command.slot, voice.serial);
        outputs_.command(command);
        outputs_.start(voice.worker, message_to(command.slot, command.frame, start), parameters);
    }
    template <typename Said>
    void send(std::uint32_t slot, std::int64_t frame, const Said& said) {
        outputs_.send(voices_[slot].worker, message_to(slot, frame, said));
    }
    void send(std::uint32_t slot, std::int64_t frame, VoiceControl control, double value) {
        send(slot, frame, VoiceControlMove{.value = static_cast<float>(value), .control = control});
    }
    void send_pitch(std::uint32_t slot, std::int64_t frame, double hz, double seconds) {
        send(slot, frame, VoicePitch{.hz = hz, .seconds = static_cast<float>(seconds)});
    }
    void send_gains(std::uint32_t slot, std::int64_t frame, StereoGains gains) {
        voices_[slot].gain = std::max(gains.left, gains.right);
        auto command = command_to(slot, MixerCommandKind::voice_gains, frame);
        command.left = gains.left;
        command.right = gains.right;
        outputs_.command(command);
    }

    // Neither key nor pedal holds it any more.
    void release(std::uint32_t slot, std::int64_t frame) {
        auto& voice = voices_[slot];
        voice.held = voice.sustained = voice.caught = false;
        send(slot, frame, VoiceRelease{.velocity = voice.release_velocity});
    }
    // Fades it out. Once: the first stop counts.
    void stop(std::uint32_t slot, std::int64_t frame) {
        auto& voice = voices_[slot];
        if (voice.stop_frame != INT64_MAX) return;
        voice.stop_frame = frame;
        voice.held = voice.sustained = voice.caught = false;
        view_.show_stopped(slot);
        outputs_.command(command_to(slot, MixerCommandKind::stop, frame));
        send(slot, frame, VoiceStop{});
    }

    // For other threads to read.
    void show_note(std::uint32_t slot) {
        const auto& voice = voices_[slot];
        view_.show_note(slot, voice.instrument, voice.channel, voice.key);
    }
    void show_free_slots() {
        for (std::uint32_t s = 0; s < voices_.size(); ++s)
            if (voices_[s].serial == 0) view_.show_free(s);
    }

private:
    VoiceTable& voices_;
    Outputs& outputs_;
    ConductorView view_;
    std::int64_t arrival_nanoseconds_ = 0;
};

}  // namespace forerun
