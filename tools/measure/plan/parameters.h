// What can be varied in an experiment: the parameters of a point, with their defaults and their limits.
//
// A point holds a value for every parameter, in this order, so that two points can be compared and a file says all of it.
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
    Json usual;
    std::function<std::string(const Json&)> wrong;  // why a value cannot be; empty: it can
};
const std::vector<Parameter>& parameters();

// "mode, voice, ..."
std::string parameter_names();

class Point {
public:
    Point();  // all usual
    explicit Point(const Json& values) : Point() {
        for (const auto& [name, value] : values.items()) set(name, value);
    }

    // Throws BadInput: no such parameter, or not such a value.
    void set(const std::string& name, const Json& value);
    // A word of a command line, read as the parameter's kind of value.
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
