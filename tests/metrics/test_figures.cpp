// The table of metrics makes everything else: every figure is added over workers, subtracted, and reported in JSON, in the text and on
// its page, under one name.

#include "shared/figures.h"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "tests/scenes/catch.h"
#include "tools/measure/record/gap_causes.h"
#include "tools/report/figures_page.h"
#include "tools/report/reported_figures.h"
#include "tools/report/run_report.h"

using namespace forerun;

namespace {

void let_count(Counter& counter, std::uint64_t amount) { bump(counter, amount); }
void let_count(SharedCounter& counter, std::uint64_t amount) {
    for (std::uint64_t n = 0; n < std::min<std::uint64_t>(amount, 100); ++n) bump(counter);
}
void let_count(Gauge& gauge, std::uint64_t amount) { gauge.store(amount); }
void let_count(Maximum& maximum, std::uint64_t amount) { maximum.raise_to(amount); }
void let_count(Histogram& histogram, std::uint64_t amount) { histogram.add(amount); }
void let_count(CounterByActivity& counters, std::uint64_t amount) { bump(counters[0], amount); }

// Every figure of mixer, conductor, producers and of that worker counts `amount`; the one called `more` counts `much`.
struct Amounts {
    std::uint64_t amount = 1;
    std::string_view more;
    std::uint64_t much = 5'000'000'000;
    std::uint64_t of(std::string_view name) const { return name == more ? much : amount; }
};
void let_all_count(SharedState& state, std::uint32_t w, const Amounts& amounts) {
    auto& mixer = state.header().mixer;
    auto& conductor = state.header().conductor;
    auto& worker = state.worker(w);
#define LET_COUNT(place, name, unit) let_count(place.FORERUN_FIELD_##unit(name), amounts.of(FORERUN_NAME_##unit(name)));
#define LET_MIXER_COUNT(kind, name, unit, meaning) LET_COUNT(mixer, name, unit)
#define LET_CONDUCTOR_COUNT(kind, name, unit, meaning) LET_COUNT(conductor, name, unit)
#define LET_WORKER_COUNT(kind, name, unit, meaning) LET_COUNT(worker, name, unit)
    FORERUN_METRICS(LET_MIXER_COUNT, LET_CONDUCTOR_COUNT, LET_CONDUCTOR_COUNT, LET_WORKER_COUNT)
}

struct Run {
    Configuration configuration;
    SharedState state;
    explicit Run(const Amounts& amounts) : configuration(small()), state(configuration) {
        let_all_count(state, 0, amounts);
    }
    static Configuration small() {
        Configuration c;
        c.workers = 2;
        c.voices = 4;
        return c;
    }
    RunReport report() const {
        RunReport r;
        r.wall_seconds = 10;
        r.peak = 0.5;
        collect(r, state, configuration, Rig{});
        return r;
    }
};

std::uint64_t number(std::uint64_t value) { return value; }
std::uint64_t number(const Distribution& distribution) { return distribution.count(); }
std::uint64_t number(const CountByActivity& counts) { return counts[0]; }

}  // namespace

TEST_CASE("figures have one name, which says the unit where it is a time") {
    std::set<std::string_view> names;
    for (const auto& metric : metrics) {
        INFO(metric.name);
        CHECK(names.insert(metric.name).second);
        CHECK(metric.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos);
        CHECK_FALSE(metric.meaning.empty());
        const bool is_time = scale_of(metric.unit) != 1;
        const auto ends = [&](std::string_view end) { return metric.name.ends_with(end); };
        CHECK(is_time == (ends("_us") || ends("_ms") || ends("_seconds")));
    }
    for (const auto& figure : device_figures) CHECK(names.insert(figure.name).second);
    for (const auto& figure : derived_figures) CHECK(names.insert(figure.name).second);
}

TEST_CASE("every figure is copied, and workers are taken together") {
    Run run({.amount = 3});
    let_all_count(run.state, 1, {.amount = 4});
    const auto whole = figures_of(run.state), second = figures_of(run.state.worker(1));
    std::size_t seen = 0;
    for_each_figure(whole, [&](const Metric& metric, const auto& value) {
        INFO(metric.name);
        CHECK(metric.name == metrics[seen++].name);
        if (metric.kind == "Histogram")
            CHECK(number(value) == 2);
        else if (metric.kind == "Maximum" && metric.writer == MetricWriter::conductor)
            CHECK(number(value) == 4);
        else
            CHECK(number(value) == 7);
    });
    CHECK(seen == std::size(metrics));
    for_each_figure(second, [&](const Metric& metric, const auto& value) {
        INFO(metric.name);
        const auto expected = metric.writer != MetricWriter::worker ? 0u : metric.kind == "Histogram" ? 1u : 4u;
        CHECK(number(value) == expected);
    });
}

TEST_CASE("between two moments lies what came, and what is no count is the later one") {
    Run run({.amount = 3});
    const auto before = figures_of(run.state);
    let_all_count(run.state, 0, {.amount = 5});
    for_each_figure(since(before, figures_of(run.state)), [&](const Metric& metric, const auto& value) {
        INFO(metric.name);
        CHECK(number(value) == (metric.kind == "Histogram" ? 1 : 5));
    });
}

TEST_CASE("a distribution between two moments has only the values added in between") {
    Histogram histogram;
    for (int n = 0; n < 10; ++n) histogram.add(1000);
    const Distribution before = histogram;
    for (int n = 0; n < 3; ++n) histogram.add(8);
    const auto later = Distribution(histogram).since(before);
    CHECK(later.count() == 3);
    CHECK(later.percentile(0.99) == 8);
    CHECK(Distribution().since(before).count() == 0);
    CHECK(later.since(Distribution()).count() == 3);
}

TEST_CASE("every figure stands in the JSON under its name, of the engine and of each worker") {
    const Run run({.amount = 2'000'000});
    const auto j = nlohmann::json::parse(json_of(run.report()));
    for_each_figure(figures_of(run.state), [&](const Metric& metric, const auto& value) {
        INFO(metric.name);
        REQUIRE(j.contains(metric.name));
        const auto& figure = j.at(std::string(metric.name));
        if (metric.kind == "Histogram")
            CHECK(figure.at("max").get<double>() == Approx(2e6 * scale_of(metric.unit)));
        else if (metric.kind == "CounterByActivity")
            CHECK(figure.at("beginning") == 2'000'000);
        else
            CHECK(figure.get<double>() == Approx(static_cast<double>(number(value)) * scale_of(metric.unit)));
        CHECK(j.at("workers").at(0).contains(metric.name) == (metric.writer == MetricWriter::worker));
    });
    CHECK(j.at("response_ms").at("count") == 2);
    // What was not measured is absent.
    CHECK_FALSE(j.at("workers").at(1).contains("quantum_us"));
}

TEST_CASE("every figure changes the text: by a line in words, or under its name") {
    const auto usual = text_of(Run({}).report());
    for (const auto& metric : metrics) {
        INFO(metric.name << "\n" << usual);
        CHECK(text_of(Run({.more = metric.name}).report()) != usual);
    }
    CHECK_THAT(usual, Catch::Contains("also counted ") && Catch::Contains("rewinds_overtaken 1") &&
                          Catch::Contains("checkpoint_us p50 0.0 p99 0.0 max 0.0"));
}

TEST_CASE("activities have the names that causes of gaps have") {
    for (std::size_t a = 0; a < activities; ++a) {
        const auto activity = static_cast<Activity>(a);
        if (activity == Activity::starting) continue;  // is reported as warming there
        CHECK(word_of(activity) == measure::name_of(measure::cause_of(activity)));
    }
}

TEST_CASE("the page of figures is what the tables say") {
    const std::string file = FORERUN_SOURCE_DIR "/docs/figures.md";
    const auto page = figures_page();
    if (std::getenv("FORERUN_WRITE_PAGES") != nullptr) std::ofstream(file) << page;
    std::ifstream in(file);
    const std::string there((std::istreambuf_iterator<char>(in)), {});
    INFO("docs/figures.md: FORERUN_WRITE_PAGES=1 build/forerun_tests \"the page of figures*\" writes it anew");
    CHECK((there == page));
}
