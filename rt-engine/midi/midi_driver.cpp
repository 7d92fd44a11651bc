#include "rt-engine/midi/midi_driver.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "rt-engine/midi/rtmidi_driver.h"
#include "shared/bad_input.h"
#ifdef FORERUN_JACK
#include "rt-engine/midi/jack_midi_driver.h"
#endif

namespace forerun {

std::vector<std::string> midi_driver_names() {
    auto names = rtmidi_driver_names();
#ifdef FORERUN_JACK
    names.insert(names.begin(), "jack");
#endif
    return names;
}

std::unique_ptr<MidiDriver> open_midi_driver(const std::string& name, const Engine& engine) {
    const auto names = midi_driver_names();
    if (std::find(names.begin(), names.end(), name) == names.end())
        throw BadInput(fmt::format("{}: no such MIDI system; there is {}", name, fmt::join(names, ", ")));
#ifdef FORERUN_JACK
    if (name == "jack") return open_jack_midi_driver(engine);
#else
    (void)engine;
#endif
    return open_rtmidi_driver(name);
}

}  // namespace forerun
