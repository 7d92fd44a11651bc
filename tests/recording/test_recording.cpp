// ctest: timeout=300
// Recordings of a performance: complete when it ends in order, readable when the program is killed, stopped by a full disk
// and nothing else; and a live performance rendered from its MIDI file equals the output.
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/scenes/live_engine.h"
#include "tests/scenes/program.h"
#include "tests/scenes/small_disk.h"
#include "tests/scenes/sound_file_facts.h"
#include "tools/recording/midi_recorder.h"
#include "tools/recording/stem_recorder.h"

using namespace forerun;

namespace {

// A terminal that the program reads its keys from; a shell writes into it through descriptor `keys`.
class Terminal {
public:
    static constexpr int keys = 7;

    Terminal() : master_(posix_openpt(O_RDWR | O_NOCTTY)) {
        REQUIRE((master_ >= 0 && grantpt(master_) == 0 && unlockpt(master_) == 0));
        name_ = ptsname(master_);
        slave_ = open(name_.c_str(), O_RDWR | O_NOCTTY);  // so that it is never hung up
    }
    ~Terminal() {
        close(slave_);
        close(master_);
    }
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    const std::string& name() const { return name_; }
    void give_to_child() const { dup2(master_, keys); }

private:
    int master_, slave_;
    std::string name_;
};

// A rig of one instrument that is heard as it is: its gains are all 0 dB.
void write_band(const ScriptFolder& folder) {
    folder.write("band.lua", "return { instruments = { { name = 'organ', voice = 'voices/organ' } } }");
}

std::vector<std::string> names_in(const std::filesystem::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
}

nlohmann::json json_in(const std::filesystem::path& file) {
    std::ifstream in(file);
    return nlohmann::json::parse(in);
}

std::vector<float> rendered(const std::filesystem::path& midi, const std::filesystem::path& voice,
                            std::size_t samples) {
    Engine engine(offline_configuration());
    engine.load_voice(voice);
    MidiPlayer player(read_midi_file(midi), engine.make_producer(), engine.configuration().rate_hz, 0);
    engine.start();
    std::vector<float> out(samples + 512);
    for (std::size_t at = 0; at < samples; at += 512) {
        player.advance_to(static_cast<std::int64_t>(at / 2) + 40'000);
        engine.render(out.data() + at, 256);
    }
    engine.stop();
    out.resize(samples);
    return out;
}

}  // namespace

TEST_CASE("a live performance rendered from its MIDI file equals the output to the bit") {
    const ScriptFolder folder;
    const auto file = folder.path() / "played.mid";
    const auto voice = folder.write(
        "voice.lua", ScriptFolder::voice("return self.level * (0.2 + self.pressure) * self.osc:next(self.frequency * "
                                         "self.bend) * (1 + self.modulation)",
                                         "self.osc = dsp.sine() self.level = 0.3 * note.velocity"));
    LiveEngine live(voice, live_configuration(), {}, [](Engine& engine) { engine.keep_live_events(); });
    MidiRecorder recorder(file, live.engine);
    const auto& header = live.engine.state().header();
    const auto steps = [](int of_127) { return static_cast<double>(static_cast<float>(of_127) / 127.0f); };

    std::uint64_t rewinds = 0, sent = 0;
    const auto play = [&](EventKind kind, int number, double value, std::uint64_t voices_rewound) {
        live.send(kind, number, value);
        rewinds += voices_rewound;
        ++sent;
        REQUIRE(live.wait_until([&] {
            return header.conductor.events == sent && live.engine.state().worker(0).rewinds >= rewinds &&
                   live.fill(0) > 3000 && (sent < 4 || live.fill(1) > 3000);
        }));
        for (int i = 0; i < 9; ++i) {
            live.process(61);
            REQUIRE(live.wait_until([&] { return live.fill(0) > 3000 && (sent < 4 || live.fill(1) > 3000); }));
        }
    };
    for (int i = 0; i < 5; ++i) live.process(64);
    play(EventKind::note_on, 60, steps(100), 0);
    play(EventKind::pitch_bend, 0, static_cast<double>(3808.0f / 8191.0f), 1);
    play(EventKind::controller, 1, steps(33), 1);
    play(EventKind::note_on, 67, steps(51), 0);
    play(EventKind::channel_pressure, 0, steps(90), 2);
    play(EventKind::pitch_bend, 0, static_cast<double>(-4000.0f / 8192.0f), 2);
    CHECK(header.mixer.late_switches == 0);
    live.engine.stop();
    recorder.finish();
    CHECK(recorder.take_failure().empty());
    CHECK(recorder.messages() == sent);
    CHECK(recorder.frames() == live.clock());

    const auto again = rendered(file, voice, live.heard.size());
    CHECK(*std::max_element(again.begin(), again.end()) > 0.02f);
    const auto differs = std::mismatch(again.begin(), again.end(), live.heard.begin()).first - again.begin();
    INFO("differs first at frame " << differs / 2 << " of " << again.size() / 2);
    CHECK((again == live.heard));
}

TEST_CASE("a stem is created when its instrument sounds, with silence before that, and all end together") {
    const ScriptFolder folder;
    const bool flac = GENERATE(false, true);
    const auto at = [&](int i) { return folder.path() / (std::to_string(i) + (flac ? ".flac" : ".wav")); };
    const auto ring = std::make_shared<StemRing>(4, 1u << 18);
    StemRecorder recorder(
        {at(0), at(1), at(2), at(3)},
        {flac ? SoundFileKind::flac : SoundFileKind::wav, flac ? SampleFormat::pcm24 : SampleFormat::float32}, 8000,
        ring);
    const auto block = [&](std::int64_t frame, std::uint16_t instrument, float value) {
        ring->begin_block(frame, 100);
        if (instrument < 4) {
            const auto stem = ring->block_of(instrument);
            REQUIRE(stem.left != nullptr);
            std::fill_n(stem.left, 100, value);
            std::fill_n(stem.right, 100, -value);
        }
        ring->end_block();
    };
    block(0, 1, 0.5f);
    block(40'000, 2, 0);  // a voice that never begins
    block(40'100, 3, 0.25f);
    block(50'000, 1, 0.125f);
    block(60'000, 99, 0);
    recorder.finish();
    CHECK(recorder.take_failure().empty());
    const auto recorded = recorder.recorded();
    REQUIRE(recorded.size() == 2);
    CHECK((recorded[0].instrument == 1 && recorded[1].instrument == 3));
    CHECK_FALSE(std::filesystem::exists(at(0)));
    CHECK_FALSE(std::filesystem::exists(at(2)));

    const auto check = [&](int instrument, const std::map<std::size_t, float>& blocks) {
        const auto facts = facts_of(at(instrument));
        CHECK(facts.opens);
        REQUIRE(facts.frames == 60'100);
        std::vector<float> expected(2 * 60'100);
        for (const auto& [frame, value] : blocks)
            for (std::size_t f = frame; f < frame + 100; ++f) {
                expected[2 * f] = value;
                expected[2 * f + 1] = -value;
            }
        CHECK((facts.samples == expected));
    };
    check(1, {{0, 0.5f}, {50'000, 0.125f}});
    check(3, {{40'100, 0.25f}});
}

TEST_CASE("the stem of a rig with one instrument is the output itself") {
    const ScriptFolder folder;
    write_band(folder);
    const auto outcome = run_shell(
        "cd " + folder.path().string() +
            "; " FORERUN_PROGRAM " play band.lua --device clock --seconds 1.5 --record m.wav --stems st --json r.json",
        "2>&1");
    CAPTURE(outcome.text);
    CHECK(outcome.code == 0);
    const auto master = facts_of(folder.path() / "m.wav"), stem = facts_of(folder.path() / "st/01-organ.wav");
    CHECK((master.opens && stem.opens));
    CHECK(master.peak > 0.01f);
    CHECK((master.samples == stem.samples));
    CHECK_THAT(outcome.text, Catch::Contains("01-organ.wav"));
    const auto report = json_in(folder.path() / "r.json")["stems"];
    CHECK(report["folder"] == "st");
    CHECK(report["unheard_instruments"] == 0);
    REQUIRE(report["files"].size() == 1);
    CHECK(report["files"][0]["file"] == "01-organ.wav");
    CHECK(report["files"][0]["frames"] == master.frames);
    CHECK(report["files"][0]["dropped_frames"] == 0);
}

TEST_CASE("recordings are complete after SIGTERM, and lack at most a second after SIGKILL") {
    const bool killed = GENERATE(false, true);
    CAPTURE(killed);
    const ScriptFolder folder;
    write_band(folder);
    const Terminal terminal;
    const auto at = [&](const char* name) { return folder.path() / name; };
    // Keys are typed until some of them and enough sound have reached the disk.
    const std::string size = "\"$(stat -c %s ", or_none = " 2>/dev/null || echo 0)\"";
    const auto outcome = run_shell(
        "cd " + folder.path().string() +
            "; " FORERUN_PROGRAM
            " play band.lua --midi none --keys --device clock --record m.wav --stems st --stems-format flac "
            "--record-midi p.mid"
            " --json r.json <" +
            terminal.name() + " >/dev/null & program=$!; until [ " + size + "p.mid" + or_none + " -gt 60 ] && [ " +
            size + "m.wav" + or_none +
            " -gt 800000 ]; do printf asdfghjkl >&7; kill -0 $program || exit 99; done; stat -c %s m.wav; kill -" +
            (killed ? "KILL" : "TERM") + " $program; wait $program",
        "2>/dev/null", [&] { terminal.give_to_child(); });
    CAPTURE(outcome.text);
    CHECK(outcome.code == (killed ? 128 + 9 : 0));
    const auto frames_before = std::stoll(outcome.text) / 8;

    const auto master = facts_of(at("m.wav")), stem = facts_of(at("st/01-organ.flac"));
    CHECK((master.opens && stem.opens));
    CHECK(master.peak > 0.01f);
    CHECK(stem.peak > 0.01f);
    const auto played = read_midi_file(at("p.mid"));
    const auto midi_frames = std::llround(played.duration_seconds * 48000);
    CHECK(played.messages.size() >= 4);
    for (const auto& m : played.messages) CHECK(((m.status & 0xe0) == 0x80 || (m.status & 0xf0) == 0xb0));
    if (killed) {
        for (const auto frames : {master.frames, stem.frames, std::int64_t{midi_frames}})
            CHECK(frames > frames_before - 48000);
    } else {
        CHECK(master.frames >= frames_before);
        CHECK(stem.frames == master.frames);
        CHECK(midi_frames == master.frames);
        const auto report = json_in(at("r.json"));
        CHECK(report["midi_recording"]["file"] == "p.mid");
        CHECK(report["midi_recording"]["messages"] == played.messages.size());
        CHECK(report["midi_recording"]["frames"] == master.frames);
    }
    CHECK(errors_of("render " + at("p.mid").string() + " --rig " + at("band.lua").string() + " -o " +
                    at("again.wav").string())
              .code == 0);
    CHECK(facts_of(at("again.wav")).peak > 0.01f);
}

TEST_CASE("a full disk stops recordings with a message each, and the sound continues") {
    const ScriptFolder folder;
    write_band(folder);
    const SmallDisk disk(folder.path() / "disk", "size=200k");
    if (!disk.there()) {
        WARN("NOT TESTED: a disk of the test's own can be mounted by root alone");
        return;
    }
    const auto outcome =
        run_shell("cd " + folder.path().string() +
                      "; " FORERUN_PROGRAM
                      " play band.lua --device clock --seconds 2 --record disk/m.wav --stems disk/st --record-midi "
                      "disk/p.mid --json r.json",
                  "2>&1 >/dev/null");
    CAPTURE(outcome.text);
    CHECK(outcome.code == 1);
    CHECK_THAT(outcome.text, Catch::Contains("recording stopped: disk/m.wav holds ") &&
                                 Catch::Contains("recording of stems stopped: disk/st/01-organ.wav") &&
                                 Catch::Contains("No space left on device") && Catch::Contains("make room"));
    const auto report = json_in(folder.path() / "r.json");
    CHECK(report["played_seconds"] >= 2.0);
    CHECK(report["problems"].size() >= 2);
    const auto master = facts_of(folder.path() / "disk/m.wav");
    CHECK(master.opens);
    CHECK(master.frames == report["recording"]["frames"]);
    CHECK(master.frames > 1000);
    for (const auto& name : names_in(folder.path() / "disk/st"))
        CHECK(facts_of(folder.path() / "disk/st" / name).opens);
    CHECK(read_midi_file(folder.path() / "disk/p.mid").messages.empty());
}
