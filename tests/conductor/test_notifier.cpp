// Who listens is told what happened to voices and notes, and nothing that is for the session log alone.
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
        std::vector<Notification> told;
        for (; read < ring.pushed(); ++read) {
            Notification n;
            REQUIRE(ring.try_read(read, n));
            told.push_back(n);
        }
        return told;
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

TEST_CASE("a voice that ends, is stolen or switches late is told with its note; how late is the value") {
    Listening t;
    t.notifier.hear(t.mixed(MixerReportKind::finished, 100));
    t.notifier.hear(t.mixed(MixerReportKind::late_switch, 300, 250));
    t.notifier.stolen(t.slot, 400);
    const auto told = t.all();
    REQUIRE(told.size() == 3);
    CHECK(told[0].kind == NotificationKind::voice_stopped);
    CHECK(told[0].serial == 7);
    CHECK(told[0].instrument == 3);
    CHECK(told[0].channel == 5);
    CHECK(told[0].key == 60);
    CHECK(told[1].kind == NotificationKind::late_switch);
    CHECK(told[1].value == 50);
    CHECK(told[2].kind == NotificationKind::voice_stolen);
    CHECK(told[2].frame == 400);
}

TEST_CASE("an underrun is told as its record has it, whoever is in the slot by now") {
    Listening t;
    auto report = t.mixed(MixerReportKind::underrun, 0);
    report.underrun.serial = 5;
    report.underrun.frame = 640;
    report.underrun.frames_missing = 32;
    report.underrun.instrument = 1;
    t.notifier.hear(report);
    const auto told = t.all();
    REQUIRE(told.size() == 1);
    CHECK(told[0].kind == NotificationKind::underrun);
    CHECK(told[0].serial == 5);
    CHECK(told[0].frame == 640);
    CHECK(told[0].value == 32);
    CHECK(told[0].instrument == 1);
}

TEST_CASE("what is for the session log alone is not told") {
    Listening t;
    for (const auto kind :
         {MixerReportKind::taken, MixerReportKind::dry, MixerReportKind::commands, MixerReportKind::block})
        t.notifier.hear(t.mixed(kind, 1));
    for (const auto kind : {WorkerReportKind::message, WorkerReportKind::timeline, WorkerReportKind::withdrawn,
                            WorkerReportKind::released})
        t.notifier.hear(t.worked(kind));
    CHECK(t.all().empty());
}

TEST_CASE(
    "a script's error is told with its text, after whoever takes the version back; what is fixed or slow is no error") {
    Listening t;
    t.notifier.hear(t.worked(WorkerReportKind::error, "pad.lua:3: no"));
    t.notifier.hear(t.worked(WorkerReportKind::fixed, "pad.lua:4: a file"));
    t.notifier.hear(t.worked(WorkerReportKind::slow, "pad.lua:5: much"));
    t.notifier.hear(t.worked(WorkerReportKind::started));
    t.notifier.hear(t.worked(WorkerReportKind::quality));
    const auto told = t.all();
    REQUIRE(told.size() == 5);
    CHECK(told[0].kind == NotificationKind::error);
    CHECK(std::string(told[0].text) == "pad.lua:3: no");
    CHECK(told[1].kind == NotificationKind::fixed);
    CHECK(told[2].kind == NotificationKind::slow);
    CHECK(told[3].kind == NotificationKind::voice_started);
    CHECK(told[4].kind == NotificationKind::quality_changed);
    CHECK(told[4].value == 2);
    CHECK(t.failed == std::vector<std::uint64_t>{7});
}

TEST_CASE("a note that got no voice is told with its key, a live event to whoever writes down what was played") {
    Listening t;
    t.notifier.dropped({.frame = 9, .kind = EventKind::note_on, .channel = 2, .number = 64, .value = 1}, 4);
    const auto told = t.all();
    REQUIRE(told.size() == 1);
    CHECK(told[0].kind == NotificationKind::note_dropped);
    CHECK(told[0].key == 64);
    CHECK(told[0].channel == 2);
    CHECK(told[0].instrument == 4);
    t.notifier.handled({.frame = 10});
    t.notifier.handled({.frame = 11, .arrival_nanoseconds = 1});
    Event event;
    REQUIRE(t.live.try_dequeue(event));
    CHECK(event.frame == 11);
    CHECK_FALSE(t.live.try_dequeue(event));
}
