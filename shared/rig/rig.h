// A rig as plain data: instruments with their channels, and buses. The script side makes it from a Lua file.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace forerun {

// Index of the entry with this name: instruments, parameters, buses.
template <typename Named>
std::optional<std::uint16_t> place_of(const std::vector<Named>& all, const std::string& name) {
    for (std::size_t i = 0; i < all.size(); ++i)
        if (all[i].name == name) return static_cast<std::uint16_t>(i);
    return std::nullopt;
}

struct ParameterDescription {
    std::string name;
    float default_value = 0;
    float minimum = 0;
    float maximum = 1;
    std::string unit;
    bool logarithmic = false;
    float value = 0;  // set by the rig, else the default
    bool set_by_rig = false;
};

// mono: a new key stops the previous voice; legato: a new key takes over the voice while another key is down.
enum class NoteMode : std::uint8_t { poly, mono, legato };

enum class StealPolicy : std::uint8_t { oldest, quietest, same_note, none };

struct InstrumentDescription {
    std::string name;
    std::filesystem::path script;  // absolute, without links
    // The rig's path to it, if that contains links, whose targets may change later.
    std::filesystem::path found_at;
    std::uint16_t version = 0;  // of the script: incremented by every reload
    std::uint16_t rig = 0;      // index in the set that it belongs to
    std::uint16_t channel_mask = 0xffff;
    std::uint8_t first_program = 0;
    std::uint8_t last_program = 127;
    std::optional<std::uint16_t> bank;  // of its programs, 0..16383; none: all banks
    std::uint8_t first_key = 0;         // as played
    std::uint8_t last_key = 127;
    std::vector<std::uint8_t> keys;   // where the rig lists them; else all from first_key to last_key
    std::vector<std::uint8_t> choke;  // choke group of every key, from 1; 0: none. Empty: none for any key
    std::uint8_t least_velocity = 1;  // as played, MIDI 1..127
    std::uint8_t most_velocity = 127;
    double velocity_curve = 1;  // exponent: below 1 soft playing sounds louder, above 1 softer
    int priority = 50;          // 0..100
    std::uint32_t polyphony = 16;
    StealPolicy steal = StealPolicy::oldest;
    std::uint16_t bus = 0;  // index in Rig::buses
    double gain_db = 0;
    double pan = 0;         // −1 left .. 1 right
    int transpose = 0;      // keys
    double bend_range = 2;  // keys
    NoteMode mode = NoteMode::poly;
    double glide_seconds = 0;       // pitch slide from the previous note
    std::vector<double> tuning_hz;  // of every key, transposition included; empty: equal, A4 = 440 Hz
    std::uint32_t channels = 1;     // of the voice: 1 or 2
    bool whole_quanta = false;      // its script has render(), not sample(): splitting a quantum may change the sound
    std::vector<ParameterDescription> parameters;

    // Whether program changes on its channels matter to it.
    bool chooses_by_program() const { return first_program > 0 || last_program < 127 || bank; }

    bool plays_key(int key) const {
        return key >= first_key && key <= last_key &&
               (keys.empty() || std::find(keys.begin(), keys.end(), key) != keys.end());
    }
    std::uint8_t choke_group(int key) const {
        return choke.empty() ? std::uint8_t{0} : choke[static_cast<std::size_t>(key)];
    }

    double key_hz(int key) const {
        if (!tuning_hz.empty()) return tuning_hz[static_cast<std::size_t>(key)];
        return 440.0 * std::exp2((key + transpose - 69) / 12.0);
    }
};

struct BusDescription {
    std::string name = "main";
    double gain_db = 0;
    std::uint32_t output = 0;  // first output channel, from 0; the bus is stereo
};

// Output channels that the buses need: at least two.
inline std::uint32_t output_channels(const std::vector<BusDescription>& buses) {
    std::uint32_t channels = 2;
    for (const auto& bus : buses) channels = std::max(channels, bus.output + 2);
    return channels;
}

// A parameter that a controller moves between two values, along a curve.
struct ControllerTarget {
    std::uint16_t instrument = 0;
    std::uint16_t parameter = 0;
    float from = 0;
    float to = 1;
    double curve = 1;          // exponent
    bool logarithmic = false;  // equal ratios instead of equal differences

    float value(double position) const {
        const double along = std::pow(position, curve);
        if (logarithmic) return static_cast<float>(from * std::pow(static_cast<double>(to) / from, along));
        return static_cast<float>(from + (static_cast<double>(to) - from) * along);
    }
};

struct ControllerMapping {
    std::string macro;  // its name; empty: a controller of one instrument
    bool nrpn = false;
    bool learned = false;  // by the user, not from the rig's file
    std::uint16_t number = 0;
    std::uint16_t channel_mask = 0xffff;
    std::vector<ControllerTarget> targets;
};

// Values of parameters that are set together.
struct Preset {
    struct Value {
        std::uint16_t instrument = 0;
        std::uint16_t parameter = 0;
        float value = 0;
    };
    std::string name;
    std::uint16_t rig = 0;                // index in the set that it belongs to
    std::optional<std::uint8_t> program;  // that recalls it
    std::vector<Value> values;
};

// One rig, or a set of several, of which one at a time gets the notes: then instruments and presets have the index of theirs.
struct Rig {
    std::string name;
    std::vector<std::string> set;        // names of its rigs; empty: not a set
    std::uint16_t set_channel_mask = 0;  // on which program changes select the rig
    std::vector<BusDescription> buses{BusDescription{}};
    double master_gain_db = 0;
    std::vector<InstrumentDescription> instruments;
    std::vector<std::string> choke_groups;  // their names; group 1 first
    std::vector<ControllerMapping> mappings;
    std::vector<Preset> presets;

    std::uint16_t rig_of(const ControllerMapping& m) const {
        return m.targets.empty() ? std::uint16_t{0} : instruments[m.targets[0].instrument].rig;
    }
};

}  // namespace forerun
