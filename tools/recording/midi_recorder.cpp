#include "tools/recording/midi_recorder.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "rt-engine/midi/midi_exclusive_message.h"

namespace forerun {

namespace {

constexpr auto pause_between_notes = std::chrono::milliseconds(100);
// Events are written this long after they sounded: by then no earlier event can arrive.
constexpr double wait_seconds = 0.2;
constexpr int midi_writes_between_looks = 5;

}  // namespace

MidiRecorder::MidiRecorder(const std::filesystem::path& path, Engine& engine)
    : path_(path),
      engine_(engine),
      output_({"--record-midi", path}, OutputFile::Until::recorded),
      file_(output_.path(), static_cast<std::uint32_t>(std::lround(engine.configuration().rate_hz))) {
    thread_ = GuardedThread([this] { run(); }, [this](const char* why) { fail(why); });
}

// A failure before the first message leaves an existing file as it was.
MidiRecorder::~MidiRecorder() {
    stop();
    if (file_.messages() > 0) finish();
}

void MidiRecorder::run() {
    const auto wait_frames = std::llround(wait_seconds * engine_.configuration().rate_hz);
    for (int writes = 1; !stopping_.load(std::memory_order_relaxed); ++writes) {
        write_up_to(std::max<std::int64_t>(0, engine_.state().clock().frame() - wait_frames));
        if (writes % midi_writes_between_looks == 0 && !output_.is_there())
            fail(path_.string() + " was deleted or moved while it was recorded; leave it until the end");
        std::this_thread::sleep_for(pause_between_notes);
    }
}

void MidiRecorder::write_up_to(std::int64_t frame) {
    for (Event event; engine_.next_live_event(event);) {
        const auto place = std::upper_bound(waiting_.begin(), waiting_.end(), event,
                                            [](const Event& a, const Event& b) { return a.frame < b.frame; });
        waiting_.insert(place, event);
    }
    auto due = waiting_.begin();
    for (; due != waiting_.end() && due->frame < frame; ++due) add(*due);
    waiting_.erase(waiting_.begin(), due);
    if (!failed_.load(std::memory_order_relaxed) && !file_.flush(frame))
        fail(path_.string() + " holds " + std::to_string(file_.messages()) + " messages " + file_.error());
}

void MidiRecorder::fail(std::string_view why) noexcept {
    if (failed_.load(std::memory_order_relaxed)) return;
    run_guarded([&] { failure_ = "recording of MIDI stopped: " + std::string(why); }, [](const char*) {});
    // Release: pairs with take_failure.
    failed_.store(true, std::memory_order_release);
}

void MidiRecorder::add(const Event& event) {
    if (failed_.load(std::memory_order_relaxed)) return;
    ChannelMessage message;
    if (event.channel == all_channels) {
        for (std::uint8_t c = 0; c < 16; ++c) {
            auto one = event;
            one.channel = c;
            if ((used_channels_ >> c & 1) != 0 && message_of(one, message)) file_.add(event.frame, message);
        }
    } else if (message_of(event, message)) {
        used_channels_ = static_cast<std::uint16_t>(used_channels_ | 1u << event.channel);
        file_.add(event.frame, message);
    } else if (const auto exclusive = exclusive_message_of(event); exclusive.size > 0) {
        file_.add_exclusive(event.frame, {exclusive.bytes.data(), exclusive.size});
    }
}

void MidiRecorder::stop() {
    if (!thread_.joinable()) return;
    stopping_.store(true, std::memory_order_relaxed);
    thread_.join();
    run_guarded([this] { write_up_to(engine_.state().clock().frame()); }, [this](const char* why) { fail(why); });
}

void MidiRecorder::finish() {
    stop();
    if (finished_) return;
    finished_ = true;
    try {
        output_.keep();
    } catch (const std::exception& error) {
        fail(error.what());
    }
}

std::string MidiRecorder::take_failure() {
    // Acquire: pairs with fail().
    if (failure_reported_ || !failed_.load(std::memory_order_acquire)) return {};
    failure_reported_ = true;
    return failure_;
}

}  // namespace forerun
