#include "rt-engine/conductor/parameter_table.h"

#include "rt-engine/conductor/graph.h"
#include "tests/scenes/catch.h"

using namespace forerun;

namespace {

struct Table {
    static Configuration small() {
        Configuration c;
        c.workers = 1;
        c.voices = 1;
        c.instruments = 2;
        c.parameters = 8;
        return c;
    }
    static Rig two_instruments() {
        Rig r;
        r.instruments.resize(2);
        r.instruments[0].parameters = {{"cutoff", 1, 0, 10, "Hz", false, 5}};
        r.instruments[1].parameters = {{"decay", 2, 1, 4, "s", false, 2}, {"tone", 3, 0, 9, "", false, 3}};
        return r;
    }
    std::vector<std::pair<std::uint16_t, float>> follow(std::uint16_t instrument) {
        std::vector<std::pair<std::uint16_t, float>> changed;
        table.follow(instrument, rig.instruments[instrument].parameters,
                     [&](std::uint16_t parameter, float value) { changed.emplace_back(parameter, value); });
        return changed;
    }

    Rig rig = two_instruments();
    SharedState state{small()};
    const bool described = (describe_graph(state, rig), true);
    ParameterTable table{state, rig};
};

}  // namespace

TEST_CASE("a parameter is found by its number in the table of all, and beyond it there is none") {
    Table t;
    const auto last = t.table.at(2);
    REQUIRE(last);
    CHECK(last->instrument == 1);
    CHECK(last->parameter == 1);
    CHECK_FALSE(t.table.at(3));
}

TEST_CASE("a parameter moves as far as its range allows, is shown there, and starts the notes to come") {
    Table t;
    CHECK(t.table.move({1, 0}, 99) == 4);
    CHECK(t.state.parameter(1).value == 4);
    CHECK(t.state.parameter(1).moved == 1);
    CHECK(t.table.values(1)[0] == 4);
    CHECK(t.table.values(1)[1] == 3);
    CHECK(t.table.move({1, 0}, -99) == 1);
}

TEST_CASE("what nobody has moved follows the rig; what was moved stays, until it is back where the rig has it") {
    Table t;
    t.table.move({1, 0}, 3);
    t.rig.instruments[1].parameters[0].value = 2.5f;
    t.rig.instruments[1].parameters[1].value = 7;
    CHECK(t.follow(1) == std::vector<std::pair<std::uint16_t, float>>{{1, 7.0f}});
    CHECK(t.table.values(1)[0] == 3);
    CHECK(t.state.parameter(2).value == 7);
    CHECK(t.follow(1).empty());

    t.table.move({1, 0}, 2.5f);
    CHECK(t.state.parameter(1).moved == 0);
    t.rig.instruments[1].parameters[0].value = 3.5f;
    CHECK(t.follow(1) == std::vector<std::pair<std::uint16_t, float>>{{0, 3.5f}});
}
