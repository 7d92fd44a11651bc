#include "tools/recording/recorder.h"

#include <algorithm>
#include <bit>
#include <chrono>

namespace forerun {

namespace {

constexpr std::uint64_t waiting_seconds = 4;
constexpr auto pause_between_writes = std::chrono::milliseconds(50);
constexpr int writes_between_looks = 10;

}  // namespace

Recorder::Recorder(const std::filesystem::path& path, SoundFileFormat format, int rate_hz, std::uint32_t channels)
    : path_(path),
      output_({"--record", path}, OutputFile::Until::recorded),
      file_(output_.path(), format, rate_hz, channels, path.string()),
      channels_(channels),
      ring_(std::bit_ceil(waiting_seconds * static_cast<std::uint64_t>(rate_hz) * channels)) {
    thread_ = GuardedThread([this] { run(); }, [this](const char* why) { fail(why); });
}

// A failure before the first sound leaves an existing file as it was.
Recorder::~Recorder() {
    stop();
    if (file_.frames() > 0) finish();
}

void Recorder::push_rt(const float* samples, std::int64_t frames) noexcept FORERUN_NONBLOCKING {
    const auto count = static_cast<std::uint64_t>(frames) * channels_;
    const auto written = written_.load(std::memory_order_relaxed);
    // Acquire: pairs with the release in write_available: these slots have been read.
    if (written + count - read_.load(std::memory_order_acquire) > ring_.size()) {
        dropped_frames_.store(dropped_frames_.load(std::memory_order_relaxed) + static_cast<std::uint64_t>(frames),
                              std::memory_order_relaxed);
        return;
    }
    const auto at = written & (ring_.size() - 1);
    const auto head = std::min<std::uint64_t>(count, ring_.size() - at);
    std::copy_n(samples, head, ring_.data() + at);
    std::copy_n(samples + head, count - head, ring_.data());
    // Release: pairs with the acquire in write_available.
    written_.store(written + count, std::memory_order_release);
}

void Recorder::run() {
    for (int writes = 1; !stopping_.load(std::memory_order_relaxed); ++writes) {
        write_available();
        if (writes % writes_between_looks == 0 && !output_.is_there())
            fail(path_.string() + " was deleted or moved while it was recorded; leave it until the end");
        // The audio thread must not wake threads, so this one polls.
        std::this_thread::sleep_for(pause_between_writes);
    }
}

void Recorder::write_available() {
    const auto written = written_.load(std::memory_order_acquire);
    auto read = read_.load(std::memory_order_relaxed);
    while (read < written) {
        const auto at = read & (ring_.size() - 1);
        // Complete frames only: the ring's size need not be a multiple of the channels, so a frame may wrap around its end.
        auto count = std::min<std::uint64_t>(written - read, ring_.size() - at);
        if (count >= channels_) {
            count -= count % channels_;
            write(ring_.data() + at, static_cast<std::int64_t>(count / channels_));
        } else {
            std::vector<float> frame(channels_);
            count = channels_;
            for (std::uint64_t c = 0; c < count; ++c) frame[c] = ring_[(read + c) & (ring_.size() - 1)];
            write(frame.data(), 1);
        }
        read += count;
        read_.store(read, std::memory_order_release);
    }
}

void Recorder::write(const float* samples, std::int64_t frames) {
    if (!failed_.load(std::memory_order_relaxed) && !file_.write(samples, frames)) fail_by_file();
}

void Recorder::fail(std::string_view why) noexcept {
    if (failed_.load(std::memory_order_relaxed)) return;
    run_guarded([&] { failure_ = "recording stopped: " + std::string(why); }, [](const char*) {});
    // Release: pairs with take_failure.
    failed_.store(true, std::memory_order_release);
}

void Recorder::fail_by_file() {
    fail(path_.string() + " holds " + std::to_string(file_.frames()) + " frames " + file_.error());
}

void Recorder::stop() {
    if (!thread_.joinable()) return;
    stopping_.store(true, std::memory_order_relaxed);
    thread_.join();
    run_guarded([this] { write_available(); }, [this](const char* why) { fail(why); });
}

void Recorder::finish() {
    stop();
    if (finished_) return;
    finished_ = true;
    if (!file_.close()) fail_by_file();
    try {
        output_.keep();
    } catch (const std::exception& error) {
        fail(error.what());
    }
}

std::string Recorder::take_failure() {
    // Acquire: pairs with fail().
    if (failure_reported_ || !failed_.load(std::memory_order_acquire)) return {};
    failure_reported_ = true;
    return failure_;
}

}  // namespace forerun
