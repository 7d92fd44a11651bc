#include "tools/live/music_source.h"

#include <algorithm>

#include "rt-engine/midi/ignored_midi.h"
#include "shared/bad_input.h"
#include "shared/files/file_bytes.h"
#include "tools/live/phrase.h"
#include "tools/options/engine_options.h"
#include "tools/report/error_line.h"

namespace forerun {

namespace {

constexpr const char* default_rig = "gm";

// A .lua file, or a name without an ending that no file has: then a voice of the script path.
bool names_script(const std::string& input) {
    const std::filesystem::path path(input);
    std::error_code ignored;
    return path.extension() == ".lua" ||
           (!input.empty() && !path.has_extension() && !std::filesystem::exists(path, ignored));
}

std::filesystem::path script_called(const std::string& name, const std::string& folder, const std::string& option) {
    auto script = find_script(name, folder, option);
    if (holds_midi(script))
        throw BadInput(option + " " + name + ": is a MIDI file, not a script; give it a name that ends in .mid");
    return script;
}

// A rig, or a voice, which is a rig of one instrument.
std::filesystem::path rig_called(const std::string& name) {
    try {
        return script_called(name, "rigs", "--rig");
    } catch (const BadInput&) {
        try {
            return script_called(name, "voices", "--rig");
        } catch (const BadInput&) {
        }
        throw;
    }
}

}  // namespace

bool holds_midi(const std::filesystem::path& file) { return first_bytes(file, 4) == "MThd"; }

MusicSource open_music_source(const std::string& input, const std::string& rig) {
    MusicSource source;
    if (names_script(input)) {
        if (!rig.empty()) throw BadInput("--rig goes with a MIDI file, " + input + " is a script; leave --rig out");
        source.is_script = true;
        source.script = script_called(input, "voices", "input");
        source.music = demonstration_phrase();
        source.name = input;
        return source;
    }
    if (input.empty()) {
        source.music = demonstration_phrase();
        source.name = rig.empty() ? default_rig : rig;
    } else {
        source.music = read_midi_file(input);
        source.name = input;
    }
    source.script = rig_called(rig.empty() ? default_rig : rig);
    return source;
}

namespace {

// What the file asks for and is not done.
void print_remarks(const Engine& engine, const MusicSource& source) {
    for (const auto& line : source.music.remarks) print_error(line);
    for (const auto& line : ignored_midi(source.music, engine.rig(), source.name)) print_error(line);
}

}  // namespace

void load(Engine& engine, const MusicSource& source) {
    const auto& script = source.script;
    if (source.is_script && !engine.is_rig(script)) return engine.load_voice(script);
    try {
        engine.load_rig(script);
    } catch (const BadInput& error) {
        if (source.is_script) throw;
        // A voice is a rig of one instrument. What is neither is reported as an invalid --rig.
        if (std::string_view(error.what()).find("is a voice") == std::string_view::npos)
            throw BadInput(std::string("--rig ") + error.what());
        engine.load_voice(script);
    }
}

std::unique_ptr<Engine> loaded_engine(Configuration configuration, const MusicSource& source) {
    auto engine = std::make_unique<Engine>(configuration);
    engine->report_waiting(print_error);
    load(*engine, source);
    print_remarks(*engine, source);
    const auto needed = std::min<std::uint32_t>(output_channels(engine->rig().buses), max_channels);
    if (needed <= configuration.channels) return engine;
    // What was loaded says so, and an engine keeps the channels it was made with.
    configuration.channels = needed;
    engine = std::make_unique<Engine>(configuration);
    engine->report_waiting(print_error);
    load(*engine, source);
    return engine;
}

}  // namespace forerun
