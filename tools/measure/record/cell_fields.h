// What others count on in a cell.json, which may come from anywhere: types and ranges.
#pragma once

#include "tools/measure/plan/parameters.h"

namespace forerun::measure {

// Throws JsonFault (rt-engine/session/json_text.h) that names the field.
void require_cell(const Json& cell);

}  // namespace forerun::measure
