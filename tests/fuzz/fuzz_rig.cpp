// libFuzzer target for rig files: whatever the text is, evaluating it ends within the watchdog's limit, either with one
// line that says what is wrong or with a rig that keeps what shared/rig.h promises.
//
// Built by cmake/fuzz.cmake, run by run.sh. An input is a Lua file; its voices lie in tests/fuzz/voices, the words it is made
// of in rig.words.
#include <cmath>

#include "shared/bad_input.h"
#include "shared/flush_denormals.h"
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
        require(within(bus.gain_db, -120, 24) && bus.output < 8, "a bus");
    }
    require(!rig.instruments.empty(), "a rig has an instrument");
    for (const auto& one : rig.instruments) {
        require(is_name(one.name) && one.script.is_absolute(), "an instrument", one.name);
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
