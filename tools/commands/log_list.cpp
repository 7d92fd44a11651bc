#include "tools/commands/log_list.h"

#include <fmt/format.h>

#include "rt-engine/session/message_table.h"

namespace forerun {

std::string text_of(const LogRecord& r) {
    const auto voice = fmt::format("voice {}.{}", r.slot, r.generation);
    switch (r.kind) {
    case LogKind::event: {
        const auto e = r.get<Event>();
        return fmt::format("{:>10} event {}", e.frame, text_of(e));
    }
    case LogKind::start: {
        const auto m = r.get<VoiceMessage>();
        return fmt::format("{:>10} note {} {}, instrument {}, {}, worker {}, known at {}", m.frame, m.serial, voice,
                           m.instrument, text_of(m), r.worker, r.value);
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
        return fmt::format("{:>10} {} timeline {}: {}", m.frame, voice, r.timeline, text_of(m));
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
