// A way to MIDI ports: RtMidi, or JACK through a client of our own.
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
    virtual ~MidiConnection() = default;  // nothing is taken from the port any more
    // False: the port has gone, even where another one has come under its name since.
    virtual bool lasts() { return true; }
};

// [one thread] Nothing here is for the audio thread.
class MidiDriver {
public:
    virtual ~MidiDriver() = default;
    virtual std::string name() const = 0;  // "jack", "alsa", "coremidi", "windows"
    // Names of the ports that send, as they are now. Our own are not among them.
    virtual std::vector<std::string> ports() = 0;
    // Takes what the port sends into `input`, on the driver's thread, for as long as the connection lives; nullptr when it
    // cannot (the port has gone).
    virtual std::unique_ptr<MidiConnection> connect(const std::string& port, MidiInput& input) = 0;
    // A port of our own that others connect to; nullptr where the system has none.
    virtual std::unique_ptr<MidiConnection> connect_virtual(MidiInput& input) = 0;
    // False: the system behind it has gone, and every connection with it.
    virtual bool lasts() const { return true; }
};

// The drivers that can be tried, best first: those of this build.
std::vector<std::string> midi_driver_names();

// nullptr when the system behind it is not there. Throws BadInput for a name that is none. The engine must outlive it.
std::unique_ptr<MidiDriver> open_midi_driver(const std::string& name, const Engine& engine);

}  // namespace forerun
