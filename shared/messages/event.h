// Events from producers (MIDI, files, keyboard, programs) to the conductor, and its commands to the mixer. (To workers:
// voice_message.h.) All are plain data of fixed size.
//
// A new kind of event: its name in EventKind, its row in event_kinds, and its effect, in rt-engine/conductor/conductor.cpp.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace forerun {

// An event's frame when it is to happen as soon as possible: the conductor gives it one.
inline constexpr std::int64_t now_frame = -1;

// What `number` and `value` of each are called: event_kinds below. Session logs hold the numbers: a new one goes to the end.
enum class EventKind : std::uint8_t {
    note_on,   // with velocity 0 it lets go
    note_off,  // release velocity 0: not known, see usual_release_velocity
    pitch_bend,
    channel_pressure,
    controller,
    program,
    parameter,      // of the parameter table, in its own unit
    all_notes_off,  // channel (all_channels: every one): as if every key were let go
    all_sound_off,  // the same; voices fade within stop_fade_frames
    key_pressure,
    reload,  // every worker has made this version ready
    tempo,
    transport,
    clock_tick,     // a twenty-fourth of a quarter has passed
    preset,         // which of those that there are: all its values at once
    keep_preset,    // how many there are: what the parameters are now becomes one more
    rig,            // which one of a set: the notes to come are for it
    learn,          // this controller is to move the parameter, alone; from learned_nrpn on an NRPN
    mute,           // 0: everything, else an instrument's number + 1; 1 silence, 0 sound
    solo,           // an instrument's number + 1; 1: only instruments with this are heard, 0: no longer this one
    system_reset,   // all notes are let go; channels, drum parts, master volume and tuning as at the start
    master_volume,  // by the curve of a channel's volume
    master_tuning,  // 0 fine, 1 coarse; the two are added
    channel_tuning,
    drum_part,   // 1: the channel's notes are for the drums, 0: they are not
    change_rig,  // the engine's own
    count
};
inline constexpr int learned_nrpn = 128;
enum class SystemReset : std::uint16_t { gm, gm2, gs, xg };
enum class RigChangeOf : std::uint16_t { file, script };  // a script's: its defaults, before a reload
// start and go_on take effect with the next tick, as MIDI has it; run at once.
enum class Transport : std::uint16_t { stop, start, go_on, position, run };
inline constexpr std::uint8_t all_channels = 255;
// The default when no release velocity is given, as in MIDI.
inline constexpr float usual_release_velocity = 64.0f / 127;

// What an event of a kind is called, and what its number and value are; nullptr where they say nothing.
struct EventDescription {
    EventKind kind;
    const char* name;
    const char* number = nullptr;
    const char* value = nullptr;
};
inline constexpr EventDescription event_kinds[] = {
    {EventKind::note_on, "note on", "key", "velocity"},  // 0 to 1
    {EventKind::note_off, "note off", "key", "velocity"},
    {EventKind::pitch_bend, "bend", nullptr, "value"},                    // -1 to 1
    {EventKind::channel_pressure, "channel pressure", nullptr, "value"},  // 0 to 1
    {EventKind::controller, "controller", "number", "value"},             // 0 to 1
    {EventKind::program, "program", "number"},
    {EventKind::parameter, "parameter", "number", "value"},
    {EventKind::all_notes_off, "all notes off"},
    {EventKind::all_sound_off, "all sound off"},
    {EventKind::key_pressure, "key pressure", "key", "value"},  // 0 to 1
    {EventKind::reload, "reload", "instrument", "version"},
    {EventKind::tempo, "tempo", nullptr, "quarters per minute"},
    {EventKind::transport, "transport", "what", "sixteenths"},  // Transport; of a position: sixteenths of a whole note
    {EventKind::clock_tick, "clock tick"},
    {EventKind::preset, "preset", "number"},
    {EventKind::keep_preset, "keep preset", "number"},
    {EventKind::rig, "rig", "number"},
    {EventKind::learn, "learn", "parameter", "controller"},
    {EventKind::mute, "mute", "instrument", "on"},
    {EventKind::solo, "solo", "instrument", "on"},
    {EventKind::system_reset, "system reset", "what"},              // SystemReset
    {EventKind::master_volume, "master volume", nullptr, "value"},  // 0 to 1
    {EventKind::master_tuning, "master tuning", "coarse", "keys"},
    {EventKind::channel_tuning, "channel tuning", "coarse", "keys"},
    {EventKind::drum_part, "drum part", nullptr, "on"},
    {EventKind::change_rig, "rig changed", "what"},  // RigChangeOf
};
static_assert([] {
    std::size_t i = 0;
    for (const auto& description : event_kinds)
        if (description.kind != static_cast<EventKind>(i++)) return false;
    return i == static_cast<std::size_t>(EventKind::count);
}());

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

    // Of kinds whose number or value is not what it is called: asserts that the event is of such a kind.
    std::uint16_t key() const {
        return only<EventKind::note_on, EventKind::note_off, EventKind::key_pressure>().number;
    }
    float velocity() const { return only<EventKind::note_on, EventKind::note_off>().value; }
    std::uint16_t script_version() const { return static_cast<std::uint16_t>(only<EventKind::reload>().value); }
    Transport transport() const { return static_cast<Transport>(only<EventKind::transport>().number); }
    double sixteenths() const { return only<EventKind::transport>().value; }
    int learned_controller() const { return static_cast<int>(only<EventKind::learn>().value); }
    bool is_on() const { return only<EventKind::mute, EventKind::solo, EventKind::drum_part>().value > 0; }
    SystemReset system_reset() const { return static_cast<SystemReset>(only<EventKind::system_reset>().number); }
    RigChangeOf rig_change() const { return static_cast<RigChangeOf>(only<EventKind::change_rig>().number); }
    bool is_fine_tuning() const { return only<EventKind::master_tuning, EventKind::channel_tuning>().number == 0; }
    float tuned_keys() const { return only<EventKind::master_tuning, EventKind::channel_tuning>().value; }

private:
    template <EventKind... Kinds>
    const Event& only() const {
        assert(((kind == Kinds) || ...));
        return *this;
    }
};
static_assert(sizeof(Event) == 32 && std::is_trivially_copyable_v<Event> && std::is_aggregate_v<Event>);

enum class MixerCommandKind : std::uint8_t {
    start,        // slot, generation, serial, bus, gains: the voice joins the sum, in the order of serials
    stop,         // fade over stop_fade_frames from `frame`, then release
    voice_gains,  // left, right
    bus_gain,     // bus, left = right = gain
    master_gain,
};

// From the conductor to the mixer. Gains take effect on the next 64-frame grid point of the engine's clock, over one cell. A
// field means the same in every kind that has it.
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
