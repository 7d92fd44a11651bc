#include "rt-engine/session/message_table.h"

#include <fmt/format.h>

#include <iterator>

#include "shared/timeline/replayed_timeline.h"

namespace forerun {
namespace {

constexpr double most_hz = 1e8, most_beats = 1e12, most_glide_seconds = 1000, most_tempo = 1e5;
constexpr std::uint16_t quality_levels = 3;

// ---- One of each for every kind

const char* fault(const VoiceStart& said, const MessageBounds&) {
    if (said.key > 127 || said.channel > 15) return "is a note of no key";
    if (!is_within(said.frequency_hz, 0, most_hz) || !is_within(said.velocity, 0, 1))
        return "is a note of no pitch or velocity";
    return nullptr;
}
std::string text(const VoiceStart& said) {
    return fmt::format("key {}, velocity {:g}, {:g} Hz", said.key, said.velocity, said.frequency_hz);
}

const char* fault(const VoiceRelease& said, const MessageBounds&) {
    return is_within(said.velocity, -most_logged_value, most_logged_value)
               ? nullptr
               : "lets go with a velocity that is no number";
}
std::string text(const VoiceRelease& said) { return fmt::format("velocity {:g}", said.velocity); }

const char* fault(const VoicePitch& said, const MessageBounds&) {
    return is_within(said.hz, 0, most_hz) && is_within(said.seconds, 0, most_glide_seconds)
               ? nullptr
               : "goes to no possible pitch";
}
std::string text(const VoicePitch& said) { return fmt::format("{:g} Hz in {:g} s", said.hz, said.seconds); }

const char* fault(const VoiceControlMove& said, const MessageBounds&) {
    if (said.control >= VoiceControl::count) return "moves a control that there is not";
    const auto& control = description_of(said.control);
    return is_within(said.value, control.least, control.most) ? nullptr : "moves a control to no possible value";
}
std::string text(const VoiceControlMove& said) {
    return fmt::format("{} {:g}", description_of(said.control).name, said.value);
}

const char* fault(const VoiceParameter& said, const MessageBounds& bounds) {
    if (!is_within(said.value, -most_logged_value, most_logged_value))
        return "changes a parameter to what is no number";
    return said.index < bounds.configuration.voice_parameters ? nullptr : "changes a parameter that there is not";
}
std::string text(const VoiceParameter& said) { return fmt::format("{} to {:g}", said.index, said.value); }

const char* fault(const VoiceTime& said, const MessageBounds& bounds) {
    return is_within(said.tempo, 0, most_tempo) && is_within(said.beat, -most_beats, most_beats) &&
                   bounds.is_frame_or_older(said.beat_frame) && said.is_playing <= 1
               ? nullptr
               : "tells of no possible tempo";
}
std::string text(const VoiceTime& said) {
    return fmt::format("{:g} a minute, beat {:g} at {}{}", said.tempo, said.beat, said.beat_frame,
                       said.is_playing != 0 ? ", playing" : "");
}

const char* fault(const VoiceQuality& said, const MessageBounds&) {
    return said.level < quality_levels ? nullptr : "asks for no quality";
}
std::string text(const VoiceQuality& said) { return fmt::format("{}", said.level); }

const char* fault(const VoiceReload&, const MessageBounds&) { return nullptr; }
std::string text(const VoiceReload& said) { return fmt::format("version {}", said.version); }

const char* fault(const VoiceStop&, const MessageBounds&) { return nullptr; }
std::string text(const VoiceStop&) { return {}; }

// A replay's messages to its workers are never written.
const char* fault(const VoiceTimeline&, const MessageBounds&) { return "is a message of no kind"; }
std::string text(const VoiceTimeline&) { return {}; }

// ---- The table

struct Row {
    VoiceMessageKind kind;
    const char* name;
    const char* (*fault)(const VoiceMessage&, const MessageBounds&);
    std::string (*text)(const VoiceMessage&);
};

template <typename Said>
constexpr Row row(const char* name) {
    return {Said::message_kind, name,
            [](const VoiceMessage& message, const MessageBounds& bounds) { return fault(message.get<Said>(), bounds); },
            [](const VoiceMessage& message) { return text(message.get<Said>()); }};
}

constexpr Row rows[] = {
    row<VoiceStart>("start"),         row<VoiceRelease>("release"),     row<VoicePitch>("pitch"),
    row<VoiceControlMove>("control"), row<VoiceParameter>("parameter"), row<VoiceTime>("time"),
    row<VoiceQuality>("quality"),     row<VoiceReload>("reload"),       row<VoiceStop>("stop"),
    row<VoiceTimeline>("timeline"),
};
constexpr bool has_a_row_for_each_kind() {
    std::size_t i = 0;
    for (const auto& row : rows)
        if (row.kind != static_cast<VoiceMessageKind>(i++)) return false;
    return i == static_cast<std::size_t>(VoiceMessageKind::count);
}
static_assert(has_a_row_for_each_kind());

const Row* row_of(VoiceMessageKind kind) {
    return kind < VoiceMessageKind::count ? &rows[static_cast<std::size_t>(kind)] : nullptr;
}

}  // namespace

const char* fault_of(const VoiceMessage& message, const MessageBounds& bounds) {
    const auto* row = row_of(message.kind);
    return row ? row->fault(message, bounds) : "is a message of no kind";
}

std::string text_of(const VoiceMessage& message) {
    const auto* row = row_of(message.kind);
    if (!row) return {};
    const auto said = row->text(message);
    if (message.is<VoiceControlMove>()) return said;
    return said.empty() ? row->name : fmt::format("{} {}", row->name, said);
}

std::string text_of(const Event& event) {
    const auto& kind = event_kinds[static_cast<std::size_t>(event.kind)];
    auto said = fmt::format("{}, channel {}", kind.name, event.channel + 1);
    if (kind.number) said += fmt::format(", {} {}", kind.number, event.number);
    if (kind.value) said += fmt::format(", {} {:g}", kind.value, event.value);
    return said;
}

const char* name_of(MixerCommandKind kind) {
    static constexpr const char* names[] = {"start", "stop", "voice gains", "bus gain", "master gain"};
    return names[static_cast<std::size_t>(kind)];
}

}  // namespace forerun
