// The mixer's handle of SharedState: it writes the clock, its figures, its meters and its line of each voice, takes commands
// and sends reports. The rest is read-only.
#pragma once

#include <cstdint>

#include "shared/shared_state.h"

namespace forerun {

class MixerSide {
public:
    explicit MixerSide(SharedState& state) : state_(&state) {}

    const SharedHeader& header() const { return view().header(); }
    const WorkerLine& worker(std::uint32_t index) const { return view().worker(index); }

    SampleClock& clock() const { return state_->clock(); }
    Counter& heartbeat() const { return state_->header().heartbeat; }
    MixerStatistics& statistics() const { return state_->header().mixer; }
    // Of buses, then the master's at index buses.
    Meter& meter(std::uint32_t bus) const { return state_->meter(bus); }
    TimelineLines timeline_lines(std::uint32_t slot) const { return state_->timeline_lines(slot, mixer_reader); }

    QueueReader<MixerCommand> commands() const { return state_->mixer_command_reader(); }
    QueueWriter<MixerReport> reports() const { return state_->mixer_report_writer(); }  // once

private:
    const SharedState& view() const { return *state_; }

    SharedState* state_;
};

}  // namespace forerun
