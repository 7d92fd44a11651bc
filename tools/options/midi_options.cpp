#include "tools/options/midi_options.h"

#include <charconv>

#include "shared/bad_input.h"
#include "tools/options/option_range.h"

namespace forerun {
namespace {

// "1-4,10": bit 0 is channel 1.
std::uint16_t channel_mask(const std::string& typed, const std::string& channels) {
    const auto refuse = [&]() -> std::uint16_t {
        throw BadInput("--midi " + typed + ": after @ come channels from 1 to 16, such as @1 or @1-4,10");
    };
    std::uint16_t mask = 0;
    const char *at = channels.data(), *const end = at + channels.size();
    const auto number = [&] {
        unsigned value = 0;
        const auto [next, failed] = std::from_chars(at, end, value);
        if (failed != std::errc() || value < 1 || value > 16) refuse();
        at = next;
        return value;
    };
    for (;;) {
        const auto first = number();
        auto last = first;
        if (at != end && *at == '-') {
            ++at;
            last = number();
        }
        if (last < first) refuse();
        for (auto c = first; c <= last; ++c) mask = static_cast<std::uint16_t>(mask | 1u << (c - 1));
        if (at == end) return mask;
        if (*at++ != ',') refuse();
    }
}

}  // namespace

void add_midi_options(CLI::App& command, MidiOptions& o) {
    command
        .add_option("--midi", o.ports,
                    "Listen to a MIDI port: part of its name, 'all', 'virtual' (a port of its own) or 'none'; @1-4,10 "
                    "behind it names channels. May be given again (default: all, when no input is given)")
        ->check(not_empty());
    command.add_option("--midi-api", o.api, "Only this MIDI system: jack, alsa, ... (see forerun devices)")
        ->check(not_empty());
}

bool wants_midi(const MidiOptions& o, bool by_default) {
    if (o.ports.empty()) return by_default;
    const bool none = o.ports.size() == 1 && o.ports.front() == "none";
    return !none;
}

MidiPortRequests midi_port_requests(const MidiOptions& o) {
    MidiPortRequests requests;
    requests.driver = o.api;
    for (const auto& typed : o.ports) {
        if (typed == "none") throw BadInput("--midi none: goes with no other --midi; leave one out");
        const auto at = typed.rfind('@');
        MidiPortRequest request;
        request.port = typed.substr(0, at);
        if (at != std::string::npos) request.channel_mask = channel_mask(typed, typed.substr(at + 1));
        if (request.port == "virtual" && at != std::string::npos)
            throw BadInput("--midi " + typed + ": the port of its own takes every channel; leave @ out");
        if (request.port == "virtual") {
            requests.virtual_port = true;
            continue;
        }
        if (request.port == "all") request.port.clear();
        requests.ports.push_back(request);
    }
    if (o.ports.empty()) requests.ports.push_back({});
    return requests;
}

}  // namespace forerun
