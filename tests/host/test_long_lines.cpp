#include <algorithm>
#include <vector>

#include "script-runtime/host/instance.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/script_folder.h"

using namespace forerun;

namespace {

constexpr int reach_frames = 40000;

LuaHostOptions rewinding_options() {
    auto options = host_options();
    options.reach_frames = reach_frames;
    return options;
}

// Noise through two lines that feed each other: whatever is wrong in them is heard, and stays.
std::string feedback(const std::string& writes = "self.a:write(x + 0.6 * b) self.b:write(x + 0.5 * a)") {
    return ScriptFolder::voice(
        "local a, b, x = self.a:read(8000.5), self.b:read(16000), self.noise:next() * (1 + self.pressure) " + writes +
            " return a + b + x",
        "self.a, self.b, self.noise = dsp.delay(0.17), dsp.delay(0.34), dsp.noise()");
}

std::vector<float> rendered(Player& player, std::int64_t frames) {
    std::vector<float> all;
    for (std::int64_t i = 0; i < frames; i += quantum_frames) {
        REQUIRE(player.render());
        all.insert(all.end(), player.host.left(), player.host.left() + quantum_frames);
    }
    return all;
}

}  // namespace

TEST_CASE("a long delay line sounds the same with and without history for rewinds") {
    const ScriptFolder folder;
    const auto script = folder.write("voice.lua", feedback());
    Player plain(script), rewinding(script, rewinding_options());
    REQUIRE(plain.start());
    REQUIRE(rewinding.start());
    CHECK(plain.instance->memory.lines.count == 0);
    CHECK(rewinding.instance->memory.lines.count == 2);
    CHECK(rendered(plain, 200'000) == rendered(rewinding, 200'000));
    CHECK(plain.host.state_bytes(*plain.instance) / 1024 == rewinding.host.state_bytes(*rewinding.instance) / 1024);
}

TEST_CASE("a long delay line is restored without having been copied") {
    const ScriptFolder folder;
    Player player(folder.write("voice.lua", feedback()), rewinding_options());
    REQUIRE(player.start());
    Checkpoint checkpoint, later;
    for (int round = 0; round < 20; ++round) {
        rendered(player, 1000 + 3777 * round);
        REQUIRE(player.host.save_checkpoint(*player.instance, checkpoint));
        CHECK(checkpoint.arena_bytes < 1024);
        CHECK(checkpoint.lines.content.empty());
        const auto once = rendered(player, 20'032);
        CHECK(player.host.can_restore(*player.instance, checkpoint));
        REQUIRE(player.host.restore_checkpoint(*player.instance, checkpoint));
        CHECK(rendered(player, 20'032) == once);

        // One that outlasts what is rendered over it.
        REQUIRE(player.host.save_checkpoint(*player.instance, later, true));
        const auto then = rendered(player, 19'968);
        REQUIRE(player.host.restore_checkpoint(*player.instance, checkpoint));
        player.host.set_control(*player.instance, VoiceControl::pressure, 1);
        rendered(player, 1920 * round);
        REQUIRE(player.host.restore_checkpoint(*player.instance, later));
        CHECK(rendered(player, 19'968) == then);
    }
    player.host.forget_checkpoint(checkpoint);
    player.host.forget_checkpoint(later);
}

TEST_CASE("a checkpoint that delay lines can no longer restore is recognised and refused") {
    const ScriptFolder folder;
    Player player(folder.write("voice.lua", feedback("for i = 1, 10 do self.a:write(x) self.b:write(x) end")),
                  rewinding_options());
    REQUIRE(player.start());
    Checkpoint checkpoint;
    REQUIRE(player.host.save_checkpoint(*player.instance, checkpoint));
    const auto once = rendered(player, 3200);
    REQUIRE(player.host.restore_checkpoint(*player.instance, checkpoint));
    CHECK(rendered(player, 3200) == once);
    CHECK(player.host.can_restore(*player.instance, checkpoint));
    rendered(player, 3200);
    CHECK_FALSE(player.host.can_restore(*player.instance, checkpoint));
    CHECK_FALSE(player.host.restore_checkpoint(*player.instance, checkpoint));
    CHECK_THAT(player.host.error(), Catch::Contains("voice.lua: a dsp.delay was written so often"));
    // Found out: from here on it is copied.
    Player again(player.description.script, rewinding_options());
    REQUIRE(again.start());
    rendered(again, 6400);
    Checkpoint copied;
    REQUIRE(again.host.save_checkpoint(*again.instance, copied));
    const auto far = rendered(again, 32'000);
    REQUIRE(again.host.restore_checkpoint(*again.instance, copied));
    CHECK(rendered(again, 32'000) == far);
    again.host.forget_checkpoint(copied);
    player.host.forget_checkpoint(checkpoint);
}

TEST_CASE("frames written before a rewind count, too") {
    const ScriptFolder folder;
    Player player(folder.write("voice.lua", feedback()), rewinding_options());
    REQUIRE(player.start());
    Checkpoint first, second;
    REQUIRE(player.host.save_checkpoint(*player.instance, first));
    rendered(player, 30'016);
    REQUIRE(player.host.save_checkpoint(*player.instance, second));
    rendered(player, 40'000);
    REQUIRE(player.host.restore_checkpoint(*player.instance, second));
    // The lines' memory has been written for 70016 frames, whatever they count now.
    CHECK_FALSE(player.host.can_restore(*player.instance, first));
    player.host.forget_checkpoint(first);
    player.host.forget_checkpoint(second);
}

TEST_CASE("long delay lines start zeroed, whatever the previous note left") {
    const ScriptFolder folder;
    Player player(folder.write("voice.lua",
                               ScriptFolder::voice("return self.line:next(1, 15000)", "self.line = dsp.delay(0.34)")),
                  rewinding_options());
    Checkpoint checkpoint;
    for (int note = 0; note < 4; ++note) {
        REQUIRE(player.start());
        CHECK(player.instance->memory.lines.count == 1);
        const auto heard = rendered(player, 20'032);
        CHECK(std::all_of(heard.begin(), heard.begin() + 14'990, [](float x) { return x == 0; }));
        CHECK(heard[15'010] == 1);
        // A way that goes far and is taken back leaves the memory written behind the line's end.
        REQUIRE(player.host.save_checkpoint(*player.instance, checkpoint));
        rendered(player, 44'800);
        REQUIRE(player.host.restore_checkpoint(*player.instance, checkpoint));
    }
    player.host.forget_checkpoint(checkpoint);
}

TEST_CASE("lines without room after the arena are copied; the limit of a note stays the same") {
    const ScriptFolder folder;
    const auto many = folder.write(
        "many.lua", ScriptFolder::voice("return 0", "self.l = {} for i = 1, 40 do self.l[i] = dsp.delay(0.17) end"));
    Player rewinding(many, rewinding_options());
    REQUIRE(rewinding.start());
    CHECK(rewinding.instance->memory.lines.count == most_long_lines);
    CHECK(rewinding.instance->memory.arena_used_bytes > 32 * 65536);
    const auto too_many = folder.write(
        "more.lua", ScriptFolder::voice("return 0", "self.l = {} for i = 1, 80 do self.l[i] = dsp.delay(0.17) end"));
    for (const auto& options : {host_options(), rewinding_options()}) {
        Player player(too_many, options);
        CHECK_FALSE(player.start());
        CHECK_THAT(player.error, Catch::Contains("more.lua:4: dsp.delay: 0.17 seconds do not fit"));
        CHECK(Player(folder.write("long.lua", ScriptFolder::voice("return 0", "self.line = dsp.delay(5.46)")), options)
                  .start());
    }
}
