#include "rt-engine/loaded_rig.h"

#include <utility>

#include "rt-engine/conductor/controller_map.h"

namespace forerun {

void LoadedRig::load(const Rig& rig, RigSource source) {
    rig_ = rig;
    set_newest(nullptr);
    source_ = std::move(source);
    loaded_ = true;
}

void LoadedRig::add(const std::vector<ControllerMapping>& learned, const std::vector<Preset>& presets) {
    ControllerMap map(rig_);
    for (const auto& mapping : learned) map.learn(mapping);
    rig_.mappings = map.mappings();
    rig_.presets.insert(rig_.presets.end(), presets.begin(), presets.end());
    set_newest(nullptr);
}

std::shared_ptr<const Rig> LoadedRig::newest() {
    const std::lock_guard lock(newest_mutex_);
    if (!newest_) newest_ = std::make_shared<const Rig>(rig_);
    return newest_;
}

void LoadedRig::set_newest(std::shared_ptr<const Rig> rig) {
    const std::lock_guard lock(newest_mutex_);
    newest_ = std::move(rig);
}

}  // namespace forerun
