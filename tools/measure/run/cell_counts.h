// What the engine counted while a cell was measured: the difference between two moments, and its histograms.
#pragma once

#include "rt-engine/audio-io/device.h"
#include "rt-engine/forerun.h"
#include "shared/figures.h"
#include "tools/measure/record/cell_record.h"
#include "tools/measure/run/cell_recorder.h"

namespace forerun::measure {

class CellCounts {
public:
    // The measurement begins now.
    CellCounts(const Engine& engine, const Device& device, const CellProbes& probes);
    // It ends now.
    void finish();
    // Distributions of events, since the engine began: somewhat later, when the last answers are there.
    void read_answers();
    // Into cell.json: "seconds", "counts", "cpu_share" (of one core, all workers), "rendered_per_played".
    void put(CellRecord& record, const CellRecorder::Counts& recorded) const;

private:
    struct Reading {
        Figures figures;
        Json others, faults;  // what the device and the system count; faults that were injected
        std::int64_t nanoseconds = 0, frame = 0;
        double process_cpu_seconds = 0;
    };
    Reading read() const;

    const Engine& engine_;
    const Device& device_;
    const CellProbes& probes_;
    Reading before_, after_;
    Figures answers_;
};

}  // namespace forerun::measure
