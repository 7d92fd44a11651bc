// MIDI through a JACK client of our own: every event keeps the exact frame that JACK gives it.
#include "rt-engine/midi/jack_midi_driver.h"

#include <fmt/format.h>
#include <jack/jack.h>
#include <jack/midiport.h>

#include <array>
#include <atomic>
#include <chrono>
#include <thread>
#include <utility>

#include "rt-engine/audio-io/jack_blocks.h"
#include "rt-engine/audio-io/jack_presence.h"
#include "rt-engine/midi/driver_frames.h"
#include "shared/time/sample_clock.h"

namespace forerun {
namespace {

constexpr std::size_t most_ports = 32;

class JackMidiDriver final : public MidiDriver {
public:
    static std::unique_ptr<MidiDriver> open(const Engine& engine) {
        jack_set_error_function([](const char*) {});
        jack_set_info_function([](const char*) {});
        auto presence = JackPresence::try_enter();
        if (!presence) return nullptr;
        auto* client = jack_client_open("forerun-midi", JackNoStartServer, nullptr);
        if (!client) return nullptr;
        auto driver = std::make_unique<JackMidiDriver>(engine, client, std::move(presence));
        return driver->active_ ? std::move(driver) : nullptr;
    }

    JackMidiDriver(const Engine& engine, jack_client_t* client, std::unique_ptr<JackPresence> presence)
        : engine_(engine), presence_(std::move(presence)), client_(client), frames_(jack_get_sample_rate(client)) {
        jack_set_process_callback(client_, &JackMidiDriver::process, this);
        jack_set_port_registration_callback(
            client_,
            [](jack_port_id_t, int is_registered, void* self) {
                if (!is_registered)
                    static_cast<JackMidiDriver*>(self)->ports_gone_.fetch_add(1, std::memory_order_release);
            },
            this);
        jack_on_shutdown(
            client_, [](void*) { JackPresence::report_server_gone(); }, nullptr);
        active_ = jack_activate(client_) == 0;
    }
    ~JackMidiDriver() override { jack_client_close(client_); }

    std::string name() const override { return "jack"; }
    bool lasts() const override { return !JackPresence::server_gone(); }

    std::vector<std::string> ports() override {
        std::vector<std::string> names;
        if (!lasts()) return names;
        const char** found = jack_get_ports(client_, nullptr, JACK_DEFAULT_MIDI_TYPE, JackPortIsOutput);
        for (const char** name = found; name && *name; ++name) names.emplace_back(*name);
        jack_free(found);
        return names;
    }

    std::unique_ptr<MidiConnection> connect(const std::string& port, MidiInput& input) override {
        auto connection = listen(input);
        if (connection && jack_connect(client_, port.c_str(), jack_port_name(connection->port())) != 0) return nullptr;
        return connection;
    }
    std::unique_ptr<MidiConnection> connect_virtual(MidiInput& input) override { return listen(input); }

private:
    // What the process callback reads. Slots are reused, never freed, as the callback may read them at any time.
    struct Slot {
        std::atomic<MidiInput*> input{nullptr};  // set last, cleared first
        jack_port_t* port = nullptr;
    };

    class Connection final : public MidiConnection {
    public:
        Connection(JackMidiDriver& driver, Slot& slot)
            : driver_(driver), slot_(slot), gone_before_(driver.ports_gone_.load(std::memory_order_relaxed)) {}
        ~Connection() override {
            driver_.remove(slot_);
            if (driver_.lasts()) jack_port_unregister(driver_.client_, slot_.port);
        }
        // A port that was unplugged for less than a scan interval has its name again, but lost our connection. If no port has
        // gone, the user disconnected it by hand, and it stays so. Decided at the second scan, since JACK may report that a
        // port has gone a moment after it has disconnected it.
        bool lasts() override {
            const auto gone = driver_.ports_gone_.load(std::memory_order_acquire);
            const bool a_port_has_gone = std::exchange(gone_before_, gone) != gone;
            if (jack_port_connected(slot_.port) > 0) {
                scans_disconnected_ = 0;
                return true;
            }
            if (!a_port_has_gone) ++scans_disconnected_;
            return !a_port_has_gone || scans_disconnected_ > 1;
        }
        jack_port_t* port() const { return slot_.port; }

    private:
        JackMidiDriver& driver_;
        Slot& slot_;
        std::uint64_t gone_before_;
        std::int64_t scans_disconnected_ = 0;
    };

    std::unique_ptr<Connection> listen(MidiInput& input) {
        for (std::size_t i = 0; i < slots_.size(); ++i) {
            auto& slot = slots_[i];
            if (slot.input.load(std::memory_order_relaxed)) continue;
            slot.port = jack_port_register(client_, fmt::format("in_{}", i + 1).c_str(), JACK_DEFAULT_MIDI_TYPE,
                                           JackPortIsInput, 0);
            if (!slot.port) return nullptr;
            // Release: pairs with the process callback's acquire; the port is there.
            slot.input.store(&input, std::memory_order_release);
            return std::make_unique<Connection>(*this, slot);
        }
        return nullptr;
    }

    // Returns when the process callback has seen it, or has stopped running.
    void remove(Slot& slot) {
        slot.input.store(nullptr, std::memory_order_seq_cst);
        const auto cycle = cycles_.load(std::memory_order_seq_cst);
        const auto deadline = monotonic_nanoseconds() + 500'000'000;
        // Odd: the callback is running, and may have read the pointer before.
        while (cycle % 2 == 1 && lasts() && cycles_.load(std::memory_order_seq_cst) == cycle &&
               monotonic_nanoseconds() < deadline)
            std::this_thread::sleep_for(std::chrono::microseconds(200));
    }

    // [JACK's thread, real time]
    static int process(jack_nframes_t frames, void* self) {
        static_cast<JackMidiDriver*>(self)->process(frames);
        return 0;
    }
    void process(jack_nframes_t frames) {
        cycles_.fetch_add(1, std::memory_order_seq_cst);
        jack_nframes_t cycle_frame = 0;
        jack_time_t began = 0, ends = 0;
        float period_microseconds = 0;
        ClockReading engine;
        const bool timed = jack_get_cycle_times(client_, &cycle_frame, &began, &ends, &period_microseconds) == 0;
        // JACK's frames wrap around after a day.
        cycle_frame_ += static_cast<std::int32_t>(cycle_frame - static_cast<std::uint32_t>(cycle_frame_));
        // JACK 2 reads CLOCK_MONOTONIC_RAW on Linux, which drifts against ours.
        const auto ours = monotonic_nanoseconds() - static_cast<std::int64_t>(jack_get_time()) * 1000;
        const auto began_nanoseconds = timed ? static_cast<std::int64_t>(began) * 1000 + ours : monotonic_nanoseconds();
        if (const auto pair = jack_blocks.newest(engine_.state().clock()))
            frames_.set(pair->engine_frame_at(cycle_frame, frames) - cycle_frame_);
        else if (timed && engine_.state().clock().try_read(engine) && engine.nanoseconds != 0)
            frames_.update(cycle_frame_, began_nanoseconds, frames, engine);
        const auto delay = engine_.configuration().event_delay_frames;
        const bool exact = timed && frames_.known() && delay > 0;
        const auto nanoseconds_per_frame = frames ? 1e3 * static_cast<double>(ends - began) / frames : 0;
        for (auto& slot : slots_) {
            // Pairs with the stores in listen() and remove(): this sees what remove() stored before it read an even cycles_.
            auto* input = slot.input.load(std::memory_order_seq_cst);
            if (!input) continue;
            auto* buffer = jack_port_get_buffer(slot.port, frames);
            const auto count = jack_midi_get_event_count(buffer);
            for (std::uint32_t i = 0; i < count; ++i) {
                jack_midi_event_t event;
                if (jack_midi_event_get(&event, buffer, i) != 0) continue;
                const auto arrival = began_nanoseconds + static_cast<std::int64_t>(event.time * nanoseconds_per_frame);
                input->take({event.buffer, event.size}, arrival,
                            exact ? frames_.engine_frame(cycle_frame_ + event.time) + delay : now_frame);
            }
        }
        cycles_.fetch_add(1, std::memory_order_seq_cst);
    }

    const Engine& engine_;
    const std::unique_ptr<JackPresence> presence_;  // outlives client_
    jack_client_t* const client_;
    DriverFrames frames_;
    std::int64_t cycle_frame_ = 0;
    std::array<Slot, most_ports> slots_{};
    std::atomic<std::uint64_t> ports_gone_{0};  // of any client
    std::atomic<std::uint64_t> cycles_{0};      // odd while the callback runs
    bool active_ = false;
};

}  // namespace

std::unique_ptr<MidiDriver> open_jack_midi_driver(const Engine& engine) { return JackMidiDriver::open(engine); }

}  // namespace forerun
