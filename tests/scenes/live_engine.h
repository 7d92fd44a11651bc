// A live engine (not offline) whose audio callback is the test: time passes when the test calls process().
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "rt-engine/forerun.h"
#include "tests/scenes/rendered_piece.h"
#include "tests/scenes/script_folder.h"

namespace forerun {

inline Configuration live_configuration() {
    Configuration c;
    c.workers = 1;
    c.block_frames = 64;
    c.depth_frames = 4096;
    c.event_delay_frames = 256;
    c.quality_scaling = false;
    c.script_path = {source_file("scripts")};
    return c;
}

class LiveEngine {
public:
    explicit LiveEngine(const std::filesystem::path& script, const Configuration& configuration = live_configuration(),
                        const std::filesystem::path& log = {}, const std::function<void(Engine&)>& before_start = {},
                        WorkerProbes* probes = nullptr)
        : engine(configuration, probes),
          block_(static_cast<std::size_t>(configuration.max_block_frames * configuration.channels)) {
        if (engine.is_rig(script))
            engine.load_rig(script);
        else
            engine.load_voice(script);
        if (!log.empty()) engine.log_session(log);
        if (before_start) before_start(engine);
        producer = engine.make_producer();
        engine.start();
    }
    ~LiveEngine() { engine.stop(); }

    void send(EventKind kind, int number, double value = 0, int channel = 0, std::int64_t frame = now_frame) {
        Event event;
        event.kind = kind;
        event.frame = frame;
        event.channel = static_cast<std::uint8_t>(channel);
        event.number = static_cast<std::uint16_t>(number);
        event.value = static_cast<float>(value);
        while (!producer.try_send(event)) std::this_thread::yield();
    }

    // One callback; its left channel is appended to `left`.
    void process(std::int64_t frames) {
        engine.process(block_.data(), frames);
        const auto channels = engine.configuration().channels;
        heard.insert(heard.end(), block_.begin(), block_.begin() + static_cast<std::ptrdiff_t>(frames * channels));
        for (std::int64_t i = 0; i < frames; ++i) left.push_back(block_[static_cast<std::size_t>(i * channels)]);
        for (Notification n; engine.next_notification(n);) notifications.push_back(n);
    }

    // Lets other threads run, without time passing, until the condition holds; false when it never does.
    template <typename Condition>
    bool wait_until(Condition condition, int most_tries = 50'000) {
        for (int tries = 0; tries < most_tries; ++tries) {
            if (condition()) return true;
            for (Notification n; engine.next_notification(n);) notifications.push_back(n);
            std::this_thread::sleep_for(std::chrono::microseconds(200));
        }
        return false;
    }

    std::vector<Notification> of_kind(NotificationKind kind) const {
        auto found = notifications;
        std::erase_if(found, [kind](const Notification& n) { return n.kind != kind; });
        return found;
    }
    std::int64_t clock() const { return engine.state().clock().frame(); }
    // Frames rendered ahead of the clock in a slot, or 0 when it plays nothing.
    std::int64_t fill(std::uint32_t slot) const {
        const auto& line = engine.state().voice(slot);
        const auto word = VoiceWord::unpacked(line.word.load());
        if (word.state == WordState::empty) return 0;
        return line.start_frame.load() + WrittenFrames::unpacked(line.written[word.lane].load()).frames - clock();
    }

    // The voice in a slot has said that it is done.
    bool ended(std::uint32_t slot) const {
        const auto& line = engine.state().voice(slot);
        return WrittenFrames::unpacked(line.written[VoiceWord::unpacked(line.word.load()).lane].load()).ended;
    }

    Engine engine;
    Producer producer;
    std::vector<float> heard;  // interleaved
    std::vector<float> left;
    std::vector<Notification> notifications;

private:
    std::vector<float> block_;
};

}  // namespace forerun
