// What a worker did, as a trace records it.
#include "rt-engine/mixer/mixer.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/live_engine.h"
#include "tests/scenes/script_folder.h"
#include "tools/measure/run/cell_probes.h"

using namespace forerun;
using namespace forerun::measure;

namespace {

std::vector<ActivitySpan> spans_of(const CellProbes& probes) {
    std::vector<ActivitySpan> spans;
    ActivitySpan span;
    while (probes.traces().at(0)->next(span)) spans.push_back(span);
    return spans;
}

bool lies_over_others(Activity activity) {
    return activity == Activity::not_scheduled || activity == Activity::woken_late || activity == Activity::compiling;
}

}  // namespace

TEST_CASE("stretches of a worker's time follow each other, and name the voice") {
    const ScriptFolder folder;
    CellProbes probes({}, live_configuration().rate_hz, true);
    LiveEngine live(folder.write("voice.lua", ScriptFolder::voice("return self.pressure")), live_configuration(), {},
                    {}, &probes);
    live.send(EventKind::note_on, 60, 1, 0, 64);
    REQUIRE(live.wait_until([&] { return live.fill(0) > 3000; }));
    live.process(64);
    live.send(EventKind::channel_pressure, 0, 0.5, 0, 400);
    REQUIRE(live.wait_until([&] { return live.engine.state().worker(0).rewinds == 1 && live.fill(0) > 3000; }));
    live.engine.stop();
    const auto spans = spans_of(probes);
    std::int64_t until = 0;
    std::vector<std::int64_t> of(static_cast<std::size_t>(Activity::count));
    for (const auto& span : spans) {
        const auto what = WorkerActivity::unpacked(span.packed);
        CHECK(span.to_nanoseconds >= span.from_nanoseconds);
        of[static_cast<std::size_t>(what.activity)] += span.to_nanoseconds - span.from_nanoseconds;
        if (what.activity == Activity::rendering || what.activity == Activity::rewinding) CHECK(what.serial == 1);
        if (lies_over_others(what.activity)) continue;
        CHECK(span.from_nanoseconds >= until);
        until = span.to_nanoseconds;
    }
    CHECK(of[static_cast<std::size_t>(Activity::rendering)] > 0);
    CHECK(of[static_cast<std::size_t>(Activity::rewinding)] > 0);
    CHECK(of[static_cast<std::size_t>(Activity::starting_voice)] > 0);
}

TEST_CASE("the compiler's time is recorded within the call that it serves") {
    const ScriptFolder folder;
    CellProbes probes({}, live_configuration().rate_hz, true);
    // A path that no warming has been on.
    LiveEngine live(folder.write("voice.lua", ScriptFolder::voice("local x = 0 "
                                                                  "if self.bend > 1.9 then for i = 1, 200 do "
                                                                  "x = x + math.sin(i * self.bend) end end "
                                                                  "return 0.001 * x")),
                    live_configuration(), {}, {}, &probes);
    live.send(EventKind::note_on, 60, 1, 0, 64);
    REQUIRE(live.wait_until([&] { return live.fill(0) > 3000; }));
    spans_of(probes);
    const auto& worker = live.engine.state().worker(0);
    const auto compiled = probes.traces_compiled();
    live.send(EventKind::pitch_bend, 0, 12, 0, 64);
    REQUIRE(live.wait_until([&] { return worker.rewinds == 1 && live.fill(0) > 3000; }));
    live.engine.stop();
    CHECK(probes.traces_compiled() + probes.trace_aborts() > compiled);
    std::size_t compiling = 0;
    for (const auto& span : spans_of(probes))
        compiling += WorkerActivity::unpacked(span.packed).activity == Activity::compiling ? 1 : 0;
    CHECK(compiling > 0);
}
