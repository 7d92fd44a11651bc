// Rigs beyond the limits are refused by check, by render, and in a reload.

#include <string>

#include "shared/script_runtime.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/live_engine.h"
#include "tests/scenes/program.h"
#include "tests/scenes/script_folder.h"

using namespace forerun;

namespace {

std::string voice_with(int parameters) {
    return "local p = {} for i = 1, " + std::to_string(parameters) +
           " do p['p' .. i] = { default = 0 } end return { parameters = p, sample = function() return 0 end, done = "
           "function(self) self.n = (self.n or 0) + 1 return self.n > 20 end }";
}

std::string rig_of(int instruments, int buses, const std::string& voice) {
    return "local i, b = {}, {} for n = 1, " + std::to_string(instruments) + " do i[n] = { voice = '" + voice +
           "' } end for n = 1, " + std::to_string(buses) +
           " do b[n] = { name = 'bus ' .. n } end return { instruments = i, buses = b }";
}

}  // namespace

TEST_CASE("check and render accept and refuse the same, in the same words") {
    const ScriptFolder folder;
    folder.write("little.lua", voice_with(0));
    folder.write("much.lua", voice_with(32));
    struct Row {
        std::string text;
        std::string says;  // empty: accepted
    };
    const auto row = GENERATE(Row{voice_with(32), ""}, Row{voice_with(33), "has 33 parameters in one voice"},
                              Row{rig_of(256, 1, "little"), ""}, Row{rig_of(257, 1, "little"), "has 257 instruments"},
                              Row{rig_of(1, 16, "little"), ""}, Row{rig_of(1, 17, "little"), "has 17 buses"},
                              Row{rig_of(128, 1, "much"), ""},
                              Row{rig_of(129, 1, "much"), "has 4128 parameters in all instruments together"});
    CAPTURE(row.says);
    const auto file = folder.write("given.lua", row.text).string();
    const bool is_rig = row.text.find("instruments") != std::string::npos;
    const auto song =
        folder.write("song.mid", std::string("MThd\0\0\0\6\0\0\0\1\1\xe0MTrk\0\0\0\x0c\0\x90\x3c\x40\x10\x80"
                                             "\x3c\0\0\xff\x2f\0",
                                             34));
    const auto checks = run_shell(FORERUN_PROGRAM " check " + file, "2>&1 >/dev/null");
    const auto renders =
        run_shell(std::string(FORERUN_PROGRAM) + " render " + (is_rig ? song.string() + " --rig " : std::string()) +
                      file + " -o " + (folder.path() / "out.wav").string() + (is_rig ? "" : " --seconds 1"),
                  "2>&1 >/dev/null");
    CAPTURE(checks.text, renders.text);
    CHECK(checks.code == (row.says.empty() ? 0 : 2));
    CHECK(renders.code == checks.code);
    if (row.says.empty()) return;
    CHECK_THAT(checks.text, Catch::Contains("given.lua: " + row.says + "; there is room for "));
    CHECK_THAT(renders.text, Catch::Contains("given.lua: " + row.says + "; there is room for "));
}

TEST_CASE("a version with too many parameters is not used") {
    const ScriptFolder folder;
    const auto file = folder.write("voice.lua", voice_with(3));
    LiveEngine live(file);
    folder.write("voice.lua", voice_with(33));
    CHECK_THAT(bad_input([&] { live.engine.reload(file); }),
               Catch::Contains("voice.lua: has 33 parameters in one voice; there is room for 32"));
}
