// libFuzzer target for what a conductor makes of MIDI: whatever comes out of the cable, voices are told frequencies, ratios and
// values in range, in the order of time, and when all keys and pedals are up, every note has been let go.
//
// The harness is worker and mixer: a voice that was released or stopped ends, and its slot comes back.
//
// Built by cmake/fuzz.cmake, run by run.sh.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <vector>

#include "rt-engine/conductor/conductor.h"
#include "rt-engine/conductor/graph.h"
#include "rt-engine/midi/midi_bytes.h"
#include "rt-engine/midi/midi_event.h"
#include "rt-engine/midi/midi_exclusive.h"

using namespace forerun;

namespace {

void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "fuzz_conductor: broken promise: %s\n", what);
    std::abort();
}

Configuration small() {
    Configuration c;
    c.workers = 1;
    c.voices = 6;
    c.reserve_voices = 3;
    c.depth_frames = 512;
    c.block_frames = 64;
    c.event_delay_frames = 100;
    // Made anew for every input: as little memory as will do.
    c.mixer_commands = c.worker_messages = 1024;
    c.reports = 64;
    c.instruments = 4;
    c.parameters = 64;
    return c;
}

// Everybody on every channel, so that most notes meet somebody.
Rig rig_of_all_kinds() {
    Rig rig;
    const auto add = [&](NoteMode mode, double glide_seconds, StealPolicy steal) {
        InstrumentDescription i;
        i.mode = mode;
        i.glide_seconds = glide_seconds;
        i.steal = steal;
        i.polyphony = 3;
        i.parameters = {{"cutoff", 1, 1, 100, "Hz", true, 5}};
        rig.instruments.push_back(i);
    };
    add(NoteMode::poly, 0, StealPolicy::oldest);
    add(NoteMode::mono, 0.01, StealPolicy::same_note);
    add(NoteMode::legato, 0.2, StealPolicy::none);
    rig.instruments[0].last_key = 80;
    rig.instruments[0].choke.resize(128);
    for (const int key : {42, 44, 46}) rig.instruments[0].choke[static_cast<std::size_t>(key)] = 1;
    rig.instruments[1].channel_mask = 0x8001;
    rig.mappings = {{"", false, false, 74, 0xffff, {{0, 0, 1, 100, 2, true}}},
                    {"", true, false, 300, 0xffff, {{1, 0, 100, 1, 1, false}}},
                    {"all", false, false, 20, 0x0003, {{0, 0, 1, 100, 1, true}, {2, 0, 5, 6, 1, false}}}};
    add(NoteMode::legato, 0, StealPolicy::oldest);
    rig.instruments[3].rig = 1;
    rig.set = {"first", "second"};
    rig.set_channel_mask = 0x4000;
    rig.presets = {{"low", 0, 0, {{0, 0, 1}, {2, 0, 2}}}, {"high", 1, 1, {{3, 0, 100}}}, {"other", 0, 5, {{1, 0, 50}}}};
    return rig;
}

class Session {
public:
    Session() { describe_graph(state_, rig_); }

    void play(const std::uint8_t* data, std::size_t size) {
        MidiBytes bytes;
        for (std::size_t i = 0; i < size; ++i) {
            bytes.take(
                {data + i, 1},
                [&](const MidiBytesMessage& m) {
                    Event e;
                    if (m.status == 0xf1)  // means nothing to us: what keys of a terminal do
                        return send(key_of(m.data1));
                    if (midi_event(m.status, m.data1, m.data2, e) || midi_system_event(m.status, m.data1, m.data2, e))
                        send(e);
                },
                [&](std::span<const std::uint8_t> body) {
                    midi_exclusive_events(body, [&](const Event& e) { send(e); });
                });
            // Some messages come in one instant, some blocks later.
            if ((data[i] & 7) == 3) go_on();
        }
        go_on();
        for (std::uint8_t c = 0; c < 16; ++c) {
            for (const std::uint16_t pedal : {64, 66})
                send({.kind = EventKind::controller, .channel = c, .number = pedal, .value = 0});
            send({.kind = EventKind::controller, .channel = c, .number = 123, .value = 0});
        }
        for (int i = 0; i < 40 && conductor_.view().pending_events() != 0; ++i) go_on();
        go_on();
        require(conductor_.view().pending_events() == 0, "every event is handled");
        for (const auto& [serial, voice] : voices_) require(voice.let_go, "a note hangs");
    }

private:
    struct Voice {
        VoiceMessage start;
        std::int64_t newest_frame = 0;
        bool let_go = false, given_back = false;
    };

    static Event key_of(std::uint8_t data) {
        const auto number = static_cast<std::uint16_t>(data / 5);
        switch (data % 5) {
        case 0: return {.kind = EventKind::preset, .number = number};
        case 1: return {.kind = EventKind::keep_preset, .number = number};
        case 2:
            return {.kind = number % 4 < 2 ? EventKind::mute : EventKind::solo,
                    .number = static_cast<std::uint16_t>(number % 5),
                    .value = static_cast<float>(number % 2)};
        case 3:
            return {.kind = EventKind::learn,
                    .number = static_cast<std::uint16_t>(number % 5),
                    .value = static_cast<float>(70 + number)};
        default: return {.kind = EventKind::all_sound_off, .channel = all_channels};
        }
    }

    void send(Event event) {
        event.frame = clock_ + configuration_.event_delay_frames;  // as a driver that knows frames
        event.sequence = sequence_++;
        require(inbox_.queue.enqueue(event), "the queue takes it");
    }
    // A block of time, and what the voices were told.
    void go_on() {
        conductor_.advance(clock_);
        VoiceMessage m;
        while (messages_.try_pop(m)) take(m);
        MixerCommand c;
        while (commands_.try_pop(c))
            require(std::isfinite(c.left) && std::isfinite(c.right) && c.left >= 0 && c.left < 100, "gains");
        clock_ += 64;
        state_.clock().advance(clock_);
        for (auto& [serial, voice] : voices_) {
            if (!voice.let_go || voice.given_back || voice.newest_frame >= clock_) continue;
            voice.given_back = true;
            const auto generation = voice.start.generation + 1u;
            state_.mixer_voice(voice.start.slot).released_generation_plus_one = generation;
            state_.worker_voice(voice.start.slot).released_generation_plus_one = generation;
        }
    }
    void take(const VoiceMessage& m) {
        if (m.is<VoiceStart>()) {
            require(voices_.count(m.serial) == 0, "a note begins once");
            voices_[m.serial].start = m;
            voices_[m.serial].newest_frame = m.frame;
            const auto start = m.get<VoiceStart>();
            require(start.frequency_hz > 0 && std::isfinite(start.frequency_hz), "frequency");
            require(start.velocity > 0 && start.velocity <= 1, "velocity");
            return;
        }
        const auto found = voices_.find(m.serial);
        require(found != voices_.end(), "a voice that was started");
        auto& voice = found->second;
        require(m.frame >= voice.newest_frame, "in the order of time");
        voice.newest_frame = m.frame;
        switch (m.kind) {
        case VoiceMessageKind::release:
        case VoiceMessageKind::stop: voice.let_go = true; break;
        case VoiceMessageKind::control: {
            const auto move = m.get<VoiceControlMove>();
            if (move.control == VoiceControl::bend)
                require(move.value > 0 && std::isfinite(move.value), "bend");
            else
                require(move.control < VoiceControl::count && move.value >= 0 && move.value <= 1, "0 to 1");
            break;
        }
        case VoiceMessageKind::pitch: {
            const auto pitch = m.get<VoicePitch>();
            require(pitch.hz > 0 && std::isfinite(pitch.hz) && pitch.seconds >= 0 && pitch.seconds <= 30, "pitch");
            break;
        }
        case VoiceMessageKind::parameter: {
            const auto change = m.get<VoiceParameter>();
            require(change.index == 0 && change.value >= 1 && change.value <= 100, "parameter");
            break;
        }
        case VoiceMessageKind::time: {
            const auto time = m.get<VoiceTime>();
            require(time.tempo > 0 && std::isfinite(time.beat), "time");
            break;
        }
        default: require(false, "a kind that nobody sends");
        }
    }

    const Configuration configuration_ = small();
    const Rig rig_ = rig_of_all_kinds();
    SharedState state_{configuration_};
    // Every run leaves them empty; they take room for an evening.
    inline static SharedCounter refused, lost;
    inline static Inbox inbox_{refused};
    inline static NotificationRing notifications_{lost};
    Conductor conductor_{state_,
                         configuration_,
                         rig_,
                         inbox_,
                         notifications_,
                         std::make_unique<Outputs>(state_, [](std::uint32_t) {}),
                         std::make_unique<Reports>(state_)};
    QueueReader<VoiceMessage> messages_ = state_.worker_message_reader(0);
    QueueReader<MixerCommand> commands_ = state_.mixer_command_reader();
    std::map<std::uint64_t, Voice> voices_;
    std::int64_t clock_ = 0;
    std::uint32_t sequence_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Session().play(data, size);
    return 0;
}
