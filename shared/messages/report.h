// Reports of mixer and workers to the conductor, and its notifications to listeners. Plain, fixed size.
#pragma once

#include <cstdint>
#include <type_traits>

#include "shared/messages/event.h"
#include "shared/messages/underrun.h"
#include "shared/messages/voice_message.h"

namespace forerun {

enum class MixerReportKind : std::uint8_t {
    finished,
    underrun,
    late_switch,  // value: engine frame E of the timeline, frame: where the crossfade to it began
    // For the session log alone (SharedHeader::logs_decisions):
    taken,     // timeline; frame: from which it is heard, value: first frame of the block, old_written_to
    dry,       // frame: first frame of the block in which a ring ran dry, value: how far it had been written
    commands,  // frame: first frame of the block before which they were taken, value: how many in all by then
    block,     // frame, value: from here on blocks have so many frames
};

// [audio thread -> conductor]
struct MixerReport {
    MixerReportKind kind = MixerReportKind::finished;
    std::uint8_t reserved = 0;
    std::uint16_t slot = 0;
    std::uint16_t generation = 0;
    std::uint16_t reserved2 = 0;
    std::int64_t frame = 0;  // finished: engine frame behind the voice's last one
    std::int64_t value = 0;
    std::uint32_t timeline = 0;
    std::uint32_t reserved3 = 0;
    std::int64_t old_written_to = 0;  // how far the timeline before it had been written
    UnderrunRecord underrun;
};
static_assert(std::is_trivially_copyable_v<MixerReport>);

enum class WorkerReportKind : std::uint8_t {
    started,   // frame: the voice's start frame, value: frames by which it was moved later
    released,  // the worker has let go of the slot
    skipped,   // frame: where the voice comes back on a new timeline, value: frames skipped
    quality,   // value: the new level
    error,     // text: file:line and reason; the voice ends
    fixed,     // the voice cannot be rendered again from a checkpoint; text: file:line and reason. Its events wait
    moved,  // an event older than the oldest checkpoint; frame: where it is now, value: by how many frames it was moved
    refused,   // a new version of its script cannot go on here; value: the version, text: why. The old one plays on
    troubled,  // the worker itself, of no voice; text: why it could not go on for a moment
    slow,  // the voice costs more than its share, and the others are rendered first; text: file:line and what it costs
    silenced,  // non-finite samples were replaced by silence; text names the voice; the voice goes on
    // For the session log alone (SharedHeader::logs_decisions):
    message,    // message, with the frame at which it happens, belongs to `timeline` and those after it
    timeline,   // a timeline was built; frame: its seam
    withdrawn,  // it will never be published; its messages come again
};

// [worker thread -> conductor]
struct WorkerReport {
    WorkerReportKind kind = WorkerReportKind::started;
    std::uint8_t reserved = 0;
    std::uint16_t slot = 0;
    std::uint16_t generation = 0;
    std::uint16_t instrument = 0;
    std::uint64_t serial = 0;
    std::int64_t frame = 0;
    std::int64_t value = 0;
    std::uint64_t timeline = 0;  // number within the generation; of an error or a skip, too
    VoiceMessage message;
    char text[224] = {};
};
static_assert(sizeof(WorkerReport) == 328 && std::is_trivially_copyable_v<WorkerReport>);

enum class NotificationKind : std::uint8_t {
    voice_started,
    voice_stopped,
    voice_stolen,
    underrun,
    error,
    quality_changed,
    note_dropped,
    late_switch,  // frame: where the crossfade began, value: frames after the event's own
    fixed,        // text: why the voice's events wait for the buffer
    slow,         // text: what the voice costs, with file:line; others are rendered before it
};

// [conductor -> any thread] Read with a NotificationReader (rt-engine/notifications.h).
struct Notification {
    NotificationKind kind = NotificationKind::voice_started;
    std::uint8_t channel = 0;
    std::uint8_t key = 0;
    std::uint8_t reserved = 0;
    std::uint16_t slot = 0;
    std::uint16_t instrument = 0;
    std::uint64_t serial = 0;
    std::int64_t frame = 0;
    std::int64_t value = 0;
    UnderrunRecord underrun;
    char text[224] = {};
};
static_assert(std::is_trivially_copyable_v<Notification>);

}  // namespace forerun
