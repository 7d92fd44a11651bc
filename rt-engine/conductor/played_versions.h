// Which version of its script an instrument's next note plays, and which one to return to when that version fails.
//
// A reload that all workers have prepared increases the version; the first note that fails decreases it again, and restores
// the defaults from before.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "shared/rig/rig.h"

namespace forerun {

// [conductor]
class PlayedVersions {
public:
    explicit PlayedVersions(std::size_t instruments) : versions_(instruments), parameters_before_(instruments) {}

    bool knows(std::size_t instrument) const { return instrument < versions_.size(); }
    std::uint16_t operator[](std::size_t instrument) const { return versions_[instrument]; }

    // before: the instrument's parameters as they were; none: they have not changed.
    void use(std::size_t instrument, std::uint16_t version, const std::vector<ParameterDescription>* before) {
        versions_[instrument] = version;
        if (before) parameters_before_[instrument] = *before;
    }

    // The rig's file has changed them since: a version that fails takes nothing of it back.
    void parameters_stay() {
        for (auto& parameters : parameters_before_) parameters.clear();
    }

    // A voice of this version has failed. True when it was the newest one, and the one before is used again; `before` is then
    // what its parameters were, empty when they stay.
    bool fail(std::size_t instrument, std::uint16_t version, std::vector<ParameterDescription>& before) {
        if (version == 0 || versions_[instrument] != version) return false;
        --versions_[instrument];
        before = std::exchange(parameters_before_[instrument], {});
        return true;
    }

private:
    std::vector<std::uint16_t> versions_;
    std::vector<std::vector<ParameterDescription>> parameters_before_;
};

}  // namespace forerun
