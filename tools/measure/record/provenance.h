// Where a result comes from: everything needed to reproduce it, or to explain why it differs.
#pragma once

#include <filesystem>
#include <vector>

#include "rt-engine/audio-io/device.h"
#include "tools/measure/plan/parameters.h"

namespace forerun::measure {

// Of program and machine, before a cell begins. What the system does not report is absent.
Json provenance_of_machine();

// Of a device that has run: what it is, and the priorities that were got.
void add_device(Json& provenance, const Device& device);
// By their hash.
void add_scripts(Json& provenance, std::vector<std::filesystem::path> files);
// Whether so many bytes of this process are kept in RAM.
bool is_locked(std::size_t bytes);

}  // namespace forerun::measure
