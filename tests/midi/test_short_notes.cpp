// Notes of no length are audible: offline, live, moved by their worker, and in a replay.
#include "tests/scenes/catch.h"
#include "tests/scenes/live_engine.h"
#include "tests/scenes/replayed_session.h"

using namespace forerun;

namespace {

constexpr std::int64_t least_frames = 480, end_frame = 9600;  // 10 ms

// Sounds from its start to its release.
std::filesystem::path gate(const ScriptFolder& folder) {
    return folder.write("gate.lua", R"(return {
        start = function(self) self.level = 0.5 end,
        release = function(self) self.level = 0 end,
        done = function(self) return self.level == 0 end,
        sample = function(self) return self.level end })");
}

std::vector<Event> note(std::int64_t frame, std::int64_t length, std::uint16_t key = 60) {
    return {{.frame = frame, .kind = EventKind::note_on, .number = key, .value = 0.8f},
            {.frame = frame + length, .kind = EventKind::note_off, .number = key}};
}
std::vector<Event> operator+(std::vector<Event> a, const std::vector<Event>& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

std::vector<float> rendered(const std::vector<Event>& events) {
    const ScriptFolder folder;
    Engine engine(offline_configuration());
    engine.load_voice(gate(folder));
    auto score = engine.make_producer();
    engine.start();
    for (const auto& event : events) REQUIRE(score.try_send(event));
    score.promise(INT64_MAX);
    std::vector<float> sound(2 * end_frame), left;
    engine.render(sound.data(), end_frame);
    for (std::size_t i = 0; i < sound.size(); i += 2) left.push_back(sound[i]);
    return left;
}

std::int64_t heard_frames(const std::vector<float>& left) {
    return std::count_if(left.begin(), left.end(), [](float x) { return x != 0; });
}

}  // namespace

TEST_CASE("a note released within a millisecond lasts ten; longer ones keep their length") {
    for (const std::int64_t length : {0, 1, 47}) CHECK(heard_frames(rendered(note(1000, length))) == least_frames);
    for (const std::int64_t length : {48, 50, 479, 481}) CHECK(heard_frames(rendered(note(1000, length))) == length);
}

TEST_CASE("short notes released by the key again, the pedal, all notes off") {
    const auto controller = [](std::int64_t frame, std::uint16_t number, float value) {
        return std::vector<Event>{{.frame = frame, .kind = EventKind::controller, .number = number, .value = value}};
    };
    // Three notes of one key: the first two of no length, the third of 4000 frames, as loud as three and then as one.
    const auto left = rendered(note(1000, 0) + note(1000, 0) + note(1000, 4000));
    CHECK(heard_frames(left) == 4000);
    CHECK(left[1000 + least_frames - 1] == Approx(3 * left[1000 + least_frames]));
    CHECK(heard_frames(rendered(controller(0, 64, 1) + note(1000, 0) + controller(1000, 64, 0))) == least_frames);
    CHECK(heard_frames(rendered(controller(0, 64, 1) + note(1000, 0) + controller(4000, 64, 0))) == 3000);
    CHECK(heard_frames(rendered(note(1000, 5000) + controller(1000, 123, 0))) == least_frames);
    // All sound off means it.
    CHECK(heard_frames(rendered(note(1000, 5000) + controller(1000, 120, 0))) <= 256);
}

TEST_CASE("short notes live, in one callback and too late for their frame, and in the replay of the session") {
    const ScriptFolder folder;
    const auto log = folder.path() / "s.frlog";
    std::vector<float> heard, left;
    {
        LiveEngine live(gate(folder), live_configuration(), log);
        const auto play = [&](std::int64_t frame, std::int64_t length) {
            const auto began = live.engine.state().header().conductor.voices_started.load();
            for (const auto& e : note(frame, length)) live.send(e.kind, e.number, e.value, 0, e.frame);
            REQUIRE(live.wait_until([&] { return live.engine.state().header().conductor.voices_started > began; }));
            const auto until = live.clock() + 2048;
            const auto& state = live.engine.state();
            const auto all_are_rendered = [&] {
                for (std::uint32_t slot = 0; slot < state.header().slots; ++slot)
                    if (live.engine.slot(slot).serial != 0 && !live.ended(slot) && live.fill(slot) < 128) return false;
                return true;
            };
            while (live.clock() < until) {
                REQUIRE(live.wait_until(all_are_rendered));
                live.process(64);
            }
        };
        play(live.clock() + 300, 0);
        play(live.clock() + 700, 0);
        play(live.clock() - 1000, 300);  // all of it lies in the past
        CHECK(heard_frames(live.left) == 3 * least_frames);
        heard = live.heard;
    }
    CHECK(difference(heard, replayed(log), 2).frames == 0);
}

TEST_CASE("live, a release of a note of no length that is already rendered") {
    const ScriptFolder folder;
    LiveEngine live(gate(folder));
    const auto note_on = note(1500, 0)[0], note_off = note(1500, 0)[1];
    live.send(note_on.kind, note_on.number, note_on.value, 0, note_on.frame);
    REQUIRE(live.wait_until([&] { return live.fill(0) > 2048; }));
    live.send(note_off.kind, note_off.number, note_off.value, 0, note_off.frame);
    // Ended: what was rendered beyond the release has been taken back.
    REQUIRE(live.wait_until([&] { return live.ended(0); }));
    while (live.clock() < end_frame) live.process(64);
    CHECK(heard_frames(live.left) == least_frames);
}

TEST_CASE("a session with exclusive messages and choked notes is replayed to the bit") {
    const ScriptFolder folder;
    const auto log = folder.path() / "s.frlog";
    folder.write("tone.lua", R"(local dsp = require "dsp" return {
        start = function(self) self.osc, self.amp = dsp.sine(), dsp.adsr(0.001, 0.1, 0.5, 0.05) end,
        sample = function(self) return self.osc:next(self.frequency) * self.amp:next() end })");
    const auto rig = folder.write("rig.lua", R"(return { instruments = {
        { name = "tone", voice = "tone", channel = 10, choke = { hats = { 42, 46 } } } } })");
    std::vector<float> heard;
    {
        LiveEngine live(rig, live_configuration(), log);
        std::int64_t at = 400;
        const auto send = [&](EventKind kind, int number, double value, int channel) {
            live.send(kind, number, value, channel, at);
            at += 250;
        };
        send(EventKind::drum_part, 0, 1, 3);
        send(EventKind::note_on, 60, 0.8, 3);
        send(EventKind::master_volume, 0, 0.5, 0);
        send(EventKind::master_tuning, 1, 5, 0);
        send(EventKind::channel_tuning, 0, -0.5, 3);
        send(EventKind::note_on, 46, 0.8, 9);
        send(EventKind::note_on, 42, 0.8, 9);
        send(EventKind::system_reset, 0, 0, 0);
        send(EventKind::note_on, 62, 0.8, 9);
        const auto& conductor = live.engine.state().header().conductor;
        REQUIRE(live.wait_until([&] { return conductor.events == 9; }));
        CHECK(conductor.voices_started == 4);
        while (live.clock() < end_frame) {
            live.wait_until([&] { return live.fill(0) > 128 || live.ended(0); }, 20);
            live.process(64);
        }
        heard = live.heard;
    }
    CHECK(difference(heard, replayed(log), 2).frames == 0);
}
