// ctest: timeout=120
// Every input of every command, and what can be wrong with it. The answer is always one line with what, where and what to
// do; exit code 2 for usage and input that cannot be used, 1 where something failed while sound was made; and nothing
// half-written is left that looks whole. A row says what is typed and what must be true afterwards.

#include <string>
#include <vector>

#include "tests/scenes/bad_input_row.h"
#include "tests/scenes/catch.h"

using namespace forerun;

namespace {

const std::string to_wav = " -o out/o.wav --seconds 0.1";
const std::string replay_output = " -o out/o.wav";
const std::string on_clock = " --device clock --seconds 0.1";

}  // namespace

TEST_CASE("bad input: commands") {
    check_rows({
        {"no command", "", {"no command", "devices, measure", "forerun --help"}},
        {"unknown command", "sing", {"\"sing\" is no command", "render", "forerun --help"}},
        {"empty command", "''", {"\"\" is no command", "forerun --help"}},
        {"option without a command", "--loud", {"--loud is no option of forerun", "forerun --help"}},
        {"command with line ends", "\"$(printf 'si\\nng\\033[31m')\"", {"si?ng?[31m", "no command"}},
        {"render, nothing", "render", {"input is required", "forerun render --help"}},
        {"render, no output", "render hum.lua", {"--output is required", "forerun render --help"}},
        {"render, no input", "render -o out/o.wav", {"input is required", "forerun render --help"}},
        {"render, two inputs", "render hum.lua piece.mid" + to_wav, {"\"piece.mid\"", "too many"}},
        {"render, unknown option", "render hum.lua --loud" + to_wav, {"--loud is no option of forerun render"}},
        {"render, unknown letter", "render hum.lua -x" + to_wav, {"-x is no option of forerun render"}},
        {"render, name like an option", "render -dash.mid" + to_wav, {"-dash.mid", "written ./-dash.mid"}},
        {"render, options behind --", "render -- -dash.mid" + to_wav, {"--", "every option before it"}},
        {"render, option of play", "render hum.lua --keys" + to_wav, {"--keys is no option of forerun render"}},
        {"play, nothing", "play --midi none", {"nothing to play", "--keys"}},
        {"play, only a rig", "play --midi none --rig band.lua" + on_clock, {"nothing to play"}},
        {"midi, channels", "play --midi key@17" + on_clock, {"--midi key@17", "from 1 to 16"}},
        {"midi, none and one", "play --midi none --midi key" + on_clock, {"--midi none", "leave one out"}},
        {"midi, empty", "play --midi ''" + on_clock, {"--midi", "empty"}},
        {"midi system unknown", "play --midi all --midi-api tape" + on_clock, {"tape", "no such MIDI system"}},
        {"play, unknown option", "play hum.lua --loud" + on_clock, {"--loud is no option of forerun play"}},
        {"play, two inputs", "play hum.lua piece.mid" + on_clock, {"\"piece.mid\"", "too many"}},
        {"play, keys without a terminal", "play --keys", {"--keys", "not a terminal", "without a redirection"}},
        {"check, nothing", "check", {"file is required", "forerun check --help"}},
        {"check, unknown option", "check hum.lua --loud", {"--loud is no option of forerun check"}},
        {"check, option of render", "check hum.lua --json x.json", {"--json is no option of forerun check"}},
        {"devices, argument", "devices loud", {"\"loud\"", "forerun devices --help"}},
        {"devices, unknown option", "devices --loud", {"--loud is no option of forerun devices"}},
        {"version, argument", "version loud", {"\"loud\"", "forerun version --help"}},
        {"version, unknown option", "version --loud", {"--loud is no option of forerun version"}},
    });
}

TEST_CASE("bad input: numbers") {
    struct Option {
        std::string name;
        std::vector<std::string> values;  // beside those that are no number for anybody
    };
    const std::vector<Option> shared = {
        {"--rate", {"0", "7", "7999", "384001", "10000000", "-48000", "44100.5", "1e4", "0xBB80"}},
        {"--block", {"0", "4097", "100000", "-1", "1.5", "64x"}},
        {"--depth", {"0", "-1", "4194305", "1e3"}},
        {"--workers", {"0", "65", "10000", "-1"}},
        {"--voices", {"0", "1001", "-5"}},
        {"--seed", {"-1", "1.5", "18446744073709551616"}},
        {"--seconds", {"0", "-1", "86401", "1,5", "0x1", "'1 s'"}},
    };
    BadFiles files;
    const auto check = [&](const std::string& command, const Option& option) {
        auto values = option.values;
        values.insert(values.end(), {"''", "nan", "inf", "99999999999999999999999"});
        for (const auto& value : values)
            check_row(files, {option.name + " " + value,
                              command + " " + option.name + " " + value,
                              {option.name + ":", "number between", "--help"}});
        check_row(files, {option.name + ", no value", command + " " + option.name, {option.name, "needs a value"}});
    };
    for (const auto& option : shared) {
        check("render hum.lua -o out/o.wav", option);
        check("play hum.lua --device clock", option);
    }
    check("render hum.lua -o out/o.wav", {"--tail", {"-1", "3601"}});
    check("play hum.lua --device clock", {"--event-delay", {"-1", "1048577", "1.5"}});
}

TEST_CASE("bad input: other options") {
    check_rows({
        {"rate twice", "render hum.lua --rate 48000 --rate 44100" + to_wav, {"--rate", "more than once"}},
        {"jit", "render hum.lua --jit maybe" + to_wav, {"--jit", "maybe", "on", "off"}},
        {"jit, play", "play hum.lua --jit ''" + on_clock, {"--jit", "on", "off"}},
        {"trust", "render hum.lua --trust=7" + to_wav, {"--trust", "takes no value"}},
        {"no-quality", "play hum.lua --no-quality=no" + on_clock, {"--no-quality", "takes no value"}},
        {"float", "render hum.lua --float=2" + to_wav, {"--float", "takes no value"}},
        {"trust, check", "check hum.lua --trust=7", {"--trust", "takes no value"}},
        {"quiet", "devices --quiet=2", {"--quiet", "takes no value"}},
        {"float and pcm24", "render hum.lua --float --pcm24" + to_wav, {"--pcm24 excludes --float", "one of the two"}},
        {"seconds and tail", "render hum.lua --tail 1" + to_wav, {"--seconds excludes --tail", "one of the two"}},
        {"pcm24, no recording", "play hum.lua --pcm24" + on_clock, {"--pcm24", "nothing is recorded", "--stems"}},
        {"format of no stems", "play hum.lua --stems-format flac" + on_clock, {"--stems-format requires --stems"}},
        {"format of stems", "play hum.lua --stems out/st --stems-format mp3" + on_clock, {"--stems-format", "mp3"}},
        {"more than fits into memory",
         "render hum.lua --depth 4194304 --voices 1000" + to_wav,
         {"--voices 1000", "--depth 4194304", "GiB", "choose less"}},
        {"the same, play", "play hum.lua --depth 4194304 --voices 1000" + on_clock, {"--depth 4194304", "GiB"}},
        {"device unknown", "play hum.lua --device no-such-device", {"--device", "no-such-device", "clock"}},
        {"device number", "play hum.lua --device 99", {"--device 99", "clock"}},
        {"device empty", "play hum.lua --device ''", {"--device", "empty"}},
        {"host API unknown", "play hum.lua --host-api no-such-api", {"--host-api", "no-such-api", "there are"}},
        {"host API empty", "play hum.lua --host-api ''", {"--host-api", "empty"}},
        {"host API of the clock", "play hum.lua --host-api alsa" + on_clock, {"--host-api alsa", "leave one out"}},
    });
}

TEST_CASE("bad input: session logs") {
    check_rows({
        {"missing", "replay none.frlog" + replay_output, {"none.frlog", "No such file", "check the path"}},
        {"no name", "replay" + replay_output, {"log", "--help"}},
        {"no output", "replay hum.lua", {"-o is missing", "--list"}},
        {"empty", "replay empty.mid" + replay_output, {"empty.mid", "is no session log"}},
        {"a voice", "replay hum.lua" + replay_output, {"hum.lua", "is no session log", "play --log"}},
        {"a directory", "replay dir.mid" + replay_output, {"dir.mid", "cannot be read"}},
        {"only its first line", "replay first_line.frlog" + replay_output, {"first_line.frlog", "nothing to replay"}},
        {"damaged", "replay damaged.frlog" + replay_output, {"damaged.frlog", "damaged at byte 22"}},
        {"list, damaged", "replay damaged.frlog --list", {"damaged.frlog", "damaged at byte 22"}},
        {"log of no file", "play hum.lua --log out" + on_clock, {"--log", "is a directory"}},
        {"log into no folder", "play hum.lua --log none/s.frlog" + on_clock, {"--log", "no directory"}},
        {"log over the voice", "play hum.lua --log hum.lua" + on_clock, {"--log", "would overwrite"}},
        {"log empty", "play hum.lua --log ''" + on_clock, {"--log", "empty"}},
    });
}

TEST_CASE("bad input: MIDI files") {
    const std::string rig = " --rig band.lua";
    std::vector<Row> rows = {
        {"missing", "none.mid", {"none.mid", "No such file", "check the path"}},
        {"empty name", "''", {"input", "empty"}},
        {"empty", "empty.mid", {"empty.mid", "is empty", "give a Standard MIDI File"}},
        {"a device that is empty", "/dev/null", {"/dev/null", "is empty"}},
        {"a device without end", "/dev/zero", {"/dev/zero", "larger than 64 MiB"}},
        {"too large", "huge.mid", {"huge.mid", "larger than 64 MiB"}},
        {"a letter", "letter.mid", {"letter.mid", "byte 0", "not a MIDI file"}},
        {"a WAV", "sound.mid", {"sound.mid", "byte 8", "RIFF", "give a Standard MIDI File"}},
        {"gzip", "zip.mid", {"zip.mid", "gzip", "unpack it"}},
        {"a script", "voice.mid", {"voice.mid", "not a MIDI file"}},
        {"cut off in its header", "head.mid", {"head.mid", "byte 10", "inside its header", "get a whole copy"}},
        {"cut off in a track", "cut.mid", {"cut.mid", "inside track 1", "get a whole copy"}},
        {"format 2", "patterns.mid", {"patterns.mid", "format 2", "save it as"}},
        {"no track", "trackless.mid", {"trackless.mid", "no track", "nothing to play"}},
        {"a directory", "dir.mid", {"dir.mid", "is a directory", "give a Standard MIDI File"}},
        {"a pipe", "fifo.mid", {"fifo.mid", "pipe", "nobody writes"}},
        {"a link to itself", "loop.mid", {"loop.mid", "cannot be opened", "check the path"}},
        {"a long name", "$(printf %5000s x | tr ' ' a).mid", {"aaax.mid", "too long"}},
        {"a strange name", "strange*.mid", {"strange??[31m?.mid", "byte 0", "not a MIDI file"}},
        {"a file as folder", "piece.mid/piece.mid", {"piece.mid/piece.mid", "Not a directory"}},
    };
    for (auto& row : rows) row.command = "render " + row.command + rig + to_wav;
    check_rows(rows);
    check_rows({
        {"missing, play", "play none.mid" + on_clock, {"none.mid", "check the path"}},
        {"cut off, play", "play cut.mid --record out/r.wav" + on_clock, {"cut.mid", "get a whole copy"}},
        {"a pipe, play", "play fifo.mid" + on_clock, {"fifo.mid", "nobody writes"}},
        {"empty name, play", "play ''" + on_clock, {"input", "empty"}},
    });
}

TEST_CASE("bad input: scripts") {
    std::vector<Row> rows = {
        {"missing", "none.lua", {"none.lua", "no such file", "check the name or set FORERUN_PATH"}},
        {"missing by name", "no-such-voice", {"no-such-voice", "no such file", "FORERUN_PATH"}},
        {"empty", "empty.lua", {"empty.lua", "returns nothing", "return {"}},
        {"returns a number", "seven.lua", {"seven.lua", "returns a number", "return {"}},
        {"a MIDI file", "midi.lua", {"midi.lua", "is a MIDI file", ".mid"}},
        {"bytecode", "bytes.lua", {"bytes.lua", "bytecode", "give the source"}},
        {"too large", "huge.lua", {"huge.lua", "longer than 4 MiB"}},
        {"a directory", "dir.lua", {"dir.lua", "is a directory", "name a Lua file"}},
        {"a pipe", "fifo.lua", {"fifo.lua", "pipe", "name a Lua file"}},
        {"a link to itself", "loop.lua", {"loop.lua", "cannot be opened", "name a Lua file"}},
        {"a long name", "$(printf %5000s x | tr ' ' a).lua", {"aaax.lua", "too long"}},
        {"a strange name", "strange*.lua", {"strange", "[31m.lua", "returns a number"}},
        {"syntax", "syntax.lua", {"syntax.lua:3: unexpected symbol near '}'"}},
        {"sample misspelt", "misspelt.lua", {"misspelt.lua", "no instruments", "in a voice sample or render"}},
        {"another word misspelt", "unknown.lua", {"unknown.lua", "\"relaese\" is not known", "there are"}},
        {"an error with line ends", "shout.lua", {"shout.lua:1: one two"}},
        {"fails in start", "no_start.lua", {"no_start.lua:4: not today"}},
        {"fails in sample", "no_sample.lua", {"no_sample.lua:7", "nothing"}},
        {"never returns", "endless.lua", {"endless.lua:1: did not return within 100 ms"}},
        {"start never returns", "endless_start.lua", {"endless_start.lua:4: did not return within 100 ms"}},
        {"sample never returns", "endless_sample.lua", {"endless_sample.lua:7: did not return within 100 ms"}},
        {"with a rig", "hum.lua --rig band.lua", {"--rig", "hum.lua is a script", "leave --rig out"}},
    };
    for (auto& row : rows) row.command = "render " + row.command + to_wav;
    check_rows(rows);
    check_rows({
        {"missing, play", "play none.lua" + on_clock, {"none.lua", "FORERUN_PATH"}},
        {"syntax, play", "play syntax.lua --record out/r.wav" + on_clock, {"syntax.lua:3"}},
        {"syntax, without a sound card", "play syntax.lua --seconds 0.1", {"syntax.lua:3"}},
    });
}

TEST_CASE("bad input: rigs") {
    std::vector<Row> rows = {
        {"missing", "none.lua", {"--rig none.lua", "no such file", "FORERUN_PATH"}},
        {"missing by name", "nowhere", {"--rig nowhere", "no such file", "FORERUN_PATH"}},
        {"empty name", "''", {"--rig", "empty"}},
        {"empty", "empty.lua", {"--rig empty.lua", "returns nothing", "instruments"}},
        {"a number", "seven.lua", {"--rig seven.lua", "returns a number", "instruments"}},
        {"a MIDI file", "midi.lua", {"--rig midi.lua", "is a MIDI file"}},
        {"a directory", "dir.lua", {"--rig dir.lua", "is a directory"}},
        {"a pipe", "fifo.lua", {"--rig fifo.lua", "pipe"}},
        {"a device", "/dev/zero", {"--rig /dev/zero", "device"}},
        {"a link to itself", "loop.lua", {"--rig loop.lua", "cannot be opened"}},
        {"syntax", "syntax.lua", {"syntax.lua:3"}},
        {"never returns", "endless.lua", {"endless.lua:1: did not return within 100 ms"}},
        {"without instruments", "band_of_nobody.lua", {"band_of_nobody.lua", "instruments is empty", "at least one"}},
        {"a voice that is missing",
         "band_of_none.lua",
         {"band_of_none.lua: instrument 1", "\"nowhere\"", "FORERUN_PATH"}},
        {"a voice that is a rig", "band_of_band.lua", {"instrument 1", "band.lua", "is a rig, not a voice"}},
        {"a voice with an error", "band_of_syntax.lua", {"instrument 1", "syntax.lua:3"}},
        {"a word misspelt", "misspelt_band.lua", {"misspelt_band.lua: instrument 1", "\"chanel\" is not known"}},
    };
    for (auto& row : rows) row.command = "render piece.mid --rig " + row.command + to_wav;
    check_rows(rows);
    check_rows({
        {"a rig as the input, with a fault", "render band_of_none.lua" + to_wav, {"band_of_none.lua: instrument 1"}},
        {"missing, play", "play piece.mid --rig nowhere" + on_clock, {"--rig nowhere", "FORERUN_PATH"}},
    });
}

TEST_CASE("bad input: voices and rigs to be checked") {
    std::vector<Row> rows = {
        {"missing", "none.lua", {"file none.lua", "no such file", "check the name or set FORERUN_PATH"}},
        {"missing by name", "no-such-voice", {"no-such-voice", "no such file", "FORERUN_PATH"}},
        {"empty name", "''", {"file", "empty"}},
        {"empty", "empty.lua", {"empty.lua", "returns nothing", "return {"}},
        {"returns a number", "seven.lua", {"seven.lua", "returns a number", "return {"}},
        {"a MIDI file", "piece.mid", {"file piece.mid", "is a MIDI file", "name a voice or a rig"}},
        {"a MIDI file called a script", "midi.lua", {"file midi.lua", "is a MIDI file"}},
        {"bytecode", "bytes.lua", {"bytes.lua", "bytecode", "give the source"}},
        {"too large", "huge.lua", {"huge.lua", "longer than 4 MiB"}},
        {"a directory", "dir.lua", {"dir.lua", "is a directory", "name a Lua file"}},
        {"a pipe", "fifo.lua", {"fifo.lua", "pipe", "name a Lua file"}},
        {"a device", "/dev/zero", {"/dev/zero", "device", "name a Lua file"}},
        {"a link to itself", "loop.lua", {"loop.lua", "cannot be opened", "name a Lua file"}},
        {"a long name", "$(printf %5000s x | tr ' ' a).lua", {"aaax.lua", "too long"}},
        {"a strange name", "strange*.lua", {"strange", "[31m.lua", "returns a number"}},
        {"cut off", "half.lua", {"half.lua:", "near '<eof>'"}},
        {"syntax", "syntax.lua", {"syntax.lua:3: unexpected symbol near '}'"}},
        {"sample misspelt", "misspelt.lua", {"misspelt.lua", "no instruments", "in a voice sample or render"}},
        {"an error with line ends", "shout.lua", {"shout.lua:1: one two"}},
        {"fails in start", "no_start.lua", {"no_start.lua:4: not today"}},
        {"fails in sample", "no_sample.lua", {"no_sample.lua:7", "nothing"}},
        {"fails after a second", "late_error.lua", {"late_error.lua:7: out of ideas"}},
        {"never returns", "endless.lua", {"endless.lua:1: did not return within 100 ms"}},
        {"never returns after a second", "late_endless.lua", {"late_endless.lua:7: did not return within 100 ms"}},
        {"the same, inside pcall", "late_pcall.lua", {"late_pcall.lua:7: did not return within 100 ms"}},
        {"takes all memory", "late_memory.lua", {"late_memory.lua", "used more than 256 MiB of memory"}},
        {"a rig without instruments", "band_of_nobody.lua", {"band_of_nobody.lua", "instruments is empty"}},
        {"a rig, a voice that is missing", "band_of_none.lua", {"band_of_none.lua: instrument 1", "\"nowhere\""}},
        {"a rig, a voice with an error", "band_of_syntax.lua", {"instrument 1", "syntax.lua:3"}},
        {"a rig, a voice that fails later", "band_of_late.lua", {"late_error.lua:7: out of ideas"}},
        {"a broken one between others", "hum.lua syntax.lua band.lua", {"syntax.lua:3"}},
    };
    for (auto& row : rows) row.command = "check " + row.command;
    check_rows(rows);
}
