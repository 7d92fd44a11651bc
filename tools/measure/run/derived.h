// Derives figures, differences and the report from the cells of a result. The same cells give the same bytes on any machine, so
// that anybody can derive them again (--check).
#pragma once

#include <map>
#include <string>

#include "tools/measure/record/result_folder.h"

namespace forerun::measure {

// By file name: points.csv, differences.csv, report.json, report.html. Throws BadInput when a cell is damaged, or none is done.
std::map<std::string, std::string> derived_files(const ResultFolder& folder);

// Writes them.
void derive(const ResultFolder& folder);

// Derives them again. Empty: all as they are there; else a line for each file that is missing or not the same.
std::vector<std::string> check_derived(const ResultFolder& folder);

}  // namespace forerun::measure
