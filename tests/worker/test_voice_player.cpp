// One voice's script without a worker: its events at their frames, its state put back, its new version faded in.
#include "script-runtime/worker/voice_player.h"

#include <algorithm>

#include "tests/scenes/catch.h"
#include "tests/scenes/script_folder.h"

using namespace forerun;

namespace {

// Counts its samples, and adds what the wheel, the bend and the rig say.
const char* const counting = R"(
    self.n = self.n + 1
    return self.n / 1024 + self.modulation * 2 + self.parameters.level)";

struct PlayedVoice {
    explicit PlayedVoice(const std::string& sample = counting, double level = 0)
        : player(folder.write("voice.lua", text_of(sample))) {
        REQUIRE(player.error == "");
        rig.instruments.push_back(player.description);
        versions.emplace(rig);
        playing.emplace(player.host, *versions, rig, configuration, reports);
        voice.start.frequency_hz = 440;
        voice.start.velocity = 1;
        REQUIRE(playing->take_instance(voice));
        const float start[] = {static_cast<float>(level)};
        REQUIRE(playing->start(voice, start));
        voice.begun = true;
    }
    static std::string text_of(const std::string& sample) {
        return "return { parameters = { level = { default = 0, maximum = 9 } },\n"
               "start = function(self) self.n = 0 end,\ndone = function() return false end,\n"
               "sample = function(self)\n" +
               sample + "\nend }\n";
    }
    // The frames of so many quanta; until the script fails.
    std::vector<float> render(int quanta) {
        std::vector<float> all;
        for (int i = 0; i < quanta; ++i, voice.position += quantum_frames) {
            bool is_done = false;
            works = playing->render(voice, is_done);
            all.insert(all.end(), player.host.left(), player.host.left() + (works ? 64 : playing->part_frames()));
            if (!works) break;
        }
        return all;
    }
    template <typename Said>
    void add(std::int64_t frame, const Said& said) {
        auto message = VoiceMessage::of(said);
        message.frame = frame;
        voice.add_event(message);
    }
    // A version that is compiled, and sounds like this.
    void add_version(std::uint16_t number, const std::string& sample) {
        player.host.set_text(player.description.script, text_of(sample));
        auto description = player.description;
        description.version = number;
        player.host.load_instrument(versions->add(0, description).host_index, description);
    }

    ScriptFolder folder;
    Player player;
    Rig rig;
    Configuration configuration = small();
    SharedState state{configuration};
    ReportSender reports{WorkerSide(state, 0)};
    std::optional<ScriptVersions> versions;
    std::optional<VoicePlayer> playing;
    WorkedVoice voice;
    bool works = true;

private:
    static Configuration small() {
        Configuration c;
        c.voices = 2;
        c.depth_frames = 4096;
        c.workers = 1;
        return c;
    }
};

}  // namespace

TEST_CASE("events happen at their own frame, and a note begins with what the rig says") {
    PlayedVoice scene(counting, 3);
    scene.add(70, VoiceControlMove{.value = 1, .control = VoiceControl::modulation});
    scene.add(100, VoiceParameter{.value = 5});
    const auto sound = scene.render(2);
    REQUIRE(sound.size() == 128);
    CHECK(sound[69] == 70 / 1024.f + 3);
    CHECK(sound[70] == 71 / 1024.f + 5);
    CHECK(sound[99] == 100 / 1024.f + 5);
    CHECK(sound[100] == 101 / 1024.f + 7);
}

TEST_CASE("a voice whose state is put back sounds the same again") {
    PlayedVoice scene;
    scene.render(3);
    Checkpoint checkpoint;
    checkpoint.frame = scene.voice.position;
    REQUIRE(scene.playing->copy_state(scene.voice, checkpoint, true));
    scene.add(200, VoiceControlMove{.value = 1, .control = VoiceControl::modulation});
    const auto first = scene.render(4);
    REQUIRE(scene.playing->can_put_back(checkpoint));
    scene.voice.go_back_to(checkpoint.frame, {});
    REQUIRE(scene.playing->put_back(scene.voice, checkpoint));
    CHECK(scene.render(4) == first);
}

TEST_CASE("a script that fails has rendered the part before the event at which it did") {
    PlayedVoice scene("if self.modulation > 0.5 then error('no') end return 1");
    scene.add(64 + 20, VoiceControlMove{.value = 1, .control = VoiceControl::modulation});
    const auto sound = scene.render(4);
    CHECK_FALSE(scene.works);
    CHECK(scene.playing->part_frames() == 20);
    CHECK(sound.size() == 84);
    CHECK(scene.player.host.error().find("voice.lua:5") != std::string::npos);
}

TEST_CASE("a new version takes the state over and fades in, and the old one goes when no checkpoint leads to it") {
    PlayedVoice scene("self.n = self.n + 1 return 0.25");
    auto& voice = scene.voice;
    scene.add_version(1, "self.n = self.n + 1 return self.n > 64 and 1 or 0");
    CheckpointPool pool;
    auto before = pool.take();
    REQUIRE(scene.playing->copy_state(voice, *before, false));
    voice.checkpoints.add(std::move(before));
    scene.add(64, VoiceReload{.version = 1});
    const auto sound = scene.render(20);
    CHECK(sound[63] == 0.25f);
    CHECK(sound[64] == Approx(0.25).epsilon(0.01));  // equal power: hardly begun
    CHECK(sound.back() == 1);                        // its count has gone on
    CHECK_FALSE(voice.instances.leaving);
    CHECK(scene.playing->version_of(voice).description.version == 1);
    CHECK(voice.instances.all.size() == 2);
    // From before the reload it fades again, from the same state.
    voice.go_back_to(0, {});
    REQUIRE(scene.playing->put_back(voice, voice.checkpoints.oldest()));
    CHECK(scene.playing->version_of(voice).description.version == 0);
    CHECK(scene.render(20) == sound);
    Checkpoint end;
    end.instance = voice.instances.all.front();
    voice.instances.kept = &end;  // of a rewind under way
    voice.checkpoints.drop_all(pool);
    scene.playing->tidy_instances(voice);
    CHECK(voice.instances.all.size() == 2);
    voice.instances.kept = nullptr;
    scene.playing->tidy_instances(voice);
    CHECK(voice.instances.all == std::vector<Instance*>{voice.instance});
}

TEST_CASE("a version that cannot go on here is refused, and the old one plays on") {
    PlayedVoice scene("return 0.25");
    scene.add_version(1, "return 1");
    scene.add(64, VoiceReload{.version = 7});  // which there is not
    CHECK(scene.render(4).back() == 0.25f);
    scene.player.host.set_text(scene.player.description.script,
                               "return { start = function() error('not now') end, done = function() return true end, "
                               "sample = function() return 1 end }");
    auto description = scene.player.description;
    description.version = 2;
    scene.player.host.load_instrument(scene.versions->add(0, description).host_index, description);
    scene.add(256, VoiceReload{.version = 2});
    CHECK(scene.render(4).back() == 0.25f);
    WorkerReport report;
    REQUIRE(scene.state.worker_report_reader(0).try_pop(report));
    CHECK(report.kind == WorkerReportKind::refused);
    CHECK(report.value == 2);
    CHECK(std::string(report.text).find("not now") != std::string::npos);
}
