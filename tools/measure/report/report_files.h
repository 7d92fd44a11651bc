#pragma once

#include <string_view>

namespace forerun::measure {

// The files of tools/measure/report, compiled into the program: "report.css", "report.template.html", ...; and
// "libraries.js", the libraries that draw the plots, with their licences: empty where there was no npm at build time.
// Empty when there is no such file. Valid as long as the program runs. [any thread]
//
// The body is generated at build time, see cmake/report.cmake.
std::string_view embedded_report_file(std::string_view name);

}  // namespace forerun::measure
