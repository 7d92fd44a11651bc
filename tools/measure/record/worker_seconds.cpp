#include "tools/measure/record/worker_seconds.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <ostream>

#include "tools/measure/record/csv.h"
#include "tools/measure/record/gap_causes.h"
#include "tools/report/reported_figures.h"

namespace forerun::measure {
namespace {

constexpr std::string_view compiled_name = figure_name("traces_compiled"), aborts_name = figure_name("trace_aborts");
constexpr std::int64_t second_nanoseconds = 1'000'000'000;
// A worker finds out somewhat later that it was not run.
constexpr std::int64_t finding_out_nanoseconds = 100'000'000;

}  // namespace

void write_worker_seconds(std::ostream& out, const std::vector<WorkerSecond>& seconds) {
    out << "second,worker";
    for (std::size_t c = 0; c < timed_causes; ++c) out << ',' << column_of(c);
    out << fmt::format(",{},{}\n", compiled_name, aborts_name);
    for (const auto& s : seconds) {
        out << s.second << ',' << s.worker;
        for (const double us : s.micros) out << fmt::format(",{}", us);
        out << ',' << s.traces_compiled << ',' << s.trace_aborts << '\n';
    }
}

std::vector<WorkerSecond> read_worker_seconds(std::istream& in, const std::string& place) {
    CsvReader csv(in, place);
    std::vector<WorkerSecond> seconds;
    while (csv.next()) {
        WorkerSecond s;
        s.second = csv.number<int>("second");
        s.worker = csv.number<std::uint32_t>("worker");
        for (std::size_t c = 0; c < timed_causes; ++c) s.micros[c] = csv.number<double>(column_of(c));
        s.traces_compiled = csv.number<std::uint64_t>(compiled_name);
        s.trace_aborts = csv.number<std::uint64_t>(aborts_name);
        if (std::accumulate(s.micros.begin(), s.micros.end(), 0.0) > 1'000'001)
            csv.refuse("a second is longer than a second");
        seconds.push_back(s);
    }
    return seconds;
}

std::vector<WorkerSeconds::Counted> WorkerSeconds::read() const {
    std::vector<Counted> counted;
    for (const auto* trace : traces_) counted.push_back({trace->traces_compiled(), trace->trace_aborts()});
    return counted;
}

void WorkerSeconds::begin(std::int64_t now) {
    from_nanoseconds_ = now;
    number_ = 0;
    before_ = read();
    waiting_.clear();
    done_.clear();
}

void WorkerSeconds::close_second(std::int64_t to) {
    const auto after = read();
    Second second{from_nanoseconds_, to, {}};
    for (std::uint32_t w = 0; w < after.size(); ++w)
        second.lines.push_back({.second = number_,
                                .worker = w,
                                .micros = {},
                                .traces_compiled = after[w].compiled - before_[w].compiled,
                                .trace_aborts = after[w].aborted - before_[w].aborted});
    waiting_.push_back(std::move(second));
    from_nanoseconds_ = to;
    ++number_;
    before_ = after;
}

void WorkerSeconds::complete(const Second& second, const std::vector<WorkerHistory>& workers) {
    for (auto line : second.lines) {
        const auto durations = workers[line.worker].durations(second.from_nanoseconds, second.to_nanoseconds);
        for (std::size_t a = 0; a < durations.size(); ++a)
            line.micros[static_cast<std::size_t>(cause_of(static_cast<Activity>(a)))] +=
                static_cast<double>(durations[a]) / 1000;
        done_.push_back(line);
    }
}

void WorkerSeconds::look(std::int64_t now, const std::vector<WorkerHistory>& workers) {
    if (from_nanoseconds_ == 0) return;
    while (now >= from_nanoseconds_ + second_nanoseconds) close_second(from_nanoseconds_ + second_nanoseconds);
    const auto all_recorded = [&](const Second& second) {
        return std::all_of(workers.begin(), workers.end(), [&](const WorkerHistory& worker) {
            return worker.known_until() > second.to_nanoseconds + finding_out_nanoseconds;
        });
    };
    while (!waiting_.empty() && all_recorded(waiting_.front())) {
        complete(waiting_.front(), workers);
        waiting_.pop_front();
    }
}

void WorkerSeconds::finish(std::int64_t end, const std::vector<WorkerHistory>& workers) {
    if (from_nanoseconds_ == 0) return;
    look(end, workers);
    if (end > from_nanoseconds_) close_second(end);
    for (const auto& second : waiting_) complete(second, workers);
    waiting_.clear();
    from_nanoseconds_ = 0;
}

std::int64_t WorkerSeconds::needed_from(std::int64_t now) const {
    if (!waiting_.empty()) return waiting_.front().from_nanoseconds;
    return from_nanoseconds_ == 0 ? now : from_nanoseconds_;
}

}  // namespace forerun::measure
