// Rig files of a test, beside one voice, and what reading them says.
#pragma once

#include <memory>
#include <string>

#include "script-runtime/host/lua_host.h"
#include "shared/rig/rig.h"
#include "tests/scenes/script_folder.h"

namespace forerun {

inline const std::string voice_text = R"(return {
    name = "plain", priority = 40, polyphony = 7, channels = 2,
    parameters = { cutoff = { default = 900, minimum = 20, maximum = 18000, unit = "Hz" }, drive = { default = 0 } },
    done = function() return true end, sample = function() return 0, 0 end })";

struct Rigs {
    Rigs() {
        folder.write("voices/plain.lua", voice_text);
        folder.write("library/shared/deep.lua", voice_text);
        options.script_path.push_back(folder.path() / "library");
        host = std::make_unique<LuaHost>(options);
    }
    Rig read(const std::string& text) { return host->evaluate_rig(folder.write("band.lua", text)); }
    std::string error(const std::string& text) {
        return bad_input([&] { read(text); });
    }
    // A mistake in the one instrument "bass", or in the table around it.
    std::string in_instrument(const std::string& fields) {
        return error("return { instruments = { { name = 'bass', voice = 'voices/plain', " + fields + " } } }");
    }
    std::string in_rig(const std::string& fields) {
        return error("return { instruments = { { voice = 'voices/plain' } }, " + fields + " }");
    }
    const FlushDenormals flush;
    ScriptFolder folder;
    LuaHostOptions options = host_options();
    std::unique_ptr<LuaHost> host;
};

}  // namespace forerun
