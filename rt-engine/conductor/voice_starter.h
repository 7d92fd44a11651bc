// Starts a voice for a note of one instrument: makes room, takes a slot, and sends start to mixer and worker.
//
// Live, the voices known to sound are counted. Offline the result must not depend on workers' progress, so when polyphony is
// used up the check is repeated after all voices are rendered up to the event.
#pragma once

#include <cstdint>
#include <optional>

#include "rt-engine/conductor/expression.h"
#include "rt-engine/conductor/horizon.h"
#include "rt-engine/conductor/mix.h"
#include "rt-engine/conductor/musical_clock.h"
#include "rt-engine/conductor/notifier.h"
#include "rt-engine/conductor/voice_allocator.h"
#include "shared/configuration.h"

namespace forerun {

// [conductor]
class VoiceStarter {
public:
    VoiceStarter(SharedState& state, const Configuration& configuration, const Stage& stage, const Channels& channels,
                 Mix& mix, Expression& expression, const MusicalClock& time, VoiceTable& voices, VoiceSender& sender,
                 Horizon& horizon, Notifier& notifier)
        : statistics_(state.header().conductor),
          configuration_(configuration),
          stage_(stage),
          channels_(channels),
          mix_(mix),
          expression_(expression),
          time_(time),
          voices_(voices),
          sender_(sender),
          horizon_(horizon),
          notifier_(notifier),
          allocator_(voices, configuration.voices, state.header().workers) {}

    struct Outcome {
        std::optional<std::uint32_t> slot;  // nothing: the note was dropped, or
        bool waits = false;                 // no slot is free, but one may become free in time
    };
    Outcome start(const Event& note, std::uint16_t instrument);

    // What workers have to do is counted anew.
    void count_voices() { allocator_.count_voices(); }

private:
    bool make_room(const Event& note, std::uint16_t instrument);
    bool waits_for_slot(std::int64_t frame);
    void drop(const Event& note, std::uint16_t instrument);
    void begin(std::uint32_t slot, const Event& note, std::uint16_t instrument);

    ConductorStatistics& statistics_;
    const Configuration& configuration_;
    const Stage& stage_;
    const Channels& channels_;
    Mix& mix_;
    Expression& expression_;
    const MusicalClock& time_;
    VoiceTable& voices_;
    VoiceSender& sender_;
    Horizon& horizon_;
    Notifier& notifier_;
    VoiceAllocator allocator_;
};

}  // namespace forerun
