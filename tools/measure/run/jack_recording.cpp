#include "tools/measure/run/jack_recording.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace forerun::measure {

JackRecording::JackRecording()
    : client_(open_jack_device({.client = "forerun-recorder", .channels = 0, .input_channels = 1})) {
    client_->start([](void* self, const float* in, float*,
                      std::int64_t frames) noexcept { static_cast<JackRecording*>(self)->take(in, frames); },
                   this);
}

bool JackRecording::try_listen_to(const std::string& client) {
    const auto outputs = client_->outputs_of(client);
    return !outputs.empty() && client_->try_connect(outputs[0], client_->input_port(0));
}

void JackRecording::begin(double seconds) {
    // Whole periods.
    const auto frames = static_cast<std::int64_t>(seconds * rate_hz()) / block_frames() * block_frames();
    samples_.assign(static_cast<std::size_t>(frames), std::numeric_limits<float>::quiet_NaN());
    xruns_before_ = client_->statistics().underflows;
    begun_.store(true, std::memory_order_release);  // pairs with the acquire in take(), which then sees samples_
}

// [JACK's thread]
void JackRecording::take(const float* in, std::int64_t frames) noexcept {
    level_.store(level_of({in, static_cast<std::size_t>(frames)}), std::memory_order_relaxed);
    const auto frame = frames_ + client_->statistics().lost_frames;  // cycles that the server left out stay empty
    frames_ += frames;
    if (!begun_.load(std::memory_order_acquire) || done_.load(std::memory_order_relaxed)) return;
    if (first_ < 0) first_ = frame;
    const auto at = frame - first_;
    const auto length = std::ssize(samples_);
    std::copy_n(in, std::clamp<std::int64_t>(length - at, 0, frames), samples_.begin() + std::min(at, length));
    if (at + frames >= length) done_.store(true, std::memory_order_release);  // pairs with the acquire in done()
}

RecordedOnJack::RecordedOnJack(bool on, const std::string& client) {
    if (!on) return;
    recording_ = std::make_unique<JackRecording>();
    if (!recording_->try_listen_to(client)) recording_.reset();
}

void RecordedOnJack::put(Json& cell) const {
    if (recording_ && recording_->done())
        cell["sound"] = json_of(*recording_, sound_gaps(recording_->samples(), recording_->block_frames()));
}

Json json_of(const JackRecording& recording, const std::vector<SoundGap>& gaps) {
    Json j;
    const double level = level_of(recording.samples());
    if (level > 0) j["level_db"] = 20 * std::log10(level);
    j["xruns"] = recording.xruns();
    j["gaps"] = gaps.size();
    std::int64_t frames = 0;
    for (const auto& gap : gaps) frames += gap.frames;
    j["gap_frames"] = frames;
    using Kind = SoundGap::Kind;
    for (const auto kind : {Kind::silent, Kind::repeated, Kind::lost, Kind::step})
        j[std::string(name_of(kind))] =
            std::count_if(gaps.begin(), gaps.end(), [&](const SoundGap& g) { return g.kind == kind; });
    return j;
}

}  // namespace forerun::measure
