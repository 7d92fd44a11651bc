// The versions of an instrument's script that a worker has: the first, and one for each reload.
//
// Every version is an instrument of its own to the Lua host. Parameters are addressed as the rig has them: those of a new
// version that the rig does not know keep their defaults.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "shared/bad_input.h"
#include "shared/rig/rig.h"

namespace forerun {

struct ScriptVersion {
    std::uint16_t host_index = 0;
    InstrumentDescription description;

    std::optional<std::uint16_t> parameter(const std::string& name) const {
        const auto& all = description.parameters;
        const auto found = std::find_if(all.begin(), all.end(), [&](const auto& p) { return p.name == name; });
        if (found == all.end()) return std::nullopt;
        return static_cast<std::uint16_t>(found - all.begin());
    }
    // `values` of the parameters of another version, put into the order of this one.
    std::vector<float> values(const std::vector<ParameterDescription>& of, std::span<const float> values) const {
        std::vector<float> own;
        for (const auto& p : description.parameters) own.push_back(p.value);
        for (std::size_t i = 0; i < of.size() && i < values.size(); ++i)
            if (const auto index = parameter(of[i].name)) own[*index] = values[i];
        return own;
    }
};

class ScriptVersions {
public:
    explicit ScriptVersions(const Rig& rig) {
        for (std::size_t i = 0; i < rig.instruments.size(); ++i)
            of_.push_back({{static_cast<std::uint16_t>(i), rig.instruments[i]}});
        next_host_index_ = static_cast<std::uint32_t>(rig.instruments.size());
    }

    // The version of this number; the first where there is none.
    const ScriptVersion& at(std::uint16_t instrument, std::uint16_t version) const {
        const auto& all = of_[instrument];
        const auto found =
            std::find_if(all.rbegin(), all.rend(), [&](const auto& v) { return v.description.version == version; });
        return found != all.rend() ? *found : all.front();
    }
    bool has(std::uint16_t instrument, std::uint16_t version) const {
        return at(instrument, version).description.version == version;
    }
    const std::vector<ScriptVersion>& all(std::uint16_t instrument) const { return of_[instrument]; }
    // Throws BadInput when there are as many as the host can number: one more would take the place of another script.
    const ScriptVersion& add(std::uint16_t instrument, const InstrumentDescription& description) {
        if (next_host_index_ > std::numeric_limits<std::uint16_t>::max())
            throw BadInput("scripts were saved too often while they play; start again to hear this version");
        return of_[instrument].emplace_back(ScriptVersion{static_cast<std::uint16_t>(next_host_index_++), description});
    }

private:
    std::vector<std::vector<ScriptVersion>> of_;  // instrument, version
    std::uint32_t next_host_index_ = 0;
};

}  // namespace forerun
