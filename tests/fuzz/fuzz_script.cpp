// libFuzzer target for voice scripts: whatever the text is, describing it, loading it and playing notes with it ends
// within the watchdog's limit, either well or with one line that says why, and stays in its own memory.
//
// Two voices of one script with one seed must also give the same frames: the first runs in the interpreter, the second
// partly compiled. Built by cmake/fuzz.cmake, run by run.sh. An input is a Lua file.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <vector>

#include "script-runtime/instance.h"
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
                                  "(-1/0)",
                                  "2^31",
                                  "-2^31",
                                  "2^32",
                                  "2^53",
                                  "-2^53",
                                  "2^63",
                                  "1e-320",
                                  "64",
                                  "65",
                                  "1000",
                                  "440",
                                  "48000",
                                  "1LL",
                                  "-9223372036854775807LL",
                                  "18446744073709551615ULL",
                                  "0x7fffffff",
                                  "1i",
                                  "nil",
                                  "true",
                                  "false",
                                  "''",
                                  "'x'",
                                  "'%p'",
                                  "'%s'",
                                  "'%d%5.3f%q'",
                                  "'__index'",
                                  "'__mode'",
                                  "'a*'",
                                  "'[%w]+'",
                                  "'%b()'",
                                  "'\\0'",
                                  "'\\27LJ'",
                                  "'\\n'",
                                  "('x'):rep(1000)",
                                  "('x'):rep(2^20)",
                                  "{}",
                                  "{ 1, 2, 3 }",
                                  "{ a = 1, b = 2 }",
                                  "self",
                                  "note",
                                  "self.amp",
                                  "self.osc",
                                  "self.filter",
                                  "self.line",
                                  "self.parameters",
                                  "self.parameters.cutoff",
                                  "self.frequency",
                                  "self.note",
                                  "self.bend",
                                  "self.pressure",
                                  "self.modulation",
                                  "self.quality",
                                  "note.key",
                                  "note.velocity",
                                  "note.frequency",
                                  "out",
                                  "out.left",
                                  "out.right",
                                  "n",
                                  "x",
                                  "i",
                                  "t",
                                  "_G",
                                  "dsp",
                                  "math",
                                  "string",
                                  "table",
                                  "bit",
                                  "print",
                                  "error",
                                  "pcall",
                                  "tostring",
                                  "function() end",
                                  "function(...) return ... end",
                                  "function(a, b) return a < b end",
                                  "math.random()",
                                  "math.random(3)",
                                  "math.huge",
                                  "math.pi",
                                  "#t",
                                  "t[1]",
                                  "t.x",
                                  "...",
                                  "getmetatable('')",
                                  "getmetatable(self)",
                                  "getmetatable(self.osc)",
                                  "getmetatable(dsp)",
                                  "rawget(_G, 'io')",
                                  "require 'dsp'",
                                  "require 'tone'",
                                  "dsp.rate_hz",
                                  "dsp.saw()",
                                  "dsp.sine()",
                                  "dsp.pulse()",
                                  "dsp.triangle()",
                                  "dsp.noise()",
                                  "dsp.lfo()",
                                  "dsp.ladder()",
                                  "dsp.svf()",
                                  "dsp.onepole()",
                                  "dsp.delay(0.01)",
                                  "dsp.delay(0.0001)",
                                  "dsp.adsr(0.01, 0.1, 0.5, 0.1)",
                                  "dsp.adsr(0, 0, 0, 0)",
                                  "dsp.adsr_exp(0.01, 0.1, 0.5, 0.1)",
                                  "dsp.decay(0.1)",
                                  "dsp.ramp(0)",
                                  "dsp.glide(0.1)",
                                  "dsp.hz(60)",
                                  "dsp.db(-6)",
                                  "dsp.semitones(7)",
                                  "dsp.clamp(x, 0, 1)",
                                  "dsp.mix(0, 1, x)",
                                  "dsp.exp2(x)",
                                  "dsp.exp(x)",
                                  "dsp.sin(x)",
                                  "dsp.cos(x)",
                                  "dsp.tanh(x)",
                                  "dsp.pan(x, 0)",
                                  "self.osc:next(440)",
                                  "self.osc:next(self.frequency)",
                                  "self.amp:next()",
                                  "self.filter:next(x, 1000, 0.5)",
                                  "self.line:read(10)",
                                  "self.line:next(x, 10)",
                                  "bit.band(x, 63)",
                                  "bit.tohex(x)",
                                  "bit.lshift(1, x)",
                                  "tonumber('0x' .. 'f')",
                                  "string.format('%5.1f', x)",
                                  "select('#', ...)",
                                  "unpack(t)",
                                  "setmetatable({}, { __index = self })",
                                  "setmetatable({}, { __index = function(t, k) return k end })",
                                  "setmetatable({}, { __tostring = function() return 1 end })",
                                  "setmetatable({}, { __call = function(...) return ... end })",
                                  "setmetatable({}, { __lt = function() return true end })"};

constexpr const char* fields[] = {"amp",       "osc",         "filter",     "line",           "parameters",
                                  "frequency", "note",        "bend",       "pressure",       "modulation",
                                  "quality",   "key",         "velocity",   "cutoff",         "resonance",
                                  "name",      "channels",    "priority",   "polyphony",      "start",
                                  "release",   "sample",      "render",     "done",           "control",
                                  "default",   "minimum",     "maximum",    "unit",           "scale",
                                  "next",      "ended",       "level",      "high",           "low",
                                  "pink",      "ramp",        "read",       "write",          "square",
                                  "strike",    "to",          "phase",      "write_position", "value",
                                  "t",         "rise",        "first",      "left",           "right",
                                  "x",         "_G",          "__index",    "__newindex",     "__gc",
                                  "__mode",    "__metatable", "saw",        "sine",           "pulse",
                                  "triangle",  "noise",       "lfo",        "ladder",         "svf",
                                  "onepole",   "delay",       "adsr",       "adsr_exp",       "decay",
                                  "glide",     "rep",         "format",     "find",           "gsub",
                                  "sub",       "insert",      "remove",     "concat",         "sort",
                                  "floor",     "random",      "randomseed", "instruments",    "voice"};

constexpr const char* statements[] = {
    "do return { [$] = $, done = $, sample = $ } end",
    "do return { parameters = { [$] = { default = $, maximum = $ } }, done = $, sample = $ } end",
    "do local p = {} for i = 1, 300 do p['p' .. i] = { default = 0 } end return { parameters = p, sample = $ } end",
    "x = ('a'):rep(2^16):find($, $, true)",
    "table.insert($, $, $)",

    "local x = $",
    "local t = $",
    "t = { $, $, $ }",
    "x = $",
    "self.x = $",
    "self.amp = $",
    "self.osc = $",
    "self.filter = $",
    "self.line = $",
    "self.frequency = $",
    "self.note = $",
    "self.parameters = $",
    "self.parameters.cutoff = $",
    "t[$] = $",
    "t.x = $",
    "self[$] = $",
    "x = $ + $",
    "x = $ .. $",
    "x = $ == $",
    "x = $ < $",
    "x = #($)",
    "x = ($)[$]",
    "x = ($)($)",
    "x = ($):next($)",
    "self.osc:next($)",
    "self.osc:next($, $)",
    "self.amp:next()",
    "self.amp:release()",
    "self.line:write($)",
    "x = self.line:read($)",
    "self.osc.phase = $",
    "self.line.write_position = $",
    "self.filter:next($, $, $)",
    "self.a, self.b = dsp.saw($), dsp.delay($)",
    "self.x = dsp.adsr($, $, $, $)",
    "self.x = dsp.decay($)",
    "self.x = dsp.ramp($)",
    "self.x = dsp.glide($)",
    "for i = 1, 40 do self[i] = dsp.saw() end",
    "for i = 1, 100 do t[i] = $ end",
    "for i = 1, $ do x = $ if i == 200 then break end end",
    "while $ do break end",
    "repeat local x = $ until true",
    "goto over",
    "::over::",
    "goto $",
    "do local x <const> = 1 end",
    "do return end",
    "do return $ end",
    "if true then return $ end",
    "if true then return $, $ end",
    "error($)",
    "error($, $)",
    "error(self)",
    "assert($, $)",
    "pcall(error, $)",
    "pcall($, $)",
    "x = pcall(function() x = $ end)",
    "xpcall(function() error($) end, function(e) x = e end)",
    "print($, $)",
    "setmetatable($, $)",
    "x = getmetatable($)",
    "rawset($, $, $)",
    "x = rawget($, $)",
    "x = rawequal($, $)",
    "x = next($, $)",
    "for k, v in pairs($) do x = v end",
    "for k, v in ipairs($) do x = v end",
    "x = unpack($, $, $)",
    "x = select($, $, $)",
    "x = tostring($)",
    "x = tonumber($, $)",
    "x = type($)",
    "table.insert($, $)",
    "table.insert($, 1, $)",
    "x = table.remove($, $)",
    "x = table.concat($, $)",
    "x = table.concat($, $, $, $)",
    "table.sort($)",
    "table.sort($, $)",
    "x = table.maxn($)",
    "x = string.rep($, $)",
    "x = string.rep($, 3, $)",
    "x = string.format($, $, $)",
    "x = string.find($, $)",
    "x = string.find($, $, $, true)",
    "x = string.match($, $)",
    "x = string.gsub($, $, $)",
    "for w in string.gmatch($, $) do x = w end",
    "x = string.sub($, $, $)",
    "x = string.byte($, $, $)",
    "x = string.char($, $)",
    "x = string.reverse($)",
    "x = math.random($, $)",
    "math.randomseed($)",
    "x = math.floor($)",
    "x = math.fmod($, $)",
    "x = math.ldexp($, $)",
    "x = $ ^ $",
    "x = $ % $",
    "x = math.max($, $)",
    "x = bit.bxor($, $)",
    "x = bit.tohex($, $)",
    "x = bit.ror($, $)",
    "x = require($)",
    "local function f(...) return f end",
    "f = function(f) return f(f) end",
    "local function deep(n) if n == 0 then return 0 end return deep(n - 1) + 1 end x = deep(150)",
    "local function down(n) return down(n + 1) + 1 end x = pcall(down, 0)",
    "math.floor = $",
    "string.rep = $",
    "_G.x = $",
    "_G[$] = $",
    "out[$] = $",
    "out.left[$] = $",
    "out.right[$] = $",
    "out.first = $",
    "for i = 1, n do out[i] = $ end",
    "for i = 1, n do out.left[i], out.right[i] = $, $ end",
    "x = { { { { { { { { $ } } } } } } } }",
    "x = 'a' for i = 1, 12 do x = x .. x end",
    "local a, b, c, d, e, f, g, h = $, $, $, $",
    "self.t = self.t or {} self.t[#self.t + 1] = $",
    "count = (count or 0) + 1 if count > 30 then x = $ end",
    "dsp = $",
    "setmetatable(self, { __index = $, __newindex = $ })",
    "setmetatable(_G, { __index = $ })",
    "while true do end",
    "pcall(function() while true do end end)",
    "x = {} while true do x[#x + 1] = $ end",
    "x = 'x' while true do x = x .. x end"};

// LuaJIT says nothing about bit operations on numbers beyond 2^51, and they differ between interpreter and compiler.
// dsp.delay has one on a field that scripts can write.
bool may_differ(std::string_view script) {
    constexpr const char* causes[] = {"2^5", "2^6", "e308", "LL", "1i", "huge", "/0", "write_position", "bit."};
    return std::any_of(std::begin(causes), std::end(causes),
                       [&](const char* cause) { return script.find(cause) != script.npos; });
}

bool same(const std::array<float, 2 * quantum_frames>& a, const std::array<float, 2 * quantum_frames>& b) {
    for (std::size_t i = 0; i < a.size(); ++i)
        if (std::isnan(a[i]) ? !std::isnan(b[i]) : a[i] != b[i]) return false;
    return true;
}

void note_output(const float* frames) {
    bool sounds = false, odd = false;
    for (std::size_t i = 0; i < quantum_frames; ++i) {
        sounds = sounds || frames[i] != 0;
        odd = odd || !std::isfinite(frames[i]);
    }
    note(odd ? "out: not finite" : sounds ? "out: sound" : "out: silence");
}

// One voice from start to end.
class Note {
public:
    Note(LuaHost& host, const InstrumentDescription& description) : host_(host), parameters_(description.parameters) {
        instance_ = host_.take(0);
        if (!instance_) fail();
    }
    ~Note() {
        if (!instance_) return;
        check_memory();
        host_.give_back(instance_);
    }
    Note(const Note&) = delete;
    Note& operator=(const Note&) = delete;

    bool start(int quality) {
        if (!instance_) return false;
        std::vector<float> given;
        for (const auto& p : parameters_) given.push_back(p.value);
        StartNote begin;
        begin.velocity = 0.7;
        begin.quality = quality;
        begin.seed = 7;
        begin.parameters = given;
        return check(host_.start(*instance_, begin));
    }
    bool render(int first, int frames) {
        const bool ok = check(host_.render(*instance_, frame_, first, frames));
        if (ok && first + frames == static_cast<int>(quantum_frames)) frame_ += quantum_frames;
        return ok;
    }
    bool changes() {
        host_.set_bend(*instance_, 1.06);
        host_.set_pressure(*instance_, 0.5);
        host_.set_modulation(*instance_, 1);
        for (std::size_t i = 0; i < parameters_.size() && i < 4; ++i)
            host_.set_parameter(*instance_, static_cast<std::uint16_t>(i), parameters_[i].maximum);
        host_.set_quality(*instance_, 0);
        return true;
    }
    bool release() { return check(host_.release(*instance_)); }
    bool done(bool& is_done) { return check(host_.done(*instance_, is_done)); }
    std::array<float, 2 * quantum_frames> frames() const {
        std::array<float, 2 * quantum_frames> all;
        std::memcpy(all.data(), host_.left(), quantum_frames * sizeof(float));
        std::memcpy(all.data() + quantum_frames, host_.right(), quantum_frames * sizeof(float));
        return all;
    }

private:
    bool check(bool ok) {
        if (!ok) fail();
        return ok;
    }
    void fail() {
        fuzz::require_message(host_.error());
        note(host_.error());
    }
    // dsp objects write nowhere but into themselves: what lies behind the last of them is untouched.
    void check_memory() {
        const auto& memory = instance_->memory;
        require(memory.arena_capacity_bytes == 0 || memory.arena_capacity_bytes == fuzz::FuzzHost::arena_bytes,
                "the capacity");
        require(memory.arena_used_bytes <= fuzz::FuzzHost::arena_bytes, "dsp state fits");
        if (memory.arena) {
            const std::uint8_t *arena = memory.arena, *end = arena + fuzz::FuzzHost::arena_bytes;
            const bool untouched = std::all_of(arena + memory.arena_used_bytes, end, [](auto x) { return x == 0; });
            require(untouched, "nothing is written behind the dsp objects");
        }
        note("arena " + std::string(memory.arena_used_bytes / 256, 'x'));
    }

    LuaHost& host_;
    const std::vector<ParameterDescription>& parameters_;
    Instance* instance_ = nullptr;
    std::int64_t frame_ = 0;
};

void play(LuaHost& host, const InstrumentDescription& description, bool compare) {
    std::array<float, 2 * quantum_frames> first{};
    bool began = false;
    {
        Note voice(host, description);
        if (!voice.start(2)) return;
        note("started");
        if (voice.render(0, 64)) {
            began = true;
            first = voice.frames();
            note_output(host.left());
            bool is_done = false;
            if (voice.render(0, 17) && voice.changes() && voice.render(17, 47) && voice.done(is_done) &&
                voice.release() && voice.render(0, 64) && voice.done(is_done))
                note(is_done ? "done" : "played");
        }
    }
    Note again(host, description);
    if (!began || !compare) return;
    if (again.start(2) && again.render(0, 64)) require(same(first, again.frames()), "a note played again is the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const FlushDenormals flush;
    static const auto file = fuzz::file_path("fuzz.lua");
    static fuzz::FuzzHost hosts(true);
    fuzz::put_file("fuzz.lua", {reinterpret_cast<const char*>(data), size});
    auto& host = hosts.next();
    try {
        const auto description = host.describe(file);
        note("described");
        host.load_instrument(0, description);
        note("loaded");
        play(host, description, !may_differ({reinterpret_cast<const char*>(data), size}));
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
