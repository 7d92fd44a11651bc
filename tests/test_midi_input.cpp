// ctest: timeout=120
// ctest: serial
// MIDI from bytes to events: every message, ports that come and go, frames as JACK gives them.
#include <algorithm>
#include <random>

#include "rt-engine/driver_frames.h"
#include "rt-engine/midi_bytes.h"
#include "rt-engine/midi_event.h"
#include "rt-engine/midi_inputs.h"
#include "rt-engine/session_log_file.h"
#include "tests/catch.h"
#include "tests/jack_server.h"
#include "tests/live_engine.h"
#include "tools/midi_options.h"

using namespace forerun;

namespace {

constexpr std::int64_t settling_frames = 2048;  // JACK's graph changes some cycles after it was told to

using Bytes = std::vector<std::uint8_t>;

std::vector<Bytes> messages_of(const Bytes& bytes, MidiBytes& parser) {
    std::vector<Bytes> found;
    parser.take(bytes, [&](const MidiBytesMessage& m) { found.push_back({m.status, m.data1, m.data2}); });
    return found;
}
std::vector<Bytes> messages_of(const Bytes& bytes) {
    MidiBytes parser;
    return messages_of(bytes, parser);
}

std::vector<Event> events_in(const std::filesystem::path& log) {
    std::vector<Event> events;
    for (const auto& record : SessionLogFile::read(log).records)
        if (record.kind == LogKind::event) events.push_back(record.get<Event>());
    return events;
}

}  // namespace

TEST_CASE("bytes become messages") {
    CHECK(messages_of({0x90, 60, 100}) == std::vector<Bytes>{{0x90, 60, 100}});
    CHECK(messages_of({0xc5, 7, 0xd5, 9}) == std::vector<Bytes>{{0xc5, 7, 0}, {0xd5, 9, 0}});
    // Running status, also over real-time bytes, which stand anywhere.
    CHECK(messages_of({0x91, 60, 0xf8, 100, 64, 0xfe, 90}) ==
          std::vector<Bytes>{{0xf8, 0, 0}, {0x91, 60, 100}, {0xfe, 0, 0}, {0x91, 64, 90}});
    CHECK(messages_of({0xc2, 1, 2, 3}) == std::vector<Bytes>{{0xc2, 1, 0}, {0xc2, 2, 0}, {0xc2, 3, 0}});
    // System common messages end it.
    CHECK(messages_of({0xf2, 1, 2, 3}) == std::vector<Bytes>{{0xf2, 1, 2}});
    CHECK(messages_of({0xf6, 0xf3, 5, 0xf1, 6}) == std::vector<Bytes>{{0xf6, 0, 0}, {0xf3, 5, 0}, {0xf1, 6, 0}});
    // Exclusive data is skipped, whatever ends it.
    CHECK(messages_of({0xf0, 1, 2, 0xf8, 3, 0xf7, 0x80, 1, 2}) == std::vector<Bytes>{{0xf8, 0, 0}, {0x80, 1, 2}});
    CHECK(messages_of({0xf0, 1, 2, 0x90, 1, 2}) == std::vector<Bytes>{{0x90, 1, 2}});
    CHECK(messages_of({0xf4, 0xf5, 0xf9, 0xfd, 0xf7}).empty());
}

TEST_CASE("what is cut off or belongs to nothing is dropped and counted") {
    MidiBytes parser;
    CHECK(messages_of({1, 2, 0x90, 60, 0x80, 60, 1}, parser) == std::vector<Bytes>{{0x80, 60, 1}});
    CHECK(parser.dropped() == 3);
    CHECK(messages_of({0xf2, 5, 0xff}, parser) == std::vector<Bytes>{{0xff, 0, 0}});
    CHECK(messages_of({6, 7}, parser) == std::vector<Bytes>{{0xf2, 5, 6}});
    CHECK(parser.dropped() == 4);
    // In any pieces.
    MidiBytes piecewise;
    std::vector<Bytes> found;
    for (const auto byte : Bytes{0x93, 1, 2, 3, 4}) {
        const auto some = messages_of({byte}, piecewise);
        found.insert(found.end(), some.begin(), some.end());
    }
    CHECK(found == std::vector<Bytes>{{0x93, 1, 2}, {0x93, 3, 4}});
}

TEST_CASE("channel messages become events") {
    Event e;
    REQUIRE(midi_event(0x9f, 127, 127, e));
    CHECK((e.kind == EventKind::note_on && e.channel == 15 && e.number == 127 && e.value == 1));
    REQUIRE(midi_event(0x90, 60, 0, e));
    CHECK((e.kind == EventKind::note_off && e.number == 60));
    REQUIRE(midi_event(0x81, 61, 127, e));
    CHECK((e.kind == EventKind::note_off && e.channel == 1 && e.value == 1));
    REQUIRE(midi_event(0xa2, 62, 127, e));
    CHECK((e.kind == EventKind::key_pressure && e.number == 62 && e.value == 1));
    REQUIRE(midi_event(0xb3, 74, 127, e));
    CHECK((e.kind == EventKind::controller && e.number == 74 && e.value == 1));
    REQUIRE(midi_event(0xc4, 5, 99, e));
    CHECK((e.kind == EventKind::program && e.number == 5 && e.value == 0));
    REQUIRE(midi_event(0xd5, 127, 99, e));
    CHECK((e.kind == EventKind::channel_pressure && e.number == 0 && e.value == 1));
    for (const auto& [low, high, value] : {std::tuple{0, 0, -1.0f}, {0, 64, 0.0f}, {127, 127, 1.0f}}) {
        REQUIRE(midi_event(0xe6, static_cast<std::uint8_t>(low), static_cast<std::uint8_t>(high), e));
        CHECK((e.kind == EventKind::pitch_bend && e.value == value));
    }
    CHECK_FALSE(midi_event(0xf8, 0, 0, e));
}

TEST_CASE("a driver's frames lie as far from the engine's as they really do, in spite of late wake-ups") {
    DriverFrames frames(48000);
    std::mt19937 random(1);
    const auto cycle = [&](std::int64_t n, std::int64_t offset, std::int64_t engine_block = 256) {
        // JACK says when the cycle began; our callback stamped its block later, now and then much later. In every third cycle
        // it has not run yet.
        const auto began = [](std::int64_t m) { return m * 256 * 1'000'000'000 / 48000; };
        const std::int64_t late = random() % 50 == 0 ? 3'000'000 : random() % 900'000;
        const auto of = n - (n % 3 == 0 ? 1 : 0);
        const auto into_block = of * 256 % engine_block;
        frames.update(n * 256, began(n), 256,
                      {of * 256 + offset - into_block, began(of) + late - into_block * 1'000'000'000 / 48000});
    };
    for (std::int64_t n = 0; n < 72; ++n) cycle(n, 10'000);
    for (std::int64_t n = 72; n < 5000; ++n) {
        cycle(n, 10'000);
        REQUIRE(frames.locked());
        REQUIRE(frames.engine_frame(n) == n + 10'000);
    }
    // A cycle was left out, as JACK does when it is overrun.
    for (std::int64_t n = 5000; n < 5008; ++n) cycle(n, 10'000 - 256);
    CHECK(frames.engine_frame(0) == 10'000 - 256);
    // Blocks that are no periods.
    for (std::int64_t n = 5008; n < 5264; ++n) cycle(n, 10'000, 400);
    CHECK_FALSE(frames.locked());
    CHECK(std::abs(frames.engine_frame(0) - 10'000) <= 40);
}

TEST_CASE("what --midi takes") {
    const auto wishes = [](std::vector<std::string> ports) {
        return midi_wishes({.ports = std::move(ports), .api = {}});
    };
    CHECK(wishes({}).ports.size() == 1);
    CHECK(wishes({}).ports[0].port.empty());
    CHECK(wishes({"all@10"}).ports[0].channel_mask == 1 << 9);
    CHECK(wishes({"Key@1-3,16"}).ports[0].channel_mask == 0x8007);
    CHECK(wishes({"virtual"}).virtual_port);
    CHECK(wishes({"virtual"}).ports.empty());
    for (const char* wrong : {"k@", "k@0", "k@17", "k@3-1", "k@1-", "k@1,", "k@x", "k@1x"})
        CHECK_THAT(bad_input([&] { wishes({wrong}); }), Catch::Contains("after @ come channels from 1 to 16"));
    CHECK_THAT(bad_input([&] { wishes({"none", "all"}); }), Catch::Contains("--midi none"));
}

TEST_CASE("an input passes on its channels, and knows what it may have left behind") {
    const ScriptFolder folder;
    const auto log = folder.path() / "session.frlog";
    {
        LiveEngine live(folder.write("voice.lua", ScriptFolder::voice("return 0")), live_configuration(), log);
        MidiInput input(live.engine.make_producer(), 0x0005);
        input.take(Bytes{0x90, 60, 100, 0x91, 61, 100, 0x92, 62, 100, 0xf8}, 1);
        CHECK(input.messages() == 4);
        CHECK(input.events() == 2);
        CHECK(input.used_channels() == 0x0005);
        CHECK(input.sensed_nanoseconds() == 0);
        input.take(Bytes{0xfe}, 77);
        input.take(Bytes{0x80, 60, 0}, 99);
        CHECK(input.sensed_nanoseconds() == 99);
        input.forget_sensing();
        input.take(Bytes{0x80, 62, 0}, 100);
        CHECK(input.sensed_nanoseconds() == 0);
        REQUIRE(live.wait_until([&] { return live.engine.state().header().conductor.events == 4; }));
    }
    CHECK(events_in(log).size() == 4);
}

TEST_CASE("events from JACK are heard as far apart as they were sent, to the frame") {
    const ScriptFolder folder;
    const auto log = folder.path() / "session.frlog";
    constexpr std::int64_t first = 48'000;
    std::vector<std::int64_t> sent;
    {
        const JackServer server;
        auto configuration = live_configuration();
        configuration.block_frames = 256;
        configuration.event_delay_frames = 4096;  // more than a thread without rights is kept waiting
        LiveEngine live(folder.write("voice.lua", ScriptFolder::voice("return 0")), configuration, log);
        std::vector<float> block(8192 * 2);
        JackStage stage([&](std::int64_t frames) { live.engine.process(block.data(), frames); });
        MidiInputs inputs(live.engine, {.ports = {{.port = "stage:keys"}}, .driver = "jack"});
        std::vector<std::string> lines;
        REQUIRE(live.wait_until([&] {
            const auto more = inputs.update(monotonic_nanoseconds());
            lines.insert(lines.end(), more.begin(), more.end());
            return !lines.empty();
        }));
        CHECK_THAT(lines[0], Catch::Contains("MIDI from stage:keys (jack)"));
        const auto start = stage.frame() + first;
        std::mt19937 random(7);
        for (std::int64_t at = start; sent.size() < 300; at += 1 + random() % 400) {
            sent.push_back(at);
            stage.send(at, {static_cast<std::uint8_t>(0xb0 | sent.size() % 16), 1, 64});
        }
        REQUIRE(live.wait_until([&] { return live.engine.state().header().conductor.events == sent.size(); }));
        CHECK(inputs.ports()[0].events == sent.size());
    }
    const auto events = events_in(log);
    REQUIRE(events.size() == sent.size());
    std::size_t same = 0;
    for (std::size_t i = 1; i < sent.size(); ++i)
        if (events[i].frame - events[i - 1].frame == sent[i] - sent[i - 1]) ++same;
    // All of them, unless the server leaves cycles out on a busy machine: then it takes some more until that is known.
    CHECK(same >= sent.size() * 9 / 10);
}

TEST_CASE("a port that goes lets its notes go, and is taken up again; so is the server") {
    const ScriptFolder folder;
    JackServer server;
    LiveEngine live(folder.write("voice.lua", ScriptFolder::voice("return 0")));
    const auto nothing = [](std::int64_t) {};
    auto stage = std::make_unique<JackStage>(nothing);
    MidiInputs inputs(live.engine, {.ports = {{}}, .driver = "jack"});
    std::string told;
    std::int64_t now = 0;
    const auto hears = [&](const std::string& what) {
        told.clear();
        return live.wait_until([&] {
            for (const auto& line : inputs.update(now += MidiInputs::look_nanoseconds)) told += line + "\n";
            return told.find(what) != std::string::npos;
        });
    };
    const auto sounding = [&] { return live.engine.slot(0).serial != 0 && !live.engine.slot(0).stopped; };
    const auto soon = [&] { return stage->frame() + settling_frames; };
    const auto events = [&] { return live.engine.state().header().conductor.events.load(); };

    REQUIRE(hears("MIDI from stage:keys (jack)"));
    stage->send(soon(), {0x95, 60, 100});
    REQUIRE(live.wait_until([&] { return events() == 1; }));
    CHECK(sounding());
    stage->unplug();
    REQUIRE(hears("MIDI stage:keys is unplugged"));
    // Controllers reset, notes off, on the one channel that was used.
    REQUIRE(live.wait_until([&] { return events() == 3; }));
    stage->plug_in();
    REQUIRE(hears("MIDI from stage:keys (jack)"));
    stage->send(soon(), {0x95, 62, 100});
    REQUIRE(live.wait_until([&] { return events() == 4; }));

    server.end();
    REQUIRE(live.wait_until([&] { return stage->gone(); }));
    stage.reset();
    REQUIRE(hears("MIDI through jack has gone"));
    REQUIRE(live.wait_until([&] { return events() == 6; }));
    server.start();
    stage = std::make_unique<JackStage>(nothing);
    REQUIRE(hears("MIDI from stage:keys (jack)"));
    stage->send(soon(), {0x95, 64, 100});
    REQUIRE(live.wait_until([&] { return events() == 7; }));
    CHECK(inputs.ports().size() == 1);
    CHECK(inputs.ports()[0].events == 3);
}

TEST_CASE("RtMidi's way to JACK works, too; a port of its own") {
    const ScriptFolder folder;
    const JackServer server;
    LiveEngine live(folder.write("voice.lua", ScriptFolder::voice("return 0")));
    JackStage stage([](std::int64_t) {});
    for (const char* driver : {"rtmidi-jack", "jack"}) {
        MidiInputs inputs(live.engine, {.ports = {{.port = "STAGE"}}, .virtual_port = true, .driver = driver});
        std::size_t connected = 0;
        REQUIRE(live.wait_until([&] {
            connected += inputs.update(monotonic_nanoseconds()).size();
            return connected == 2;
        }));
        const auto before = live.engine.state().header().conductor.events.load();
        stage.send(stage.frame() + settling_frames, {0x90, 60, 100});
        stage.send(stage.frame() + settling_frames, {0x80, 60, 100});
        REQUIRE(live.wait_until([&] { return live.engine.state().header().conductor.events == before + 2; }));
        const auto ports = inputs.ports();
        REQUIRE(ports.size() == 2);
        CHECK(ports[0].name == "forerun (virtual)");
        CHECK(ports[1].events == 2);
    }
    CHECK_THAT(bad_input([&] { MidiInputs(live.engine, {.driver = "telepathy"}); }),
               Catch::Contains("telepathy: no such MIDI system; there is jack"));
}

TEST_CASE("a port that stops its active sensing lets its notes go") {
    const ScriptFolder folder;
    const JackServer server;
    LiveEngine live(folder.write("voice.lua", ScriptFolder::voice("return 0")));
    JackStage stage([](std::int64_t) {});
    MidiInputs inputs(live.engine, {.ports = {{}}, .driver = "jack"});
    REQUIRE(live.wait_until([&] { return !inputs.update(monotonic_nanoseconds()).empty(); }));
    stage.send(stage.frame() + settling_frames, {0xfe});
    stage.send(stage.frame() + settling_frames, {0x93, 60, 100});
    REQUIRE(live.wait_until([&] { return inputs.ports()[0].messages == 2; }));
    CHECK(inputs.update(monotonic_nanoseconds() + MidiInputs::silence_nanoseconds / 2).empty());
    const auto lines = inputs.update(monotonic_nanoseconds() + MidiInputs::silence_nanoseconds);
    REQUIRE(lines.size() == 1);
    CHECK_THAT(lines[0], Catch::Contains("stage:keys fell silent"));
    REQUIRE(live.wait_until([&] { return live.engine.state().header().conductor.events == 3; }));
    CHECK(inputs.update(monotonic_nanoseconds() + 10 * MidiInputs::silence_nanoseconds).empty());
}
