// Listeners are notified of what happened to voices and notes, and not of what only the session log needs.
#include "rt-engine/conductor/notifier.h"

#include <cstring>
#include <vector>

#include "tests/scenes/conductor_stage.h"

using namespace forerun;

namespace {

struct Listening {
    Listening() {
        slot = *voices.take();
        auto& voice = voices[slot];
        voice.serial = 7;
        voice.instrument = 3;
        voice.channel = 5;
        voice.key = 60;
    }
    std::vector<Notification> all() {
        std::vector<Notification> notified;
        for (; read < ring.pushed(); ++read) {
            Notification n;
            REQUIRE(ring.try_read(read, n));
            notified.push_back(n);
        }
        return notified;
    }
    MixerReport mixed(MixerReportKind kind, std::int64_t frame, std::int64_t value = 0) const {
        MixerReport report;
        report.kind = kind;
        report.slot = static_cast<std::uint16_t>(slot);
        report.frame = frame;
        report.value = value;
        return report;
    }
    WorkerReport worked(WorkerReportKind kind, const char* text = "") const {
        WorkerReport report;
        report.kind = kind;
        report.slot = static_cast<std::uint16_t>(slot);
        report.serial = 7;
        report.frame = 64;
        report.value = 2;
        std::strncpy(report.text, text, sizeof report.text - 1);
        return report;
    }

    SharedState state{ConductorStage::small()};
    VoiceTable voices{state};
    std::uint32_t slot = 0;
    NotificationRing ring{state.header().conductor.notifications_lost};
    std::uint64_t read = 0;
    LiveEventQueue live;
    std::vector<std::uint64_t> failed;
    Notifier notifier{ring, voices, [this](const WorkerReport& report) { failed.push_back(report.serial); }, &live};
};

}  // namespace

TEST_CASE("a voice that ends, is stolen or switches late is notified with its note; lateness is the value") {
    Listening t;
    t.notifier.handle(t.mixed(MixerReportKind::finished, 100));
    t.notifier.handle(t.mixed(MixerReportKind::late_switch, 300, 250));
    t.notifier.stolen(t.slot, 400);
    const auto notified = t.all();
    REQUIRE(notified.size() == 3);
    CHECK(notified[0].kind == NotificationKind::voice_stopped);
    CHECK(notified[0].serial == 7);
    CHECK(notified[0].instrument == 3);
    CHECK(notified[0].channel == 5);
    CHECK(notified[0].key == 60);
    CHECK(notified[1].kind == NotificationKind::late_switch);
    CHECK(notified[1].value == 50);
    CHECK(notified[2].kind == NotificationKind::voice_stolen);
    CHECK(notified[2].frame == 400);
}

TEST_CASE("an underrun is notified from its record, whatever voice is in the slot by now") {
    Listening t;
    auto report = t.mixed(MixerReportKind::underrun, 0);
    report.underrun.serial = 5;
    report.underrun.frame = 640;
    report.underrun.frames_missing = 32;
    report.underrun.instrument = 1;
    t.notifier.handle(report);
    const auto notified = t.all();
    REQUIRE(notified.size() == 1);
    CHECK(notified[0].kind == NotificationKind::underrun);
    CHECK(notified[0].serial == 5);
    CHECK(notified[0].frame == 640);
    CHECK(notified[0].value == 32);
    CHECK(notified[0].instrument == 1);
}

TEST_CASE("reports that only the session log needs are not notified") {
    Listening t;
    for (const auto kind :
         {MixerReportKind::taken, MixerReportKind::dry, MixerReportKind::commands, MixerReportKind::block})
        t.notifier.handle(t.mixed(kind, 1));
    for (const auto kind : {WorkerReportKind::message, WorkerReportKind::timeline, WorkerReportKind::withdrawn,
                            WorkerReportKind::released})
        t.notifier.handle(t.worked(kind));
    CHECK(t.all().empty());
}

TEST_CASE("a script's error is notified with its text, after the version was taken back; fixed or slow is no error") {
    Listening t;
    t.notifier.handle(t.worked(WorkerReportKind::error, "pad.lua:3: no"));
    t.notifier.handle(t.worked(WorkerReportKind::fixed, "pad.lua:4: a file"));
    t.notifier.handle(t.worked(WorkerReportKind::slow, "pad.lua:5: much"));
    t.notifier.handle(t.worked(WorkerReportKind::started));
    t.notifier.handle(t.worked(WorkerReportKind::quality));
    const auto notified = t.all();
    REQUIRE(notified.size() == 5);
    CHECK(notified[0].kind == NotificationKind::error);
    CHECK(std::string(notified[0].text) == "pad.lua:3: no");
    CHECK(notified[1].kind == NotificationKind::fixed);
    CHECK(notified[2].kind == NotificationKind::slow);
    CHECK(notified[3].kind == NotificationKind::voice_started);
    CHECK(notified[4].kind == NotificationKind::quality_changed);
    CHECK(notified[4].value == 2);
    CHECK(t.failed == std::vector<std::uint64_t>{7});
}

TEST_CASE("a note that got no voice is notified with its key; live events are kept for recording") {
    Listening t;
    t.notifier.dropped({.frame = 9, .kind = EventKind::note_on, .channel = 2, .number = 64, .value = 1}, 4);
    const auto notified = t.all();
    REQUIRE(notified.size() == 1);
    CHECK(notified[0].kind == NotificationKind::note_dropped);
    CHECK(notified[0].key == 64);
    CHECK(notified[0].channel == 2);
    CHECK(notified[0].instrument == 4);
    t.notifier.handled({.frame = 10});
    t.notifier.handled({.frame = 11, .arrival_nanoseconds = 1});
    Event event;
    REQUIRE(t.live.try_dequeue(event));
    CHECK(event.frame == 11);
    CHECK_FALSE(t.live.try_dequeue(event));
}
