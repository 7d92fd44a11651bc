// One worker's handle of SharedState: it writes its own line, its voices' lines, rings and levels, takes messages and sends
// reports. The rest is read-only: the clock, what readers publish, a note's start values.
#pragma once

#include <cstdint>
#include <span>

#include "shared/shared_state.h"
#include "shared/timeline/reader_lines.h"

namespace forerun {

class WorkerSide {
public:
    WorkerSide(SharedState& state, std::uint32_t worker) : state_(&state), worker_(worker) {}

    const SharedHeader& header() const { return view().header(); }
    const SampleClock& clock() const { return view().clock(); }
    std::span<const float> start_parameters(std::uint32_t slot) const { return state_->start_parameters(slot); }
    ReaderLines readers(std::uint32_t slot, AttachedReaders attached) const {
        return {&view().reader(slot, 0), attached};
    }

    std::uint32_t worker() const { return worker_; }
    WorkerLine& line() const { return state_->worker(worker_); }
    // Of its own voices alone.
    VoiceLine& voice(std::uint32_t slot) const { return state_->voice(slot); }
    WorkerVoiceLine& worker_voice(std::uint32_t slot) const { return state_->worker_voice(slot); }
    std::atomic<float>& level(std::uint32_t slot, std::int64_t quantum) const { return state_->level(slot, quantum); }
    RingMemory ring(std::uint32_t index) const { return state_->ring(index); }

    QueueReader<VoiceMessage> messages() const { return state_->worker_message_reader(worker_); }
    // Once.
    QueueWriter<WorkerReport> reports() const { return state_->worker_report_writer(worker_); }

private:
    const SharedState& view() const { return *state_; }

    SharedState* state_;
    std::uint32_t worker_;
};

}  // namespace forerun
