#include "tools/live/phrase.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace forerun {

namespace {

struct Note {
    double beat;
    double beats;
    std::uint8_t key;
    std::uint8_t velocity;
};

constexpr double quarters_per_minute = 108;

// D minor: a line that climbs two octaves with short and long notes, a low answer, and the chord.
constexpr Note notes[] = {
    {0.0, 0.9, 50, 90},   {1.0, 0.4, 57, 80},  {1.5, 0.4, 62, 84},  {2.0, 1.4, 65, 100}, {3.5, 0.2, 64, 70},
    {3.75, 0.2, 62, 66},  {4.0, 0.9, 57, 88},  {5.0, 0.2, 60, 72},  {5.25, 0.2, 62, 78}, {5.5, 0.2, 65, 84},
    {5.75, 0.2, 69, 92},  {6.0, 1.8, 74, 108}, {6.0, 1.8, 38, 96},  {8.0, 0.9, 45, 90},  {9.0, 0.9, 49, 94},
    {10.0, 3.5, 38, 100}, {10.0, 3.5, 50, 84}, {10.0, 3.5, 57, 84}, {10.0, 3.5, 62, 88}, {10.0, 3.5, 65, 96},
};

}  // namespace

MidiFile demonstration_phrase() {
    MidiFile file{
        .format = 0, .messages = {}, .tempos = {{0, quarters_per_minute}}, .duration_seconds = 0, .title = "phrase"};
    constexpr double seconds_per_beat = 60 / quarters_per_minute;
    for (const auto& note : notes) {
        const double start = note.beat * seconds_per_beat;
        const double end = (note.beat + note.beats) * seconds_per_beat;
        file.messages.push_back({start, 0, 0x90, note.key, note.velocity});
        file.messages.push_back({end, 0, 0x80, note.key, 64});
        file.duration_seconds = std::max(file.duration_seconds, end);
    }
    std::stable_sort(file.messages.begin(), file.messages.end(),
                     [](const auto& a, const auto& b) { return a.seconds < b.seconds; });
    return file;
}

}  // namespace forerun
