// A voice's quality follows its fill, as an event of its own.
#include "script-runtime/worker/quality_control.h"

#include "tests/scenes/catch.h"

using namespace forerun;

namespace {

struct Followed {
    static Configuration usual() {
        Configuration c;
        c.workers = 1;
        c.voices = 4;
        c.depth_frames = 8192;
        return c;
    }
    explicit Followed(const Configuration& c = usual()) : configuration(c) {
        for (auto* one : {&voice, &other}) {
            one->begun = true;
            one->depth.frames = ahead.depth_frames;
            one->position = 20000;
        }
        other.note.slot = 1;
    }
    // A moment at which the voice has so much in its ring. The change is heard at once.
    int follow(WorkedVoice& one, std::int64_t fill) {
        one.position += 8192;  // rendered since the last change
        const auto clock = one.rendered_until() - fill;
        control.follow(one, clock);
        if (one.applied < one.events.size()) one.quality = one.events[one.applied++].get<VoiceQuality>().level;
        return one.quality;
    }
    Configuration configuration;
    SharedState state{configuration};
    WorkerSide side{state, 0};
    WorkerLine& line{side.line()};
    RenderAhead ahead = RenderAhead::of(configuration, configuration.depth_frames);
    WorkerDepth depth{configuration, ahead};
    ReportSender reports{side};
    QualityControl control{configuration, side, line, ahead, depth, reports};
    WorkedVoice voice, other;
};

}  // namespace

TEST_CASE("a hungry voice is lowered by an event where it is rendered next, which is reported") {
    Followed scene;
    CHECK(scene.follow(scene.voice, 4000) == 2);
    CHECK(scene.follow(scene.voice, 1000) == 1);
    const auto& change = scene.voice.events.back();
    CHECK(change.kind == VoiceMessageKind::quality);
    CHECK(change.frame == scene.voice.rendered_until());
    CHECK(scene.voice.quality_times.changed_frame == scene.voice.position);
    CHECK(scene.state.worker_voice(0).quality == 1);
    CHECK(scene.line.quality_changes == 1);
    WorkerReport report;
    auto reports = scene.state.worker_report_reader(0);
    REQUIRE(reports.try_pop(report));
    CHECK(report.kind == WorkerReportKind::quality);
    CHECK(report.value == 1);
    CHECK(scene.follow(scene.voice, 1000) == 0);
}

TEST_CASE("only one voice rises in each window") {
    Followed scene;
    scene.voice.quality = scene.other.quality = 0;
    CHECK(scene.follow(scene.voice, 8000) == 1);
    CHECK(scene.follow(scene.other, 8000) == 0);
    scene.control.window_begins(false);
    CHECK(scene.follow(scene.other, 8000) == 0);
    scene.control.window_begins(true);
    CHECK(scene.follow(scene.other, 8000) == 1);
}

TEST_CASE("a voice that was too costly stays low for its time") {
    Followed scene;
    scene.voice.quality = 0;
    scene.voice.quality_times.keep_low_until_frame = INT64_MAX;
    CHECK(scene.follow(scene.voice, 8000) == 0);
    scene.voice.quality_times.keep_low_until_frame = 0;
    CHECK(scene.follow(scene.voice, 8000) == 1);
}

TEST_CASE("a voice that is new, or shallow on purpose, loses nothing; until it is full it is new") {
    Followed scene;
    scene.voice.quality_times.exempt_until_frame = INT64_MAX;
    CHECK(scene.follow(scene.voice, 100) == 2);
    CHECK(scene.follow(scene.voice, 8000) == 2);
    CHECK(scene.voice.quality_times.exempt_until_frame == 0);
    CHECK(scene.follow(scene.voice, 1000) == 1);
    scene.voice.depth.live_until_frame = INT64_MAX;
    CHECK(scene.follow(scene.voice, 1000) == 1);
}

TEST_CASE("where quality is not scaled, and offline, it does not follow") {
    for (const bool offline : {false, true}) {
        auto c = Followed::usual();
        c.quality_scaling = offline;
        c.offline = offline;
        Followed scene(c);
        CHECK(scene.follow(scene.voice, 100) == 2);
        CHECK(scene.voice.events.empty());
    }
}
