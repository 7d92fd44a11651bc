// ctest: timeout=120
// ctest: serial
// ctest: plain
// Playing on a JACK server that is killed, and started again as it was or as another.
#include <fstream>
#include <memory>
#include <string>

#include "rt-engine/audio-io/jack_device.h"
#include "rt-engine/audio-io/steady_output.h"
#include "rt-engine/midi/midi_inputs.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/jack_server.h"
#include "tests/scenes/live_engine.h"
#include "tests/scenes/program.h"
#include "tests/scenes/sound_file_facts.h"

using namespace forerun;

namespace {

constexpr std::int64_t second = 1'000'000'000;

std::unique_ptr<Device> opened() {
    std::unique_ptr<Device> device;
    // The server may still be starting.
    for (int tries = 0; !device; ++tries) try {
            device = open_jack_device({.name = "system (JACK)", .plays_on = "system"});
        } catch (const BadInput&) {
            if (tries == 2000) throw;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    return device;
}

// An engine on the server's own output, in a time that the test moves.
struct PlayingLive {
    PlayingLive() : live(folder.write("voice.lua", ScriptFolder::voice("return 0"))) {
        output = std::make_unique<SteadyOutput>(opened(), SteadyOutput::Fit{48000, 256, 4096, 2});
        output->start([](void* engine, const float*, float* out,
                         std::int64_t frames) noexcept { static_cast<Engine*>(engine)->process(out, frames); },
                      &live.engine);
    }
    ~PlayingLive() { output->stop(); }

    // Does not pass time.
    bool says(const std::string& what) {
        return live.wait_until([&] { return update(0).find(what) != std::string::npos; });
    }
    std::string update(std::int64_t passed) {
        std::string text;
        for (const auto& line : output->update(now += passed)) text += line.text + "\n";
        return text;
    }
    bool goes_on() {
        const auto frame = live.clock() + 4800;
        return live.wait_until([&] { return live.clock() >= frame; });
    }

    const ScriptFolder folder;
    LiveEngine live;
    std::unique_ptr<SteadyOutput> output;
    std::int64_t now = 0;
};

}  // namespace

TEST_CASE("a JACK server is killed: the clock goes on; it comes back when MIDI's client is closed, too") {
    JackServer server;
    PlayingLive playing;
    auto& live = playing.live;
    const auto nothing = [](std::int64_t) {};
    auto stage = std::make_unique<JackStage>(nothing);
    MidiInputs inputs(live.engine, {.ports = {{}}, .driver = "jack"});
    std::int64_t midi_now = 0;
    const auto midi_says = [&](const std::string& what) {
        return live.wait_until([&] {
            std::string reported;
            for (const auto& line : inputs.update(midi_now += MidiInputs::scan_interval_nanoseconds))
                reported += line + "\n";
            return reported.find(what) != std::string::npos;
        });
    };
    REQUIRE(midi_says("MIDI from stage:keys (jack)"));
    CHECK(playing.goes_on());
    CHECK_FALSE(playing.output->on_clock());

    server.end(SIGKILL);
    REQUIRE(playing.says("device system (JACK) has gone, so the clock keeps time"));
    CHECK(playing.output->on_clock());
    CHECK(playing.goes_on());
    REQUIRE(live.wait_until([&] { return stage->gone(); }));
    stage.reset();  // a client of this process, too

    server.start(128);
    REQUIRE(live.wait_until([&] { return server.answers(); }, 300));
    for (int i = 0; i < 3; ++i) CHECK(playing.update(second) == "");
    CHECK(playing.goes_on());

    // It looks once when time has passed: closes what is left, and may open anew.
    REQUIRE(midi_says("MIDI through jack has gone"));
    REQUIRE(live.wait_until([&] { return playing.update(second) == "device system (JACK) is back\n"; }));
    CHECK_FALSE(playing.output->on_clock());
    CHECK(playing.goes_on());
    stage = std::make_unique<JackStage>(nothing);
    REQUIRE(midi_says("MIDI from stage:keys (jack)"));
    stage->send(stage->frame() + 2048, {0x95, 64, 100});
    CHECK(live.wait_until([&] { return inputs.ports()[0].events == 1; }));
}

TEST_CASE("a JACK server that comes back with another rate is refused, with its own rate taken") {
    JackServer server;
    PlayingLive playing;
    server.end();
    REQUIRE(playing.says("has gone"));
    server.start(256, 44100);
    std::string reported;
    REQUIRE(playing.live.wait_until([&] { return !(reported = playing.update(second)).empty(); }));
    CHECK_THAT(reported, Catch::Contains("is there again with 44100 Hz, and voices are rendered for 48000 Hz"));
    CHECK(playing.update(second) == "");
    CHECK(playing.goes_on());
    server.end(SIGKILL);
    server.start(512);
    REQUIRE(playing.live.wait_until([&] { return !(reported = playing.update(second)).empty(); }));
    CHECK_THAT(reported, Catch::Contains("is back; its blocks are larger now (512 frames, not 256)"));
    CHECK(playing.goes_on());
}

TEST_CASE("JACK's rate and block are its own: a request for others is refused") {
    const JackServer server;
    const ScriptFolder folder;
    const auto voice = folder.write("hum.lua", ScriptFolder::voice("return 0")).string();
    REQUIRE(system("jack_wait -w -t 20 >/dev/null 2>&1") == 0);
    const auto said = [&](const char* options) {
        const auto outcome = run_shell("export JACK_DEFAULT_SERVER=forerun-test; " FORERUN_PROGRAM " play " + voice +
                                           " --host-api jack --seconds 0.2 " + options,
                                       "2>&1 >/dev/null");
        return std::to_string(outcome.code) + " " + outcome.text;
    };
    CHECK_THAT(said("--rate 44100"), Catch::StartsWith("2 ") && Catch::Contains("it takes 48000 Hz"));
    CHECK_THAT(said("--block 64"), Catch::StartsWith("2 ") && Catch::Contains("has blocks of 256 frames"));
    CHECK_THAT(said("--rate 48000 --block 256"), Catch::StartsWith("0 "));
}

TEST_CASE("forerun play records on while its JACK server is killed and started again") {
    JackServer server;
    const ScriptFolder folder;
    folder.write("hum.lua", ScriptFolder::voice("return 0.1 * self.osc:next(self.frequency)", "self.osc = dsp.sine()"));
    REQUIRE(system("jack_wait -w -t 20 >/dev/null 2>&1") == 0);
    // Through pipes of the shell's: what the program says starts the next step.
    const auto wav = (folder.path() / "m.wav").string();
    const auto errors = (folder.path() / "errors").string();
    std::atomic<bool> ended{false};
    std::thread stagehand([&] {
        const auto said = [&](const std::string& what) {
            for (int tries = 0; tries < 6000 && !ended; ++tries) {
                std::ifstream in(errors);
                const std::string text{std::istreambuf_iterator<char>(in), {}};
                if (text.find(what) != std::string::npos) return true;
                std::this_thread::sleep_for(std::chrono::milliseconds(5));
            }
            return false;
        };
        const auto grows = [&] {
            std::error_code none;
            const auto before = std::filesystem::file_size(wav, none);
            for (int tries = 0; tries < 6000 && !ended; ++tries) {
                if (std::filesystem::file_size(wav, none) > before + 50'000 && !none) return true;
                std::this_thread::sleep_for(std::chrono::milliseconds(5));
            }
            return false;
        };
        while (!std::filesystem::exists(wav) && !ended) std::this_thread::sleep_for(std::chrono::milliseconds(5));
        const bool plays = grows();
        server.end(SIGKILL);
        const bool lost = said("has gone, so the clock keeps time"), goes_on = grows();
        server.start(128);
        const bool back = said("is back"), is_back = grows();
        std::ofstream(folder.path() / "steps") << plays << lost << goes_on << back << is_back;
        std::ofstream(folder.path() / "done");
    });
    const auto outcome = run_shell("cd " + folder.path().string() +
                                       "; export JACK_DEFAULT_SERVER=forerun-test; " FORERUN_PROGRAM
                                       " play hum.lua --midi all --host-api jack --device system --record m.wav "
                                       "2>errors & program=$!; until [ -e done ]; do kill -0 $program || exit 99; "
                                       "sleep 0.02; done; kill -TERM $program; wait $program",
                                   "2>/dev/null");
    ended = true;
    stagehand.join();
    std::string steps;
    std::ifstream(folder.path() / "steps") >> steps;
    CHECK(steps == "11111");
    std::ifstream in(errors);
    const std::string said{std::istreambuf_iterator<char>(in), {}};
    CAPTURE(outcome.text, said);
    CHECK(outcome.code == 1);  // it was not heard all the time
    CHECK(outcome.text.find("underruns") != std::string::npos);
    const auto first = said.find("has gone, so the clock keeps time");
    CHECK(said.find("has gone, so the clock keeps time", first + 1) == std::string::npos);
    CHECK(facts_of(wav).opens);
}

TEST_CASE("there are as many ports as channels; what the server has no inputs for is left for the player to connect") {
    JackServer server;
    for (int tries = 0; !server.answers() && tries < 2000; ++tries)
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const ScriptFolder folder;
    folder.write("a.lua", ScriptFolder::voice("return 0.1"));
    folder.write("rig.lua",
                 "return { buses = { { name = 'main' }, { name = 'side', output = 3 } }, instruments = { { "
                 "voice = 'a', bus = 'side' } } }");
    // run_shell gives its programs a server that there is not. A client that a closed pipe kills can bring the server down, so
    // what jack_lsp says goes to a file.
    const auto outcome = run_shell(
        "cd '" + folder.path().string() +
            "'; export JACK_DEFAULT_SERVER=forerun-test; " FORERUN_PROGRAM
            " play rig.lua --host-api jack --midi none & program=$!; until jack_lsp -c forerun >ports 2>/dev/null; "
            "grep -q out_4 ports && grep -q playback_2 ports; do kill -0 $program || exit 99; sleep 0.02; done; "
            "cat ports; kill -TERM $program; wait $program",
        "2>&1");
    CAPTURE(outcome.text);
    CHECK_THAT(outcome.text, Catch::Contains("outputs    4, of which 2 are connected"));
    CHECK_THAT(outcome.text, Catch::Contains("forerun:out_2\n   system:playback_2\n"));
    CHECK_THAT(outcome.text, Catch::Contains("forerun:out_4\n"));
}
