// ctest: timeout=120
// Output files leave existing files safe: links, modes, names; refused outputs change nothing.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "shared/bad_input.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/program.h"
#include "tests/scenes/sound_file_facts.h"
#include "tools/recording/output_file.h"

using namespace forerun;
namespace fs = std::filesystem;

namespace {

std::string text_in(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// Everything in a folder: a link as "-> target", a file as its mode and text.
std::map<std::string, std::string> all_in(const fs::path& folder) {
    std::map<std::string, std::string> all;
    for (const auto& entry : fs::directory_iterator(folder)) {
        auto& what = all[entry.path().filename().string()];
        if (entry.is_symlink())
            what = "-> " + fs::read_symlink(entry.path()).string();
        else if (entry.is_regular_file())
            what = std::to_string(static_cast<int>(entry.status().permissions())) + " " + text_in(entry.path());
    }
    return all;
}

mode_t mode_of(const fs::path& file) {
    struct stat about {};
    return stat(file.c_str(), &about) == 0 ? about.st_mode & 0777 : 0;
}

// Every way in which a command makes a file: OUT stands for its name.
struct Way {
    std::string line, ending;
};
const std::vector<Way> ways = {{"render hum.lua --seconds 0.1 -o OUT", ".wav"},
                               {"render hum.lua --seconds 0.1 -o OUT", ".flac"},
                               {"render hum.lua --seconds 0.1 -o other.wav --json OUT", ".json"},
                               {"play hum.lua --device clock --seconds 0.3 --record OUT", ".wav"},
                               {"play hum.lua --device clock --seconds 0.3 --record-midi OUT", ".mid"},
                               {"play hum.lua --device clock --seconds 0.3 --log OUT", ".frlog"}};

struct HumFolder : ScriptFolder {
    HumFolder() { write("hum.lua", voice("return 0.2 * self.osc:next(self.frequency)", "self.osc = dsp.sine()")); }
};

ProgramOutcome run_in(const HumFolder& folder, std::string line, const std::string& out) {
    if (const auto at = line.find("OUT"); at != line.npos) line.replace(at, 3, out);
    return run_shell("cd " + folder.path().string() + "; umask 022; exec " FORERUN_PROGRAM " " + line,
                     "2>&1 >/dev/null");
}

}  // namespace

TEST_CASE("outputs: a link stays a link, and its target gets the sound") {
    for (const auto& [line, ending] : ways) {
        const HumFolder folder;
        const auto at = [&](const std::string& name) { return folder.path() / name; };
        fs::create_directories(at("disk"));
        folder.write("disk/old" + ending, "old");
        fs::create_symlink("disk/old" + ending, at("a" + ending));
        fs::create_symlink("disk/new" + ending, at("b" + ending));
        for (const auto* name : {"a", "b"}) {
            CAPTURE(line, ending, name);
            const auto outcome = run_in(folder, line, name + ending);
            CAPTURE(outcome.text);
            CHECK(outcome.code == 0);
            CHECK(fs::is_symlink(at(name + ending)));
            const auto target = at(std::string("disk/") + (*name == 'a' ? "old" : "new") + ending);
            CHECK(text_in(target) != "old");
            CHECK(fs::exists(target));
        }
        CHECK(all_in(at("disk")).size() == 2);  // and nothing beside them
    }
}

TEST_CASE("outputs: an existing file keeps its mode, a new one follows the umask") {
    for (const auto& [line, ending] : ways) {
        const HumFolder folder;
        // The last is neither the umask's nor what a file has while it is written.
        for (const auto& [name, mode] :
             std::vector<std::pair<std::string, mode_t>>{{"private", 0600}, {"fresh", 0644}, {"shared", 0660}}) {
            CAPTURE(line, ending, name);
            const auto file = folder.path() / (name + ending);
            if (name != "fresh") {
                folder.write(name + ending, "x");
                fs::permissions(file, fs::perms(mode));
            }
            CHECK(run_in(folder, line, name + ending).code == 0);
            CHECK(mode_of(file) == mode);
            CHECK(text_in(file) != "x");
        }
    }
}

TEST_CASE("outputs: temporary names do not collide, and a name may be as long as the system allows") {
    for (const auto& [line, ending] : ways) {
        CAPTURE(line, ending);
        const HumFolder folder;
        folder.write("precious", "precious");
        for (const auto* beside : {".part", ".tmp", "~"})
            fs::create_symlink("precious", folder.path() / ("a" + ending + beside));
        CHECK(run_in(folder, line, "a" + ending).code == 0);
        CHECK(text_in(folder.path() / "precious") == "precious");
        CHECK(fs::is_symlink(folder.path() / ("a" + ending + ".part")));
        const auto longest = std::string(255 - ending.size(), 'x') + ending;
        CHECK(run_in(folder, line, longest).code == 0);
        CHECK(run_in(folder, line, longest).code == 0);  // over the old one, too
        CHECK(fs::exists(folder.path() / longest));
    }
}

TEST_CASE("outputs: a refused output changes nothing") {
    for (const auto& [line, ending] : ways) {
        const HumFolder folder;
        const auto at = [&](const std::string& name) { return folder.path() / (name + ending); };
        fs::create_symlink("/nonexistent/x" + ending, at("nowhere"));
        fs::create_symlink("circle" + ending, at("circle"));
        fs::create_directories(at("folder"));
        folder.write("mine" + ending, "mine");
        folder.write("broken.lua", "return {");
        const auto before = all_in(folder.path());
        for (const auto* name : {"nowhere", "circle", "folder"}) {
            CAPTURE(line, ending, name);
            CHECK(run_in(folder, line, name + ending).code == 2);
            CHECK(all_in(folder.path()) == before);
        }
        // What is found out later.
        auto broken = line;
        broken.replace(broken.find("hum.lua"), 7, "broken.lua");
        for (const auto* name : {"mine", "fresh"}) {
            CAPTURE(broken, ending, name);
            CHECK(run_in(folder, broken, name + ending).code == 2);
            CHECK(all_in(folder.path()) == before);
        }
    }
}

TEST_CASE("outputs: paths are compared by file, not by spelling") {
    if (access("/dev/shm", W_OK) != 0) {
        WARN("NOT TESTED: /dev/shm cannot be written");
        return;
    }
    std::string name = "/dev/shm/forerun-test-XXXXXX";
    REQUIRE(mkdtemp(name.data()) != nullptr);
    const HumFolder folder;
    for (const auto& [line, ending] : ways) {
        CAPTURE(line, ending);
        const auto outcome = run_in(folder, line, name + "/a" + ending);
        CAPTURE(outcome.text);
        CHECK(outcome.code == 0);
        CHECK(fs::exists(name + "/a" + ending));
    }
    fs::remove_all(name);
    // And a name like any other may lead to a device.
    fs::create_symlink("/dev/stdout", folder.path() / "out.wav");
    fs::create_symlink("/dev/stdout", folder.path() / "out.json");
    CHECK(run_in(folder, ways[0].line, "out.wav").code == 2);
    const auto shown =
        run_shell("cd " + folder.path().string() +
                      "; exec " FORERUN_PROGRAM " render hum.lua --seconds 0.1 -o a.wav --json out.json >shown",
                  "2>&1");
    CHECK(shown.code == 0);
    const auto text = text_in(folder.path() / "shown");
    CHECK(text.find("\"limited_frames\"") != text.npos);
    CHECK(text.find('{') > 10);  // behind the report in the shell's own file, which is not written over
    CHECK(fs::is_symlink(folder.path() / "out.json"));
}

TEST_CASE("outputs: a file deleted while it is written is reported, and no other file is removed") {
    const ScriptFolder folder;
    const auto file = folder.path() / "a.wav";
    for (const auto until : {OutputFile::Until::whole, OutputFile::Until::recorded}) {
        OutputFile output({"-o", file}, until);
        CHECK(output.is_there());
        CHECK((output.path() == file) == (until == OutputFile::Until::recorded));
        fs::remove(output.path());
        std::ofstream(output.path()) << "another's";
        CHECK_FALSE(output.is_there());
        CHECK_THROWS_WITH(output.keep(), Catch::Contains("deleted or moved"));
        fs::rename(output.path(), folder.path() / "another");
    }
    CHECK(text_in(folder.path() / "another") == "another's");
    {
        OutputFile output({"-o", file}, OutputFile::Until::recorded);
        fs::remove(file);
        std::ofstream(file) << "another's";
    }
    CHECK(text_in(file) == "another's");
}

TEST_CASE("outputs: a recording deleted while it is played is reported at once, and the sound continues") {
    for (const auto& [option, file] : std::vector<std::pair<std::string, std::string>>{
             {"--record r.wav", "r.wav"}, {"--record-midi r.mid", "r.mid"}, {"--stems st", "st/01-hum.wav"}}) {
        const HumFolder folder;
        const auto outcome =
            run_shell("cd " + folder.path().string() +
                          "; " FORERUN_PROGRAM " play hum.lua --device clock --seconds 3 --json j.json " + option +
                          " & program=$!; until [ -e " + file + " ]; do kill -0 $program || exit 99; done; rm " + file +
                          "; wait $program",
                      "2>&1 >/dev/null");
        CAPTURE(option, outcome.text);
        CHECK(outcome.code == 1);
        CHECK(outcome.text.find(file + " was deleted or moved while it was recorded") != std::string::npos);
        CHECK(fs::exists(folder.path() / "j.json"));
        CHECK_FALSE(fs::exists(folder.path() / file));
    }
}
