// The file beside a rig: what was learned and kept comes back, and nothing in it is lost.
#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "tests/scenes/catch.h"
#include "tests/scenes/script_folder.h"
#include "tools/live/stage_file.h"

using namespace forerun;
using Catch::Contains;

namespace {

Rig rig_of_two() {
    Rig rig;
    for (const char* name : {"bass", "lead"}) {
        InstrumentDescription i;
        i.name = name;
        i.parameters = {{"cutoff", 400, 20, 18000, "Hz", true, 400}, {"drive", 1, 0, 10, "", false, 1}};
        rig.instruments.push_back(i);
    }
    return rig;
}

ControllerMapping mapping(std::uint16_t number, int channel, std::uint16_t instrument, std::uint16_t parameter,
                          bool nrpn = false) {
    ControllerMapping m;
    m.nrpn = nrpn;
    m.number = number;
    m.channel_mask = static_cast<std::uint16_t>(1u << (channel - 1));
    m.targets = {{instrument, parameter, 0, 1, 1, false}};
    return m;
}

std::string text_of(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

}  // namespace

TEST_CASE("a learned controller and a kept preset come back from the file") {
    const ScriptFolder folder;
    const auto rig = rig_of_two();
    const auto path = folder.path() / "band.stage.json";
    {
        StageFile file(path);
        CHECK(file.learned(rig).empty());
        file.learn(rig, mapping(74, 3, 1, 0));
        file.learn(rig, mapping(300, 16, 0, 1, true));
        file.learn(rig, mapping(75, 2, 1, 0));  // another one instead
        file.keep(rig, {"saved 1", 0, 7, {{0, 0, 0.3f}, {1, 1, 5}}});
    }
    StageFile file(path);
    const auto learned = file.learned(rig);
    REQUIRE(learned.size() == 2);
    CHECK(learned[0].nrpn);
    CHECK(learned[0].number == 300);
    CHECK(learned[0].channel_mask == 0x8000);
    CHECK(learned[1].number == 75);
    CHECK(learned[1].channel_mask == 2);
    CHECK(learned[1].learned);
    CHECK(learned[1].targets[0].instrument == 1);
    CHECK(learned[1].targets[0].to == 18000);
    CHECK(learned[1].targets[0].logarithmic);
    const auto presets = file.presets(rig);
    REQUIRE(presets.size() == 1);
    CHECK(presets[0].name == "saved 1");
    CHECK(presets[0].program == 7);
    REQUIRE(presets[0].values.size() == 2);
    CHECK(presets[0].values[0].value == 0.3f);
    CHECK(presets[0].values[1].instrument == 1);
    CHECK(file.take_remarks().empty());
    CHECK_THAT(text_of(path), Contains("\"cutoff\": 0.3\n"));
}

TEST_CASE("what the rig does not have is reported, and stays in the file") {
    const ScriptFolder folder;
    const auto path = folder.write("band.stage.json", R"({ "format": "forerun stage 1", "mine": 3,
        "controllers": [ { "controller": 20, "channel": 1, "instrument": "drums", "parameter": "drive" },
                         { "controller": 220, "channel": 1, "instrument": "bass", "parameter": "drive" },
                         { "controller": 20, "nrpn": 3, "channel": 1, "instrument": "bass", "parameter": "drive" } ],
        "presets": [ { "name": "old", "values": { "bass": { "warmth": 1, "drive": "much", "cutoff": 1e300 } } },
                     { "name": "odd", "values": { "bass": 3 } }, { "name": "none" }, { "values": 4 } ] })");
    const auto rig = rig_of_two();
    StageFile file(path);
    CHECK(file.learned(rig).empty());
    const auto presets = file.presets(rig);
    REQUIRE(presets.size() == 1);
    CHECK(presets[0].values.size() == 1);
    CHECK(file.take_remarks().size() == 7);
    file.learn(rig, mapping(74, 1, 0, 0));
    CHECK_THAT(text_of(path), Contains("drums") && Contains("warmth") && Contains("\"mine\": 3"));
}

TEST_CASE("a file that is none is refused by name, and nothing is written over it") {
    const ScriptFolder folder;
    for (const std::string text : {"", "[]", "{}", "{ \"format\": \"forerun stage 2\" }", "{ \"format\": 1 }",
                                   "nonsense", "{ \"format\": \"forerun stage 1\", \"presets\": 3 }",
                                   "{ \"format\": \"forerun stage 1\", \"controllers\": [ 3 ] }"}) {
        const auto path = folder.write("bad.stage.json", text);
        CHECK_THAT(bad_input([&] { StageFile file(path); }), Contains("bad.stage.json: ") && Contains("move it away"));
        CHECK(text_of(path) == text);
    }
}

TEST_CASE("a file that lies beside a rig is nothing to wait for, nor to end with") {
    const ScriptFolder folder;
    const auto path = folder.path() / "bad.stage.json";
    const auto refused = [&] { return bad_input([&] { StageFile file(path); }); };
    REQUIRE(mkfifo(path.c_str(), 0600) == 0);
    CHECK_THAT(refused(), Contains("bad.stage.json: is a folder, a device or a pipe"));
    std::filesystem::remove(path);
    std::filesystem::create_directory(path);
    CHECK_THAT(refused(), Contains("is a folder, a device or a pipe"));
    std::filesystem::remove(path);
    std::filesystem::create_symlink("/dev/zero", path);
    CHECK_THAT(refused(), Contains("is a folder, a device or a pipe"));
    std::filesystem::remove(path);
    std::filesystem::create_symlink(path, path);
    CHECK_THAT(refused(), Contains("cannot be read"));
    std::filesystem::remove(path);

    const auto nested = [&](std::size_t levels) {
        const auto deep = std::string(levels - 3, '[') + std::string(levels - 3, ']');
        folder.write("bad.stage.json", R"({ "format": "forerun stage 1", "controllers": [ { "x": )" + deep + "} ] }");
        return refused();
    };
    CHECK(nested(32) == "");
    for (const std::size_t levels : {33, 200'000}) CHECK_THAT(nested(levels), Contains("nested deeper than 32 levels"));
    folder.write("bad.stage.json", R"({ "format": "forerun stage 1", "x": ")" + std::string(2u << 20, ' ') + "\" }");
    CHECK_THAT(refused(), Contains("is longer than 1 MiB"));
}

TEST_CASE("numbers that no field can hold are reported or brought into range, and remarks about them are few") {
    const ScriptFolder folder;
    const auto rig = rig_of_two();
    std::string entries;
    for (int i = 0; i < 1000; ++i)
        entries += std::string(i == 0 ? "" : ", ") + R"({ "controller": 18446744073709551615 })";
    const auto path = folder.write(
        "band.stage.json", R"({ "format": "forerun stage 1", "controllers": [ { "controller": 1e300, "channel": 1,
            "instrument": "bass", "parameter": "drive" }, )" +
                               entries + R"( ], "presets": [ { "name": "p", "program": -1,
            "values": { "bass": { "cutoff": 1e300, "drive": -1e300 } } } ] })");
    StageFile file(path);
    CHECK(file.learned(rig).empty());
    const auto presets = file.presets(rig);
    REQUIRE(presets.size() == 1);
    CHECK_FALSE(presets[0].program);
    REQUIRE(presets[0].values.size() == 2);
    CHECK(presets[0].values[0].value == 1e9f);
    CHECK(presets[0].values[1].value == -1e9f);
    const auto remarks = file.take_remarks();
    CHECK(remarks.size() == 100);
    CHECK_THAT(remarks.back(), Contains("more entries"));
}

TEST_CASE("it lies beside the script, or with the user's settings where nothing can be written") {
    const ScriptFolder folder;
    const auto script = folder.write("band.lua", "");
    CHECK(StageFile::place_for(script) == folder.path() / "band.stage.json");
    setenv("XDG_CONFIG_HOME", folder.path().c_str(), 1);
    CHECK(StageFile::place_for("/there/is/no/such/folder/band.lua") == folder.path() / "forerun" / "band.stage.json");
    StageFile file(folder.path() / "forerun" / "band.stage.json");
    file.learn(rig_of_two(), mapping(74, 1, 0, 0));
    CHECK(std::filesystem::exists(folder.path() / "forerun" / "band.stage.json"));
    unsetenv("XDG_CONFIG_HOME");
}
