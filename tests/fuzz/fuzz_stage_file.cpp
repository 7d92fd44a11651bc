// libFuzzer target for stage files: whatever the text is, it is refused in one line, or gives controllers and presets that the
// rig has, and what is learned then is still there when the file is read again.
//
// Built by cmake/fuzz.cmake, run by run.sh.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "rt-engine/session/json_text.h"
#include "tools/live/stage_file.h"
#include "tools/recording/output_file.h"

namespace {

using namespace forerun;

constexpr const char* place = "fuzz.stage.json";

void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "fuzz_stage_file: broken promise: %s\n", what);
    std::abort();
}

const Rig& rig() {
    static const Rig band = [] {
        Rig r;
        r.instruments.resize(2);
        r.instruments[0].name = "bass";
        r.instruments[0].parameters = {{"cutoff", 900, 20, 18000, "Hz", true, 900}, {"drive", 1, 0, 4, "", false, 1}};
        r.instruments[1].name = "pad";
        r.instruments[1].parameters = {{"cutoff", 0.5f, 0, 1, "", false, 0.5f}};
        return r;
    }();
    return band;
}

// The disk.
std::string& written() {
    static std::string text;
    return text;
}

const ParameterDescription& parameter(std::uint16_t instrument, std::uint16_t index) {
    require(instrument < rig().instruments.size(), "an instrument");
    require(index < rig().instruments[instrument].parameters.size(), "a parameter");
    return rig().instruments[instrument].parameters[index];
}

std::size_t check(StageFile& file) {
    const auto learned = file.learned(rig());
    for (const auto& m : learned) {
        require(m.targets.size() == 1 && m.learned, "a controller moves one parameter");
        require(m.number < (m.nrpn ? 16384 : 120) && m.channel_mask != 0, "a controller has a number and a channel");
        parameter(m.targets[0].instrument, m.targets[0].parameter);
    }
    for (const auto& preset : file.presets(rig())) {
        require(!preset.name.empty() && preset.name.size() <= 200 && !preset.values.empty(), "a preset has a name");
        require(preset.program.value_or(0) < 128, "a preset's program");
        for (const auto& v : preset.values) {
            parameter(v.instrument, v.parameter);
            require(v.value >= -1e9f && v.value <= 1e9f, "a preset's value");
        }
    }
    const auto remarks = file.take_remarks();
    require(remarks.size() <= 200, "remarks are few");
    for (const auto& remark : remarks) require(remark.size() < 400, "remarks are short");
    return learned.size();
}

}  // namespace

// The stage file's, which would write to the disk.
void forerun::write_text(const NamedFile&, const std::string& text) { written() = text; }

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        StageFile file(place, {reinterpret_cast<const char*>(data), size});
        check(file);
        ControllerMapping mapping;
        mapping.number = 74;
        mapping.channel_mask = 1;
        mapping.targets = {{1, 0, 0, 1, 1, false}};
        file.learn(rig(), mapping);
        StageFile again(place, written());
        require(check(again) >= 1, "what was learned is in the file");
    } catch (const JsonFault& fault) {
        const std::string_view what = fault.what();
        require(!what.empty() && what.size() < 400, "a fault is said");
    }
    return 0;
}
