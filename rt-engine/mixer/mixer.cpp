#include "rt-engine/mixer/mixer.h"

#include <algorithm>

#include "shared/threads/flush_denormals.h"
#include "shared/threads/single_writer.h"

namespace forerun {
namespace {

constexpr std::uint32_t shaping_planes = 4;
constexpr std::int64_t meters_per_second = 10;

// How many voices ahead lines and samples are asked for, so that they are there when their voice's turn comes.
constexpr std::size_t lines_ahead = 8;
constexpr std::size_t samples_ahead = 6;

}  // namespace

Mixer::Mixer(SharedState& state, const Configuration& configuration, const Rig& rig)
    : state_(state),
      statistics_(state_.statistics()),
      channels_(state.header().channels),
      max_block_frames_(configuration.max_block_frames),
      commands_(state_.commands()),
      pending_gains_(configuration.mixer_commands),
      voices_(state.header().slots),
      sounding_(state.header().slots),
      master_gain_(linear_gain(rig.master_gain_db), linear_gain(rig.master_gain_db)),
      limiter_(configuration.rate_hz),
      meter_period_frames_(
          std::max<std::int64_t>(1, static_cast<std::int64_t>(configuration.rate_hz) / meters_per_second)),
      planes_(static_cast<std::size_t>(max_block_frames_) * (channels_ + shaping_planes)),
      log_(state_),
      tools_{fades_,
             {plane(channels_), plane(channels_ + 1)},
             {plane(channels_ + 2), plane(channels_ + 3)},
             log_,
             state_} {
    order_.reserve(voices_.size());
    buses_.reserve(rig.buses.size());
    for (const BusDescription& bus : rig.buses) buses_.emplace_back(bus, max_block_frames_);
    if (buses_.empty()) buses_.emplace_back(BusDescription{}, max_block_frames_);
}

void Mixer::process(float* out, std::int64_t frames) noexcept FORERUN_NONBLOCKING {
    prefetch_first(std::min(frames, max_block_frames_));
    const FlushDenormals flush;
    const std::int64_t start = monotonic_nanoseconds();
    if (last_start_nanoseconds_ != 0)
        statistics_.interval_nanoseconds.add(static_cast<std::uint64_t>(start - last_start_nanoseconds_));
    last_start_nanoseconds_ = start;
    state_.clock().stamp({frame_, start});
    log_.block_began(start);

    while (frames > 0) {
        const std::int64_t piece = std::min(frames, max_block_frames_);
        process_piece(out, piece);
        out += piece * channels_;
        frames -= piece;
    }

    bump(statistics_.callbacks);
    bump(state_.heartbeat());
    statistics_.callback_nanoseconds.add(static_cast<std::uint64_t>(monotonic_nanoseconds() - start));
}

void Mixer::process_piece(float* out, std::int64_t frames) noexcept FORERUN_NONBLOCKING {
    log_.block_begins(frame_, frames);
    take_commands();
    hand_out_gains(frame_ + frames);
    if (stems_ == nullptr)
        mix_voices<false>(frames);
    else
        mix_voices<true>(frames);

    for (std::uint32_t c = 0; c < channels_; ++c) std::fill_n(plane(c), frames, 0.0f);
    for (MixBus& bus : buses_) bus.add_to(plane(0), channels_, max_block_frames_, frame_, frames);
    apply_master_gain(frames);
    limit(frames);
    interleave(out, frames);
    publish_meters(frames);

    frame_ += frames;
    state_.clock().advance(frame_);
}

// ---- Commands

void Mixer::take_commands() noexcept {
    MixerCommand command;
    std::int64_t count = 0;
    for (; !pending_gains_.full() && commands_.try_pop(command); ++count) apply(command);
    log_.commands_taken(count, frame_);
}

void Mixer::apply(const MixerCommand& command) noexcept {
    switch (command.kind) {
    case MixerCommandKind::start: start_voice(command); break;
    case MixerCommandKind::stop:
        if (lives(command)) voices_[command.slot].stop(command.frame, frame_);
        break;
    case MixerCommandKind::voice_gains:
    case MixerCommandKind::bus_gain:
    case MixerCommandKind::master_gain: pending_gains_.add(command, frame_); break;
    }
}

void Mixer::start_voice(const MixerCommand& command) noexcept {
    if (command.slot >= voices_.size()) return;
    // The conductor hands a slot out again only after its release, so it is free here; if not, the old voice gives way.
    if (sounding_[command.slot] != 0) {
        voices_[command.slot].release(frame_, tools_);
        order_.erase(std::find(order_.begin(), order_.end(), command.slot));
    }
    MixerCommand known = command;
    if (known.bus >= buses_.size()) known.bus = 0;
    voices_[command.slot].start(known, state_);
    sounding_[command.slot] = command.serial;
    const auto place =
        std::upper_bound(order_.begin(), order_.end(), command.serial,
                         [&](std::uint64_t serial, std::uint16_t slot) { return serial < sounding_[slot]; });
    order_.insert(place, command.slot);  // within what was reserved
}

bool Mixer::lives(const MixerCommand& command) const noexcept {
    return command.slot < voices_.size() && sounding_[command.slot] != 0 &&
           voices_[command.slot].generation() == command.generation;
}

void Mixer::hand_out_gains(std::int64_t to) noexcept {
    pending_gains_.take_due(to, [&](const MixerCommand& command, GainChange& change) {
        if (command.kind == MixerCommandKind::master_gain) {
            master_gain_.append(change);
        } else if (command.kind == MixerCommandKind::bus_gain) {
            if (command.bus < buses_.size()) buses_[command.bus].change_gain(change);
        } else if (lives(command)) {
            voices_[command.slot].change_gain(change);
        }
    });
}

// ---- Signal path

void Mixer::prefetch_first(std::int64_t frames) const noexcept {
    __builtin_prefetch(&state_.clock(), 1);  // workers look at it all the time, so it is never ours
    for (std::size_t i = 0; i < std::min(lines_ahead, order_.size()); ++i) {
        voices_[order_[i]].prefetch_line();
        if (i < samples_ahead) voices_[order_[i]].prefetch_samples(frame_, frames);
    }
}

template <bool with_stems>
void Mixer::mix_voices(std::int64_t frames) noexcept {
    const std::size_t count = order_.size();
    std::size_t kept = 0;
    PlainBatch batch;
    if constexpr (with_stems) stems_->begin_block(frame_, frames);
    for (std::size_t i = 0; i < count; ++i) {
        if (i + lines_ahead < count) voices_[order_[i + lines_ahead]].prefetch_line();
        if (i + samples_ahead < count) voices_[order_[i + samples_ahead]].prefetch_samples(frame_, frames);
        const std::uint16_t slot = order_[i];
        MixedVoice& voice = voices_[slot];
        MixBus& bus = buses_[voice.bus()];
        StemBlock stem;
        if constexpr (with_stems) stem = stems_->block_of(voice.instrument());
        const VoiceBlock block{frame_, frame_ + frames, bus.left(frames), bus.right(), stem};
        order_[kept] = slot;
        if (voice.mix_plain(block, batch)) {
            ++kept;
            continue;
        }
        batch.flush();  // what came before is summed before
        if (voice.mix(block, tools_)) {
            ++kept;
        } else {
            sounding_[slot] = 0;
        }
    }
    batch.flush();
    if constexpr (with_stems) stems_->end_block();
    order_.resize(kept);
}

void Mixer::apply_master_gain(std::int64_t frames) noexcept {
    for (std::int64_t done = 0; done < frames;) {
        const std::int64_t piece = master_gain_.next_piece(frame_ + done, frames - done);
        for (std::uint32_t c = 0; c < channels_; ++c) {
            float* const samples = plane(c) + done;
            if (master_gain_.ramping(frame_ + done)) {
                kernels::scale_ramp(samples, master_gain_.ramp_from().left, master_gain_.target().left,
                                    master_gain_.ramp_position(frame_ + done), piece);
            } else if (master_gain_.target().left != 1.0f) {
                kernels::scale(samples, master_gain_.target().left, piece);
            }
        }
        done += piece;
    }
    master_gain_.finish_block();
}

void Mixer::limit(std::int64_t frames) noexcept {
    const auto outcome = limiter_.process(plane(0), channels_, max_block_frames_, frames);
    if (outcome.limited_frames != 0)
        bump(statistics_.limited_frames, static_cast<std::uint64_t>(outcome.limited_frames));
    if (outcome.non_finite_samples != 0)
        bump(statistics_.non_finite_samples, static_cast<std::uint64_t>(outcome.non_finite_samples));
}

void Mixer::interleave(float* out, std::int64_t frames) const noexcept {
    const float* const samples = planes_.data();
    if (channels_ == 2) {
        const float* const right = samples + max_block_frames_;
        for (std::int64_t i = 0; i < frames; ++i) {
            out[2 * i] = samples[i];
            out[2 * i + 1] = right[i];
        }
        return;
    }
    for (std::uint32_t c = 0; c < channels_; ++c)
        for (std::int64_t i = 0; i < frames; ++i) out[i * channels_ + c] = samples[c * max_block_frames_ + i];
}

void Mixer::publish_meters(std::int64_t frames) noexcept {
    for (std::uint32_t c = 0; c < channels_; ++c) master_meter_.measure(c, plane(c), frames);
    metered_frames_ += frames;
    if (metered_frames_ < meter_period_frames_) return;
    for (std::uint32_t b = 0; b < buses_.size() && b < state_.header().buses; ++b)
        buses_[b].meter().publish(state_.meter(b), 2, metered_frames_);
    master_meter_.publish(state_.meter(state_.header().buses), channels_, metered_frames_);
    metered_frames_ = 0;
}

void Mixer::end_underruns() noexcept {
    for (const auto slot : order_) voices_[slot].end_underrun(frame_, tools_);
}

bool Mixer::ready_until(std::int64_t until) noexcept {
    take_commands();
    return std::all_of(order_.begin(), order_.end(),
                       [&](std::uint16_t slot) { return voices_[slot].ready_until(until, frame_); });
}

}  // namespace forerun
