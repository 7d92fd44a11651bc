#include "rt-engine/mixer/mixer.h"

#include <algorithm>

#include "shared/threads/flush_denormals.h"
#include "shared/threads/single_writer.h"

namespace forerun {
namespace {

constexpr std::size_t shaping_planes = 4;

}  // namespace

Mixer::Mixer(SharedState& state, const Configuration& configuration, const Rig& rig)
    : state_(state),
      max_block_frames_(configuration.max_block_frames),
      timer_(state_.statistics()),
      commands_(state_.commands()),
      pending_gains_(configuration.mixer_commands),
      voices_(state.header().slots),
      master_(state.header().channels, max_block_frames_, rig.master_gain_db, configuration.rate_hz,
              state_.statistics()),
      meter_period_(configuration.rate_hz),
      shaping_(static_cast<std::size_t>(max_block_frames_) * shaping_planes),
      log_(state_),
      tools_{fades_,
             {shaping_.data(), shaping_.data() + max_block_frames_},
             {shaping_.data() + 2 * max_block_frames_, shaping_.data() + 3 * max_block_frames_},
             log_,
             state_} {
    buses_.reserve(rig.buses.size());
    for (const BusDescription& bus : rig.buses) buses_.emplace_back(bus, max_block_frames_);
    if (buses_.empty()) buses_.emplace_back(BusDescription{}, max_block_frames_);
}

void Mixer::process(float* out, std::int64_t frames) noexcept FORERUN_NONBLOCKING {
    __builtin_prefetch(&state_.clock(), 1);  // workers look at it all the time, so it is never ours
    voices_.prefetch_first(frame_, std::min(frames, max_block_frames_));
    const FlushDenormals flush;
    const std::int64_t start = timer_.begin();
    state_.clock().stamp({frame_, start});
    log_.block_began(start);

    while (frames > 0) {
        const std::int64_t piece = std::min(frames, max_block_frames_);
        process_piece(out, piece);
        out += piece * master_.channels();
        frames -= piece;
    }

    bump(state_.heartbeat());
    timer_.end();
}

void Mixer::process_piece(float* out, std::int64_t frames) noexcept FORERUN_NONBLOCKING {
    log_.block_begins(frame_, frames);
    take_commands();
    hand_out_gains(frame_ + frames);
    voices_.mix({frame_, frames, buses_, stems_}, tools_);
    master_.gather(buses_, frame_, frames);
    master_.finish(out, frame_, frames);
    publish_meters(frames);

    frame_ += frames;
    state_.clock().advance(frame_);
}

void Mixer::take_commands() noexcept {
    MixerCommand command;
    std::int64_t count = 0;
    for (; !pending_gains_.full() && commands_.try_pop(command); ++count) apply(command);
    log_.commands_taken(count, frame_);
}

void Mixer::apply(const MixerCommand& command) noexcept {
    switch (command.kind) {
    case MixerCommandKind::start: {
        MixerCommand known = command;
        if (known.bus >= buses_.size()) known.bus = 0;
        voices_.start(known, frame_, tools_);
        break;
    }
    case MixerCommandKind::stop: voices_.stop(command, frame_); break;
    case MixerCommandKind::voice_gains:
    case MixerCommandKind::bus_gain:
    case MixerCommandKind::master_gain: pending_gains_.add(command, frame_); break;
    }
}

void Mixer::hand_out_gains(std::int64_t to) noexcept {
    pending_gains_.take_due(to, [&](const MixerCommand& command, GainChange& change) {
        if (command.kind == MixerCommandKind::master_gain) {
            master_.change_gain(change);
        } else if (command.kind == MixerCommandKind::bus_gain) {
            if (command.bus < buses_.size()) buses_[command.bus].change_gain(change);
        } else {
            voices_.change_gain(command, change);
        }
    });
}

void Mixer::publish_meters(std::int64_t frames) noexcept {
    const auto metered = meter_period_.add(frames);
    if (metered == 0) return;
    for (std::uint32_t b = 0; b < buses_.size() && b < state_.header().buses; ++b)
        buses_[b].meter().publish(state_.meter(b), 2, metered);
    master_.meter().publish(state_.meter(state_.header().buses), master_.channels(), metered);
}

void Mixer::end_underruns() noexcept { voices_.end_underruns(frame_, tools_); }

bool Mixer::ready_until(std::int64_t until) noexcept {
    take_commands();
    return voices_.ready_until(until, frame_);
}

}  // namespace forerun
