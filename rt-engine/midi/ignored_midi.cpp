#include "rt-engine/midi/ignored_midi.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "rt-engine/midi/midi_exclusive.h"
#include "rt-engine/midi/midi_exclusive_subject.h"

namespace forerun {
namespace {

// Controllers that change the sound (MIDI 1.0, General MIDI 2, sound controllers of RP-021) and that channels do not support.
struct Controller {
    int number;
    const char* name;
    int neutral;  // the value that means "no change"
};
constexpr Controller controllers[] = {
    {2, "breath", 0},
    {4, "foot", 0},
    {8, "balance", 64},
    {12, "effect", 0},
    {13, "effect", 0},
    {69, "hold 2", 0},
    {70, "sound variation", 64},
    {71, "resonance", 64},
    {72, "release time", 64},
    {73, "attack time", 64},
    {75, "decay time", 64},
    {76, "vibrato rate", 64},
    {77, "vibrato depth", 64},
    {78, "vibrato delay", 64},
    {91, "reverb", 0},
    {92, "tremolo", 0},
    {93, "chorus", 0},
    {94, "detune", 0},
    {95, "phaser", 0},
};

class IgnoredMessages {
public:
    explicit IgnoredMessages(const Rig& rig) : rig_(rig) {}

    void count(const MidiMessage& m) {
        if ((m.status & 0xf0) != 0xb0) return;
        auto& channel = channels_[m.status & 0xf];
        const int number = m.data1, data = m.data2;
        if (number == 98 || number == 99 || number == 100 || number == 101) {
            channel.is_nrpn = number < 100;
            (number % 2 == 1 ? channel.high : channel.low) = data;
        }
        if (number == 121) channel = {};
        if (number == 6) count_parameter(channel, m.status & 0xf);
        for (const auto& c : controllers)
            if (c.number == number && data != c.neutral && !is_mapped(false, number, m.status & 0xf))
                ++counts_[fmt::format("{} (controller {})", c.name, number)];
    }
    void count(const MidiExclusive& exclusive) {
        if (midi_exclusive_events(exclusive.body, [](const Event&) {})) return;
        if (const auto* subject = midi_exclusive_subject(exclusive.body)) ++counts_[subject];
    }
    std::vector<std::string> lines(std::string_view name) const {
        std::vector<std::string> all;
        for (const auto& [what, count] : counts_)
            all.push_back(count == 1 ? fmt::format("{}: 1 {} message is ignored", name, what)
                                     : fmt::format("{}: {} {} messages are ignored", name, count, what));
        return all;
    }

private:
    // The parameter that controllers 98 to 101 have selected.
    struct Channel {
        bool is_nrpn = false;
        int high = 127, low = 127;
    };

    void count_parameter(const Channel& channel, int number) {
        if (channel.high == 127 && channel.low == 127) return;
        const int parameter = channel.high << 7 | channel.low;
        if (channel.is_nrpn) {
            if (!is_mapped(true, parameter, number)) ++counts_["NRPN"];
            return;
        }
        constexpr std::array understood = {0, 1, 2, 6};
        if (std::find(understood.begin(), understood.end(), parameter) == understood.end())
            ++counts_[parameter == 5 ? std::string("modulation range (RPN 5)") : fmt::format("RPN {}", parameter)];
    }
    bool is_mapped(bool nrpn, int number, int channel) const {
        return std::any_of(rig_.mappings.begin(), rig_.mappings.end(), [&](const ControllerMapping& m) {
            return m.nrpn == nrpn && m.number == number && (m.channel_mask >> channel & 1) != 0;
        });
    }

    const Rig& rig_;
    std::array<Channel, 16> channels_;
    std::map<std::string, std::size_t> counts_;
};

}  // namespace

std::vector<std::string> ignored_midi(const MidiFile& file, const Rig& rig, std::string_view name) {
    IgnoredMessages ignored(rig);
    for (const auto& message : file.messages) ignored.count(message);
    for (const auto& exclusive : file.exclusives) ignored.count(exclusive);
    return ignored.lines(name);
}

}  // namespace forerun
