// Records an engine while a cell is measured: every underrun with its cause, how full the rings are, what changed.
//
// Belongs to one thread, which calls look() about every millisecond and is the one reader of the engine's notifications and
// of the workers' traces. Only what the engine reports anyway is read, so recording costs the audio thread nothing.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "rt-engine/forerun.h"
#include "tools/measure/record/cell_record.h"
#include "tools/measure/record/gap_causes.h"
#include "tools/measure/record/worker_seconds.h"
#include "tools/measure/run/cell_probes.h"

namespace forerun::measure {

class CellRecorder {
public:
    // probes: of this engine, after its start.
    CellRecorder(Engine& engine, const CellProbes& probes);

    // From this engine frame on it is measured.
    void measure_from(std::int64_t frame, std::int64_t now_nanoseconds);
    // Up to this one: a gap that lasts longer ends there. Without it: until finish().
    void measure_to(std::int64_t frame, std::int64_t now_nanoseconds);
    void look(std::int64_t now_nanoseconds);
    // Those since measure_from whose cause is known by now.
    const std::vector<Gap>& gaps() const { return gaps_; }
    // Nothing more will come: open gaps get the explanation known so far. After Engine::stop(), which reports
    // underruns that have not ended. Fills in gaps, windows, workers, pictures.
    void finish(std::int64_t now_nanoseconds, CellRecord& record);

    // Notifications that are no underruns, by kind, since measure_from.
    struct Counts {
        std::uint64_t errors = 0, quality_changes = 0, late_switches = 0, voices_started = 0, voices_stolen = 0;
        std::uint64_t spans_lost = 0;
        std::string first_error;
    };
    const Counts& counts() const { return counts_; }

private:
    static constexpr std::size_t most_pictures = 12;
    static constexpr std::int64_t kept_nanoseconds = 4'000'000'000;    // of the workers' history
    static constexpr std::int64_t patience_nanoseconds = 500'000'000;  // for what a worker reports after its stretch

    void take_notifications();
    void take_spans();
    bool explained(const UnderrunRecord& record, std::int64_t now_nanoseconds, bool at_once);
    void add(const UnderrunRecord& record);
    void draw(std::size_t gap, const UnderrunRecord& record, std::int64_t length_nanoseconds);

    Engine& engine_;
    const double rate_hz_;
    FillWatch fills_;
    const CellProbes& probes_;
    std::vector<WorkerHistory> workers_;
    std::deque<UnderrunRecord> waiting_;
    WorkerSeconds seconds_;
    std::int64_t first_frame_ = INT64_MAX, end_frame_ = INT64_MAX;
    std::int64_t end_nanoseconds_ = INT64_MAX;
    std::vector<Gap> gaps_;
    std::vector<GapPicture> pictures_;
    Counts counts_;
};

}  // namespace forerun::measure
