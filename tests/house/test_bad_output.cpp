// ctest: timeout=120
// The other half of test_bad_input.cpp: files that cannot be written, permissions, and what fails when sound is made already.

#include <string>
#include <vector>

#include "tests/scenes/bad_input_row.h"
#include "tests/scenes/catch.h"

using namespace forerun;

namespace {

constexpr rlim_t kibi = 1024;

}  // namespace

TEST_CASE("bad output: names") {
    // What each command makes: the option, and how the rest of the line is written.
    struct Output {
        std::string option, line;
    };
    BadFiles files;
    for (const auto& [option, line] : {Output{"-o", "render hum.lua --seconds 0.1"},
                                       Output{"--record", "play hum.lua --device clock --seconds 0.1"}}) {
        const std::string wrong = line + " " + option + " ";
        for (const auto& row : std::vector<Row>{
                 {"empty name", wrong + "''", {option == "-o" ? "--output" : option, "empty"}},
                 {"no ending", wrong + "out/o", {option + " out/o", ".wav or .flac"}},
                 {"only an ending", wrong + "out/.wav", {option + " out/.wav", ".wav or .flac"}},
                 {"another ending", wrong + "out/o.aiff", {option + " out/o.aiff", ".wav or .flac"}},
                 {"a directory", wrong + "out/dir.wav", {option + " out/dir.wav", "is a directory", "name a file"}},
                 {"no directory", wrong + "no/where/o.wav", {option, "no directory no/where", "make it first"}},
                 {"a file as folder", wrong + "hum.lua/o.wav", {option, "hum.lua is no directory", "another file"}},
                 {"where nothing can be made", wrong + "/proc/o.wav", {option + " /proc/o.wav", "cannot be written"}},
                 {"a pipe", wrong + "out/fifo.wav", {option + " out/fifo.wav", "pipe", "name a file"}},
                 {"a device", wrong + "out/full.wav", {option + " out/full.wav", "device", "name a file"}},
                 {"a long name", wrong + "out/$(printf %300s x | tr ' ' a).wav", {option, "too long", "another file"}},
                 {"a link to itself", wrong + "out/circle.wav", {option + " out/circle.wav", "leads back to itself"}},
                 {"a link into nowhere",
                  wrong + "out/nowhere.wav",
                  {option + " out/nowhere.wav", "no directory /nonexistent", "links to", "make it first"}},
                 {"the input", "render hum.lua -o hum.lua", {"-o hum.lua", ".wav or .flac"}},
                 {"JSON over the sound",
                  wrong + "out/o.wav --json ./out/o.wav",
                  {"--json", "would overwrite " + option}},
                 {"JSON over the script",
                  wrong + "out/o.wav --json ./hum.lua",
                  {"--json", "would overwrite the input"}},
                 {"JSON: empty name", wrong + "out/o.wav --json ''", {"--json", "empty"}},
                 {"JSON: a directory",
                  wrong + "out/o.wav --json out/dir.json",
                  {"--json out/dir.json", "is a directory"}},
                 {"JSON: no directory", wrong + "out/o.wav --json no/o.json", {"--json", "no directory no", "make it"}},
                 {"JSON: a pipe",
                  wrong + "out/o.wav --json out/fifo.json",
                  {"--json out/fifo.json", "pipe", "name a file"}},
                 {"JSON: where nothing can be made",
                  wrong + "out/o.wav --json /proc/o.json",
                  {"--json", "cannot be written"}},
                 {"FLAC of an odd rate",
                  wrong + "out/o.flac --rate 65537",
                  {"out/o.flac", "65537 Hz", "--rate or .wav"}},
             })
            check_row(files, row);
    }
    check_row(files, {"FLAC of floats", "render hum.lua -o out/o.flac --float", {"FLAC", "leave out --float"}});
    check_row(files, {"JSON over the MIDI file",
                      "render piece.mid --rig band.lua -o out/o.wav --json piece.mid",
                      {"--json piece.mid", "would overwrite the input"}});
    check_row(files, {"JSON over the rig",
                      "render piece.mid --rig band.lua -o out/o.wav --json band.lua",
                      {"--json band.lua", "would overwrite the script"}});
}

TEST_CASE("bad output: stems and a MIDI file") {
    const std::string play = "play hum.lua --device clock --seconds 0.1 ";
    BadFiles files;
    for (const auto& row : std::vector<Row>{
             {"empty name", play + "--stems ''", {"--stems", "empty"}},
             {"a file", play + "--stems hum.lua", {"--stems hum.lua", "is no directory", "name a folder"}},
             {"below a file", play + "--stems hum.lua/st", {"--stems hum.lua/st", "cannot be made", "another folder"}},
             {"nowhere", play + "--stems no/where", {"--stems no/where", "no directory no", "make it first"}},
             {"where nothing can be made", play + "--stems /proc", {"--stems /proc", "no file can be made"}},
             {"no folder there", play + "--stems /proc/st", {"--stems /proc/st", "another"}},
             {"a device", play + "--stems /dev/full", {"--stems /dev/full", "is no directory"}},
             {"a folder in a stem's place", play + "--stems taken", {"--stems taken/01-hum.wav", "directory"}},
             {"over the recording",
              play + "--record out/01-hum.wav --stems ./out/../out",
              {"--stems", "would overwrite --record"}},
             {"twice", play + "--stems out/a --stems out/b", {"--stems", "more than once"}},
             {"MIDI: empty name", play + "--record-midi ''", {"--record-midi", "empty"}},
             {"MIDI: another ending", play + "--record-midi out/p.wav", {"--record-midi out/p.wav", "end in .mid"}},
             {"MIDI: no directory", play + "--record-midi no/p.mid", {"--record-midi no/p.mid", "make it first"}},
             {"MIDI: a directory", play + "--record-midi dir.mid", {"--record-midi dir.mid", "is a directory"}},
             {"MIDI: a pipe", play + "--record-midi fifo.mid", {"--record-midi fifo.mid", "pipe"}},
             {"MIDI: where nothing can be made", play + "--record-midi /proc/p.mid", {"/proc/p.mid", "cannot be writ"}},
             {"MIDI: over the input",
              "play piece.mid --rig band.lua --device clock --record-midi ./piece.mid",
              {"--record-midi", "would overwrite the input"}},
             {"MIDI: over JSON",
              play + "--record-midi out/p.mid --json out/p.mid",
              {"--json out/p.mid", "would overwrite --record-midi"}},
         })
        check_row(files, row);
}

TEST_CASE("bad output: a full disk") {
    const std::string play = "play hum.lua --device clock --seconds 0.3";
    check_rows({
        {"WAV",
         "render hum.lua -o out/o.wav --seconds 1",
         {"out/o.wav", "File too large", "make room"},
         1,
         "",
         disk_of(64 * kibi)},
        {"FLAC",
         "render hum.lua -o out/o.flac --seconds 3",
         {"out/o.flac", "File too large", "make room"},
         1,
         "",
         disk_of(16 * kibi)},
        {"at the very end",
         "render hum.lua -o out/o.flac --seconds 0.01",
         {"out/o.flac", "make room"},
         1,
         "",
         disk_of(100)},
        {"JSON, the sound fits",
         "render hum.lua -o out/o.wav --seconds 0.001 --json out/o.json",
         {"--json out/o.json", "File too large", "make room"},
         1,
         "o.wav",
         disk_of(1 * kibi)},
        {"JSON into a full device",
         "render hum.lua -o out/o.wav --seconds 0.1 --json /dev/full",
         {"--json /dev/full", "No space left", "make room"},
         1,
         "o.wav"},
        {"recording, sound and report go on",
         play + " --record out/r.wav --json out/r.json",
         {"recording stopped", "out/r.wav holds", "make room"},
         1,
         "r.json r.wav",
         disk_of(64 * kibi)},
        {"stems, sound goes on",
         play + " --stems out",
         {"recording of stems stopped", "out/01-hum.wav holds", "make room"},
         1,
         "01-hum.wav",
         disk_of(64 * kibi)},
        {"stems in FLAC",
         "play hum.lua --device clock --seconds 1 --stems out --stems-format flac",
         {"recording of stems stopped", "out/01-hum.flac holds", "make room"},
         1,
         "01-hum.flac",
         disk_of(16 * kibi)},
        {"MIDI file",
         "play hum.lua --device clock --seconds 1 --record-midi out/p.mid",
         {"recording of MIDI stopped", "out/p.mid holds 0 messages", "make room"},
         1,
         "p.mid",
         disk_of(34)},
        {"JSON of play into a full device",
         play + " --record out/r.wav --json /dev/full",
         {"--json /dev/full", "No space left"},
         1,
         "r.wav"},
    });
}

TEST_CASE("a rendering that is interrupted leaves nothing, and exit code 130") {
    BadFiles files;
    // Interrupted as soon as sound has been written.
    const auto outcome =
        run_shell("cd " + files.at("").string() +
                      "; " FORERUN_PROGRAM
                      " render hum.lua -o out/o.flac --json out/o.json --seconds 86400 & program=$!; "
                      "while [ \"$(stat -c %s out/.forerun-*.flac 2>/dev/null || echo 0)\" -lt 50000 ]; do "
                      "kill -0 $program || exit 99; done; kill -TERM $program; wait $program",
                  "2>&1 >/dev/null");
    CAPTURE(outcome.text);
    CHECK(outcome.code == 130);
    CHECK(outcome.text == "forerun: stopped; out/o.flac was not written\n");
    CHECK(files.take_what_was_left().empty());
}

TEST_CASE("bad output: standard output") {
    // The table sends it to /dev/null; these send it elsewhere.
    for (const auto* command : {"version", "devices", "render --help", "--help"})
        for (const auto* where : {">/dev/full", ">&-"}) {
            const auto outcome =
                run_shell(std::string("exec " FORERUN_PROGRAM " ") + command, std::string("2>&1 ") + where);
            CAPTURE(command, where, outcome.text);
            CHECK(outcome.code == 1);
            CHECK(outcome.text.rfind("forerun: standard output cannot be written", 0) == 0);
        }
}

TEST_CASE("bad input: permissions, and no threads") {
    if (!nobody_can_run_it()) {
        WARN("NOT TESTED: nobody may enter the folder of " FORERUN_PROGRAM);
        return;
    }
    check_rows({
        {"MIDI", "render secret.mid -o out/o.wav", {"secret.mid", "Permission denied"}, 2, "", become_nobody},
            {"script",     "render secret.lua -o out/o.wav", {"secret.lua", "cannot be read", "permissions"}, 2, "",
             become_nobody},
            {"rig",        "render piece.mid --rig secret.lua -o out/o.wav", {"secret.lua", "permissions"}, 2, "",
             become_nobody},
            {"voice of a rig", "render band_of_secret.lua -o out/o.wav", {"instrument 1", "secret.lua"}, 2, "",
             become_nobody},
            {"sound",
             "render hum.lua -o locked/o.wav",
             {"-o locked/o.wav", "Permission denied", "another file"},
             2,
             "",
             become_nobody},
            {"recording",
             "play hum.lua --device clock --record locked/o.wav",
             {"--record locked/o.wav", "Permission denied"},
             2,
             "",
             become_nobody},
            {"JSON",
             "render hum.lua -o out/o.wav --json locked/o.json",
             {"--json locked/o.json", "Permission denied"},
             2,
             "",
             become_nobody},
#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)  // their runtimes need a thread of their own
            {"threads", "render hum.lua -o out/o.wav", {"threads", "--workers"}, 1, "", become_nobody_without_threads},
#endif
    });
}

TEST_CASE("bad input: scripts that fail when sound is made already") {
    const std::string whole = "out/o.wav is complete";
    std::vector<Row> rows = {
        {"an error", "late_error.lua", {"late_error.lua:7: out of ideas", whole}, 1, "o.json o.wav"},
        {"never returns",
         "late_endless.lua",
         {"late_endless.lua:7: did not return within 100 ms", whole},
         1,
         "o.json o.wav"},
        {"nor in pcall",
         "late_pcall.lua",
         {"late_pcall.lua:7: did not return within 100 ms", whole},
         1,
         "o.json o.wav"},
        {"not a number", "late_nan.lua", {"late_nan.lua", "not numbers", "Check divisions", whole}, 1, "o.json o.wav"},
        {"a million", "late_million.lua", {"late_million.lua", "beyond 64", whole}, 1, "o.json o.wav"},
        {"eats memory", "late_memory.lua", {"late_memory.lua", "more than 256 MiB", whole}, 1, "o.json o.wav"},
        {"in a rig", "band_of_late.lua", {"late_error.lua:7: out of ideas", whole}, 1, "o.json o.wav"},
    };
    for (auto& row : rows) row.command = "render " + row.command + " -o out/o.wav --json out/o.json --tail 0";
    check_rows(rows);
    check_rows({{"play",
                 "play late_error.lua --device clock --seconds 2.5 --record out/r.wav --json out/r.json",
                 {"late_error.lua:7: out of ideas"},
                 1,
                 "r.json r.wav"}});
}
