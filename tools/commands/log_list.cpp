#include "tools/commands/log_list.h"

#include <fmt/format.h>

namespace forerun {

namespace {

const char* name_of(EventKind kind) {
    static constexpr const char* names[] = {
        "note on",   "note off",      "bend",          "channel pressure", "controller",    "program",
        "parameter", "all notes off", "all sound off", "key pressure",     "reload",        "tempo",
        "transport", "clock tick",    "preset",        "keep preset",      "rig",           "learn",
        "mute",      "solo",          "system reset",  "master volume",    "master tuning", "channel tuning",
        "drum part", "rig changed"};
    static_assert(std::size(names) == static_cast<std::size_t>(EventKind::change_rig) + 1);
    return names[static_cast<std::size_t>(kind)];
}

const char* name_of(VoiceMessageKind kind) {
    static constexpr const char* names[] = {"start",      "release", "bend",      "pitch", "pressure",
                                            "modulation", "timbre",  "parameter", "time",  "quality",
                                            "reload",     "stop",    "timeline"};
    static_assert(std::size(names) == static_cast<std::size_t>(VoiceMessageKind::timeline) + 1);
    return names[static_cast<std::size_t>(kind)];
}

const char* name_of(MixerCommandKind kind) {
    static constexpr const char* names[] = {"start", "stop", "voice gains", "bus gain", "master gain"};
    return names[static_cast<std::size_t>(kind)];
}

}  // namespace

std::string text_of(const LogRecord& r) {
    const auto voice = fmt::format("voice {}.{}", r.slot, r.generation);
    switch (r.kind) {
    case LogKind::event: {
        const auto e = r.get<Event>();
        return fmt::format("{:>10} event {}, channel {}, number {}, value {:g}", e.frame, name_of(e.kind),
                           e.channel + 1, e.number, e.value);
    }
    case LogKind::start: {
        const auto m = r.get<VoiceMessage>();
        return fmt::format("{:>10} note {} {}, instrument {}, key {}, velocity {:g}, {:g} Hz, worker {}, known at {}",
                           m.frame, m.serial, voice, m.instrument, m.key, m.value, m.frequency_hz, r.worker, r.value);
    }
    case LogKind::parameters: return fmt::format("{:>10} its parameters from number {} on", "", r.value);
    case LogKind::command: {
        const auto c = r.get<MixerCommand>();
        return fmt::format("{:>10} mixer: {} voice {}.{}, gains {:g} {:g}, known at {}", c.frame, name_of(c.kind),
                           c.slot, c.generation, c.left, c.right, r.value);
    }
    case LogKind::started: return fmt::format("{:>10} {} begins", r.frame, voice);
    case LogKind::message: {
        const auto m = r.get<VoiceMessage>();
        return fmt::format("{:>10} {} timeline {}: {}, index {}, value {:g}", m.frame, voice, r.timeline,
                           name_of(m.kind), m.index, m.value);
    }
    case LogKind::timeline: return fmt::format("{:>10} {} timeline {} built from here on", r.frame, voice, r.timeline);
    case LogKind::skip:
        return fmt::format("{:>10} {} timeline {} skips to here from {}", r.frame, voice, r.timeline, r.value);
    case LogKind::withdrawn: return fmt::format("{:>10} {} timeline {} withdrawn", r.frame, voice, r.timeline);
    case LogKind::failed: return fmt::format("{:>10} {} timeline {} failed", r.frame, voice, r.timeline);
    case LogKind::taken:
        return fmt::format("{:>10} {} timeline {} heard, in the block from {}, the one before reached {}", r.frame,
                           voice, r.timeline, r.value, r.get<std::int64_t>());
    case LogKind::dry: return fmt::format("{:>10} {} ran dry, written to {}", r.frame, voice, r.value);
    case LogKind::commands: return fmt::format("{:>10} mixer has taken {} commands", r.frame, r.value);
    case LogKind::block: return fmt::format("{:>10} blocks of {} frames", r.frame, r.value);
    case LogKind::mark: return fmt::format("{:>10} mark", r.frame);
    case LogKind::lost: return fmt::format("{:>10} reports were lost", "");
    case LogKind::end: return fmt::format("{:>10} end", r.frame);
    case LogKind::count: break;
    }
    return {};
}

}  // namespace forerun
