// Checks the fields of a cell.json that other code relies on: types and ranges. The file may come from anywhere.
#pragma once

#include "tools/measure/plan/parameters.h"

namespace forerun::measure {

// Throws JsonFault (rt-engine/session/json_text.h) that names the field.
void require_cell(const Json& cell);

}  // namespace forerun::measure
