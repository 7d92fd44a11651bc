#include "tools/recording/stem_recorder.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "shared/bad_input.h"

namespace forerun {

namespace {

constexpr std::uint32_t sides = 2;
constexpr std::int64_t most_waiting_frames = 16384;
constexpr auto pause_between_stems = std::chrono::milliseconds(50);
constexpr int stem_writes_between_looks = 10;

bool silent(const StemRing::Packet& packet) {
    const auto zero = [](float x) { return x == 0.0f; };
    return std::all_of(packet.left, packet.left + packet.frames, zero) &&
           std::all_of(packet.right, packet.right + packet.frames, zero);
}

}  // namespace

StemRecorder::StemRecorder(std::vector<std::filesystem::path> paths, SoundFileFormat format, int rate_hz,
                           std::shared_ptr<StemRing> ring, How how)
    : paths_(std::move(paths)),
      format_(format),
      rate_hz_(rate_hz),
      ring_(std::move(ring)),
      how_(how),
      stems_(paths_.size()) {
    if (how_ == How::played) thread_ = GuardedThread([this] { run(); }, [this](const char* why) { fail(why); });
}

StemRecorder::~StemRecorder() {
    if (how_ == How::played) finish();
}

void StemRecorder::run() {
    for (int writes = 1; !stopping_.load(std::memory_order_relaxed); ++writes) {
        write_available();
        if (writes % stem_writes_between_looks == 0) check_files_exist();
        // The audio thread must not wake threads, so this one polls.
        std::this_thread::sleep_for(pause_between_stems);
    }
}

void StemRecorder::write_available() {
    const auto mixed_to = ring_->read([this](const StemRing::Packet& packet) { take(packet); });
    for (auto& stem : stems_) {
        if (!stem.file) continue;
        add_silence(stem, mixed_to);
        flush(stem);
    }
}

void StemRecorder::take(const StemRing::Packet& packet) {
    auto& stem = stems_[packet.instrument];
    if (failed_.load(std::memory_order_relaxed)) return;
    if (!stem.file) {
        if (silent(packet)) return;  // a voice before its start frame
        const auto& path = paths_[packet.instrument];
        try {
            stem.output = std::make_unique<OutputFile>(NamedFile{"--stems", path}, how_ == How::played
                                                                                       ? OutputFile::Until::recorded
                                                                                       : OutputFile::Until::whole);
            stem.file = std::make_unique<SoundFile>(stem.output->path(), format_, rate_hz_, sides, path.string());
        } catch (const BadInput& error) {
            return fail(error.what());
        }
    }
    add_silence(stem, packet.frame);
    for (std::int64_t i = 0; i < packet.frames; ++i) {
        stem.waiting.push_back(packet.left[i]);
        stem.waiting.push_back(packet.right[i]);
    }
    stem.frames += packet.frames;
    if (std::ssize(stem.waiting) >= most_waiting_frames * sides) flush(stem);
}

void StemRecorder::add_silence(Stem& stem, std::int64_t to_frame) {
    while (stem.frames < to_frame && !failed_.load(std::memory_order_relaxed)) {
        const auto piece = std::min(to_frame - stem.frames, most_waiting_frames);
        stem.waiting.resize(stem.waiting.size() + static_cast<std::size_t>(piece * sides));
        stem.frames += piece;
        if (std::ssize(stem.waiting) >= most_waiting_frames * sides) flush(stem);
    }
}

void StemRecorder::flush(Stem& stem) {
    if (!stem.waiting.empty() && !failed_.load(std::memory_order_relaxed) &&
        !stem.file->write(stem.waiting.data(), std::ssize(stem.waiting) / sides))
        fail_by(stem);
    stem.waiting.clear();
}

void StemRecorder::check_files_exist() {
    for (const auto& stem : stems_)
        if (stem.file && !stem.output->is_there())
            return fail(stem.file->name() + " was deleted or moved while it was recorded; leave it until the end");
}

void StemRecorder::fail_by(const Stem& stem) {
    fail(stem.file->name() + " holds " + std::to_string(stem.file->frames()) + " frames " + stem.file->error());
}

void StemRecorder::fail(std::string_view why) noexcept {
    if (failed_.load(std::memory_order_relaxed)) return;
    run_guarded([&] { failure_ = "recording of stems stopped: " + std::string(why); }, [](const char*) {});
    // Release: pairs with take_failure.
    failed_.store(true, std::memory_order_release);
}

void StemRecorder::finish() {
    if (finished_) return;
    finished_ = true;
    stopping_.store(true, std::memory_order_relaxed);
    if (thread_.joinable()) thread_.join();
    run_guarded([this] { write_available(); }, [this](const char* why) { fail(why); });
    for (auto& stem : stems_) {
        if (!stem.file) continue;
        if (!stem.file->close()) fail_by(stem);
        try {
            stem.output->keep();
        } catch (const std::exception& error) {
            fail(error.what());
        }
    }
}

std::string StemRecorder::take_failure() {
    // Acquire: pairs with fail().
    if (failure_reported_ || !failed_.load(std::memory_order_acquire)) return {};
    failure_reported_ = true;
    return failure_;
}

std::vector<StemRecorder::Recorded> StemRecorder::recorded() const {
    std::vector<Recorded> all;
    for (std::size_t i = 0; i < stems_.size(); ++i)
        if (stems_[i].file) all.push_back({i, paths_[i], stems_[i].file->frames(), ring_->dropped_frames(i)});
    return all;
}

}  // namespace forerun
