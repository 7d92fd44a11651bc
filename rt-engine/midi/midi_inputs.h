// The open MIDI inputs, while ports come and go.
//
//   MidiInputs inputs(engine, {.ports = {{"Keystation"}}});
//   for (const auto& line : inputs.update(monotonic_nanoseconds())) print(line);   // repeatedly
//
// Ports are identified by name. When one is unplugged, its keys and pedals are released; it is opened again when it comes
// back. A port that sends active sensing and falls silent counts as unplugged (MIDI 1.0: 300 ms, plus a margin for latency).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "rt-engine/forerun.h"
#include "rt-engine/midi/midi_driver.h"

namespace forerun {

struct MidiPortRequest {
    std::string port;                     // part of its name, in any case; empty: every port
    std::uint16_t channel_mask = 0xffff;  // bit 0: channel 1
};

struct MidiPortRequests {
    std::vector<MidiPortRequest> ports;  // the first that matches counts
    bool virtual_port = false;           // also open a port of our own, on every driver that can
    std::string driver;                  // only this one; empty: all that are available
};

// [one thread]
class MidiInputs {
public:
    static constexpr std::int64_t scan_interval_nanoseconds = 1'000'000'000;
    static constexpr std::int64_t silence_nanoseconds = 420'000'000;

    // Throws BadInput for an unknown driver. The engine must outlive this.
    MidiInputs(Engine& engine, MidiPortRequests requests);
    ~MidiInputs();
    MidiInputs(const MidiInputs&) = delete;
    MidiInputs& operator=(const MidiInputs&) = delete;

    // Opens and closes ports that came or went; returns a line for each. A scan takes a few milliseconds and is made once a
    // second.
    std::vector<std::string> update(std::int64_t now_nanoseconds);

    struct Port {
        std::string driver, name;
        bool connected = false;
        std::uint64_t messages = 0, events = 0, refused = 0, dropped = 0;
    };
    std::vector<Port> ports() const;  // every one that was ever open, by driver and name

private:
    struct Listened {
        std::unique_ptr<MidiInput> input;
        std::unique_ptr<MidiConnection> connection;  // null while the port is away; destroyed before the input
        bool is_virtual = false;
    };
    using Key = std::pair<std::string, std::string>;  // driver, port

    void open_drivers(std::vector<std::string>& lines);
    void scan(MidiDriver& driver, std::vector<std::string>& lines);
    Listened& listened(const Key& key, std::uint16_t channel_mask);
    const MidiPortRequest* request_for(const std::string& port) const;
    // Releases keys, pedals and bends on the channels that the port has used.
    void release_all(MidiInput& input);

    Engine& engine_;
    const MidiPortRequests requests_;
    Producer release_producer_;
    std::vector<std::unique_ptr<MidiDriver>> drivers_;
    std::map<Key, Listened> listened_;
    std::int64_t next_scan_nanoseconds_ = 0;
};

}  // namespace forerun
