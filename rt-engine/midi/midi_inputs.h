// Every MIDI port that is listened to, while ports come and go.
//
//   MidiInputs inputs(engine, {.ports = {{"Keystation"}}});
//   for (const auto& line : inputs.update(monotonic_nanoseconds())) tell(line);   // again and again
//
// A port is known by its name: one that was unplugged is taken up again when it comes back, and what it held is let go. A
// port that sends active sensing and falls silent is treated as unplugged (MIDI 1.0: 300 ms; some time is added for ours).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "rt-engine/forerun.h"
#include "rt-engine/midi/midi_driver.h"

namespace forerun {

struct MidiWish {
    std::string port;                     // part of its name, in any case; empty: every port
    std::uint16_t channel_mask = 0xffff;  // bit 0: channel 1
};

struct MidiWishes {
    std::vector<MidiWish> ports;  // the first that fits counts
    bool virtual_port = false;    // a port of our own, on every driver that can
    std::string driver;           // only this one; empty: all that there are
};

// [one thread]
class MidiInputs {
public:
    static constexpr std::int64_t look_nanoseconds = 1'000'000'000;
    static constexpr std::int64_t silence_nanoseconds = 420'000'000;

    // Throws BadInput: the driver is none. The engine must outlive it.
    MidiInputs(Engine& engine, MidiWishes wishes);
    ~MidiInputs();
    MidiInputs(const MidiInputs&) = delete;
    MidiInputs& operator=(const MidiInputs&) = delete;

    // Opens and closes what has changed; a line for each. A look takes some milliseconds, and is taken once a second.
    std::vector<std::string> update(std::int64_t now_nanoseconds);

    struct Port {
        std::string driver, name;
        bool connected = false;
        std::uint64_t messages = 0, events = 0, refused = 0, dropped = 0;
    };
    std::vector<Port> ports() const;  // every one that was ever heard, by driver and name

private:
    struct Listened {
        std::unique_ptr<MidiInput> input;
        std::unique_ptr<MidiConnection> connection;  // none while the port is away; goes before the input
        bool is_virtual = false;
    };
    using Key = std::pair<std::string, std::string>;  // driver, port

    void open_drivers(std::vector<std::string>& lines);
    void look(MidiDriver& driver, std::vector<std::string>& lines);
    Listened& listened(const Key& key, std::uint16_t channel_mask);
    const MidiWish* wish_for(const std::string& port) const;
    // Keys, pedals and bends of the port's channels.
    void let_go(MidiInput& input);

    Engine& engine_;
    const MidiWishes wishes_;
    Producer care_;
    std::vector<std::unique_ptr<MidiDriver>> drivers_;
    std::map<Key, Listened> listened_;
    std::int64_t next_look_nanoseconds_ = 0;
};

}  // namespace forerun
