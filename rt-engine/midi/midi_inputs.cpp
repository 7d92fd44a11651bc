#include "rt-engine/midi/midi_inputs.h"

#include <fmt/format.h>

#include <algorithm>

#include "rt-engine/audio-io/name_match.h"

namespace forerun {
namespace {

constexpr const char* virtual_name = "forerun (virtual)";

}  // namespace

MidiInputs::MidiInputs(Engine& engine, MidiPortRequests requests)
    : engine_(engine), requests_(std::move(requests)), release_producer_(engine.make_producer()) {
    if (!requests_.driver.empty()) open_midi_driver(requests_.driver, engine_);  // throws for an unknown name
}

// Connections are closed before their drivers.
MidiInputs::~MidiInputs() { listened_.clear(); }

std::vector<std::string> MidiInputs::update(std::int64_t now) {
    std::vector<std::string> lines;
    for (auto& [key, port] : listened_) {
        const auto sensed = port.input->sensed_nanoseconds();
        if (!port.connection || sensed == 0 || now - sensed < silence_nanoseconds) continue;
        port.input->forget_sensing();
        release_all(*port.input);
        lines.push_back(fmt::format("MIDI {} fell silent; its notes are let go", key.second));
    }
    if (now < next_scan_nanoseconds_) return lines;
    next_scan_nanoseconds_ = now + scan_interval_nanoseconds;
    open_drivers(lines);
    for (auto& driver : drivers_) scan(*driver, lines);
    return lines;
}

void MidiInputs::open_drivers(std::vector<std::string>& lines) {
    std::erase_if(drivers_, [&](const auto& driver) {
        if (driver->lasts()) return false;
        for (auto& [key, port] : listened_) {
            if (key.first != driver->name() || !port.connection) continue;
            port.connection.reset();
            release_all(*port.input);
        }
        lines.push_back(fmt::format("MIDI through {} has gone; it is taken up when it comes back", driver->name()));
        return true;
    });
    for (const auto& name : midi_driver_names()) {
        // RtMidi's JACK backend is used on request only: our own JACK driver gives exact frames.
        const bool wanted = requests_.driver.empty() ? name != "rtmidi-jack" : name == requests_.driver;
        const bool open =
            std::any_of(drivers_.begin(), drivers_.end(), [&](const auto& driver) { return driver->name() == name; });
        if (!wanted || open) continue;
        if (auto driver = open_midi_driver(name, engine_)) drivers_.push_back(std::move(driver));
    }
}

MidiInputs::Listened& MidiInputs::listened(const Key& key, std::uint16_t channel_mask) {
    auto& port = listened_[key];
    if (!port.input) port.input = std::make_unique<MidiInput>(engine_.make_producer(), channel_mask);
    return port;
}

void MidiInputs::scan(MidiDriver& driver, std::vector<std::string>& lines) {
    const auto there = driver.ports();
    for (auto& [key, port] : listened_) {
        if (key.first != driver.name() || !port.connection || port.is_virtual) continue;
        if (port.connection->lasts() && std::find(there.begin(), there.end(), key.second) != there.end()) continue;
        port.connection.reset();
        release_all(*port.input);
        lines.push_back(fmt::format("MIDI {} is unplugged; it is taken up when it comes back", key.second));
    }
    for (const auto& name : there) {
        const auto* request = request_for(name);
        if (!request) continue;
        auto& port = listened({driver.name(), name}, request->channel_mask);
        if (port.connection) continue;
        port.connection = driver.connect(name, *port.input);
        if (port.connection) lines.push_back(fmt::format("MIDI from {} ({})", name, driver.name()));
    }
    if (!requests_.virtual_port) return;
    auto& port = listened({driver.name(), virtual_name}, 0xffff);
    if (port.connection) return;
    port.is_virtual = true;
    port.connection = driver.connect_virtual(*port.input);
    if (port.connection) lines.push_back(fmt::format("MIDI from a port of its own ({})", driver.name()));
}

const MidiPortRequest* MidiInputs::request_for(const std::string& port) const {
    for (const auto& request : requests_.ports)
        if (has_part(port, request.port)) return &request;
    return nullptr;
}

void MidiInputs::release_all(MidiInput& input) {
    for (std::uint8_t channel = 0; channel < 16; ++channel) {
        if ((input.used_channels() >> channel & 1) == 0) continue;
        release_producer_.try_send({.kind = EventKind::controller, .channel = channel, .number = 121});
        release_producer_.try_send({.kind = EventKind::all_notes_off, .channel = channel});
    }
}

std::vector<MidiInputs::Port> MidiInputs::ports() const {
    std::vector<Port> all;
    for (const auto& [key, port] : listened_)
        all.push_back({.driver = key.first,
                       .name = key.second,
                       .connected = port.connection != nullptr,
                       .messages = port.input->messages(),
                       .events = port.input->events(),
                       .refused = port.input->refused(),
                       .dropped = port.input->dropped()});
    return all;
}

}  // namespace forerun
