// What producers (MIDI, files, keyboard, programs) tell the conductor, and what the conductor tells workers and mixer.
//
// All are plain data of fixed size. Everything that a voice reacts to reaches it as a VoiceMessage with a frame.
#pragma once

#include <cstdint>
#include <type_traits>

namespace forerun {

// An event's frame when it is to happen as soon as possible: the conductor gives it one.
inline constexpr std::int64_t now_frame = -1;

enum class EventKind : std::uint8_t {
    note_on,           // channel, number = key, value = velocity 0..1 (0 is a note off)
    note_off,          // channel, number = key, value = release velocity 0..1 (0: not known, see below)
    pitch_bend,        // channel, value -1..1
    channel_pressure,  // channel, value 0..1
    controller,        // channel, number, value 0..1
    program,           // channel, number
    parameter,         // number = index in the parameter table, value in the parameter's unit
    all_notes_off,     // channel (all_channels: every one): as if every key were let go
    all_sound_off,     // channel: voices fade within stop_fade_frames
    key_pressure,      // channel, number = key, value 0..1
    reload,            // number = instrument, value = version of its script, which every worker has made ready
    tempo,             // value = quarters per minute
    transport,         // number = Transport; value: of a position, in sixteenths of a whole note
    clock_tick,        // a twenty-fourth of a quarter has passed
    preset,            // number = which of those that there are: all its values at once
    keep_preset,       // number = how many there are: what the parameters are now becomes one more
    rig,               // number = which one of a set: the notes to come are for it
    learn,  // channel, number = index in the parameter table, value = the controller that is to move it, alone;
            // from learned_nrpn on an NRPN
    mute,   // number = 0: everything, else an instrument's number + 1; value: 1 silence, 0 sound
    solo,   // number = an instrument's number + 1; value: 1 only instruments with this are heard, 0 no longer this one
    system_reset,  // number = SystemReset: all notes are let go; channels, drum parts, master volume and tuning as at the start
    master_volume,   // value 0..1, by the curve of a channel's volume
    master_tuning,   // number: 0 fine, 1 coarse (the two are added); value in keys
    channel_tuning,  // the same of a channel
    drum_part,       // channel; value 1: its notes are for the drums, 0: they are not
    change_rig,      // number = RigChangeOf: its file, or a script's defaults before a reload; the engine's own
};
inline constexpr int learned_nrpn = 128;
enum class SystemReset : std::uint16_t { gm, gm2, gs, xg };
enum class RigChangeOf : std::uint16_t { file, script };
// start and go_on take effect with the next tick, as MIDI has it; run at once.
enum class Transport : std::uint16_t { stop, start, go_on, position, run };
inline constexpr std::uint8_t all_channels = 255;
// Where nobody says how a key was let go, as MIDI has it.
inline constexpr float usual_release_velocity = 64.0f / 127;

// From a producer. Ordered by (frame, producer, sequence).
struct Event {
    std::int64_t frame = now_frame;
    std::uint32_t producer = 0;  // both are filled in by Producer::send
    std::uint32_t sequence = 0;
    EventKind kind = EventKind::note_on;
    std::uint8_t channel = 0;  // 0..15
    std::uint16_t number = 0;
    float value = 0;
    std::int64_t arrival_nanoseconds = 0;  // monotonic, of a live event, else 0; filled in by Producer::try_send
};
static_assert(sizeof(Event) == 32 && std::is_trivially_copyable_v<Event>);

enum class VoiceMessageKind : std::uint8_t {
    start,       // instrument, index = version of its script, key, velocity, frequency_hz, seed; parameters lie in
                 // the slot's snapshot
    release,     // the key was let go (and no pedal holds it); value: release velocity 0..1
    bend,        // value: frequency ratio
    pitch,       // another key takes the voice over, or it slides: to frequency_hz, in `value` seconds
    pressure,    // value 0..1
    modulation,  // value 0..1
    timbre,      // value 0..1, 0.5 in the middle
    parameter,   // index: the instrument's own parameter, value
    time,        // value: tempo; frequency_hz: the beat at the frame `seed`; index: 1 while the piece plays
    quality,     // index: the level; made by the worker itself, so that a rewind repeats it
    reload,      // index: the version of the script that goes on from here
    stop,        // nothing after `frame` will be heard: the worker need not render further
    timeline,    // only in a replay: what the voice is to do next, see shared/timeline/replayed_timeline.h
};

// From the conductor to the worker that owns the slot. `frame` is an engine frame.
struct VoiceMessage {
    std::int64_t frame = 0;
    std::uint64_t serial = 0;  // of the note, counted from 1 over the whole run
    std::uint64_t seed = 0;
    double frequency_hz = 0;
    float value = 0;  // velocity of a start
    std::uint16_t slot = 0;
    std::uint16_t generation = 0;
    std::uint16_t instrument = 0;
    std::uint16_t index = 0;
    VoiceMessageKind kind = VoiceMessageKind::start;
    std::uint8_t key = 0;
    std::uint8_t channel = 0;
    std::uint8_t priority = 50;
    std::int64_t arrival_nanoseconds = 0;  // of the event behind it; 0: it was known long before
};
static_assert(sizeof(VoiceMessage) == 56 && std::is_trivially_copyable_v<VoiceMessage>);

enum class MixerCommandKind : std::uint8_t {
    start,        // slot, generation, serial, bus, gains: the voice joins the sum, in the order of serials
    stop,         // fade over stop_fade_frames from `frame`, then release
    voice_gains,  // left, right
    bus_gain,     // bus, left = right = gain
    master_gain,
};

// From the conductor to the mixer. Gains take effect on the next 64-frame grid point of the engine's clock, over one cell.
struct MixerCommand {
    std::int64_t frame = 0;
    std::uint64_t serial = 0;
    float left = 1;  // linear gains, pan included
    float right = 1;
    std::uint16_t slot = 0;
    std::uint16_t generation = 0;
    std::uint16_t bus = 0;
    std::uint16_t instrument = 0;
    std::uint32_t worker = 0;
    MixerCommandKind kind = MixerCommandKind::start;
    bool stays = true;  // high priority: comes back after an underrun; else it is stopped
};
static_assert(sizeof(MixerCommand) == 40 && std::is_trivially_copyable_v<MixerCommand>);

}  // namespace forerun
