// libFuzzer target for voice scripts: whatever the text is, describing it, loading it and playing notes with it ends
// within the watchdog's limit, either well or with one line that says why, and stays in its own memory.
//
// Two voices of one script with one seed must also give the same frames: the first runs in the interpreter, the second
// partly compiled. Built by cmake/fuzz.cmake, run by run.sh. An input is a Lua file, made of the words in script.words.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <vector>

#include "script-runtime/host/instance.h"
#include "shared/bad_input.h"
#include "shared/threads/flush_denormals.h"
#include "tests/fuzz/fuzz_host.h"
#include "tests/fuzz/lua_mutator.h"
#include "tests/fuzz/memory_files.h"

namespace {

using namespace forerun;
using fuzz::note;
using fuzz::require;

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
        host_.set_pitch(*instance_, 440, 1.06);
        host_.set_control(*instance_, VoiceControl::pressure, 0.5);
        host_.set_control(*instance_, VoiceControl::modulation, 1);
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

const char* forerun::fuzz::words_file() { return "script.words"; }

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
