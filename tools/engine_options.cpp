#include "tools/engine_options.h"

#include <cerrno>
#include <cstring>
#include <fstream>

#include "shared/bad_input.h"
#include "shared/script_path.h"
#include "shared/shared_state.h"

namespace forerun {

void add_engine_options(CLI::App& command, EngineOptions& o) {
    command.add_option("--rig", o.rig, "Rig for a MIDI file: a Lua file, or a name such as 'general' (the default)");
    command.add_option("--rate", o.rate_hz, "Frames per second")
        ->check(between(static_cast<int>(least_rate_hz), static_cast<int>(most_rate_hz)));
    command.add_option("--block", o.block, "Frames per callback, 1 to 4096 (default 256, or the device's)")
        ->check(between<std::int64_t>(1, Configuration{}.max_block_frames));
    command
        .add_option("--depth", o.depth,
                    "Frames that voices are rendered ahead (default 24000; raised to two blocks and more)")
        ->check(between<std::int64_t>(0, 1 << 22));
    command.add_option("--workers", o.workers, "Threads that run scripts (default: one less than the machine's cores)")
        ->check(between<std::uint32_t>(1, max_workers));
    command.add_option("--voices", o.voices, "Voices that sound at once (default 128)")
        ->check(between<std::uint32_t>(1, 1000));
    command.add_option("--jit", o.jit, "LuaJIT's compiler: on or off")->check(CLI::IsMember({"on", "off"}));
    command.add_flag("--trust", o.trust, "Scripts get the whole language: files, ffi, any module");
    command.add_flag("--no-quality", o.no_quality, "Voices keep full quality, whatever that costs");
    command.add_option("--seed", o.seed, "Of the voices' random numbers (default 1)");
    command.add_option("--json", o.json, "Write the report into this file as JSON");
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
    c.quality_scaling = !o.no_quality;
    c.seed = o.seed;
    c.script_path = default_script_path();
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
    for (const auto& directory : path) looked += (looked.empty() ? "" : ", ") + directory.string();
    throw BadInput(option + " " + name + ": no such file, here or in " + looked +
                   "; check the name or set FORERUN_PATH");
}

void require_writable(const std::filesystem::path& file, const std::string& option) {
    std::error_code ignored;
    const auto directory = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    if (!std::filesystem::is_directory(directory, ignored))
        throw BadInput(option + " " + file.string() + ": there is no directory " + directory.string() +
                       "; make it first");
    if (std::filesystem::is_directory(file, ignored))
        throw BadInput(option + " " + file.string() + ": is a directory; name a file");
    // Opened for appending: a file that is there already is not touched.
    const bool existed = std::filesystem::exists(file, ignored);
    errno = 0;
    const bool opened = static_cast<bool>(std::ofstream(file, std::ios::app));
    const std::string reason = errno ? std::strerror(errno) : "not writable";
    if (!existed) std::filesystem::remove(file, ignored);
    if (!opened)
        throw BadInput(option + " " + file.string() + ": cannot be written (" + reason + "); choose another file");
}

void write_text(const std::filesystem::path& file, const std::string& text, const std::string& option) {
    errno = 0;
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << text;
    out.close();
    if (!out)
        throw BadInput(option + " " + file.string() + ": cannot be written (" +
                       (errno ? std::strerror(errno) : "unknown reason") + "); choose another file");
}

}  // namespace forerun
