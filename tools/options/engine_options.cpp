#include "tools/options/engine_options.h"

#include <limits>

#include "shared/bad_input.h"
#include "shared/files/script_path.h"
#include "shared/script_runtime.h"

namespace forerun {

namespace {

// What the path of a script refers to, if not a readable file.
std::string other_kind(const std::filesystem::path& path) {
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (std::filesystem::is_directory(status)) return "is a directory";
    if (std::filesystem::exists(status)) return "is a device or a pipe";
    if (error && error != std::errc::no_such_file_or_directory) return "cannot be opened (" + error.message() + ")";
    return "";
}

}  // namespace

void add_engine_options(CLI::App& command, EngineOptions& o) {
    command
        .add_option("--rig", o.rig,
                    "Rig for a MIDI file: a Lua file, or a name such as 'gm' (General MIDI, the default)")
        ->check(not_empty());
    command.add_option("--rate", o.rate_hz, "Frames per second")
        ->check(between(static_cast<int>(least_rate_hz), static_cast<int>(most_rate_hz)));
    command.add_option("--block", o.block, "Frames per callback, 1 to 4096 (default 256, or the device's)")
        ->check(between<std::int64_t>(1, Configuration{}.max_block_frames));
    command
        .add_option("--depth", o.depth,
                    "Frames that voices are rendered ahead (default 24000; raised to two blocks and more)")
        ->check(between<std::int64_t>(1, 1 << 22));
    command.add_option("--workers", o.workers, "Threads that run scripts (default: one less than the machine's cores)")
        ->check(between<std::uint32_t>(1, max_workers));
    command.add_option("--voices", o.voices, "Voices that sound at once (default 128)")
        ->check(between<std::uint32_t>(1, 1000));
    command.add_option("--jit", o.jit, "LuaJIT's compiler: on or off")->check(CLI::IsMember({"on", "off"}));
    command.add_flag("--trust", o.trust, "Scripts get the whole language: files, ffi, any module")
        ->disable_flag_override();
    command
        .add_option(
            "--dsp", o.library,
            "Folder of the dsp library (it has init.lua), instead of the program's own; it runs outside the sandbox")
        ->check(not_empty());
    command.add_flag("--no-quality", o.no_quality, "Voices keep full quality, whatever that costs")
        ->disable_flag_override();
    command.add_option("--seed", o.seed, "Seed of the voices' random numbers (default 1)")
        ->check(between<std::uint64_t>(0, std::numeric_limits<std::uint64_t>::max()));
    command.add_option("--json", o.json, "Write the report into this file as JSON")->check(not_empty());
}

Configuration configuration_of(const EngineOptions& o) {
    Configuration c;
    if (o.rate_hz > 0) c.rate_hz = o.rate_hz;
    if (o.block > 0) c.block_frames = o.block;
    if (o.depth >= 0) c.depth_frames = o.depth;
    if (o.voices > 0) c.voices = o.voices;
    c.workers = o.workers;
    c.jit = o.jit == "on";
    c.trust = o.trust;
    c.library = o.library;
    c.quality_scaling = !o.no_quality;
    c.seed = o.seed;
    return c;
}

std::filesystem::path find_script(const std::string& name, const std::string& folder, const std::string& option) {
    std::error_code ignored;
    if (std::filesystem::is_regular_file(name, ignored)) return name;
    std::string looked;
    const auto path = default_script_path();
    for (const auto& directory : path)
        for (const auto& candidate : {directory / name, directory / folder / name, directory / (name + ".lua"),
                                      directory / folder / (name + ".lua")})
            if (std::filesystem::is_regular_file(candidate, ignored)) return candidate;
    if (const auto kind = other_kind(name); !kind.empty())
        throw BadInput(option + " " + name + ": " + kind + "; name a Lua file");
    for (const auto& directory : path) looked += (looked.empty() ? "" : ", ") + directory.string();
    throw BadInput(option + " " + name + ": no such file, here or " +
                   (looked.empty() ? "beside the program, which has no scripts" : "in " + looked) +
                   "; check the name or set FORERUN_PATH");
}

}  // namespace forerun
