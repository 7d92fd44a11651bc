#include "tools/music_source.h"

#include "shared/bad_input.h"
#include "tools/engine_options.h"
#include "tools/phrase.h"

namespace forerun {

namespace {

constexpr const char* general_rig = "general";

// A .lua file, or a name without an ending that no file has: then a voice of the script path.
bool names_script(const std::string& input) {
    const std::filesystem::path path(input);
    std::error_code ignored;
    return path.extension() == ".lua" ||
           (!input.empty() && !path.has_extension() && !std::filesystem::exists(path, ignored));
}

}  // namespace

MusicSource open_music_source(const std::string& input, const std::string& rig) {
    MusicSource source;
    if (names_script(input)) {
        if (!rig.empty()) throw BadInput("--rig goes with a MIDI file, " + input + " is a script; leave --rig out");
        source.is_script = true;
        source.script = find_script(input, "voices", "input");
        source.music = demonstration_phrase();
        source.name = input;
        return source;
    }
    if (input.empty()) {
        source.music = demonstration_phrase();
        source.name = rig.empty() ? general_rig : rig;
    } else {
        source.music = read_midi_file(input);
        source.name = input;
    }
    source.script = find_script(rig.empty() ? general_rig : rig, "rigs", "--rig");
    return source;
}

void load(Engine& engine, const MusicSource& source) {
    const auto& script = source.script;
    if (source.is_script && !engine.is_rig(script)) return engine.load_voice(script);
    if (!source.is_script && !engine.is_rig(script))
        throw BadInput("--rig " + script.string() + ": is a voice, not a rig; give it as the input instead");
    engine.load_rig(script);
}

}  // namespace forerun
