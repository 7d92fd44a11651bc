// MIDI messages become events at the right frames, and a promise never overtakes an event.

#include <cstdint>
#include <limits>
#include <vector>

#include "rt-engine/midi/event_feed.h"
#include "rt-engine/midi/midi_player.h"
#include "tests/scenes/catch.h"

using namespace forerun;

namespace {

MidiFile file_of(std::vector<MidiMessage> messages, double duration_seconds) {
    return {.format = 0,
            .messages = std::move(messages),
            .tempos = {{0, 120}},
            .duration_seconds = duration_seconds,
            .title = ""};
}

constexpr std::int64_t forever = std::numeric_limits<std::int64_t>::max();

// Takes as many events as it has room for, and checks on every promise that no event before it is still to come.
struct Log {
    std::vector<Event> events;
    std::vector<std::int64_t> promises;
    std::size_t room = std::numeric_limits<std::size_t>::max();
};
struct LogSink {
    Log* log;
    bool try_send(const Event& event) {
        if (log->events.size() == log->room) return false;
        if (!log->promises.empty()) CHECK(event.frame >= log->promises.back());
        log->events.push_back(event);
        return true;
    }
    void promise(std::int64_t frame) {
        if (!log->promises.empty()) CHECK(frame > log->promises.back());
        log->promises.push_back(frame);
    }
};

std::vector<Event> events_at(std::initializer_list<std::int64_t> frames) {
    std::vector<Event> events;
    for (const auto frame : frames)
        events.push_back({.frame = frame, .number = static_cast<std::uint16_t>(events.size())});
    return events;
}

// Without what it says of the time.
std::vector<Event> music(const MidiFile& file, double rate_hz, std::int64_t start_frame) {
    auto events = midi_events(file, rate_hz, start_frame);
    std::erase_if(events, [](const Event& e) { return e.kind == EventKind::tempo || e.kind == EventKind::transport; });
    return events;
}

}  // namespace

TEST_CASE("messages become events with frames and values") {
    const auto file = file_of({{0.0, 0, 0xc3, 17, 0},
                               {0.5, 0, 0x93, 60, 127},
                               {0.5, 0, 0x93, 64, 1},
                               {0.75, 0, 0xb3, 7, 127},
                               {0.8, 0, 0xe3, 0, 0x40},
                               {0.8, 0, 0xe3, 0, 0},
                               {0.8, 0, 0xe3, 127, 127},
                               {0.9, 0, 0xd3, 127, 0},
                               {0.9, 0, 0xa3, 60, 99},
                               {1.0, 0, 0x93, 60, 0},
                               {1.0, 0, 0x83, 64, 70}},
                              2.0);
    const auto events = music(file, 48000, 1000);
    REQUIRE(events.size() == 11);
    const std::int64_t frames[] = {1000, 25000, 25000, 37000, 39400, 39400, 39400, 44200, 44200, 49000, 49000};
    const EventKind kinds[] = {EventKind::program,    EventKind::note_on,          EventKind::note_on,
                               EventKind::controller, EventKind::pitch_bend,       EventKind::pitch_bend,
                               EventKind::pitch_bend, EventKind::channel_pressure, EventKind::key_pressure,
                               EventKind::note_off,   EventKind::note_off};
    const float values[] = {0, 1, 1 / 127.0f, 1, 0, -1, 1, 1, 99 / 127.0f, 0, 70 / 127.0f};
    const std::uint16_t numbers[] = {17, 60, 64, 7, 0, 0, 0, 0, 60, 60, 64};
    for (std::size_t i = 0; i < events.size(); ++i) {
        CAPTURE(i);
        CHECK(events[i].frame == frames[i]);
        CHECK(events[i].kind == kinds[i]);
        CHECK(events[i].value == values[i]);
        CHECK(events[i].number == numbers[i]);
        CHECK(events[i].channel == 3);
    }
}

TEST_CASE("frames are rounded from the exact time at every rate") {
    const auto file = file_of({{1.0 / 3, 0, 0x90, 60, 64}, {2.0 / 3, 0, 0x80, 60, 64}}, 1);
    CHECK(music(file, 44100, 0)[0].frame == 14700);
    CHECK(music(file, 48000, 0)[1].frame == 32000);
    CHECK(music(file, 22050, 5)[0].frame == 7355);
}

TEST_CASE("a file runs the transport from its start, and every tempo has its frame") {
    auto file = file_of({{0.0, 0, 0x90, 60, 64}, {1.0, 0, 0x80, 60, 64}}, 2);
    file.tempos = {{0, 100}, {1.0, 90}};
    const auto events = midi_events(file, 1000, 50);
    REQUIRE(events.size() == 6);
    CHECK(events[5].kind == EventKind::transport);
    CHECK(events[5].number == static_cast<int>(Transport::stop));
    CHECK(events[5].frame == 2050);
    CHECK(events[0].kind == EventKind::transport);
    CHECK(events[0].number == static_cast<int>(Transport::run));
    CHECK(events[1].kind == EventKind::tempo);
    CHECK(events[1].value == 100);
    CHECK(events[1].frame == 50);
    CHECK(events[2].kind == EventKind::note_on);
    CHECK(events[3].value == 90);
    CHECK(events[3].frame == 1050);
    CHECK(events[4].kind == EventKind::note_off);
}

TEST_CASE("keys and pedals that are down at the end of a file are released") {
    const auto file = file_of({{0, 0, 0x90, 60, 64},
                               {0, 0, 0x91, 61, 64},
                               {0, 0, 0xb2, 64, 127},
                               {0, 0, 0x93, 62, 64},
                               {0, 0, 0xb4, 64, 127},
                               {0.1, 0, 0x91, 61, 0},
                               {0.1, 0, 0xb3, 123, 0},
                               {0.1, 0, 0xb4, 121, 0}},
                              1.5);
    const auto events = music(file, 1000, 0);
    REQUIRE(events.size() == 10);
    CHECK(events[8].kind == EventKind::note_off);
    CHECK(events[8].channel == 0);
    CHECK(events[8].number == 60);
    CHECK(events[8].frame == 1500);
    CHECK(events[9].kind == EventKind::controller);
    CHECK(events[9].channel == 2);
    CHECK(events[9].number == 64);
    CHECK(events[9].value == 0);
}

TEST_CASE("events before the frame are sent, and only they") {
    Log log;
    EventFeed<LogSink> feed(events_at({0, 10, 10, 11, 50}), {&log});
    feed.advance_to(0);
    CHECK(log.events.empty());
    CHECK(log.promises == std::vector<std::int64_t>{0});
    feed.advance_to(10);
    CHECK(log.events.size() == 1);
    feed.advance_to(11);
    CHECK(log.events.size() == 3);
    CHECK(log.promises.back() == 11);
    CHECK_FALSE(feed.finished());
    feed.advance_to(5);  // going back promises nothing
    CHECK(log.promises.back() == 11);
    feed.advance_to(51);
    CHECK(feed.finished());
    CHECK(log.promises.back() == forever);
    CHECK(log.events.size() == 5);
    for (std::size_t i = 0; i < log.events.size(); ++i) CHECK(log.events[i].number == i);
}

TEST_CASE("a refused event is kept and no promise overtakes it") {
    Log log;
    EventFeed<LogSink> feed(events_at({0, 10, 20, 20, 30}), {&log});
    log.room = 2;
    feed.advance_to(100);
    CHECK(log.events.size() == 2);
    CHECK(feed.promised_frame() == 20);
    feed.advance_to(200);
    CHECK(feed.promised_frame() == 20);
    log.room = 3;  // the second event at 20 is still to come
    feed.advance_to(200);
    CHECK(feed.promised_frame() == 20);
    log.room = 5;
    feed.advance_to(200);
    CHECK(feed.finished());
    CHECK(feed.promised_frame() == forever);
    for (std::size_t i = 0; i < log.events.size(); ++i) CHECK(log.events[i].number == i);
}

TEST_CASE("a file without events promises forever at once") {
    Log log;
    EventFeed<LogSink> feed({}, {&log});
    feed.advance_to(0);
    CHECK(feed.finished());
    CHECK(log.promises == std::vector<std::int64_t>{forever});
}
