// The parameters of a point, with their defaults and limits.
//
// A point has a value for every parameter, in this order, so that points can be compared and files are complete.
#pragma once

#include <nlohmann/json.hpp>

#include <functional>
#include <string>
#include <vector>

namespace forerun::measure {

using Json = nlohmann::ordered_json;

struct Parameter {
    const char* name;
    const char* meaning;
    Json default_value;
    std::function<std::string(const Json&)> error;  // why a value is invalid; empty: it is valid
};
const std::vector<Parameter>& parameters();

// "mode, voice, ..."
std::string parameter_names();

class Point {
public:
    Point();  // with all defaults
    explicit Point(const Json& values) : Point() {
        for (const auto& [name, value] : values.items()) set(name, value);
    }

    // Throws BadInput for an unknown parameter or an invalid value.
    void set(const std::string& name, const Json& value);
    // The same from a command line, converted to the parameter's type.
    void set_word(const std::string& name, const std::string& word);

    const Json& values() const { return values_; }
    std::string text(const char* name) const { return values_.at(name).get<std::string>(); }
    double number(const char* name) const { return values_.at(name).get<double>(); }
    std::int64_t whole(const char* name) const { return values_.at(name).get<std::int64_t>(); }
    bool flag(const char* name) const { return values_.at(name).get<bool>(); }

private:
    Json values_;
};

}  // namespace forerun::measure
