// A SharedState with a mixer on it, for tests that play the conductor and the worker themselves.
#pragma once

#include <cmath>
#include <cstdint>
#include <memory>
#include <numbers>
#include <stdexcept>
#include <vector>

#include "rt-engine/mixer/mixer.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/fake_worker.h"

namespace forerun::test {

inline Configuration small_configuration() {
    Configuration c;
    c.voices = 12;
    c.reserve_voices = 4;
    c.buses = 4;
    c.instruments = 2;
    c.parameters = 4;
    c.depth_frames = 8000;
    c.mixer_commands = 256;
    c.worker_messages = 16;
    c.reports = 256;
    c.workers = 1;
    return c;
}

inline Signal sine(double hz, double amplitude, double rate_hz = 48000) {
    return [=](std::uint32_t channel, std::int64_t frame) {
        const double phase = 2 * std::numbers::pi * hz * static_cast<double>(frame) / rate_hz + 0.7 * channel;
        return static_cast<float>(amplitude * std::sin(phase));
    };
}
inline Signal constant(float value) {
    return [=](std::uint32_t, std::int64_t) { return value; };
}

struct MixerStage {
    explicit MixerStage(Configuration c = small_configuration(), Rig r = {})
        : configuration(c),
          rig(std::move(r)),
          state(configuration),
          mixer(state, configuration, rig),
          commands(state.mixer_command_writer()),
          reports(state.mixer_report_reader()) {}

    void send(const MixerCommand& command) {
        if (!commands.try_push(command)) throw std::logic_error("the command queue is full");
    }
    MixerCommand start(std::uint32_t slot, std::uint16_t generation, std::int64_t frame, bool stays = true) {
        MixerCommand command;
        command.kind = MixerCommandKind::start;
        command.slot = static_cast<std::uint16_t>(slot);
        command.generation = generation;
        command.frame = frame;
        command.serial = ++serial;
        command.instrument = 1;
        command.stays = stays;
        return command;
    }
    void stop(std::uint32_t slot, std::uint16_t generation, std::int64_t frame) {
        MixerCommand command;
        command.kind = MixerCommandKind::stop;
        command.slot = static_cast<std::uint16_t>(slot);
        command.generation = generation;
        command.frame = frame;
        send(command);
    }
    void gain(MixerCommandKind kind, std::int64_t frame, float left, float right = 0, std::uint16_t index = 0,
              std::uint16_t generation = 0) {
        MixerCommand command;
        command.kind = kind;
        command.frame = frame;
        command.left = left;
        command.right = right;
        command.slot = kind == MixerCommandKind::voice_gains ? index : std::uint16_t{0};
        command.bus = index;
        command.generation = generation;
        send(command);
    }

    // Mixes `frames` frames and returns them, interleaved.
    std::vector<float> mix(std::int64_t frames) {
        std::vector<float> out(static_cast<std::size_t>(frames * configuration.channels));
        mixer.process(out.data(), frames);
        return out;
    }
    // The same in blocks, into `heard`.
    void play(std::int64_t frames, std::int64_t block) {
        for (std::int64_t done = 0; done < frames; done += block) {
            const auto out = mix(std::min(block, frames - done));
            heard.insert(heard.end(), out.begin(), out.end());
        }
    }
    float at(std::int64_t frame, std::uint32_t channel = 0) const {
        return heard[static_cast<std::size_t>(frame * configuration.channels + channel)];
    }

    std::vector<MixerReport> take_reports() {
        std::vector<MixerReport> taken;
        for (MixerReport report; reports.try_pop(report);) taken.push_back(report);
        return taken;
    }
    const MixerStatistics& statistics() const { return state.header().mixer; }

    Configuration configuration;
    Rig rig;
    SharedState state;
    Mixer mixer;
    QueueWriter<MixerCommand> commands;
    QueueReader<MixerReport> reports;
    std::vector<float> heard;
    std::uint64_t serial = 0;
};

}  // namespace forerun::test
