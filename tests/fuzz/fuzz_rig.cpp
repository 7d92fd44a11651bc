// libFuzzer target for rig files: whatever the text is, evaluating it ends within the watchdog's limit, either with one
// line that says what is wrong or with a rig that keeps what shared/rig.h promises.
//
// Built by cmake/fuzz.cmake, run by run.sh. An input is a Lua file; its voices lie in tests/fuzz/voices.
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

constexpr const char* values[] = {"0",
                                  "1",
                                  "-1",
                                  "0.5",
                                  "1e308",
                                  "-1e308",
                                  "(0/0)",
                                  "(1/0)",
                                  "2^31",
                                  "-2^31",
                                  "2^53",
                                  "16",
                                  "17",
                                  "10",
                                  "127",
                                  "128",
                                  "8",
                                  "9",
                                  "1024",
                                  "-120",
                                  "24",
                                  "24.1",
                                  "1LL",
                                  "1i",
                                  "nil",
                                  "true",
                                  "false",
                                  "''",
                                  "'x'",
                                  "'all'",
                                  "'main'",
                                  "'drums'",
                                  "'tone'",
                                  "'wide'",
                                  "'broken'",
                                  "'tone.lua'",
                                  "'fuzz'",
                                  "'../voices/tone'",
                                  "'/dev/zero'",
                                  "'/'",
                                  "'.'",
                                  "'a\\0b'",
                                  "'\\n'",
                                  "'\\255'",
                                  "('x'):rep(200)",
                                  "('x'):rep(201)",
                                  "('x'):rep(2^16)",
                                  "'oldest'",
                                  "'quietest'",
                                  "'same'",
                                  "'none'",
                                  "'lead'",
                                  "{}",
                                  "{ 1, 2, 3 }",
                                  "{ 0, 127 }",
                                  "{ 8, 7 }",
                                  "{ [3] = 1 }",
                                  "{ nil, 1 }",
                                  "{ a = 1 }",
                                  "{ { name = 'main' } }",
                                  "{ { voice = 'tone' } }",
                                  "{ voice = 'tone' }",
                                  "{ voice = 'wide', channel = 10 }",
                                  "{ cutoff = 100, mix = 1 }",
                                  "{ cutoff = 1 }",
                                  "{ ['\\n'] = 1 }",
                                  "{ [('x'):rep(3000)] = 1 }",
                                  "{ [{}] = 1 }",
                                  "{ [1.5] = 1 }",
                                  "{ [true] = 1 }",
                                  "function() end",
                                  "print",
                                  "math.pi",
                                  "math.random()",
                                  "t",
                                  "instruments",
                                  "setmetatable({}, { __index = t })",
                                  "setmetatable({ voice = 'tone' }, { __index = error })",
                                  "setmetatable({}, { __len = function() return 9 end })",
                                  "rig",
                                  "_G",
                                  "require 'tone'",
                                  "require 'dsp'",
                                  "string.format('%p', t)",
                                  "error",
                                  "unpack"};

constexpr const char* fields[] = {"name",     "buses",     "master_gain_db", "instruments", "voice",  "channel",
                                  "programs", "priority",  "polyphony",      "steal",       "bus",    "gain_db",
                                  "pan",      "transpose", "bend_range",     "parameters",  "output", "cutoff",
                                  "mix",      "sample",    "start",          "x",           "sort",   "insert"};

constexpr const char* statements[] = {
    "do return { [$] = $, instruments = { { voice = 'tone' } } } end",
    "do return { instruments = { { voice = 'tone', [$] = $ } } } end",
    "do return { instruments = { { voice = 'tone', parameters = { [$] = $ } } } } end",
    "do return { buses = { { name = $, [$] = $ } }, instruments = { { voice = 'wide', bus = $ } } } end",

    "local t = $",
    "local rig = $",
    "t = $",
    "t[$] = $",
    "rig[$] = $",
    "rig.name = $",
    "rig.buses = $",
    "rig.instruments = $",
    "rig.master_gain_db = $",
    "instruments[#instruments + 1] = { voice = $, channel = $ }",
    "instruments[#instruments + 1] = { voice = 'tone', name = $, bus = $ }",
    "instruments[#instruments + 1] = { voice = 'tone', parameters = { cutoff = $, mix = $ } }",
    "instruments[#instruments + 1] = { voice = 'tone', programs = { $, $ }, steal = $, pan = $ }",
    "instruments[#instruments + 1] = { voice = 'wide', priority = $, polyphony = $, transpose = $, bend_range = $ }",
    "instruments[#instruments + 1] = $",
    "instruments[$] = $",
    "instruments[1].channel = $",
    "instruments[1].bus = $",
    "instruments[1].parameters = $",
    "instruments[1].name = $",
    "instruments[1][$] = $",
    "instruments[1].programs = { $, $ }",
    "buses[#buses + 1] = { name = $, gain_db = $, output = $ }",
    "buses[1].name = $",
    "buses[$] = $",
    "buses[1].output = $",
    "for i = 1, 20 do instruments[i] = { voice = 'tone', channel = i, name = 'n' .. i } end",
    "for i = 1, 9 do buses[i] = { name = 'b' .. i, output = i } end",
    "for i = 1, 300 do t[i] = $ end",
    "for k, v in pairs($) do t[k] = v end",
    "setmetatable($, $)",
    "error($)",
    "error($, $)",
    "assert($, $)",
    "print($)",
    "do return $ end",
    "do return { instruments = $ } end",
    "do return { instruments = { { voice = $ } } } end",
    "goto over",
    "::over::",
    "table.insert(instruments, $)",
    "table.sort($)",
    "x = $ + $",
    "x = $ .. $",
    "x = ($)[$]",
    "x = ($)($)",
    "x = pcall($, $)",
    "x = require($)",
    "while true do end",
    "pcall(function() while true do end end)",
    "x = {} while true do x[#x + 1] = $ end"};

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

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
    static fuzz::LuaMutator mutator({values, fields, statements});
    return mutator.mutate(data, size, most, seed);
}

extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* one, std::size_t one_size,
                                                 const std::uint8_t* other, std::size_t other_size, std::uint8_t* out,
                                                 std::size_t most, unsigned seed) {
    static fuzz::LuaMutator mutator({values, fields, statements});
    return mutator.cross({reinterpret_cast<const char*>(one), one_size},
                         {reinterpret_cast<const char*>(other), other_size}, out, most, seed);
}
