// What becomes of a voice that costs too much: it is named, lowered, stopped. Costs are what a probe says.
#include "script-runtime/worker/cost_control.h"

#include "tests/scenes/catch.h"
#include "tests/scenes/share_stage.h"

using namespace forerun;

namespace {

constexpr std::int64_t cost_ms = 1'000'000;

struct Adds : WorkerProbe {
    std::int64_t added_cost(ProbedWorker&, const ProbedCall& call) override { return call.is_start ? start : quantum; }
    std::int64_t quantum = 0, start = 0;
};

// A voice whose quanta cost what `added` says, with so much in its ring as `fill`.
struct Costly : ServiceStage {
    explicit Costly(const Configuration& c = small()) : ServiceStage(ScriptFolder::voice("return 0.1"), c) {
        voice.note = start();
        voice.depth.frames = service.ahead.depth_frames;
        voice.channels = 1;
        voice.instance = scripts.host().take(0);
        voice.instances.all.push_back(voice.instance);
        voice.begun = true;
        voice.timeline.writer = RingWriter(state.ring(0), state.voice(0).written[0], 0);
        voice.position = 64;
    }
    void charge(int quanta) {
        for (int i = 0; i < quanta; ++i) costs.charge_quantum(voice, monotonic_nanoseconds(), monotonic_nanoseconds());
    }
    bool follow(std::int64_t fill) { return costs.follow(voice, voice.rendered_until() - fill); }

    Adds added;
    ProbeCalls calls{&added, state.clock(), thread, activity, scripts.host()};
    CostControl costs{configuration,  rig,   service.ahead,  scripts.host(),
                      scheduling,     calls, service.output, service.quality,
                      service.reports};
};

}  // namespace

TEST_CASE("a cheap voice is left alone, however little it has") {
    Costly scene;
    scene.charge(100);
    CHECK_FALSE(scene.follow(0));
    CHECK(scene.voice.events.empty());
    CHECK(scene.reports(WorkerReportKind::slow).empty());
}

TEST_CASE("a costly voice is named when it runs low, once, and lowered a level at a time; then it is stopped") {
    Costly scene;
    scene.added.quantum = 30 * cost_ms;
    scene.charge(3);
    CHECK(scene.voice.cost.yields());
    CHECK_FALSE(scene.follow(3000));
    CHECK(scene.reports(WorkerReportKind::slow).empty());
    CHECK_FALSE(scene.follow(500));
    CHECK_FALSE(scene.follow(500));
    const auto reports = scene.reports(WorkerReportKind::slow);
    REQUIRE(reports.size() == 1);
    CHECK_THAT(reports[0].text, Catch::Contains("voice.lua") && Catch::Contains("1.3 ms of sound take 30 ms"));
    REQUIRE(scene.voice.events.size() == 1);
    CHECK(scene.voice.events.back().get<VoiceQuality>().level == 1);
    scene.voice.quality = 1;
    scene.voice.position += 64;
    scene.charge(3);
    CHECK_FALSE(scene.follow(500));
    REQUIRE(scene.voice.events.size() == 2);
    CHECK(scene.voice.events.back().get<VoiceQuality>().level == 0);
    scene.voice.quality = 0;
    CHECK(scene.voice.quality_times.keep_low_until_frame > 48000);
    scene.charge(20);
    CHECK(scene.follow(0));  // it ran dry
    CHECK(scene.voice.failed);
    CHECK_THAT(scene.reports(WorkerReportKind::error).at(0).text,
               Catch::Contains("too slow for real time") && Catch::Contains("at the least quality"));
}

TEST_CASE("offline nothing is counted") {
    auto c = ServiceStage::small();
    c.offline = true;
    Costly scene(c);
    scene.added.quantum = 30 * cost_ms;
    scene.charge(100);
    CHECK_FALSE(scene.voice.cost.owes());
    CHECK_FALSE(scene.follow(0));
}

TEST_CASE("a slow start is reported with its line, and notes to come are expected to be slow") {
    Costly scene;
    scene.added.start = 60 * cost_ms;
    scene.costs.charge_start(scene.voice, monotonic_nanoseconds(), monotonic_nanoseconds());
    CHECK_THAT(scene.reports(WorkerReportKind::slow).at(0).text, Catch::Contains("start takes 60 ms"));
    WorkedVoice next;
    next.note = ServiceStage::start();
    CHECK(scene.costs.books().yields(next));
}

TEST_CASE("a slow voice is not rewound where that would leave the others nothing") {
    Costly scene;
    std::vector<std::unique_ptr<WorkedVoice>> voices;
    voices.push_back(std::make_unique<WorkedVoice>());
    voices[0]->begun = true;
    voices[0]->position = 2000;
    scene.voice.overdue.push_back(ServiceStage::pressure(10));
    CHECK(scene.costs.affords_rewind(voices, scene.voice, 0));
    scene.added.quantum = 30 * cost_ms;
    scene.charge(3);
    CHECK_FALSE(scene.costs.affords_rewind(voices, scene.voice, 0));
    voices[0]->position = 2'000'000;
    CHECK(scene.costs.affords_rewind(voices, scene.voice, 0));
}
