// Where a result comes from: everything that somebody else would need in order to get it again, or to say why they do not.
#pragma once

#include <filesystem>
#include <vector>

#include "rt-engine/forerun.h"
#include "rt-engine/realtime_thread.h"
#include "tools/measure/parameters.h"

namespace forerun::measure {

// Of program and machine, before a cell begins. What the system does not tell is absent.
Json provenance_of_machine();

// Of a running engine: scripts by their hash, priorities that were got, the device.
void add_engine(Json& provenance, const Engine& engine, const Device& device);

}  // namespace forerun::measure
