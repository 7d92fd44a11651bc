// A folder with every kind of bad input, and what a program left in its folder `out`.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "rt-engine/midi/midi_file.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/script_folder.h"
#include "tests/scenes/sound_file_facts.h"

namespace forerun {

class BadFiles {
public:
    BadFiles() {
        namespace fs = std::filesystem;
        write_midi();
        write_scripts();
        write_voices_that_fail_while_they_play();
        write_rigs();
        for (const auto* name : {"dir.mid", "dir.lua", "taken/01-hum.wav", "out/dir.wav", "out/dir.json"})
            fs::create_directories(at(name));
        for (const auto* name : {"fifo.mid", "fifo.lua"}) REQUIRE(mkfifo(at(name).c_str(), 0600) == 0);
        for (const auto* name : {"out/fifo.wav", "out/fifo.json"}) REQUIRE(mkfifo(at(name).c_str(), 0600) == 0);
        for (const auto* name : {"loop.mid", "loop.lua"}) fs::create_symlink(name, at(name));
        fs::create_symlink("/dev/full", at("out/full.wav"));
        fs::create_symlink("circle.wav", at("out/circle.wav"));
        fs::create_symlink("/nonexistent/sound.wav", at("out/nowhere.wav"));
        fs::permissions(at("out"), fs::perms::all);
        fs::create_directories(at("locked"));
        fs::permissions(at("locked"), fs::perms::owner_read | fs::perms::owner_exec);
        for (const auto* name : {"secret.mid", "secret.lua"}) fs::permissions(at(name), fs::perms::none);
        inputs_ = contents_of("");
        usual_ = contents_of("out");
    }
    ~BadFiles() {
        std::error_code ignored;  // for who is not root
        std::filesystem::permissions(at("locked"), std::filesystem::perms::owner_all, ignored);
    }

    std::filesystem::path at(const std::string& name) const { return folder_.path() / name; }

    // Names of what came into `out`, sorted and separated by blanks; takes it away again. What is there must be whole: sound
    // that opens and is as long as it says, JSON that can be read.
    std::string take_what_was_left() {
        std::string names;
        for (const auto& [name, bytes] : contents_of("out")) {
            if (usual_.count(name) > 0) continue;
            names += (names.empty() ? "" : " ") + name;
            CAPTURE(name);
            if (name.ends_with(".json")) CHECK(nlohmann::json::accept(bytes));
            if (name.ends_with(".mid")) CHECK_NOTHROW(read_midi_file(at("out/" + name)));
            if (name.ends_with(".wav") || name.ends_with(".flac")) CHECK(facts_of(at("out/" + name)).opens);
            std::filesystem::remove(at("out/" + name));
        }
        return names;
    }
    // No file of the input has changed, gone or come.
    bool inputs_are_untouched() const { return contents_of("") == inputs_; }

private:
    // Regular files by name; of large ones only the size.
    std::map<std::string, std::string> contents_of(const std::string& folder) const {
        std::map<std::string, std::string> all;
        for (const auto& entry : std::filesystem::directory_iterator(at(folder))) {
            std::error_code ignored;
            auto& bytes = all[entry.path().filename().string()];
            if (!entry.is_regular_file(ignored)) continue;
            bytes = std::to_string(entry.file_size());
            if (entry.file_size() < (1u << 20)) {
                std::ifstream in(entry.path(), std::ios::binary);
                bytes.assign(std::istreambuf_iterator<char>(in), {});
            }
        }
        return all;
    }

    void write_midi() {
        using namespace std::string_literals;
        const auto header = [](int format, int tracks) {
            return "MThd\0\0\0\6\0"s + char(format) + '\0' + char(tracks) + "\0\x60"s;
        };
        // One note of a quarter.
        const auto track = "MTrk\0\0\0\x0c\0\x90\x3c\x64\x60\x80\x3c\x40\0\xff\x2f\0"s;
        const auto piece = header(0, 1) + track;
        write("piece.mid", piece);
        write("-dash.mid", piece);
        write("midi.lua", piece);
        write("secret.mid", piece);
        write("empty.mid", "");
        write("first_line.frlog", "forerun session log 2\n");
        write("damaged.frlog", "forerun session log 2\nno chunk of a log");
        write("letter.mid", "this is no music at all, it is a letter");
        write("head.mid", piece.substr(0, 10));
        write("cut.mid", piece.substr(0, piece.size() - 6));
        write("patterns.mid", header(2, 2) + track + track);
        write("trackless.mid", header(1, 0));
        write("zip.mid", "\x1f\x8b\x08\0\0\0\0\0\0\3"s);
        write("sound.mid", "RIFF\x24\0\0\0WAVEfmt \x10\0\0\0"s);
        write("strange\n\x1b[31m\xff.mid", "x");
        write("huge.mid", "");
        std::filesystem::resize_file(at("huge.mid"), (std::uintmax_t{64} << 20) + 1);
    }

    void write_scripts() {
        const std::string hum =
            ScriptFolder::voice("return 0.2 * self.osc:next(self.frequency)", "self.osc = dsp.sine()");
        write("hum.lua", hum);
        write("voice.mid", hum);
        write("secret.lua", hum);
        write("empty.lua", "");
        write("seven.lua", "return 7");
        write("syntax.lua", "return {\n  name = 1 +\n}\n");
        write("bytes.lua", "\x1bLJ\x02");
        write("half.lua", hum.substr(0, hum.size() / 2));
        write("huge.lua", std::string((4u << 20) + 1, ' '));
        write("shout.lua", "error('one\\ntwo\\27[31m')");
        write("misspelt.lua", "return { smaple = function(self) return 0 end, done = function(self) return true end }");
        write("unknown.lua", "return { relaese = 1, sample = function(self) return 0 end, done = function(self) end }");
        write("endless.lua", "while true do end");
        write("no_start.lua", ScriptFolder::voice("return 0", "error('not today')"));
        write("no_sample.lua", ScriptFolder::voice("return nothing.at.all"));
        write("endless_start.lua", ScriptFolder::voice("return 0", "while true do end"));
        write("endless_sample.lua", ScriptFolder::voice("while true do end"));
        write("strange\n\x1b[31m.lua", "return 7");
    }

    // Each is well for its first thousand quanta; loading and warming call it less often. The line of the fault is 7.
    void write_voices_that_fail_while_they_play() {
        const auto later = [&](const std::string& name, const std::string& fault) {
            write(
                name,
                "return {\n  done = function(self) return false end,\n  release = function(self) end,\n"
                "  start = function(self, note) self.calls, self.held = 0, {} end,\n  render = function(self, out, n)\n"
                "    self.calls = self.calls + 1\n    if self.calls > 1000 then " +
                    fault +
                    " end\n"
                    "    for i = 1, n do out[i] = 0.1 end\n  end,\n}\n");
        };
        later("late_error.lua", "error('out of ideas')");
        later("late_endless.lua", "while true do end");
        later("late_pcall.lua", "while true do pcall(function() while true do end end) end");
        later("late_nan.lua", "out[1] = 0 / 0 return");
        later("late_million.lua", "out[1] = 1e6 return");
        later("late_memory.lua", "self.held[#self.held + 1] = string.rep('x', 200000 + self.calls)");
    }

    void write_rigs() {
        const auto rig = [&](const std::string& name, const std::string& voice) {
            write(name, "return { instruments = { { voice = '" + voice + "' } } }");
        };
        rig("band.lua", "hum");
        rig("band_of_none.lua", "nowhere");
        rig("band_of_band.lua", "band");
        rig("band_of_syntax.lua", "syntax");
        rig("band_of_secret.lua", "secret");
        rig("band_of_late.lua", "late_error");
        write("band_of_nobody.lua", "return { instruments = {} }");
        write("misspelt_band.lua", "return { instruments = { { voice = 'hum', chanel = 1 } } }");
    }

    void write(const std::string& name, const std::string& text) const { folder_.write(name, text); }

    ScriptFolder folder_;
    std::map<std::string, std::string> inputs_, usual_;
};

}  // namespace forerun
