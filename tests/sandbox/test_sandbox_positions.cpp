// Absurd positions, counts and ranges: compiled code must behave like the interpreter, and neither may read out of bounds.
#include <algorithm>

#include "tests/scenes/catch.h"
#include "tests/scenes/script_folder.h"

using namespace forerun;

namespace {

// The error of a voice whose file runs `expression` many times with usual values of a, b and c, so that it is compiled for
// them, then with each pair of extreme ones, and says everything that came of it.
std::string results(const std::string& expression, bool jit) {
    const ScriptFolder folder;
    auto options = host_options();
    options.jit = jit;
    const std::string code = R"lua(
local text, list = string.rep("0123456789", 10), { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }
local function look(a, b) return )lua" +
                             expression + R"lua( end
local extreme = { 2147483647, -2147483648, -2147483640, 2147483646, 4294967296, -4294967295, 1e300, -1e300, 0, 1, -1, 1 / 0, -1 / 0, 0.5, 2 ^ 53 }
local hash, all = 0, {}
local function note(...)
    local words = {}
    for i = 1, select("#", ...) do words[i] = tostring((select(i, ...))) end
    return table.concat(words, ",")
end
for _, a in ipairs(extreme) do
    for _, b in ipairs(extreme) do
        for i = 1, 70 do look(1 + i % 7, -1 - i % 5) end
        for i = 1, 70 do look(1 + i % 3, 4 + i % 5) end
        local kept = note(pcall(look, a, b))
        hash = (hash * 31 + #kept) % 2147483647
        for i = 1, #kept do hash = (hash * 31 + kept:byte(i)) % 2147483647 end
        if #kept > 200 then kept = kept:sub(1, 200) end
        all[#all + 1] = a .. " " .. b .. " " .. kept
    end
end
error("results " .. string.format("%d", hash) .. " " .. all[2] .. all[#all - 3]))lua";
    const Player player(folder.write("script.lua", ScriptFolder::voice("return 0", "", code)), options);
    return player.error.substr(std::min(player.error.find("results "), player.error.size()));  // without the folder
}

}  // namespace

TEST_CASE("positions beyond every text and list do the same compiled and interpreted") {
    const std::string expression =
        GENERATE(as<std::string>{}, "text:sub(a, b)", "text:byte(a, b)", "text:sub(a)", "text:byte(b)",
                 "text:find('5', a, true)", "text:find('5', b)", "text:match('5', a)", "list[a]", "select(a, 1, 2, 3)",
                 "bit.lshift(a, b)", "bit.tobit(a) + bit.band(b, 255)", "math.floor(a) + math.ceil(b)", "a % b");
    CAPTURE(expression);
    const auto interpreted = results(expression, false);
    CHECK_THAT(interpreted, Catch::Contains("results "));
    CHECK(results(expression, true) == interpreted);
}
