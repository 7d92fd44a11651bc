// Untrusted JSON: parsed within limits of length and depth, its fields read with type and range checks.
//
//   const auto json = parse_json<nlohmann::json>(text, path.string());        // BadInput: what is wrong with which file
//   const auto rate = number_in<double>(json, "rate_hz", 8000, 384000);        // JsonFault: what is wrong with which field
//
// The program's only parser (tests/house/test_house.cpp checks that). The library's own accepts any depth, and then copying,
// comparing and writing the result overflow the stack; its get<int>() accepts 1e300.
#pragma once

#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "shared/bad_input.h"

namespace forerun {

inline constexpr std::size_t most_json_bytes = std::size_t{16} << 20;
inline constexpr int most_json_depth = 32;

// A field that is missing, of another type, or out of its range.
struct JsonFault : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// How deep its brackets stand in each other, whether or not they are closed.
inline int json_depth(std::string_view text) {
    int depth = 0, most = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '[' || c == '{') {
            most = std::max(most, ++depth);
        } else if (c == ']' || c == '}') {
            --depth;
        }
    }
    return most;
}

// Throws JsonFault.
template <typename Json>
Json parsed_json(std::string_view text, std::size_t most_bytes = most_json_bytes) {
    if (text.size() > most_bytes) throw JsonFault("is longer than " + std::to_string(most_bytes >> 20) + " MiB");
    if (json_depth(text) > most_json_depth)
        throw JsonFault("is nested deeper than " + std::to_string(most_json_depth) + " levels");
    auto json = Json::parse(text.begin(), text.end(), nullptr, false);
    if (json.is_discarded()) throw JsonFault("is no JSON");
    return json;
}

// Throws BadInput that begins with the text's place and ends with `advice`.
template <typename Json>
Json parse_json(std::string_view text, const std::string& place, const char* advice = "check which file it is",
                std::size_t most_bytes = most_json_bytes) {
    try {
        return parsed_json<Json>(text, most_bytes);
    } catch (const JsonFault& fault) {
        throw BadInput(place + ": " + fault.what() + "; " + advice);
    }
}

// ---- Fields. All throw JsonFault that names the field.

template <typename Json>
const Json& field_in(const Json& object, const char* name) {
    if (object.is_object())
        if (const auto found = object.find(name); found != object.end()) return *found;
    throw JsonFault(std::string("\"") + name + "\" is missing");
}

template <typename Json>
const Json& object_in(const Json& object, const char* name) {
    const auto& field = field_in(object, name);
    if (!field.is_object()) throw JsonFault(std::string("\"") + name + "\" is no object");
    return field;
}

template <typename Json>
const Json& list_in(const Json& object, const char* name, std::size_t most_entries) {
    const auto& field = field_in(object, name);
    if (!field.is_array() || field.size() > most_entries)
        throw JsonFault(std::string("\"") + name + "\" is no list of at most " + std::to_string(most_entries));
    return field;
}

template <typename Json>
bool truth_in(const Json& object, const char* name) {
    const auto& field = field_in(object, name);
    if (!field.is_boolean()) throw JsonFault(std::string("\"") + name + "\" is neither true nor false");
    return field.template get<bool>();
}

template <typename Json>
std::string text_in(const Json& object, const char* name, std::size_t most_bytes) {
    const auto& field = field_in(object, name);
    if (!field.is_string() || field.template get_ref<const std::string&>().size() > most_bytes)
        throw JsonFault(std::string("\"") + name + "\" is no text of at most " + std::to_string(most_bytes) + " bytes");
    return field.template get<std::string>();
}

// A number that is one of Number and lies within both limits.
template <typename Number, typename Json>
bool is_number_within(const Json& value, Number least, Number most) {
    if constexpr (std::is_floating_point_v<Number>) {
        if (!value.is_number()) return false;
        const auto x = value.template get<double>();
        return x >= static_cast<double>(least) && x <= static_cast<double>(most);  // no NaN, either
    } else {
        if (!value.is_number_integer()) return false;
        if (value.is_number_unsigned()) {
            const auto x = value.template get<std::uint64_t>();
            return std::cmp_greater_equal(x, least) && std::cmp_less_equal(x, most);
        }
        const auto x = value.template get<std::int64_t>();
        return std::cmp_greater_equal(x, least) && std::cmp_less_equal(x, most);
    }
}

template <typename Number, typename Json>
Number number_in(const Json& object, const char* name, std::type_identity_t<Number> least,
                 std::type_identity_t<Number> most) {
    const auto& field = field_in(object, name);
    if (!is_number_within<Number>(field, least, most)) {
        const auto shown = [](auto limit) {
            auto text = std::to_string(limit);
            if (text.find('.') != text.npos) text.erase(text.find_last_not_of('0') + 1);
            if (text.back() == '.') text.pop_back();
            return text;
        };
        throw JsonFault(std::string("\"") + name + "\" is no " +
                        (std::is_integral_v<Number> ? "whole number" : "number") + " from " + shown(least) + " to " +
                        shown(most));
    }
    return field.template get<Number>();
}

}  // namespace forerun
