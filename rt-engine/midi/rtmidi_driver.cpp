#include "rt-engine/midi/rtmidi_driver.h"

#include <RtMidi.h>

#include <algorithm>
#include <regex>

#include "rt-engine/audio-io/jack_presence.h"
#include "rt-engine/audio-io/quiet_stderr.h"
#include "shared/time/sample_clock.h"

namespace forerun {
namespace {

// ALSA's names end with client and port numbers, which change each time a device is plugged in.
std::string steady_name(const std::string& name) {
    static const std::regex numbers(R"(\s+\d+:\d+$)");
    return std::regex_replace(name, numbers, "");
}

// Calls RtMidi, which prints and throws when a system is missing or a port has just gone. False when it threw.
template <typename Call>
bool works(Call call) {
    const QuietStderr quiet;
    try {
        call();
        return true;
    } catch (const RtMidiError&) {
        return false;
    }
}

void ignore_error(RtMidiError::Type, const std::string&, void*) {}

class Connection final : public MidiConnection {
public:
    Connection(std::unique_ptr<RtMidiIn> in, MidiInput& input) : in_(std::move(in)) {
        in_->ignoreTypes(false, false, false);
        in_->setCallback(&Connection::receive, &input);
    }

private:
    // RtMidi gives a time difference, which some systems round to a millisecond: our own clock is better.
    static void receive(double, std::vector<unsigned char>* message, void* input) {
        static_cast<MidiInput*>(input)->take({message->data(), message->size()}, monotonic_nanoseconds());
    }
    std::unique_ptr<RtMidiIn> in_;
};

class RtMidiDriver final : public MidiDriver {
public:
    RtMidiDriver(std::string name, RtMidi::Api api) : name_(std::move(name)), api_(api) {}

    // False when the system is not available here.
    bool open() {
        if (api_ == RtMidi::UNIX_JACK && !(presence_ = JackPresence::try_enter())) return false;
        return works([&] { list_ = make(); }) && list_->getCurrentApi() == api_;
    }
    std::string name() const override { return name_; }

    std::vector<std::string> ports() override {
        std::vector<std::string> names;
        works([&] {
            const auto count = list_->getPortCount();
            for (unsigned int i = 0; i < count; ++i) names.push_back(steady_name(list_->getPortName(i)));
        });
        return names;
    }
    std::unique_ptr<MidiConnection> connect(const std::string& port, MidiInput& input) override {
        const auto names = ports();
        const auto found = std::find(names.begin(), names.end(), port);
        if (found == names.end()) return nullptr;
        return opened(input,
                      [&](RtMidiIn& in) { in.openPort(static_cast<unsigned int>(found - names.begin()), "in"); });
    }
    std::unique_ptr<MidiConnection> connect_virtual(MidiInput& input) override {
        if (api_ == RtMidi::WINDOWS_MM) return nullptr;
        return opened(input, [](RtMidiIn& in) { in.openVirtualPort("in"); });
    }

private:
    std::unique_ptr<RtMidiIn> make() const {
        auto in = std::make_unique<RtMidiIn>(api_, "forerun");
        in->setErrorCallback(ignore_error);
        return in;
    }
    template <typename Open>
    std::unique_ptr<MidiConnection> opened(MidiInput& input, Open open) const {
        std::unique_ptr<RtMidiIn> in;
        // Not isPortOpen(): it is false for a virtual port without connections.
        const bool opened = works([&] {
            in = make();
            open(*in);
        });
        if (!opened) return nullptr;
        return std::make_unique<Connection>(std::move(in), input);
    }

    const std::string name_;
    const RtMidi::Api api_;
    std::unique_ptr<JackPresence> presence_;  // for RtMidi's clients, which are not notified when the server goes
    std::unique_ptr<RtMidiIn> list_;
};

struct KnownApi {
    const char* name;
    RtMidi::Api api;
};
constexpr KnownApi known_apis[] = {{"coremidi", RtMidi::MACOSX_CORE},
                                   {"windows", RtMidi::WINDOWS_MM},
                                   {"alsa", RtMidi::LINUX_ALSA},
                                   {"rtmidi-jack", RtMidi::UNIX_JACK}};

}  // namespace

std::vector<std::string> rtmidi_driver_names() {
    std::vector<RtMidi::Api> compiled;
    RtMidi::getCompiledApi(compiled);
    std::vector<std::string> names;
    for (const auto& known : known_apis)
        if (std::find(compiled.begin(), compiled.end(), known.api) != compiled.end()) names.emplace_back(known.name);
    return names;
}

std::unique_ptr<MidiDriver> open_rtmidi_driver(const std::string& name) {
    for (const auto& known : known_apis) {
        if (name != known.name) continue;
        auto driver = std::make_unique<RtMidiDriver>(name, known.api);
        if (driver->open()) return driver;
    }
    return nullptr;
}

}  // namespace forerun
