// Where scripts are found: the user's folders, then beside the program, then the package's and installed ones; and that the
// dsp library depends on the program only.
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "shared/files/script_path.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/program.h"
#include "tests/scenes/script_folder.h"

using namespace forerun;
namespace fs = std::filesystem;

namespace {

// Sets a variable of the environment while it lives.
class Variable {
public:
    Variable(const char* name, const std::string& value) : name_(name) {
        if (const char* before = std::getenv(name)) before_ = before;
        setenv(name, value.c_str(), 1);
    }
    ~Variable() { setenv(name_, before_.c_str(), 1); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

private:
    const char* name_;
    std::string before_;
};

const char* const wrong_library = "error(\"the wrong library\")";

}  // namespace

TEST_CASE("FORERUN_PATH comes first, whether its folders exist or not, and the source tree is found from the build") {
    const Variable path("FORERUN_PATH", "/nowhere/a::/nowhere/b");
    const auto found = default_script_path();
    REQUIRE(found.size() >= 3);
    CHECK(found[0] == "/nowhere/a");
    CHECK(found[1] == "/nowhere/b");
    // This program runs in its build folder: its own scripts come before installed ones.
    CHECK(found[2] == fs::canonical(fs::path(FORERUN_SOURCE_DIR) / "scripts"));
}

TEST_CASE("scripts of a linked package are found, after those beside the program") {
    const ScriptFolder folder;
    fs::create_directory(folder.path() / "dsp");
    const Variable path("FORERUN_PATH", "");
    const PackageScripts once(folder.path().c_str()), again(folder.path().c_str());
    const auto found = default_script_path();
    CHECK(std::count(found.begin(), found.end(), folder.path()) == 1);
    CHECK(found.front() != folder.path());
    const auto places = library_places();
    CHECK(std::count(places.begin(), places.end(), folder.path() / "dsp") == 1);
}

TEST_CASE("installed scripts are found in the system's data folders, where there are any") {
    const ScriptFolder folder;
    const auto data = fs::path(folder.write("forerun/voices/here.lua", "")).parent_path().parent_path().parent_path();
    const Variable path("FORERUN_PATH", "");
    const Variable system("XDG_DATA_DIRS", "/nowhere:" + data.string());
    const auto found = default_script_path();
    CHECK(std::find(found.begin(), found.end(), data / "forerun") != found.end());
    CHECK(std::find(found.begin(), found.end(), fs::path("/nowhere/forerun")) == found.end());
}

TEST_CASE("a folder of FORERUN_PATH, of the rig or the working directory gives no dsp library; --dsp does") {
    const ScriptFolder folder;
    for (const char* place : {"dsp/init.lua", "voices/dsp/init.lua", "voices/dsp.lua", "dsp.lua"})
        folder.write(place, wrong_library);
    folder.write("voices/quiet.lua",
                 "local dsp = require \"dsp\" return { done = function() return true end, "
                 "sample = function() return 0 end }");
    folder.write("voices/band.lua", "return { instruments = { { voice = \"quiet\" } } }");
    const auto here = "cd " + folder.path().string() + " && FORERUN_PATH=" + folder.path().string() +
                      " LUA_PATH='./?.lua;./?/init.lua' " FORERUN_PROGRAM " ";
    for (const char* arguments : {"check quiet", "check voices/band.lua", "render quiet --seconds 0.1 -o quiet.wav"}) {
        const auto outcome = run_shell(here + arguments, "2>&1 >/dev/null");
        INFO(arguments << ": " << outcome.text);
        CHECK(outcome.code == 0);
    }
    for (const char* arguments : {"check quiet --dsp dsp", "render quiet --seconds 0.1 -o quiet.wav --dsp dsp"}) {
        const auto outcome = run_shell(here + arguments, "2>&1 >/dev/null");
        CHECK(outcome.code == 2);
        CHECK_THAT(outcome.text, Catch::Contains("the wrong library"));
    }
    const auto nowhere = run_shell(here + "check quiet --dsp nowhere", "2>&1 >/dev/null");
    CHECK(nowhere.code == 2);
    CHECK_THAT(nowhere.text, Catch::Contains("the dsp library (init.lua) is not in nowhere") &&
                                 Catch::Contains("--dsp") && Catch::Contains("FORERUN_PATH"));
}

TEST_CASE("a moved tree and a moved prefix use the scripts beside the program, not where they were built") {
    const ScriptFolder folder;
    const auto moved = [&](const std::string& program, const std::string& scripts) {
        const auto file = folder.path() / program;
        fs::create_directories(file.parent_path());
        std::error_code on_another_disk;
        fs::create_hard_link(FORERUN_PROGRAM, file, on_another_disk);
        if (on_another_disk) fs::copy_file(FORERUN_PROGRAM, file);
        if (scripts == "tree/scripts")
            fs::create_directory_symlink("../scripts", file.parent_path() / "forerun-scripts");
        fs::create_directories(folder.path() / scripts / "voices");
        fs::copy_file(fs::path(FORERUN_SOURCE_DIR) / "scripts/voices/organ.lua",
                      folder.path() / scripts / "voices/organ.lua");
        fs::copy(fs::path(FORERUN_SOURCE_DIR) / "scripts" / "dsp", folder.path() / scripts / "dsp");
        folder.write(scripts + "/dsp/init.lua", "error(\"the library beside the program\")");
        return run_shell("FORERUN_PATH= " + file.string() + " check organ", "2>&1 >/dev/null").text;
    };
    CHECK_THAT(moved("tree/build/forerun", "tree/scripts"), Catch::Contains("the library beside the program"));
    CHECK_THAT(moved("prefix/bin/forerun", "prefix/share/forerun"), Catch::Contains("the library beside the program"));
    const auto found = run_shell("cd " + folder.path().string() + " && FORERUN_PATH= tree/build/forerun check nothing",
                                 "2>&1 >/dev/null");
    CHECK_THAT(found.text, Catch::Contains("here or in " + (folder.path() / "tree" / "scripts").string()) &&
                               !Catch::Contains(FORERUN_SOURCE_DIR));
}

TEST_CASE("a link beside the program made by another user is ignored") {
    const ScriptFolder folder;
    folder.write("planted/dsp/init.lua", wrong_library);
    const auto program = folder.path() / "open" / "forerun", link = program.parent_path() / "forerun-scripts";
    fs::create_directory(program.parent_path());
    fs::copy_file(FORERUN_PROGRAM, program);
    fs::create_directory_symlink("../planted", link);
    const auto voice = fs::path(FORERUN_SOURCE_DIR) / "scripts" / "voices" / "organ.lua";
    const auto output = [&] { return run_shell(program.string() + " check " + voice.string(), "2>&1").text; };
    CHECK_THAT(output(), Catch::Contains("the wrong library"));
    if (lchown(link.c_str(), 12345, 12345) != 0) return;  // only root gives files away
    CHECK_THAT(output(), !Catch::Contains("the wrong library"));
}
