// libFuzzer target for rig files: whatever the text is, evaluating it ends within the watchdog's limit, either with one
// line that says what is wrong or with a rig that keeps what shared/rig/rig.h promises.
//
// Built by cmake/fuzz.cmake, run by run.sh. An input is a Lua file; its voices lie in tests/fuzz/voices, the words it is made
// of in rig.words.
#include <algorithm>
#include <cmath>

#include "shared/bad_input.h"
#include "shared/threads/flush_denormals.h"
#include "tests/fuzz/fuzz_host.h"
#include "tests/fuzz/lua_mutator.h"
#include "tests/fuzz/memory_files.h"

namespace {

using namespace forerun;
using fuzz::note;
using fuzz::require;

bool within(double x, double low, double high) { return x >= low && x <= high; }
bool is_name(const std::string& name) { return !name.empty() && name.size() <= 200; }

void check(const Rig& rig) {
    require(!rig.name.empty(), "a rig has a name");
    require(within(rig.master_gain_db, -120, 24), "the master's gain");
    require(!rig.buses.empty(), "a rig has a bus");
    for (const auto& bus : rig.buses) {
        require(is_name(bus.name), "a bus has a name", bus.name);
        const double master = rig.set.empty() ? 0 : 144;  // that of a set's rigs is their buses'
        require(within(bus.gain_db, -120 - master, 24 + master) && bus.output < 8, "a bus");
    }
    require(!rig.instruments.empty(), "a rig has an instrument");
    require(rig.instruments.size() + rig.buses.size() <= 8192 && rig.mappings.size() <= 1u << 17 &&
                rig.presets.size() <= 128 * std::max<std::size_t>(1, rig.set.size()) && rig.set.size() <= 128,
            "what can be numbered");
    for (const auto& one : rig.instruments) {
        require((is_name(one.name) || (!rig.set.empty() && !one.name.empty())) && one.script.is_absolute(),
                "an instrument", one.name);
        require(one.channel_mask != 0, "an instrument listens");
        require(one.first_program <= one.last_program && one.last_program <= 127, "programs");
        require(one.priority >= 0 && one.priority <= 100 && one.polyphony >= 1 && one.polyphony <= 1024,
                "priority, polyphony");
        require(one.steal <= StealPolicy::none && one.bus < rig.buses.size(), "steal, bus");
        require(within(one.gain_db, -120, 24) && within(one.pan, -1, 1), "gain and pan");
        require(one.transpose >= -127 && one.transpose <= 127 && within(one.bend_range, 0, 96),
                "transpose, bend_range");
        require(one.channels == 1 || one.channels == 2, "channels");
        for (const auto& p : one.parameters)
            require(p.minimum < p.maximum && within(p.value, p.minimum, p.maximum) &&
                        within(p.default_value, p.minimum, p.maximum),
                    "a parameter", p.name);
        note("channels " + std::string(static_cast<std::size_t>(__builtin_popcount(one.channel_mask)), 'c'));
    }
    const auto is_there = [&](std::uint16_t instrument, std::uint16_t parameter) {
        require(instrument < rig.instruments.size(), "an instrument is moved");
        require(parameter < rig.instruments[instrument].parameters.size(), "a parameter is moved");
        return rig.instruments[instrument].parameters[parameter];
    };
    for (const auto& m : rig.mappings) {
        require(!m.targets.empty() && m.number < 16384 && m.channel_mask != 0, "a mapping");
        for (const auto& t : m.targets) {
            const auto p = is_there(t.instrument, t.parameter);
            require(rig.instruments[t.instrument].rig == rig.rig_of(m), "of one rig");
            for (const double position : {0.0, 0.3, 1.0})
                require(within(t.value(position), p.minimum - 1e-3 * std::abs(p.minimum),
                               p.maximum + 1e-3 * std::abs(p.maximum)),
                        "a parameter's range");
        }
    }
    for (const auto& preset : rig.presets) {
        require(is_name(preset.name) && !preset.values.empty() && preset.program <= 127, "a preset");
        for (const auto& v : preset.values) {
            const auto p = is_there(v.instrument, v.parameter);
            require(within(v.value, p.minimum, p.maximum), "a preset's value");
            require(rig.instruments[v.instrument].rig == preset.rig, "of one rig");
        }
        note("preset");
    }
    note("set " + std::string(std::min<std::size_t>(rig.set.size(), 5), 's'));
    note("rig " + std::string(rig.buses.size(), 'b') +
         std::string(std::min<std::size_t>(rig.instruments.size(), 40), 'i'));
}

}  // namespace

const char* forerun::fuzz::words_file() { return "rig.words"; }

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const FlushDenormals flush;
    static const auto file = fuzz::file_path("fuzz.lua");
    static fuzz::FuzzHost hosts(true);
    fuzz::put_file("fuzz.lua", {reinterpret_cast<const char*>(data), size});
    auto& host = hosts.next();
    try {
        check(host.evaluate_rig(file));
    } catch (const BadInput& bad) {
        fuzz::require_message(bad.what());
        note(bad.what());
    }
    return 0;
}
