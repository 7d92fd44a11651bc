// What each worker did in each second of a measurement, and how often its compiler gave up: the lines of workers.csv.
//
// A line's durations add up to its second (the last one may be shorter): every nanosecond belongs to one activity.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

#include "tools/measure/record/activity_trace.h"
#include "tools/measure/record/gap.h"
#include "tools/measure/record/worker_history.h"

namespace forerun::measure {

struct WorkerSecond {
    int second = 0;  // of the measurement, from 0
    std::uint32_t worker = 0;
    std::array<double, timed_causes> micros{};
    std::uint64_t traces_compiled = 0, trace_aborts = 0;
};

// A head line, then a line per worker and second. What is written is read back equal.
void write_worker_seconds(std::ostream& out, const std::vector<WorkerSecond>& seconds);
// `place` is the file's name for messages. BadInput: place:line, what is wrong.
std::vector<WorkerSecond> read_worker_seconds(std::istream& in, const std::string& place);

// Puts the lines together while a cell is measured. Belongs to the recorder's thread.
class WorkerSeconds {
public:
    // By worker; each outlives it.
    explicit WorkerSeconds(std::vector<const ActivityTrace*> traces) : traces_(std::move(traces)) {}

    void begin(std::int64_t now_nanoseconds);
    // Seconds that are over are counted; they are done when every worker's activity in them is recorded.
    void look(std::int64_t now_nanoseconds, const std::vector<WorkerHistory>& workers);
    // The measurement was over then, and nothing more will be recorded.
    void finish(std::int64_t end_nanoseconds, const std::vector<WorkerHistory>& workers);
    // What the workers did before that is not asked for any more.
    std::int64_t needed_from(std::int64_t now_nanoseconds) const;
    const std::vector<WorkerSecond>& done() const { return done_; }

private:
    struct Counted {
        std::uint64_t compiled = 0, aborted = 0;
    };
    struct Second {
        std::int64_t from_nanoseconds = 0, to_nanoseconds = 0;
        std::vector<WorkerSecond> lines;
    };
    std::vector<Counted> read() const;
    void close_second(std::int64_t to_nanoseconds);
    void complete(const Second& second, const std::vector<WorkerHistory>& workers);

    const std::vector<const ActivityTrace*> traces_;
    std::int64_t from_nanoseconds_ = 0;  // of the present second; 0: nothing is measured
    int number_ = 0;
    std::vector<Counted> before_;  // by worker, at its beginning
    std::deque<Second> waiting_;
    std::vector<WorkerSecond> done_;
};

}  // namespace forerun::measure
