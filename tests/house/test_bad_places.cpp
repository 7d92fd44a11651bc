// ctest: timeout=180
// A machine on which something is missing that everybody has: the working folder, a folder for temporary files, a home, room.
// Whatever is said is one line in words.
#include <stdlib.h>

#include <string>
#include <vector>

#include "tests/scenes/catch.h"
#include "tests/scenes/program.h"
#include "tests/scenes/small_disk.h"
#include "tools/live/stage_file.h"

using namespace forerun;
namespace fs = std::filesystem;

namespace {

const std::string hum = ScriptFolder::voice("return 0.2 * self.osc:next(self.frequency)", "self.osc = dsp.sine()");

void is_one_line_in_words(const ProgramOutcome& outcome) {
    CAPTURE(outcome.text);
    CHECK(outcome.text.rfind("forerun: ", 0) == 0);
    CHECK(outcome.text.find('\n') + 1 == outcome.text.size());
    CHECK(outcome.text.find("filesystem error") == std::string::npos);
    CHECK(outcome.text.find("terminate") == std::string::npos);
}

}  // namespace

TEST_CASE("bad places: the working folder is gone") {
    const ScriptFolder folder;
    const auto voice = folder.write("hum.lua", hum).string();
    const auto sound = (folder.path() / "a.wav").string(), log = (folder.path() / "a.frlog").string();
    const auto in_no_folder = [&](const std::string& line) {
        const auto gone = (folder.path() / "gone").string();
        return run_shell("mkdir " + gone + "; cd " + gone + "; rmdir " + gone + "; exec " FORERUN_PROGRAM " " + line,
                         "2>&1 >/dev/null");
    };
    for (const auto& line : std::vector<std::string>{
             "render hum.lua -o " + sound, "check hum.lua", "render hum -o a.wav",
             "play hum.lua --device clock --seconds 0.1", "measure --grid voices=1 --seconds 1 -o res",
             "replay a.frlog -o a.wav", "render " + voice + " -o a.wav --seconds 0.1"}) {
        CAPTURE(line);
        const auto outcome = in_no_folder(line);
        CHECK((outcome.code == 1 || outcome.code == 2));
        is_one_line_in_words(outcome);
    }
    // What asks nothing of it works.
    for (const auto& line : std::vector<std::string>{"render " + voice + " -o " + sound + " --seconds 0.1",
                                                     "play " + voice + " --device clock --seconds 0.2 --log " + log,
                                                     "replay " + log + " -o " + sound, "version"}) {
        CAPTURE(line);
        const auto outcome = in_no_folder(line);
        CAPTURE(outcome.text);
        CHECK(outcome.code == 0);
    }
}

TEST_CASE("bad places: no folder for temporary files") {
    const ScriptFolder folder;
    folder.write("hum.lua", hum);
    const auto in_folder = [&](const std::string& line, const std::string& before = "") {
        return run_shell("cd " + folder.path().string() + "; " + before + " exec " FORERUN_PROGRAM " " + line,
                         "2>&1 >/dev/null");
    };
    REQUIRE(in_folder("play hum.lua --device clock --seconds 0.3 --log a.frlog").code == 0);
    for (const auto* place : {"/nonexistent", "/dev/null", "/proc"}) {
        CAPTURE(place);
        const auto outcome = in_folder("replay a.frlog -o a.wav", std::string("TMPDIR=") + place);
        CHECK(outcome.code == 1);
        is_one_line_in_words(outcome);
        CHECK_THAT(outcome.text, Catch::Contains("set TMPDIR"));
    }
}

TEST_CASE("bad places: without a home nothing goes to /tmp") {
    const auto variable = [](const char* name) {
        const char* value = getenv(name);
        return std::string(value ? value : "");
    };
    const auto home = variable("HOME"), settings = variable("XDG_CONFIG_HOME");
    const fs::path script = "/nonexistent/band.lua";
    setenv("HOME", "/home/nobody-here", 1);
    setenv("XDG_CONFIG_HOME", "/settings", 1);
    CHECK(StageFile::place_for(script) == "/settings/forerun/band.stage.json");
    setenv("XDG_CONFIG_HOME", "relative", 1);  // which the specification tells us to ignore
    CHECK(StageFile::place_for(script) == "/home/nobody-here/.config/forerun/band.stage.json");
    unsetenv("XDG_CONFIG_HOME");
    for (const auto* no_home : {"", "relative"}) {
        setenv("HOME", no_home, 1);
        const auto place = StageFile::place_for(script);
        CHECK(place.string().rfind("/tmp", 0) == std::string::npos);
        CHECK((place.empty() || place.is_absolute()));
    }
    setenv("HOME", home.c_str(), 1);
    if (!settings.empty()) setenv("XDG_CONFIG_HOME", settings.c_str(), 1);

    StageFile nowhere{fs::path()};
    Rig rig;
    rig.instruments.emplace_back();
    CHECK_THROWS_WITH(nowhere.keep(rig, {.name = "p", .rig = 0, .program = {}, .values = {}}),
                      Catch::Contains("cannot be kept") && Catch::Contains("set XDG_CONFIG_HOME"));
}

TEST_CASE("bad places: an experiment on a full disk") {
    const ScriptFolder folder;
    for (const auto* size : {"size=4k", "size=16k", "size=64k"}) {
        const SmallDisk disk(folder.path() / "disk", size);
        if (!disk.there()) {
            WARN("NOT TESTED: a small disk cannot be mounted");
            return;
        }
        CAPTURE(size);
        const auto outcome = run_shell("cd " + folder.path().string() +
                                           "; exec " FORERUN_PROGRAM
                                           " measure --grid voices=1 --seconds 1 --warmup 0.5 --repeats 1 -o disk/res",
                                       "2>&1");
        CAPTURE(outcome.text);
        CHECK((outcome.code == 1 || outcome.code == 2));
        CHECK(outcome.text.find("No space left") != std::string::npos);
        CHECK(outcome.text.find("filesystem error") == std::string::npos);
        CHECK(outcome.text.find("make room") != std::string::npos);
    }
}
