// The conductor alone: the test plays worker and mixer by hand, so time is what the test says.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <vector>

#include "rt-engine/conductor/conductor.h"
#include "rt-engine/conductor/graph.h"
#include "tests/scenes/catch.h"

namespace forerun {

struct ConductorStage {
    explicit ConductorStage(Rig r = one_instrument(), Configuration c = small()) : configuration(c), rig(std::move(r)) {
        describe_graph(state, rig);
    }

    static Configuration small() {
        Configuration c;
        c.workers = 2;
        c.voices = 4;
        c.reserve_voices = 2;
        c.depth_frames = 4096;
        c.block_frames = 64;
        c.event_delay_frames = 100;
        return c;
    }
    static InstrumentDescription instrument(const char* name, std::uint16_t channels = 0xffff) {
        InstrumentDescription i;
        i.name = name;
        i.channel_mask = channels;
        i.polyphony = 16;
        i.parameters = {{"cutoff", 1, 0, 10, "Hz", false, 5}};
        return i;
    }
    static Rig one_instrument() {
        Rig r;
        r.instruments = {instrument("one")};
        return r;
    }

    void send(EventKind kind, std::int64_t frame, int channel, int number, double value = 0,
              std::uint32_t producer = 0) {
        Event e;
        e.kind = kind;
        e.frame = frame;
        e.channel = static_cast<std::uint8_t>(channel);
        e.number = static_cast<std::uint16_t>(number);
        e.value = static_cast<float>(value);
        e.producer = producer;
        e.sequence = sequence++;
        REQUIRE(inbox.queue.enqueue(e));
    }
    void note(std::int64_t frame, int key, int channel = 0) { send(EventKind::note_on, frame, channel, key, 0.5); }

    std::vector<VoiceMessage> voice_messages() {
        std::vector<VoiceMessage> all;
        VoiceMessage m;
        for (std::uint32_t w = 0; w < configuration.workers; ++w)
            while (worker_queues[w].try_pop(m)) all.push_back(m);
        std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.serial < b.serial; });
        return all;
    }
    std::vector<VoiceMessage> of_kind(VoiceMessageKind kind) {
        auto all = voice_messages();
        std::erase_if(all, [kind](const auto& m) { return m.kind != kind; });
        return all;
    }
    std::vector<MixerCommand> mixer_commands(MixerCommandKind kind) {
        std::vector<MixerCommand> all;
        MixerCommand c;
        while (mixer_queue.try_pop(c))
            if (c.kind == kind) all.push_back(c);
        return all;
    }

    // Worker and mixer by hand: the voice is rendered so far, and perhaps ends there; then both let it go.
    void render(const VoiceMessage& start, std::int64_t frames, bool ended = false, float level = 1) {
        auto& line = state.voice(start.slot);
        line.start_frame = start.frame;
        line.written[0] = WrittenFrames{frames, ended}.packed();
        line.word = VoiceWord{WordState::published, 0, 0, start.generation, 0}.packed();
        for (std::int64_t q = 0; q < frames / 64; ++q) state.level(start.slot, q) = level;
    }
    void let_go(const VoiceMessage& start) {
        state.worker_voice(start.slot).released_generation_plus_one = start.generation + 1u;
    }
    std::uint64_t count(Counter ConductorStatistics::*counter) { return (state.header().conductor.*counter).load(); }

    Configuration configuration;
    Rig rig;
    SharedState state{configuration};
    Inbox inbox{state.header().conductor.events_refused};
    NotificationRing notifications{state.header().conductor.notifications_lost};
    Conductor conductor{state,
                        configuration,
                        rig,
                        inbox,
                        notifications,
                        std::make_unique<Outputs>(state, [](std::uint32_t) {}),
                        std::make_unique<Reports>(state)};
    std::vector<QueueReader<VoiceMessage>> worker_queues{state.worker_message_reader(0),
                                                         state.worker_message_reader(1)};
    QueueReader<MixerCommand> mixer_queue = state.mixer_command_reader();
    std::uint32_t sequence = 0;
};

// Two instruments, "one" on channel 1 and "two" on channel 2.
inline Rig two_instruments() {
    Rig rig;
    rig.instruments = {ConductorStage::instrument("one", 1), ConductorStage::instrument("two", 2)};
    return rig;
}

}  // namespace forerun
