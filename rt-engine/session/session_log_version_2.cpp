#include "rt-engine/session/session_log_version_2.h"

#include <array>

namespace forerun {
namespace {

// One structure for every kind; the meaning of its fields depended on the kind.
struct OldMessage {
    std::int64_t frame;
    std::uint64_t serial, seed;
    double frequency_hz;
    float value;
    std::uint16_t slot, generation, instrument, index;
    std::uint8_t kind, key, channel, priority;
    std::int64_t arrival_nanoseconds;
};
static_assert(sizeof(OldMessage) == 56);

enum class OldKind : std::uint8_t {
    start,
    release,
    bend,
    pitch,
    pressure,
    modulation,
    timbre,
    parameter,
    time,
    quality,
    reload,
    stop
};

void say(VoiceMessage& message, const OldMessage& old) {
    const auto moved = [&](VoiceControl which) { message.set(VoiceControlMove{.value = old.value, .control = which}); };
    switch (static_cast<OldKind>(old.kind)) {
    case OldKind::start:
        return message.set(VoiceStart{.seed = old.seed,
                                      .frequency_hz = old.frequency_hz,
                                      .velocity = old.value,
                                      .version = old.index,
                                      .key = old.key,
                                      .channel = old.channel,
                                      .priority = old.priority});
    case OldKind::release: return message.set(VoiceRelease{.velocity = old.value});
    case OldKind::bend: return moved(VoiceControl::bend);
    case OldKind::pitch: return message.set(VoicePitch{.hz = old.frequency_hz, .seconds = old.value});
    case OldKind::pressure: return moved(VoiceControl::pressure);
    case OldKind::modulation: return moved(VoiceControl::modulation);
    case OldKind::timbre: return moved(VoiceControl::timbre);
    case OldKind::parameter: return message.set(VoiceParameter{.value = old.value, .index = old.index});
    case OldKind::time:
        return message.set(VoiceTime{.beat = old.frequency_hz,
                                     .beat_frame = static_cast<std::int64_t>(old.seed),
                                     .tempo = old.value,
                                     .is_playing = old.index != 0});
    case OldKind::quality: return message.set(VoiceQuality{.level = old.index});
    case OldKind::reload: return message.set(VoiceReload{.version = old.index});
    case OldKind::stop: return message.set(VoiceStop{});
    }
    message.kind = VoiceMessageKind::count;
}

VoiceMessage message_of(const OldMessage& old) {
    VoiceMessage message;
    message.frame = old.frame;
    message.serial = old.serial;
    message.arrival_nanoseconds = old.arrival_nanoseconds;
    message.slot = old.slot;
    message.generation = old.generation;
    message.instrument = old.instrument;
    say(message, old);
    return message;
}

}  // namespace

LogRecord from_version_2(const LogRecord& record) {
    switch (record.kind) {
    case LogKind::start:
    case LogKind::message: return record.with(message_of(record.get<OldMessage>()));
    default: return record;
    }
}

}  // namespace forerun
