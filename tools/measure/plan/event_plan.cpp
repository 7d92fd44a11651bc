#include "tools/measure/plan/event_plan.h"

#include <array>
#include <cmath>
#include <random>

namespace forerun::measure {
namespace {

constexpr int brightness_controller = 74;

// The same on every machine, unlike the standard's distributions.
double uniform(std::mt19937_64& random) { return static_cast<double>(random() >> 11) * 0x1p-53; }

Event changed(Event note, EventKind kind, double value) {
    note.kind = kind;
    note.value = static_cast<float>(value);
    if (kind == EventKind::controller) note.number = brightness_controller;
    return note;
}

}  // namespace

Event held_note(std::uint32_t number, std::int64_t frame) {
    Event event;
    event.kind = EventKind::note_on;
    event.frame = frame;
    event.channel = static_cast<std::uint8_t>(number % channels);
    event.number = static_cast<std::uint16_t>(first_key + number / channels % keys);
    event.value = 0.1f;
    return event;
}

std::vector<PlannedEvent> planned_events(const EventPlan& plan) {
    static constexpr std::array kinds = {"pressure", "bend", "controller", "note"};
    std::vector<PlannedEvent> events;
    if (plan.events_hz <= 0 || plan.voices == 0) return events;
    std::mt19937_64 random(plan.seed);
    for (double at = 0;;) {
        at -= std::log(1 - uniform(random)) / plan.events_hz;
        if (at >= plan.seconds) return events;
        const auto note = held_note(static_cast<std::uint32_t>(random() % plan.voices), now_frame);
        const double value = uniform(random);
        const auto drawn = random() % kinds.size();
        const std::string kind = plan.kind == "mixed" ? kinds[drawn] : plan.kind;
        if (kind == "bend") {
            events.push_back({at, changed(note, EventKind::pitch_bend, 2 * value - 1)});
        } else if (kind == "controller") {
            events.push_back({at, changed(note, EventKind::controller, value)});
        } else if (kind == "note") {
            events.push_back({at, changed(note, EventKind::note_off, 0)});
            events.push_back({at, note});
        } else {
            events.push_back({at, changed(note, EventKind::key_pressure, value)});
        }
    }
}

}  // namespace forerun::measure
