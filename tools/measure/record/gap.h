// A gap: missing frames of one voice that the mixer had to fade over, with what its worker did meanwhile (a line of gaps.csv).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace forerun::measure {

// In the order of the columns; ties between causes go to the one that stands first.
enum class Cause : std::uint8_t {
    rendering,
    rewinding,
    starting,
    collecting,
    compiling,
    warming,
    not_scheduled,
    woken_late,
    idle,
    late_start,  // the voice's first ring was not there when it was due; its worker's time is in the others
    unknown,     // of another system: only its sound is known
    count
};
inline constexpr std::size_t timed_causes = static_cast<std::size_t>(Cause::late_start);  // those with a duration

std::string_view name_of(Cause cause);
// Of its duration, in the tables: "rendering_us".
std::string column_of(std::size_t timed_cause);
std::optional<Cause> cause_named(std::string_view name);

struct Gap {
    std::uint64_t voice = 0;  // its serial; 0: of the output: a late callback, or an underrun in another system's sound
    std::uint32_t slot = 0;
    std::string instrument;
    std::int64_t frame = 0;   // engine frame of the first missing frame, from the start of measuring
    std::int64_t frames = 0;  // length
    std::int64_t fill_before = 0;
    std::uint32_t worker = 0;
    bool late_start = false;
    bool stopped = false;
    Cause cause = Cause::idle;
    std::uint64_t cause_voice = 0;              // what the cause was about; 0: no voice
    std::array<double, timed_causes> micros{};  // what the worker did while it lasted; they add up to its length
};

// gaps.csv: a head line, then a line per gap. What is written is read back equal.
void write_gaps(std::ostream& out, const std::vector<Gap>& gaps);
// `place` is the file's name for messages. Columns are found by their names. BadInput: place:line, what is wrong.
std::vector<Gap> read_gaps(std::istream& in, const std::string& place);

}  // namespace forerun::measure
