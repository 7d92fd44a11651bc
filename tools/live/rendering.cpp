#include "tools/live/rendering.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>
#include <vector>

#include "shared/bad_input.h"
#include "shared/time/quantum.h"
#include "tools/live/notifications.h"
#include "tools/process/stop_signal.h"

namespace forerun {

namespace {

constexpr double render_lead_seconds = 1;  // how much further than the depth the file's events are handed over
constexpr double seconds_between_looks = 0.003;

}  // namespace

Rendering::Rendering(Engine& engine, MidiPlayer& player, SoundFile& file, StemRecorder* stems, RenderEnd end,
                     std::string name)
    : engine_(engine),
      player_(player),
      writer_(file, engine.configuration().channels),
      stems_(stems),
      end_(end),
      name_(std::move(name)),
      rate_hz_(engine.configuration().rate_hz),
      fills_(engine) {}

Rendering::Ended Rendering::run() {
    const auto& c = engine_.configuration();
    std::vector<float> out(static_cast<std::size_t>(c.block_frames) * c.channels);
    bool silent = false;
    while (frame_ < end_.frame && !silent) {
        if (stop_requested()) return Ended::interrupted;
        const auto frames = std::min(c.block_frames, end_.frame - frame_);
        hand_events_on(frames);
        engine_.render(out.data(), frames);
        frame_ += frames;
        writer_.write(out.data(), frames);
        if (stems_) write_stems();
        look_around();
        silent = !end_.exact && frame_ >= player_.end_frame() && player_.finished() && engine_.idle();
    }
    writer_.finish(end_.exact ? end_.frame : player_.end_frame());
    next_look_seconds_ = 0;
    look_around();
    bar_.end();
    return end_.exact || silent ? Ended::complete : Ended::cut;
}

void Rendering::write_stems() {
    stems_->drain();
    if (const auto failure = stems_->take_failure(); !failure.empty()) throw std::runtime_error(failure);
}

void Rendering::hand_events_on(std::int64_t frames) {
    const auto least = frame_ + frames + quantum_frames;  // what Engine::render asks to be promised
    player_.advance_to(least + engine_.configuration().depth_frames + std::llround(render_lead_seconds * rate_hz_));
    if (player_.promised_frame() < least)
        throw BadInput(fmt::format("{}: more events at {:.3f} s than the engine takes at one moment; thin them out",
                                   name_, static_cast<double>(player_.promised_frame()) / rate_hz_));
}

// Notifications, fills and the bar: every few milliseconds of wall time are enough.
void Rendering::look_around() {
    const auto wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
    if (wall < next_look_seconds_) return;
    next_look_seconds_ = wall + seconds_between_looks;
    fills_.sample();
    read_notifications(news_, engine_, problems_);  // shown at the end, in one place
    const auto total = end_.exact ? end_.frame : std::max(frame_, player_.end_frame());
    bar_.show(static_cast<double>(frame_) / rate_hz_, static_cast<double>(total) / rate_hz_, wall);
}

void Rendering::describe(RunReport& report) const {
    for (const auto& least : fills_.least()) report.least_fill.push_back({least, ""});
    report.fill_samples = fills_.samples();
    report.problems = problems_.lines();
    report.problems_left_out = problems_.left_out();
    report.peak = static_cast<double>(writer_.peak());
    report.played_seconds = static_cast<double>(writer_.frames()) / rate_hz_;
}

}  // namespace forerun
