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

// A pause of the owner's own (the program was suspended, a script compiled) tells nothing about the device.
constexpr std::int64_t longest_watched_pause_nanoseconds = 100'000'000;
constexpr std::int64_t longest_block_nanoseconds = 2'000'000'000;  // to be mixed

void add(DeviceStatistics& sum, const DeviceStatistics& more) {
    sum.blocks += more.blocks;
    sum.underflows += more.underflows;
    sum.late_blocks += more.late_blocks;
    sum.abandoned_blocks += more.abandoned_blocks;
    sum.largest_block_frames = std::max(sum.largest_block_frames, more.largest_block_frames);
}

}  // namespace

std::unique_ptr<Device> SteadyOutput::open_real_clock(const Fit& fit) {
    return std::make_unique<ClockDevice>(fit.rate_hz, fit.block_frames, fit.channels);
}

SteadyOutput::SteadyOutput(std::unique_ptr<Device> device, const Fit& fit, Open open_clock)
    : fit_(fit),
      open_clock_(std::move(open_clock)),
      fade_frames_(std::llround(fade_in_seconds * fit.rate_hz)),
      name_(device->name()),
      latency_seconds_(device->latency_seconds()),
      reopen_(device->reopen()),
      sound_(seated(std::move(device))) {
    sound_->faded_frames = fade_frames_;  // the first time it begins as it is
}

SteadyOutput::~SteadyOutput() { stop(); }

std::unique_ptr<SteadyOutput::Seat> SteadyOutput::seated(std::unique_ptr<Device> device) {
    auto seat = std::make_unique<Seat>();
    seat->output = this;
    seat->number = ++seats_;
    seat->device = std::move(device);
    return seat;
}

void SteadyOutput::start(Device::Callback callback, void* user) {
    callback_ = callback;
    user_ = user;
    try_pass_turn_to(*sound_);
    sound_->device->start(call, sound_.get());
    started_ = true;
}

void SteadyOutput::stop() noexcept {
    if (!started_) return;
    started_ = false;
    const auto give_up = monotonic_nanoseconds() + longest_block_nanoseconds;
    while (!turn_.try_pass(turn_number_, AudioTurn::nobody)) {
        if (monotonic_nanoseconds() > give_up) {
            // Whose turn it is was ended inside by its driver: no thread of it may be left.
            current().device->stop();
            return;
        }
        std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    turn_number_ = AudioTurn::nobody;
}

// [audio thread, of any device]
void SteadyOutput::call(void* user, float* out, std::int64_t frames) noexcept {
    auto& seat = *static_cast<Seat*>(user);
    auto& output = *seat.output;
    if (!output.turn_.try_enter(seat.number)) {
        std::fill_n(out, frames * output.fit_.channels, 0.0f);
        return;
    }
    output.callback_(output.user_, out, frames);
    output.fade_in(seat, out, frames);
    output.turn_.leave(seat.number);
}

void SteadyOutput::fade_in(Seat& seat, float* out, std::int64_t frames) const noexcept {
    const auto channels = static_cast<std::int64_t>(fit_.channels);
    for (std::int64_t i = 0; i < frames && seat.faded_frames < fade_frames_; ++i, ++seat.faded_frames) {
        const auto gain = static_cast<float>(seat.faded_frames) / static_cast<float>(fade_frames_);
        for (std::int64_t c = 0; c < channels; ++c) out[i * channels + c] *= gain;
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
    if (!try_pass_turn_to(*clock_)) return lines;  // a block is being mixed: at the next update
    if (sound_ && !sound_->device->running()) leave(sound_);
    if (sound_) {
        if (sound_->device->statistics().blocks != seen_blocks_) come_back(lines);
    } else if (reopen_ && now >= next_try_nanoseconds_) {
        next_try_nanoseconds_ = now + retry_nanoseconds;
        try_again(lines);
    }
    return lines;
}

bool SteadyOutput::fell_silent(std::int64_t passed_nanoseconds) {
    const auto blocks = sound_->device->statistics().blocks;
    silent_nanoseconds_ = blocks == seen_blocks_ ? silent_nanoseconds_ + passed_nanoseconds : 0;
    seen_blocks_ = blocks;
    const auto block_nanoseconds =
        static_cast<std::int64_t>(1e9 * static_cast<double>(sound_->device->block_frames()) / fit_.rate_hz);
    return silent_nanoseconds_ > silence_nanoseconds + 2 * block_nanoseconds;
}

// The clock's thread runs before it has the turn: until then it asks for nothing.
void SteadyOutput::take_clock() {
    clock_ = seated(open_clock_(fit_));
    clock_->faded_frames = fade_frames_;
    clock_->device->start(call, clock_.get());
    on_clock_ = true;
}

bool SteadyOutput::try_pass_turn_to(const Seat& seat) {
    if (turn_number_ == seat.number) return true;
    if (!turn_.try_pass(turn_number_, seat.number)) return false;
    turn_number_ = seat.number;
    return true;
}

void SteadyOutput::leave(std::unique_ptr<Seat>& seat) {
    seat->device->stop();
    add(left_, seat->device->statistics());
    seat->device.reset();
    seat.reset();
}

// The clock still has the turn; its block ends at once, for it waits for nobody.
void SteadyOutput::come_back(std::vector<Line>& lines) {
    sound_->faded_frames = 0;
    seen_blocks_ = sound_->device->statistics().blocks;
    silent_nanoseconds_ = 0;
    if (!try_pass_turn_to(*sound_)) return;  // at the next update
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
        auto seat = seated(std::move(device));
        seat->device->start(call, seat.get());
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
