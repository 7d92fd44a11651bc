// A system that offers MIDI ports: RtMidi, or JACK through a client of our own.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "rt-engine/forerun.h"
#include "rt-engine/midi/midi_input.h"

namespace forerun {

class MidiConnection {
public:
    virtual ~MidiConnection() = default;  // input stops
    // False when the port has gone, even if another port of that name has appeared since.
    virtual bool lasts() { return true; }
};

// [one thread, not the audio thread]
class MidiDriver {
public:
    virtual ~MidiDriver() = default;
    virtual std::string name() const = 0;  // "jack", "alsa", "coremidi", "windows"
    // Names of the current ports that send, without our own.
    virtual std::vector<std::string> ports() = 0;
    // Passes what the port sends to `input`, on the driver's thread, as long as the connection exists; nullptr when the port
    // has gone.
    virtual std::unique_ptr<MidiConnection> connect(const std::string& port, MidiInput& input) = 0;
    // A port of our own that others connect to; nullptr where the system does not support that.
    virtual std::unique_ptr<MidiConnection> connect_virtual(MidiInput& input) = 0;
    // False when the system has gone, and every connection with it.
    virtual bool lasts() const { return true; }
};

// This build's drivers, in order of preference.
std::vector<std::string> midi_driver_names();

// nullptr when its system is not available. Throws BadInput for an unknown name. The engine must outlive the driver.
std::unique_ptr<MidiDriver> open_midi_driver(const std::string& name, const Engine& engine);

}  // namespace forerun
