// From gaps to incidents, and gaps.csv.
#include <sstream>

#include "shared/bad_input.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/generated_runs.h"
#include "tools/measure/statistics/incidents.h"

using namespace forerun;
using namespace forerun::measure;

namespace {

constexpr std::int64_t frames_of_block = 64;

}  // namespace

TEST_CASE("one stall in many voices is one incident") {
    const auto found = incidents_of({gap(3, 1000, 500), gap(1, 1010, 700), gap(2, 1400, 20)}, frames_of_block);
    REQUIRE(found.size() == 1);
    CHECK(found[0].frame == 1000);
    CHECK(found[0].frames == 710);
    CHECK(found[0].voices == 3);
    CHECK(found[0].gaps == 3);
    CHECK(found[0].voice_frames == 1220);
}

TEST_CASE("gaps less than a block apart belong together, a block apart they do not") {
    CHECK(incidents_of({gap(1, 0, 100), gap(1, 163, 10)}, frames_of_block).size() == 1);
    CHECK(incidents_of({gap(1, 0, 100), gap(1, 164, 10)}, frames_of_block).size() == 2);
    // Touching is together whatever the block.
    CHECK(incidents_of({gap(1, 0, 100), gap(2, 100, 10)}, 0).size() == 1);
    CHECK(incidents_of({gap(1, 0, 100), gap(2, 101, 10)}, 0).size() == 2);
    CHECK(incidents_of({}, frames_of_block).empty());
}

TEST_CASE("a long gap holds short ones together that began and ended inside it") {
    const auto found = incidents_of({gap(1, 0, 1000), gap(2, 10, 5), gap(3, 990, 5), gap(4, 5000, 1)}, frames_of_block);
    REQUIRE(found.size() == 2);
    CHECK(found[0].frames == 1000);
    CHECK(found[0].voices == 3);
    CHECK(found[1].frame == 5000);
}

TEST_CASE("a voice with two gaps is one voice; the cause is the one with most frames") {
    const auto found = incidents_of(
        {gap(1, 0, 100, Cause::collecting), gap(2, 0, 60, Cause::not_scheduled), gap(2, 70, 60, Cause::not_scheduled)},
        frames_of_block);
    REQUIRE(found.size() == 1);
    CHECK(found[0].voices == 2);
    CHECK(found[0].cause == Cause::not_scheduled);
}

TEST_CASE("gaps.csv is read back equal") {
    Gap g = gap(12345678901u, -20, 4096, Cause::woken_late);
    g.slot = 7;
    g.instrument = "bass, \"fat\"";
    g.fill_before = 33;
    g.worker = 1;
    g.stopped = true;
    g.cause_voice = 9;
    g.micros[static_cast<std::size_t>(Cause::woken_late)] = 85333.25;
    g.micros[static_cast<std::size_t>(Cause::idle)] = 0.1;
    std::ostringstream out;
    write_gaps(out, {g, gap(1, 5, 6, Cause::late_start)});
    CHECK_THAT(out.str(), Catch::StartsWith("voice,slot,instrument,frame,frames,fill_before,worker,late_start,stopped,"
                                            "cause,cause_voice,rendering_us,rewinding_us,starting_us,collecting_us,"
                                            "compiling_us,warming_us,not_scheduled_us,woken_late_us,idle_us\n"));
    std::istringstream in(out.str());
    const auto read = read_gaps(in, "gaps.csv");
    REQUIRE(read.size() == 2);
    CHECK(read[0].instrument == g.instrument);
    CHECK(read[0].cause == Cause::woken_late);
    CHECK(read[0].micros == g.micros);
    CHECK(read[0].stopped);
    std::ostringstream again;
    write_gaps(again, read);
    CHECK(again.str() == out.str());
}

TEST_CASE("gaps.csv says where it is wrong") {
    std::ostringstream out;
    write_gaps(out, {gap(1, 5, 6)});
    const auto refused = [](std::string text) {
        std::istringstream in(text);
        read_gaps(in, "g.csv");
    };
    const auto with = [&out](const std::string& word, const std::string& other) {
        auto text = out.str();
        const auto line = text.find('\n');
        text.replace(text.find(word, line), word.size(), other);
        return text;
    };
    CHECK_THROWS_WITH(refused(with("rendering", "sleeping")), Catch::Contains("g.csv:2: 'sleeping' is no cause"));
    CHECK_THROWS_WITH(refused(out.str().substr(0, out.str().size() - 4)), Catch::Contains("g.csv:2: "));
    CHECK_THROWS_WITH(refused("voice\n1\n"), Catch::Contains("no column 'slot'"));
    CHECK_THROWS_AS(refused(with(",6,", ",0,")), BadInput);
}
