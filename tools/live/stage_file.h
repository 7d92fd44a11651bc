// Learned controllers and saved presets of a player, in a file beside the rig's.
//
//   { "format": "forerun stage 1",
//     "controllers": [ { "controller": 74, "channel": 1, "instrument": "bass", "parameter": "cutoff" } ],
//     "presets": [ { "name": "saved 1", "values": { "bass": { "cutoff": 400.0, "drive": 2.0 } } } ] }
//
// The rig's own file is never changed. Entries that do not match the rig (any more) stay in the file, and are reported.
// Belongs to one thread.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "shared/rig/rig.h"

namespace forerun {

class StageFile {
public:
    // For a rig or a voice: beside it, NAME.stage.json, where one is or can be written, else in the user's settings.
    // Empty where there is neither: then nothing can be kept.
    static std::filesystem::path place_for(const std::filesystem::path& script);

    // Reads the file, if it is there. Throws BadInput when it is no stage file.
    explicit StageFile(std::filesystem::path file);
    // With this text, read from it. Throws JsonFault.
    StageFile(std::filesystem::path file, std::string_view text);

    const std::filesystem::path& path() const { return path_; }
    std::vector<ControllerMapping> learned(const Rig& rig);
    std::vector<Preset> presets(const Rig& rig);
    // Entries that were left out, since the last call.
    std::vector<std::string> take_remarks() { return std::exchange(remarks_, {}); }

    // Writes it. Throw std::runtime_error with a line for the user; what was in the file is then still there.
    void learn(const Rig& rig, const ControllerMapping& mapping);
    void keep(const Rig& rig, const Preset& preset);

private:
    void read(std::string_view text);
    nlohmann::ordered_json& list(const char* name);
    void write() const;
    void leave_out(const std::string& what);

    std::filesystem::path path_;
    nlohmann::ordered_json document_;
    std::vector<std::string> remarks_;
};

}  // namespace forerun
