// Where scripts are looked for: the user's folders, then installed ones, then the source tree.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "shared/script_path.h"
#include "tests/catch.h"
#include "tests/script_folder.h"

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

}  // namespace

TEST_CASE("FORERUN_PATH comes first, whether its folders exist or not, and the source tree is found from the build") {
    const Variable path("FORERUN_PATH", "/nowhere/a::/nowhere/b");
    const auto found = default_script_path();
    REQUIRE(found.size() >= 3);
    CHECK(found[0] == "/nowhere/a");
    CHECK(found[1] == "/nowhere/b");
    // This program runs in its build folder: its own scripts come before installed ones.
    CHECK(found[2] == fs::path(FORERUN_SOURCE_DIR) / "scripts");
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
