// Forerun's public face: an engine that plays Lua voices ahead of time.
//
//   forerun::Engine engine(configuration);
//   engine.load_rig("stage.lua");
//   auto keyboard = engine.make_producer();
//   engine.start();                                   // workers compile and warm every voice
//   keyboard.try_send({.kind = EventKind::note_on, .channel = 0, .number = 60, .value = 0.8f});
//   engine.process(out, 256);                         // in your audio callback; or a DeviceHost (device_host.h) instead
//   engine.stop();
//
// Threads: an Engine is made, loaded, started and stopped by one thread (the owner); in brackets behind every function is
// who may call it. process() and Producer::try_send are the only functions that are real-time safe.
//
// Errors: BadInput (shared/bad_input.h) is a std::runtime_error whose text is one line for the user: what, where, what to
// do. std::logic_error is a mistake of the calling program. forerun_c.h is the same face for C and other languages.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "rt-engine/threads/nonblocking.h"
#include "shared/bad_input.h"
#include "shared/configuration.h"
#include "shared/messages/event.h"
#include "shared/messages/report.h"
#include "shared/rig/rig.h"
#include "shared/shared_state.h"
#include "shared/version.h"

namespace forerun {

class StemRing;
class WorkerProbes;

// A controller that a player has moved, as displays show it.
struct ControllerMove {
    std::uint32_t count = 0;  // of all moves so far; 0: none yet
    std::uint8_t channel = 0;
    bool nrpn = false;
    std::uint16_t number = 0;
    std::uint8_t value = 0;  // 0..127

    std::uint64_t packed() const {
        return std::uint64_t{count} << 32 | std::uint64_t{channel} << 24 | std::uint64_t{nrpn} << 23 |
               std::uint64_t{number} << 8 | value;
    }
    static ControllerMove unpacked(std::uint64_t bits) {
        return {static_cast<std::uint32_t>(bits >> 32), static_cast<std::uint8_t>(bits >> 24 & 0xf),
                (bits >> 23 & 1) != 0, static_cast<std::uint16_t>(bits >> 8 & 0x3fff),
                static_cast<std::uint8_t>(bits & 0x7f)};
    }
};

// One source of events (a MIDI port, a file, a keyboard, a program). Move-only; belongs to one thread at a time. Does not
// outlive its engine.
class Producer {
public:
    Producer();
    Producer(Producer&&) noexcept;
    Producer& operator=(Producer&&) noexcept;
    ~Producer();

    // Hands an event to the conductor; false when its queue is full (counted in ConductorStatistics::events_refused).
    // Allocates nothing and never waits: safe in a driver's callback. [the producer's thread]
    bool try_send(Event event) noexcept;

    // The same for a live event whose driver knows better when it came (monotonic). With a frame it takes effect there, the event
    // delay included; with now_frame the conductor finds one.
    bool try_send(Event event, std::int64_t arrival_nanoseconds) noexcept;

    // For producers that know their future (file players): every event before `frame` has been sent. Workers render no
    // further than the least promise, so that a promised event is never late. Live producers never call it.
    void promise(std::int64_t frame) noexcept;

private:
    friend class Engine;
    struct Impl;
    explicit Producer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

class Engine {
public:
    // Allocates, touches and locks everything the engine will use. Throws BadInput (a size that cannot be).
    explicit Engine(Configuration configuration);
    // For tests and measurements of workers: shared/worker_probe.h. Or null.
    Engine(Configuration configuration, WorkerProbes* probes);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    // What to play. Before start(). Throw BadInput with file:line. [owner]
    void load_rig(const std::filesystem::path& file);
    void load_voice(const std::filesystem::path& file);
    void load(const Rig& rig);
    // True when a Lua file returns a rig, false when it returns a voice. Throws BadInput when neither. [owner]
    bool is_rig(const std::filesystem::path& file);

    // Gets a line for everything that loading and start() wait for longer than a second. [owner]
    void report_waiting(std::function<void(const std::string&)> waiting);

    // What a player has taught and kept beside the rig's file: more controllers, more presets. After load, before start().
    // [owner]
    void add_to_rig(const std::vector<ControllerMapping>& learned, const std::vector<Preset>& presets);

    // Writes every event and everything that time decides into this file (*.frlog), from which SessionReplay makes the same
    // sound again. After load_rig or load_voice, before start(); live engines only. Throws BadInput. [owner]
    void log_session(const std::filesystem::path& file);
    // Why the log stopped before the session did, once: else empty. [owner]
    std::string log_failure();

    // Sends every instrument's voices, as they go to their bus, into this ring (rt-engine/mixer/stem_ring.h), for as many
    // instruments as the rig has. After load, before start(). [owner]
    void send_stems_to(std::shared_ptr<StemRing> stems);

    // Keeps every live event (not those that a file player knew before) with the frame at which it sounds, for
    // next_live_event. Before start(); live engines only. [owner]
    void keep_live_events();
    // The next of them, in the order in which the conductor took them; false when there is none. [one reading thread]
    bool next_live_event(Event& event);

    // A script's file has changed: looks at it, lets every worker make the new version ready, and then lets the notes that
    // sound fade over to it, as an event. How many instruments play it; 0: none reads this file. Takes as long as compiling
    // and warming does. Throws BadInput with file:line when the new version cannot be used: the old one plays on. After
    // start(); live engines only. [any thread but audio; one after the other]
    // The rig's own file, or a tuning that it reads: gains, pans, keys, parameters, presets, macros and the like are heard
    // from now on, as an event; returned are all its instruments.
    std::size_t reload(const std::filesystem::path& file);
    // What of it does not apply before the next start, or because a parameter was moved, a line each. [any thread but audio]
    std::vector<std::string> take_reload_remarks();
    // What changes when a script does: every file that was read for the rig, by the way the rig found it, and not those that
    // a link of the rig led to once. [any thread]
    std::vector<std::filesystem::path> script_files() const;
    // Whether one of them is now what it was when it was read first. [any thread]
    bool is_as_read(const std::filesystem::path& file) const;

    // Starts workers and conductor (offline engines: workers only). Throws BadInput. [owner]
    void start();
    bool is_started() const noexcept;  // [owner]
    // Ends them. Idempotent. Nobody may be in process(), so a DeviceHost ends first. [owner]
    void stop() noexcept;

    // A new source of events. [any thread but audio]
    Producer make_producer();

    // Mixes `frames` frames of interleaved output; more than max_block_frames are mixed in pieces. Never waits: what is not there is faded. `in` is
    // interleaved, too, with Configuration::input_channels samples per frame, and may be null; it does not overlap
    // `out`. Nothing of a rig listens to inputs yet. [audio thread]
    void process(const float* in, float* out, std::int64_t frames) noexcept FORERUN_NONBLOCKING;
    void process(float* out, std::int64_t frames) noexcept FORERUN_NONBLOCKING { process(nullptr, out, frames); }

    // Offline engines: as process(), but hands events on, waits for the rings, and mixes in pieces. Throws
    // std::runtime_error when the workers stop answering. [owner]
    void render(float* out, std::int64_t frames);

    // The next thing that happened; false when there is none. The engine's own reader: others have their own
    // (rt-engine/notifications.h). [one reading thread]
    bool next_notification(Notification& notification);

    // ---- Single figures. snapshot.h has all of them at once, as plain data.

    // Peak of the output, linear, since the last publication of the meters (about 0.1 s). [any thread]
    float peak_level() const noexcept;

    // Sounding voices and events that are not yet played: 0 when the engine has fallen silent. [any thread]
    std::uint64_t voices_sounding() const noexcept;
    bool idle() const noexcept;

    // The whole state, for displays and reports (read only). [any thread]
    const SharedState& state() const noexcept;
    const Configuration& configuration() const noexcept;
    const Rig& rig() const noexcept;                // as it was loaded
    std::shared_ptr<const Rig> newest_rig() const;  // as the newest reload left it [any thread that may wait]
    std::string script_runtime_description() const;
    // The voice in a slot, for displays: serial 0 when the slot is free. [any thread]
    struct SlotView {
        std::uint64_t serial = 0;
        std::uint16_t instrument = 0;
        std::uint8_t channel = 0;
        std::uint8_t key = 0;
        bool stopped = false;  // fading after a steal or a stop; its ring is not filled any more
    };
    SlotView slot(std::uint32_t index) const noexcept;
    // The controller that was moved last, and which rig of a set gets the notes. [any thread]
    ControllerMove last_move() const noexcept;
    std::uint16_t used_rig() const noexcept;
    // Quarters per minute, as scripts see it. [any thread]
    double tempo() const noexcept;

private:
    friend class NotificationReader;
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace forerun
