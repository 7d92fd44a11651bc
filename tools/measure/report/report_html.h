// The results of an experiment as one page: tables, plots, style, scripts and the figures themselves in a single file that
// opens from a disk, asks for nothing else, and prints.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace forerun::measure {

// `report` is what report.json holds; a part that is absent is a section that the page does not have. The same object can
// be read back from the page: it is the content of the element with the id "figures". Bytes that are no UTF-8 become
// U+FFFD. Built without npm, the page has all tables, and says that the plots are missing. [any thread]
std::string report_html(const nlohmann::ordered_json& report);

}  // namespace forerun::measure
