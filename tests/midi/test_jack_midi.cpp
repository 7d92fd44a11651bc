// ctest: timeout=120
// ctest: serial
// ctest: plain
// MIDI through a JACK server: frames as JACK counts them, ports that come and go, a server that goes and comes back.
#include <memory>
#include <random>

#include "rt-engine/midi/midi_inputs.h"
#include "rt-engine/session/session_log_file.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/jack_server.h"
#include "tests/scenes/live_engine.h"

using namespace forerun;

namespace {

constexpr std::int64_t settling_frames = 2048;  // JACK's graph changes some cycles after the request

std::vector<Event> events_in(const std::filesystem::path& log) {
    std::vector<Event> events;
    for (const auto& record : SessionLogFile::read(log).records)
        if (record.kind == LogKind::event) events.push_back(record.get<Event>());
    return events;
}

}  // namespace

TEST_CASE("events from JACK keep their intervals, to the frame") {
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

TEST_CASE("an unplugged port's notes are released, and it is opened again; so is the server") {
    const ScriptFolder folder;
    JackServer server;
    LiveEngine live(folder.write("voice.lua", ScriptFolder::voice("return 0")));
    const auto nothing = [](std::int64_t) {};
    auto stage = std::make_unique<JackStage>(nothing);
    MidiInputs inputs(live.engine, {.ports = {{}}, .driver = "jack"});
    std::string reported;
    std::int64_t now = 0;
    const auto reports = [&](const std::string& what) {
        reported.clear();
        return live.wait_until([&] {
            for (const auto& line : inputs.update(now += MidiInputs::scan_interval_nanoseconds))
                reported += line + "\n";
            return reported.find(what) != std::string::npos;
        });
    };
    const auto sounding = [&] { return live.engine.slot(0).serial != 0 && !live.engine.slot(0).stopped; };
    const auto soon = [&] { return stage->frame() + settling_frames; };
    const auto events = [&] { return live.engine.state().header().conductor.events.load(); };

    REQUIRE(reports("MIDI from stage:keys (jack)"));
    stage->send(soon(), {0x95, 60, 100});
    REQUIRE(live.wait_until([&] { return events() == 1; }));
    CHECK(sounding());
    // A buffer that its client leaves behind is heard once more.
    const auto settled = soon();
    REQUIRE(live.wait_until([&] { return stage->frame() >= settled; }));
    stage->unplug();
    REQUIRE(reports("MIDI stage:keys is unplugged"));
    // Controllers reset, notes off, on the one channel that was used.
    REQUIRE(live.wait_until([&] { return events() == 3; }));
    stage->plug_in();
    REQUIRE(reports("MIDI from stage:keys (jack)"));
    stage->send(soon(), {0x95, 62, 100});
    REQUIRE(live.wait_until([&] { return events() == 4; }));

    server.end();
    REQUIRE(live.wait_until([&] { return stage->gone(); }));
    stage.reset();
    REQUIRE(reports("MIDI through jack has gone"));
    REQUIRE(live.wait_until([&] { return events() == 6; }));
    server.start();
    stage = std::make_unique<JackStage>(nothing);
    REQUIRE(reports("MIDI from stage:keys (jack)"));
    stage->send(soon(), {0x95, 64, 100});
    REQUIRE(live.wait_until([&] { return events() == 7; }));
    CHECK(inputs.ports().size() == 1);
    CHECK(inputs.ports()[0].events == 3);
}

TEST_CASE("a port that is back before the next scan is opened again; one disconnected by the user is not") {
    const ScriptFolder folder;
    JackServer server;
    LiveEngine live(folder.write("voice.lua", ScriptFolder::voice("return 0")));
    JackStage stage([](std::int64_t) {});
    MidiInputs inputs(live.engine, {.ports = {{}}, .driver = "jack"});
    std::string reported;
    std::int64_t now = 0;
    const auto look = [&] {
        for (const auto& line : inputs.update(now += MidiInputs::scan_interval_nanoseconds)) reported += line + "\n";
    };
    const auto reports = [&](const std::string& what) {
        reported.clear();
        return live.wait_until([&] {
            look();
            return reported.find(what) != std::string::npos;
        });
    };
    const auto events = [&] { return live.engine.state().header().conductor.events.load(); };
    const auto soon = [&] { return stage.frame() + settling_frames; };

    REQUIRE(reports("MIDI from stage:keys (jack)"));
    stage.send(soon(), {0x95, 60, 100});
    REQUIRE(live.wait_until([&] { return events() == 1; }));
    // A buffer that its client leaves behind is heard once more.
    const auto settled = soon();
    REQUIRE(live.wait_until([&] { return stage.frame() >= settled; }));
    stage.unplug();
    stage.plug_in();
    REQUIRE(reports("MIDI stage:keys is unplugged"));
    if (reported.find("MIDI from stage:keys (jack)") == std::string::npos)
        REQUIRE(reports("MIDI from stage:keys (jack)"));
    REQUIRE(live.wait_until([&] { return events() == 3; }));
    stage.send(soon(), {0x95, 62, 100});
    REQUIRE(live.wait_until([&] { return events() == 4; }));

    look();  // at a port that JACK may have said late to be gone
    reported.clear();
    REQUIRE(std::system("jack_disconnect stage:keys forerun-midi:in_1 >/dev/null 2>&1") == 0);
    for (int looks = 0; looks < 5; ++looks) look();
    CHECK(reported == "");
    CHECK(events() == 4);
}

TEST_CASE("RtMidi's JACK backend works; a virtual port") {
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

TEST_CASE("the notes of a port that stops active sensing are released") {
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
