// Voices rendered in the callback sound like the engine's, respond in the next block, and fail alone.
#include "script-runtime/host/direct_voices.h"

#include "tests/scenes/catch.h"
#include "tests/scenes/rendered_piece.h"
#include "tests/scenes/script_folder.h"

using namespace forerun;

namespace {

constexpr std::int64_t block_sizes[] = {1, 63, 64, 65, 480};

struct Pressure {
    std::int64_t frame = 0;
    float value = 0;
};
struct Played {
    std::vector<std::uint8_t> keys;
    std::vector<Pressure> pressures;
    std::int64_t frames = 4800;
};

// Notes that all begin at frame 0, rendered ahead by a worker and mixed.
class OfflineEngine {
public:
    explicit OfflineEngine(const std::filesystem::path& voice, std::uint32_t channels = 2)
        : configuration(offline_configuration()) {
        configuration.channels = channels;
        engine_ = std::make_unique<Engine>(configuration);
        engine_->load_voice(voice);
        rig = engine_->rig();
    }
    std::vector<float> render(const Played& played) {
        auto score = engine_->make_producer();
        engine_->start();
        for (const auto key : played.keys)
            score.try_send({.frame = 0, .kind = EventKind::note_on, .number = key, .value = 0.8f});
        for (const auto& pressure : played.pressures)
            score.try_send({.frame = pressure.frame, .kind = EventKind::channel_pressure, .value = pressure.value});
        score.promise(played.frames + 48000);
        std::vector<float> sound(static_cast<std::size_t>(played.frames * configuration.channels));
        engine_->render(sound.data(), played.frames);
        REQUIRE(engine_->state().header().mixer.limited_frames == 0);
        return sound;
    }

    Configuration configuration;
    Rig rig;

private:
    std::unique_ptr<Engine> engine_;
};

class DirectStage {
public:
    DirectStage(const Configuration& configuration, const Rig& rig)
        : configuration_(configuration), rig_(rig), voices(make_direct_voices(configuration, rig)) {}

    void start(std::uint16_t slot, std::uint8_t key) {
        const DirectNote note{.slot = slot, .key = key, .velocity = 0.8f, .serial = next_serial_++};
        REQUIRE(voices->try_send(direct_note(configuration_, rig_, note)));
    }
    template <typename Said>
    void send(const Said& said, std::uint16_t slot = 0) {
        auto message = VoiceMessage::of(said);
        message.slot = slot;
        REQUIRE(voices->try_send(message));
    }
    void press(double value, std::uint16_t slot = 0) {
        send(VoiceControlMove{.value = static_cast<float>(value), .control = VoiceControl::pressure}, slot);
    }
    void render(std::int64_t frames) {
        const auto channels = configuration_.channels;
        std::vector<float> block(static_cast<std::size_t>(frames * channels), 1000.0f);
        voices->render(block.data(), frames, channels);
        heard.insert(heard.end(), block.begin(), block.end());
    }
    // In blocks of this size; the last one may be shorter.
    void render(std::int64_t frames, std::int64_t block_frames) {
        for (; frames > 0; frames -= block_frames) render(std::min(frames, block_frames));
    }
    std::int64_t frame() const { return static_cast<std::int64_t>(heard.size()) / configuration_.channels; }
    float left(std::int64_t at) const { return heard[static_cast<std::size_t>(at * configuration_.channels)]; }

private:
    Configuration configuration_;
    Rig rig_;
    std::uint64_t next_serial_ = 1;

public:
    std::unique_ptr<DirectVoices> voices;
    std::vector<float> heard;  // interleaved
};

bool is_silent(const std::vector<float>& sound) {
    return std::all_of(sound.begin(), sound.end(), [](float sample) { return sample == 0.0f; });
}

// A voice whose level says how it is pressed.
std::filesystem::path pressed_voice(const ScriptFolder& folder) {
    return folder.write("voice.lua", ScriptFolder::voice("return self.pressure"));
}

}  // namespace

TEST_CASE("a voice in the callback sounds as the engine's does, sample for sample, whatever the block") {
    for (const char* voice : {"scripts/voices/subtractive.lua", "scripts/voices/lead.lua"}) {
        for (const auto block : block_sizes) {
            CAPTURE(voice, block);
            OfflineEngine engine(source_file(voice));
            DirectStage direct(engine.configuration, engine.rig);
            // A few blocks into the sound, so on any frame of a quantum.
            const Played played{{57}, {{7 * block, 0.9f}, {8 * block, 0.2f}}};
            direct.start(0, 57);
            direct.render(7 * block, block);
            direct.press(0.9f);
            direct.render(block);
            direct.press(0.2f);
            direct.render(played.frames - direct.frame(), block);
            const auto expected = engine.render(played);
            REQUIRE_FALSE(is_silent(expected));
            CHECK(direct.heard == expected);
        }
    }
}

TEST_CASE("sixteen voices in the callback are the sum of sixteen, as the mixer sums them, in one channel, too") {
    const auto voice = source_file("scripts/voices/subtractive.lua");
    Played played{{}, {}, 1920};
    for (int i = 0; i < 16; ++i) played.keys.push_back(static_cast<std::uint8_t>(40 + 2 * i));
    for (const std::uint32_t channels : {1u, 2u}) {
        OfflineEngine engine(voice, channels);
        DirectStage all(engine.configuration, engine.rig);
        for (std::uint16_t i = 0; i < 16; ++i) all.start(i, played.keys[i]);
        all.render(played.frames, 64);
        CHECK(all.heard == engine.render(played));
        CHECK(all.voices->figures().voices == 16);
        CHECK(all.voices->figures().quanta_rendered == 16 * 30);
        CHECK(all.voices->figures().quantum_nanoseconds.count() == 16 * 30);

        // One by one: each with the seed that it has among the others.
        std::vector<double> sum(all.heard.size());
        for (std::uint16_t i = 0; i < 16; ++i) {
            DirectStage one(engine.configuration, engine.rig);
            for (std::uint16_t before = 0; before <= i; ++before) one.start(0, played.keys[before]);
            one.render(played.frames, 64);
            for (std::size_t s = 0; s < sum.size(); ++s) sum[s] += static_cast<double>(one.heard[s]);
        }
        double worst = 0;
        for (std::size_t s = 0; s < sum.size(); ++s)
            worst = std::max(worst, std::fabs(sum[s] - static_cast<double>(all.heard[s])));
        CHECK(worst < 1e-6);
    }
}

TEST_CASE("an event takes effect at the first frame of the next block") {
    const ScriptFolder folder;
    OfflineEngine engine(pressed_voice(folder));
    for (const auto block : block_sizes) {
        CAPTURE(block);
        DirectStage direct(engine.configuration, engine.rig);
        direct.start(0, 60);
        direct.render(5 * block, block);
        CHECK(is_silent(direct.heard));
        direct.press(0.5);
        const auto at = direct.frame();
        direct.render(block);
        CHECK(direct.left(at) > 0.1f);
        CHECK(direct.left(direct.frame() - 1) == direct.left(at));
    }
}

TEST_CASE("an indivisible quantum is rendered to its end, and the rest is played in the next block") {
    const ScriptFolder folder;
    const auto pieces = folder.write("pieces.lua", R"(return {
        start = function(self) self.n = 0 end,
        render = function(self, out, frames)
            self.n = self.n + 1
            for i = 0, frames - 1 do out[i] = 0.001 * self.n + self.pressure end
        end,
        done = function() return false end,
    })");
    OfflineEngine engine(pieces);
    REQUIRE(engine.rig.instruments[0].whole_quanta);
    const Played played{{60}, {}, 960};
    const auto expected = engine.render(played);
    for (const auto block : block_sizes) {
        CAPTURE(block);
        DirectStage direct(engine.configuration, engine.rig);
        direct.start(0, 60);
        direct.render(played.frames, block);
        CHECK(direct.heard == expected);
        direct.render(3);
        direct.press(0.5);
        direct.render(128);
        CHECK(direct.left(960 + 63) < 0.1f);
        CHECK(direct.left(960 + 64) > 0.1f);
    }

    // A glide goes in steps of its own.
    OfflineEngine tone(
        folder.write("tone.lua", ScriptFolder::voice("return self.osc:next(self.frequency)", "self.osc = dsp.saw()")));
    std::vector<float> glided;
    for (const auto block : block_sizes) {
        CAPTURE(block);
        DirectStage direct(tone.configuration, tone.rig);
        direct.start(0, 60);
        direct.send(VoicePitch{.hz = 880, .seconds = 0.01f});
        direct.render(960, block);
        if (glided.empty()) glided = direct.heard;
        CHECK(direct.heard == glided);
    }
}

TEST_CASE("a voice whose script fails, hangs or ends is over, and the others play on") {
    const ScriptFolder folder;
    // Warming never presses that hard.
    const auto file = folder.write("voice.lua", R"(return {
    start = function(self, note) self.key = note.key end,
    sample = function(self)
        if self.pressure > 0.7 then
            if self.key == 61 then error("no more") end
            if self.key == 62 then while true do end end
            if self.key == 63 then return 0 / 0 end
        end
        return 0.01 * (self.key - 59)
    end,
    done = function(self) return self.key == 64 and self.pressure > 0.7 end,
})");
    OfflineEngine engine(file);
    engine.configuration.watchdog_milliseconds = 50;
    struct Case {
        std::uint8_t key;
        std::int64_t heard_until;  // from there on only the others are
        bool is_over, is_failure;
        const char* text;
    };
    const Case cases[] = {{61, 128, true, true, "voice.lua:5: no more"},
                          {62, 128, true, true, "did not return within 50 ms"},
                          {63, 128, false, false, "not numbers"},
                          {64, 192, true, false, ""}};
    for (const auto& c : cases) {
        CAPTURE(int{c.key});
        DirectStage direct(engine.configuration, engine.rig), others(engine.configuration, engine.rig);
        direct.start(0, 60), direct.start(1, c.key), direct.start(2, 70);
        others.start(0, 60), others.start(2, 70);
        direct.render(128, 64);
        direct.press(1, 1);
        direct.render(512, 64);
        others.render(640, 64);
        for (std::int64_t i = 0; i < 640; ++i) {
            CAPTURE(i);
            if (i < c.heard_until)
                REQUIRE(direct.left(i) > others.left(i));
            else
                REQUIRE(direct.left(i) == others.left(i));
        }
        CHECK(direct.voices->figures().voices == (c.is_over ? 2 : 3));
        CHECK(direct.voices->figures().failed_voices == (c.is_failure ? 1 : 0));
        WorkerReport report;
        REQUIRE(direct.voices->next_report(report) == (c.text[0] != 0));
        if (c.text[0] == 0) continue;
        CHECK(report.kind == (c.is_failure ? WorkerReportKind::error : WorkerReportKind::silenced));
        CHECK(report.slot == 1);
        CHECK_THAT(report.text, Catch::Contains(c.text));
        CHECK_FALSE(direct.voices->next_report(report));
    }
}

TEST_CASE("notes are released and stopped, and events for ended voices are counted") {
    const ScriptFolder folder;
    OfflineEngine engine(folder.write("voice.lua", R"(return {
    start = function(self) self.level = 0.1 end,
    release = function(self, note) self.level = 0.1 * note.release_velocity end,
    sample = function(self) return self.level end,
    done = function(self) return false end,
})"));
    DirectStage direct(engine.configuration, engine.rig);
    direct.start(0, 60);
    direct.render(64);
    direct.send(VoiceRelease{.velocity = 0.5f});
    direct.render(64);
    CHECK(direct.left(64) == Approx(direct.left(63) / 2));
    direct.send(VoiceStop{});
    direct.press(1);
    direct.render(64);
    CHECK(direct.left(128) == 0);
    CHECK(direct.voices->figures().voices == 0);
    CHECK(direct.voices->figures().lost_messages == 1);
}

TEST_CASE("garbage is collected in the callback, as fast as it is produced") {
    const ScriptFolder folder;
    OfflineEngine engine(folder.write(
        "voice.lua",
        ScriptFolder::voice("self.n = self.n + 1 self.text = ('x'):rep(100) .. self.n return 0", "self.n = 0")));
    DirectStage direct(engine.configuration, engine.rig);
    direct.start(0, 60);
    const auto& figures = direct.voices->figures();
    direct.render(64);
    const auto at_first = figures.lua_bytes.load();
    auto most_bytes = at_first;
    constexpr std::uint64_t blocks = 3000;
    for (std::uint64_t i = 0; i < blocks; ++i) {
        direct.render(64);
        most_bytes = std::max(most_bytes, figures.lua_bytes.load());
    }
    REQUIRE(blocks * 64 * 100 > 4 * at_first);  // what would be there if it all stayed
    INFO(at_first << " bytes at first, " << most_bytes << " at most");
    CHECK(most_bytes < 3 * at_first);
    CHECK(figures.garbage_nanoseconds.count() > 0);
}
