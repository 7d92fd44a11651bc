// ctest: timeout=900
// A voice that was taken back and rendered again gives the bits of one that knew its events before.
//
// The live engine on the test's clock, with workers that run when they like, against the offline engine that is given the
// same events ahead: equal, sample for sample, outside [E, switch + 64) of the late switches that were recorded.
#include <cstdlib>

#include "rt-engine/mixer/mixer.h"
#include "tests/scenes/random_session.h"
#include "tests/scenes/replayed_session.h"
#include "tests/scenes/seeds.h"
#include "tools/measure/run/cell_probes.h"

using namespace forerun;

namespace {

std::vector<float> play_offline(const std::filesystem::path& script, const Session& session) {
    auto c = session_configuration();
    c.offline = true;
    Engine engine(c);
    if (engine.is_rig(script))
        engine.load_rig(script);
    else
        engine.load_voice(script);
    auto producer = engine.make_producer();
    producer.promise(0);
    engine.start();
    for (const auto& event : session.events)
        while (!producer.try_send(event)) std::this_thread::yield();
    producer.promise(INT64_MAX);
    std::vector<float> both(2 * session.left.size()), left;
    engine.render(both.data(), static_cast<std::int64_t>(session.left.size()));
    for (std::size_t i = 0; i < both.size(); i += 2) left.push_back(both[i]);
    engine.stop();
    return left;
}

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr std::uint32_t fewer = 3;  // what is instrumented takes ten times as long
#else
constexpr std::uint32_t fewer = 1;
#endif

// More for a long run: FORERUN_SEEDS=100 forerun_tests "[#test_rewind_identity]" -#
std::uint32_t seeds(std::uint32_t usual) { return seeds_or(std::max(1u, usual / fewer)); }

// Frames that differ where nothing was recorded.
std::size_t differing_frames(const Session& session, const std::vector<float>& reference, std::size_t& first) {
    std::vector<bool> excepted(session.left.size());
    for (const auto& [from, to] : session.late)
        for (auto i = std::max<std::int64_t>(0, from); i < to && i < static_cast<std::int64_t>(excepted.size()); ++i)
            excepted[static_cast<std::size_t>(i)] = true;
    std::size_t differ = 0;
    for (std::size_t i = 0; i < reference.size(); ++i)
        if (!excepted[i] && session.left[i] != reference[i] && differ++ == 0) first = i;
    return differ;
}

// How often it was rewound. Workers that stall are late all the time.
std::uint64_t check_same(const std::filesystem::path& script, std::uint32_t seed, double stall_seconds = 0) {
    const ScriptFolder folder;
    Session session;
    // A note that began late, or an event older than the oldest checkpoint, was moved to another frame: the replay knows that,
    // offline is another session.
    for (int again = 0; again < 20 && (again == 0 || session.moved + session.late_events != 0); ++again) {
        SessionPlan plan{.script = script, .seed = seed, .configuration = session_configuration()};
        std::vector<measure::Fault> stalls;
        if (stall_seconds > 0) stalls.push_back({measure::FaultKind::stall, 1000 * stall_seconds, 2.3 * stall_seconds});
        measure::CellProbes probes(stalls, plan.configuration.rate_hz, false);
        plan.probes = &probes;
        plan.log = folder.path() / "session.frlog";
        session = RandomSession(plan).play();
        for (const auto& error : session.errors) FAIL(error);
        for (const auto& text : session.fixed) FAIL(text);
        const auto from_log = difference(session.heard, replayed(plan.log), 2);
        INFO(script << ", seed " << seed << ", replay differs first at frame " << from_log.first);
        CHECK(from_log.frames == 0);
    }
    const auto reference = play_offline(script, session);
    std::size_t first = 0;
    const auto differ = differing_frames(session, reference, first);
    const float peak = *std::max_element(reference.begin(), reference.end());
    INFO(script << ", seed " << seed << ", rewinds " << session.rewinds << ", late " << session.late.size()
                << ", first at frame " << first);
    CHECK(session.moved == 0);
    CHECK(session.late_events == 0);
    CHECK(differ == 0);
    CHECK(peak > 0);
    return session.rewinds;
}

void check_seeds(const std::filesystem::path& script, std::uint32_t count, double stall_seconds = 0) {
    std::uint64_t rewinds = 0;
    for (std::uint32_t seed = 1; seed <= count; ++seed) rewinds += check_same(script, seed, stall_seconds);
    CHECK(rewinds > 2 * count);
}

}  // namespace

TEST_CASE("every bundled voice sounds the same rewound and not") {
    std::uint32_t number = 0;
    for (const auto& entry : std::filesystem::directory_iterator(source_file("scripts/voices"))) {
        if (entry.path().extension() != ".lua" || number++ % fewer != 0) continue;
        check_seeds(entry.path(), seeds(2));
    }
}

TEST_CASE("with workers that stall, too, whatever differs is recorded") {
    for (const char* voice : {"bass", "lead", "pluck"})
        check_seeds(source_file("scripts/voices") / (std::string(voice) + ".lua"), seeds(3), 0.003);
}

// Two of two hundred for each voice, with a processor that others kept busy: in the one an event had to be moved, in the other
// there was little to rewind.
TEST_CASE("seeds that once failed") {
    check_same(source_file("scripts/voices/sitar.lua"), 159);
    check_same(source_file("scripts/voices/bell.lua"), 155);
}

TEST_CASE("a pitch that slides is taken back in the middle of its way") {
    const ScriptFolder folder;
    const auto voices = source_file("scripts/voices").string();
    folder.write("layers.lua", R"(local dsp = require "dsp"
        return { start = function(self) self.osc, self.amp = dsp.saw(), dsp.adsr(0.01, 0.1, 0.8, 0.1) end,
                 render = function(self, out, n)
                     for i = 1, n do out[i] = 0.2 * self.osc:next(self.frequency) * self.amp:next() end
                 end })");
    for (const char* how : {"glide = 0.05", "glide = 0.03, mode = 'legato'"}) {
        for (const auto& voice : {voices + "/lead", std::string("layers")}) {
            const auto rig =
                folder.write("rig.lua", "return { instruments = { { voice = '" + voice + "', " + how + " } } }");
            check_seeds(rig, seeds(3));
        }
    }
}

TEST_CASE("what a script keeps outside its dsp objects is taken back, too") {
    struct Case {
        const char *name, *top, *start, *sample;
    };
    const Case cases[] = {
        {"numbers in self", "", "self.x = 0.5", "self.x = self.x * 0.999 + 0.01 * self.bend return self.x * 0.1"},
        {"fields that come and go", "", "",
         "if self.pressure > 0.5 then self.y = (self.y or 0) + 0.001 else self.y = nil end return self.y or 0.01"},
        {"a local of the file", "local n = 0", "n = 0", "n = (n + self.bend * 0.01) % 1 return n * 0.1"},
        {"a local of the file that only a function inside assigns",
         "local n = 0\nlocal function step(d) n = (n + d) % 1 end", "", "step(self.bend * 0.01) return n * 0.1"},
        {"a table of the file", "local t = { x = 0 }", "t.x = 0",
         "t.x = (t.x + 0.01 * self.bend) % 1 return t.x * 0.1"},
        {"a global", "g = 0", "g = 0", "g = (g + 0.01 * self.bend) % 1 return g * 0.1"},
        {"a list that is written in place", "", "self.line = {} for i = 1, 300 do self.line[i] = 0 end self.at = 0",
         "self.at = self.at % 300 + 1 local y = self.line[self.at] self.line[self.at] = 0.9 * y + 0.1 * self.bend "
         "return y * 0.1"},
        {"tables made anew", "", "self.s = { x = 0 }",
         "self.s = { x = (self.s.x + 0.01 * self.bend) % 1 } return self.s.x * 0.1"},
        {"tables in tables", "", "self.s = { { 0 }, { 0 } }",
         "local a, b = self.s[1], self.s[2] a[1], b[1] = (b[1] + 0.01) % 1, a[1] self.s[1], self.s[2] = b, a "
         "return (a[1] + self.bend) * 0.1"},
        {"long delay lines", "", "self.a, self.b = dsp.delay(0.06), dsp.delay(0.17)",
         "local x = 0.1 * self.bend self.a:write(x - 0.4 * self.b:read(5000)) self.b:write(self.a:read(2000) * 0.9) "
         "return x + self.a:read(2500.5 + 300 * self.pressure)"},
        {"random numbers", "", "", "return (math.random() - 0.5) * 0.1 * self.bend"},
        {"a function with a variable of its own", "",
         "local n = 0 self.step = function(d) n = (n + d) % 1 return n end",
         "return self.step(0.01 * self.bend) * 0.1"},
        {"a table that grows", "", "self.t = {}",
         "local t = self.t t[#t + 1] = self.bend if #t > 100 then self.t = {} end return #t * 0.001 * t[#t]"},
        {"a table that table.insert changes", "local t = {}", "",
         "table.insert(t, 1, self.bend) if #t > 50 then table.remove(t) end return t[#t] * 0.1"},
    };
    for (const auto& c : cases) {
        const ScriptFolder folder;
        const auto file = folder.write("voice.lua", ScriptFolder::voice(c.sample, c.start, c.top));
        INFO(c.name);
        check_seeds(file, seeds(2));
    }
}

TEST_CASE("a script that renders pieces is taken back to its quantum") {
    const ScriptFolder folder;
    const auto file = folder.write("voice.lua", R"(
return {
    start = function(self) self.x = 0 end,
    render = function(self, out, n)
        local step = self.bend * 0.01 / n     -- ramps over a call, whatever its length
        for i = 1, n do self.x = (self.x + step * i) % 1 out[i] = 0.1 * self.x end
    end,
    done = function() return false end,
})");
    check_seeds(file, seeds(6));
}
