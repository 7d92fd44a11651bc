// report.json to report.html, as `forerun measure` does it: make_report REPORT.json >report.html
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "tools/measure/report/report_html.h"

int main(int count, char** arguments) try {
    if (count != 2) {
        std::cerr << "make_report: one file is needed, a report.json\n";
        return 2;
    }
    std::ifstream file(arguments[1]);
    if (!file) {
        std::cerr << "make_report: " << arguments[1] << " cannot be read\n";
        return 2;
    }
    std::cout << forerun::measure::report_html(nlohmann::ordered_json::parse(file));
    return std::cout.flush() ? 0 : 1;
} catch (const std::exception& error) {
    std::cerr << "make_report: " << error.what() << '\n';
    return 1;
}
