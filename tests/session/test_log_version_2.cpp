// Logs of before messages had a type for each kind are read as if they were of today.
#include "rt-engine/session/session_log_version_2.h"

#include <cstring>

#include "tests/scenes/log_chunks.h"
#include "tests/scenes/random_session.h"
#include "tests/scenes/replayed_session.h"

using namespace forerun;

namespace {

// As it lies in the file: every number at its place of then.
struct OldRecord {
    LogRecord record;

    explicit OldRecord(LogKind kind, int message_kind) {
        record.kind = kind;
        put<std::int64_t>(0, 480);   // frame
        put<std::uint64_t>(8, 7);    // serial
        put<std::uint16_t>(36, 3);   // slot
        put<std::uint16_t>(38, 9);   // generation
        put<std::uint16_t>(40, 1);   // instrument
        put<std::int64_t>(48, 123);  // arrival
        put<std::uint8_t>(44, static_cast<std::uint8_t>(message_kind));
    }
    template <typename T>
    OldRecord& put(std::size_t at, T value) {
        std::memcpy(record.body.data() + at, &value, sizeof value);
        return *this;
    }
    OldRecord& value(float x) { return put(32, x); }
    OldRecord& index(std::uint16_t x) { return put(42, x); }
    OldRecord& hz(double x) { return put(24, x); }
    OldRecord& seed(std::uint64_t x) { return put(16, x); }
    VoiceMessage read() const { return from_version_2(record).get<VoiceMessage>(); }
};

}  // namespace

TEST_CASE("each kind of message of version 2 says the same in today's type") {
    const auto start = OldRecord(LogKind::start, 0)
                           .seed(99)
                           .hz(440)
                           .value(0.5f)
                           .index(2)
                           .put<std::uint8_t>(45, 60)
                           .put<std::uint8_t>(46, 4)
                           .put<std::uint8_t>(47, 80)
                           .read();
    CHECK(start.frame == 480);
    CHECK(start.serial == 7);
    CHECK(start.slot == 3);
    CHECK(start.generation == 9);
    CHECK(start.instrument == 1);
    CHECK(start.arrival_nanoseconds == 123);
    const auto note = start.get<VoiceStart>();
    CHECK(note.seed == 99);
    CHECK(note.frequency_hz == 440);
    CHECK(note.velocity == 0.5f);
    CHECK(note.version == 2);
    CHECK(note.key == 60);
    CHECK(note.channel == 4);
    CHECK(note.priority == 80);

    const auto old = [](int kind) { return OldRecord(LogKind::message, kind); };
    CHECK(old(1).value(0.25f).read().get<VoiceRelease>().velocity == 0.25f);
    CHECK(old(3).hz(220).value(0.5f).read().get<VoicePitch>().hz == 220);
    CHECK(old(3).hz(220).value(0.5f).read().get<VoicePitch>().seconds == 0.5f);
    CHECK(old(7).index(3).value(5).read().get<VoiceParameter>().index == 3);
    CHECK(old(7).index(3).value(5).read().get<VoiceParameter>().value == 5);
    const auto time = old(8).value(90).hz(2.5).seed(960).index(1).read().get<VoiceTime>();
    CHECK(time.tempo == 90);
    CHECK(time.beat == 2.5);
    CHECK(time.beat_frame == 960);
    CHECK(time.is_playing == 1);
    CHECK(old(9).index(1).read().get<VoiceQuality>().level == 1);
    CHECK(old(10).index(4).read().get<VoiceReload>().version == 4);
    CHECK(old(11).read().is<VoiceStop>());
    const std::pair<int, VoiceControl> controls[] = {
        {2, VoiceControl::bend}, {4, VoiceControl::pressure}, {5, VoiceControl::modulation}, {6, VoiceControl::timbre}};
    for (const auto& [kind, control] : controls) {
        const auto move = old(kind).value(0.75f).read().get<VoiceControlMove>();
        CHECK(move.control == control);
        CHECK(move.value == 0.75f);
    }
    for (const int kind : {12, 13, 255}) CHECK(old(kind).read().kind == VoiceMessageKind::count);
}

TEST_CASE("what is no message is not touched, and a log of version 2 with a kind that it did not have is refused") {
    LogRecord mark;
    mark.frame = 64;
    mark.value = 5;
    CHECK(from_version_2(mark).frame == 64);
    CHECK(from_version_2(mark).value == 5);

    const ScriptFolder folder;
    SessionPlan plan{.script = source_file("scripts/voices/lead.lua"),
                     .frames = 3000,
                     .configuration = session_configuration(),
                     .log = folder.path() / "a.frlog"};
    RandomSession(plan).play();
    auto pieces = log_pieces(plan.log);
    change_records(pieces, LogKind::message, [](LogRecord& r) { r = OldRecord(LogKind::message, 200).record; });
    auto log = log_bytes(pieces);
    log.replace(0, std::strlen(log_first_line), log_first_line_2);
    const auto why = bad_input([&] { SessionLogFile::from_bytes(std::as_bytes(std::span(log)), "old.frlog"); });
    CHECK(why.find("no engine writes such a log") != std::string::npos);
}
