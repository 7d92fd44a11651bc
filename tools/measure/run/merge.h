// Merges results that measured parts of one plan.
#pragma once

#include <string>
#include <vector>

namespace forerun::measure {

// Into a new folder, or one that holds part of them already. Throws BadInput: other plans, or a cell that two of them measured
// differently.
void merge_results(const std::vector<std::string>& from, const std::string& into);

}  // namespace forerun::measure
