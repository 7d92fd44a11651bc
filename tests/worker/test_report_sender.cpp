// What a worker reports arrives whole and in order, however small the queue is.
#include "script-runtime/worker/report_sender.h"
#include "tests/scenes/catch.h"

using namespace forerun;

namespace {

Configuration of_few_reports() {
    Configuration c;
    c.voices = 2;
    c.reserve_voices = 0;
    c.depth_frames = 4096;
    c.workers = 1;
    c.reports = 4;
    return c;
}

struct Reporting {
    explicit Reporting(bool logs = false) : state(of_few_reports()) {
        state.header().logs_decisions = logs ? 1 : 0;
        voice.note.slot = 1;
        voice.note.generation = 7;
        voice.note.serial = 99;
        voice.start_frame = 1000;
        voice.timeline.number = 3;
    }
    std::uint64_t waiting() const { return state.worker(0).reports_waiting.load(); }
    std::vector<std::int64_t> frames() {
        std::vector<std::int64_t> all;
        for (WorkerReport report; reader.try_pop(report);) all.push_back(report.frame);
        return all;
    }

    SharedState state;
    WorkerSide side{state, 0};
    WorkedVoice voice;
    QueueReader<WorkerReport> reader = state.worker_report_reader(0);
};

}  // namespace

TEST_CASE("a report names its voice, and is text that can be shown") {
    Reporting scene;
    ReportSender sender(scene.side);
    sender.report(scene.voice, WorkerReportKind::error, 640, 5, "a\nb" + std::string(400, 'x'));
    WorkerReport report;
    REQUIRE(scene.reader.try_pop(report));
    CHECK(report.kind == WorkerReportKind::error);
    CHECK(report.slot == 1);
    CHECK(report.generation == 7);
    CHECK(report.serial == 99);
    CHECK(report.timeline == 3);
    CHECK(report.frame == 640);
    CHECK(report.value == 5);
    const std::string text = report.text;
    CHECK(text.size() < sizeof report.text);
    CHECK(text.find('\n') == std::string::npos);
}

TEST_CASE("reports that find the queue full wait, are counted, and arrive in order") {
    Reporting scene;
    ReportSender sender(scene.side);
    for (int i = 0; i < 10; ++i) sender.report(scene.voice, WorkerReportKind::skipped, i, 0);
    CHECK(scene.waiting() == 6);
    CHECK(scene.frames() == std::vector<std::int64_t>{0, 1, 2, 3});
    // What is new goes behind what waits, though there is room again.
    sender.report(scene.voice, WorkerReportKind::skipped, 10, 0);
    CHECK(scene.frames() == std::vector<std::int64_t>{4, 5, 6, 7});
    sender.flush();
    CHECK(scene.waiting() == 0);
    CHECK(scene.frames() == std::vector<std::int64_t>{8, 9, 10});
}

TEST_CASE("decisions are reported where a log is written, and only there") {
    for (const bool logs : {false, true}) {
        Reporting scene(logs);
        ReportSender sender(scene.side);
        auto bend = VoiceMessage::of(VoiceControlMove{.value = 1.5f});
        bend.frame = 1234;
        sender.log_message(scene.voice, 4, bend);
        sender.log_timeline(scene.voice, WorkerReportKind::timeline, 4, 128);
        WorkerReport report;
        REQUIRE(scene.reader.try_pop(report) == logs);
        if (!logs) continue;
        CHECK(report.kind == WorkerReportKind::message);
        CHECK(report.timeline == 4);
        CHECK(report.message.frame == 1234);
        CHECK(report.message.get<VoiceControlMove>().value == 1.5f);
        REQUIRE(scene.reader.try_pop(report));
        CHECK(report.kind == WorkerReportKind::timeline);
        CHECK(report.frame == 1128);  // an engine frame
    }
}

TEST_CASE("trouble of the worker itself takes no memory: it is lost when the queue is full") {
    Reporting scene;
    ReportSender sender(scene.side);
    for (int i = 0; i < 6; ++i) sender.try_report_trouble("no memory");
    CHECK(scene.waiting() == 0);
    CHECK(scene.frames().size() == 4);
}
