#include "rt-engine/audio-io/steady_output.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

#include "rt-engine/audio-io/clock_device.h"
#include "shared/bad_input.h"
#include "shared/time/sample_clock.h"

namespace forerun {
namespace {

// A pause of the owner's own (the program was suspended, a script compiled) says nothing about the device.
constexpr std::int64_t longest_watched_pause_nanoseconds = 100'000'000;
constexpr std::int64_t longest_block_nanoseconds = 2'000'000'000;  // to be mixed

void add(DeviceStatistics& sum, const DeviceStatistics& more) {
    sum.blocks += more.blocks;
    sum.underflows += more.underflows;
    sum.late_blocks += more.late_blocks;
    sum.abandoned_blocks += more.abandoned_blocks;
    sum.largest_block_frames = std::max(sum.largest_block_frames, more.largest_block_frames);
    sum.lost_frames += more.lost_frames;
}

}  // namespace

std::unique_ptr<Device> SteadyOutput::open_real_clock(const Fit& fit) {
    return std::make_unique<ClockDevice>(fit.rate_hz, fit.block_frames, fit.channels, make_monotonic_time_source(),
                                         fit.input_channels);
}

SteadyOutput::SteadyOutput(std::unique_ptr<Device> device, const Fit& fit, Open open_clock)
    : fit_(fit),
      open_clock_(std::move(open_clock)),
      name_(device->name()),
      latency_seconds_(device->latency_seconds()),
      reopen_(device->reopen()),
      relay_(fit.channels, std::llround(fade_in_seconds * fit.rate_hz)),
      sound_(relay_.seated(std::move(device))) {
    relay_.will_not_fade_in(*sound_);  // the first time
}

SteadyOutput::~SteadyOutput() { stop(); }

void SteadyOutput::start(Device::Callback callback, void* user) {
    relay_.set_callback(callback, user);
    relay_.try_pass_to(*sound_);
    CallbackRelay::start(*sound_);
    started_ = true;
}

void SteadyOutput::stop() noexcept {
    if (!started_) return;
    started_ = false;
    const auto give_up = monotonic_nanoseconds() + longest_block_nanoseconds;
    while (!relay_.try_end()) {
        if (monotonic_nanoseconds() > give_up) {
            // Whose turn it is was ended inside by its driver: no thread of it may be left.
            current().device->stop();
            return;
        }
        std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
}

std::vector<SteadyOutput::Line> SteadyOutput::update(std::int64_t now) {
    std::vector<Line> lines;
    if (!started_) return lines;
    const auto passed = std::min(now - last_update_nanoseconds_, longest_watched_pause_nanoseconds);
    last_update_nanoseconds_ = now;

    if (!on_clock_) {
        const bool went = !sound_->device->running();
        if (!went && !fell_silent(passed)) return lines;
        lines.push_back(
            {fmt::format("device {} {}, so the clock keeps time and nothing is heard; {}", name_,
                         went ? "has gone" : "does not ask for sound any more",
                         !went || reopen_ ? "it is taken up when it comes back" : "start again to be heard"),
             true});
        take_clock();
        next_try_nanoseconds_ = now + retry_nanoseconds;
    }
    if (!relay_.try_pass_to(*clock_)) return lines;  // a block is being mixed: at the next update
    if (sound_ && !sound_->device->running()) leave(sound_);
    if (sound_) {
        if (watch_.calls_since(sound_->device->statistics().blocks)) come_back(lines);
    } else if (reopen_ && now >= next_try_nanoseconds_) {
        next_try_nanoseconds_ = now + retry_nanoseconds;
        try_again(lines);
    }
    return lines;
}

bool SteadyOutput::fell_silent(std::int64_t passed_nanoseconds) {
    const auto block_nanoseconds =
        static_cast<std::int64_t>(1e9 * static_cast<double>(sound_->device->block_frames()) / fit_.rate_hz);
    return watch_.is_silent(sound_->device->statistics().blocks, block_nanoseconds, passed_nanoseconds);
}

// The clock's thread runs before it has the turn: until then it asks for nothing.
void SteadyOutput::take_clock() {
    clock_ = relay_.seated(open_clock_(fit_));
    relay_.will_not_fade_in(*clock_);
    CallbackRelay::start(*clock_);
    on_clock_ = true;
}

void SteadyOutput::leave(std::unique_ptr<Seat>& seat) {
    seat->device->stop();
    add(left_, seat->device->statistics());
    seat->device.reset();
    seat.reset();
}

// The clock still has the turn; its block ends at once, for it waits for nobody.
void SteadyOutput::come_back(std::vector<Line>& lines) {
    CallbackRelay::will_fade_in(*sound_);
    watch_.begin(sound_->device->statistics().blocks);
    if (!relay_.try_pass_to(*sound_)) return;  // at the next update
    on_clock_ = false;
    leave(clock_);
    refusal_.clear();
    auto text = fmt::format("device {} is back", name_);
    if (sound_->device->block_frames() > fit_.block_frames)
        text += fmt::format("; its blocks are larger now ({} frames, not {}), so notes that you play are later",
                            sound_->device->block_frames(), fit_.block_frames);
    lines.push_back({text});
}

void SteadyOutput::try_again(std::vector<Line>& lines) {
    std::unique_ptr<Device> device;
    try {
        device = reopen_();
        if (device->input_channels() != fit_.input_channels)
            return refuse("without the inputs that are played with: give them back, or start again", lines);
        if (device->rate_hz() != fit_.rate_hz || device->channels() != fit_.channels)
            return refuse(
                fmt::format("with {:.0f} Hz, and voices are rendered for {:.0f} Hz: set it back, or start again",
                            device->rate_hz(), fit_.rate_hz),
                lines);
        if (device->block_frames() > fit_.max_block_frames)
            return refuse(fmt::format("with blocks of {} frames, and the engine has room for {}: set it back, or start "
                                      "again",
                                      device->block_frames(), fit_.max_block_frames),
                          lines);
        auto seat = relay_.seated(std::move(device));
        CallbackRelay::start(*seat);
        sound_ = std::move(seat);
    } catch (const DeviceRefusal& refusal) {
        return refuse(fmt::format("but cannot be used ({})", refusal.what()), lines);
    } catch (const BadInput&) {
        return;  // it is still away
    }
    come_back(lines);
}

void SteadyOutput::refuse(const std::string& why, std::vector<Line>& lines) {
    if (why == refusal_) return;
    refusal_ = why;
    lines.push_back({fmt::format("device {} is there again {}; the clock goes on", name_, why)});
}

DeviceStatistics SteadyOutput::statistics() const {
    auto sum = left_;
    for (const auto* seat : {sound_.get(), clock_.get()})
        if (seat) add(sum, seat->device->statistics());
    return sum;
}

}  // namespace forerun
