// The report has the figures of the shared state, in text and in JSON.

#include <nlohmann/json.hpp>

#include "shared/shared_state.h"
#include "tests/scenes/catch.h"
#include "tools/report/percentiles.h"
#include "tools/report/run_report.h"

using namespace forerun;

namespace {

struct Run {
    Configuration configuration;
    Rig rig;
    SharedState state;

    Run() : configuration(make()), state(configuration) {
        rig.name = "stage";
        rig.instruments.resize(2);
        rig.instruments[0].name = "bass";
        rig.instruments[1].name = "pad";
        auto& h = state.header();
        bump(h.conductor.notes, 12);
        bump(h.conductor.voices_started, 11);
        bump(h.conductor.voices_stolen, 2);
        bump(h.conductor.notes_dropped, 1);
        h.conductor.most_voices.raise_to(7);
        bump(h.mixer.underrun_events, 3);
        bump(h.mixer.underrun_frames, 480);
        bump(h.mixer.underrun_events_by_activity[static_cast<std::size_t>(Activity::collecting)], 2);
        bump(h.mixer.underrun_events_by_activity[static_cast<std::size_t>(Activity::rendering)], 1);
        for (int i = 0; i < 999; ++i) h.mixer.callback_nanoseconds.add(8000);
        h.mixer.callback_nanoseconds.add(2'000'000);
        bump(state.worker(0).busy_nanoseconds, 2'000'000'000);
        bump(state.worker(0).garbage_nanoseconds, 500'000'000);
        bump(state.worker(0).cpu_nanoseconds, 2'400'000'000);
        bump(state.worker(0).frames_rendered, 48000 * 300);
        bump(state.worker(1).busy_nanoseconds, 1'500'000'000);
        bump(state.worker(1).cpu_nanoseconds, 1'600'000'000);
        bump(state.worker(1).frames_rendered, 48000 * 100);
        bump(state.worker(1).quality_changes, 5);
    }
    static Configuration make() {
        Configuration c;
        c.workers = 2;
        c.voices = 8;
        c.reserve_voices = 4;
        return c;
    }
    RunReport report() const {
        RunReport r;
        r.source = "piece.mid";
        r.output = "clock";
        r.scheduling = "real-time, priority 65";
        r.wall_seconds = 10;
        r.played_seconds = 9.5;
        r.peak = 0.5;
        r.fill_samples = 40;
        r.least_fill = {{{.serial = 1, .instrument = 0, .channel = 0, .key = 40, .frames = 12000}, ""},
                        {{.serial = 2, .instrument = 1, .channel = 1, .key = 60, .frames = 24000}, ""},
                        {{.serial = 3, .instrument = 0, .channel = 0, .key = 43, .frames = 6000}, ""}};
        collect(r, state, configuration, rig);
        return r;
    }
};

}  // namespace

TEST_CASE("collect reads counters and computes loads and efficiency") {
    const Run run;
    const auto r = run.report();
    CHECK(r.rig == "stage");
    CHECK(r.figures.notes == 12);
    CHECK(r.figures.voices_stolen == 2);
    CHECK(r.figures.underrun_events == 3);
    CHECK(r.figures.underrun_frames == 480);
    REQUIRE(r.worker.size() == 2);
    CHECK(load_of(r, r.worker[0]) == Approx(0.25));
    CHECK(load_of(r, r.worker[1]) == Approx(0.15));
    CHECK(voice_seconds_per_cpu_second(r) == Approx(400 / 4.0));
    const auto callback = percentiles_of(r.figures.callback_nanoseconds, 1e-3);
    CHECK(callback.count == 1000);
    CHECK(callback.max == Approx(2000));
    CHECK(callback.p99 == Approx(8).epsilon(1.0 / 16));
    CHECK(callback.p999 == Approx(8).epsilon(1.0 / 16));
    CHECK(r.least_fill[2].instrument == "bass");
}

TEST_CASE("the text has causes, minimum fills and units") {
    const Run run;
    const auto text = text_of(run.report());
    CAPTURE(text);
    const auto has = [&](const char* part) { return text.find(part) != std::string::npos; };
    CHECK(has("piece.mid -> clock"));
    CHECK(has("12 notes, 11 voices started, at most 7 at once, 2 stolen, 1 dropped"));
    CHECK(has("3 events, 480 frames (10.0 ms)"));
    CHECK(has("2 while its worker was collecting garbage"));
    CHECK(has("1 while its worker was rendering"));
    CHECK(has("bass: 6000 frames (25 % of depth) over 2 voices"));
    CHECK(has("pad: 24000 frames (100 % of depth) over 1 voice"));
    CHECK(has("-6.0 dB"));
    CHECK(has("0: load 25 %"));
    CHECK(has("100.0 voice-seconds per CPU-second"));
    CHECK(has("real-time, priority 65"));
    CHECK(has("5 changes"));
}

TEST_CASE("a run without trouble says so") {
    RunReport r;
    r.rate_hz = 48000;
    CHECK(text_of(r).find("underruns      none\n") != std::string::npos);
    CHECK(text_of(r).find("silence") != std::string::npos);
}

TEST_CASE("the JSON holds the same figures") {
    const Run run;
    auto report = run.report();
    report.source = "caf\xe9.mid";  // Latin-1: no valid UTF-8
    report.problems = {{"voice.lua:3: attempt to call a nil value", 4}};
    const auto j = nlohmann::json::parse(json_of(report));
    CHECK(j["underrun_events"] == 3);
    CHECK(j["underrun_frames"] == 480);
    CHECK(j["underrun_events_by_activity"]["collecting"] == 2);
    CHECK(j["voices_stolen"] == 2);
    CHECK(j["workers"][0]["load"] == Approx(0.25));
    CHECK(j["garbage_seconds"] == Approx(0.5));
    CHECK(j["quality_changes"] == 5);
    CHECK(j["voice_seconds_per_cpu_second"] == Approx(100));
    CHECK(j["callback_us"]["max"] == Approx(2000));
    CHECK_FALSE(j.contains("interval_us"));  // nothing was measured
    CHECK(j["least_fill_sampled"]["voices"][2]["frames"] == 6000);
    CHECK(j["least_fill_sampled"]["voices"][2]["instrument"] == "bass");
    CHECK(j["problems"][0]["times"] == 4);
    CHECK(j["configuration"]["depth_frames"] == 24000);
}
