// Names and texts that others gave (files, ports, instruments, parameters, presets, errors that quote them) reach terminals,
// reports, JSON and CSV as text, whatever they hold: never as something that is obeyed.
#include <nlohmann/json.hpp>

#include <filesystem>
#include <regex>

#include "rt-engine/midi/midi_driver.h"
#include "script-runtime/sandbox/script_words.h"
#include "shared/text/printable.h"
#include "tests/scenes/live_engine.h"
#include "tests/scenes/program.h"
#include "tests/scenes/program_in_terminal.h"
#include "tools/commands/log_list.h"
#include "tools/commands/midi_list.h"
#include "tools/live/live_picture.h"
#include "tools/live/script_watcher.h"
#include "tools/measure/record/csv.h"
#include "tools/measure/report/report_html.h"
#include "tools/report/error_line.h"
#include "tools/report/json_output.h"
#include "tools/report/print_line.h"
#include "tools/report/run_report.h"
#include "tools/report/text_columns.h"

using namespace forerun;

namespace {

// A title for the terminal's window, a cleared screen, C1 in UTF-8 (CSI), DEL, a turned direction of text, Latin-1, a cut-off
// character, and a line that says something else.
const std::string hostile =
    "a\x1b]0;owned\x07\x1b[2J\xc2\x9b"
    "2J\x7f\xe2\x80\xae\xe2\x81\xa6\xe2\x80\x8f\xf1 \xe2\x82\nforerun: all is well";
// As a file's name: it has no '/'.
const std::string hostile_voice = hostile + ".lua";
// In well-formed UTF-8: a session log keeps such paths as they are.
const std::string logged_voice = "b\x1b[2J\xc2\x9b\xe2\x80\xae\nforerun: all is well.lua";

// What a terminal would obey, or where a byte is no UTF-8; written down again here, so that no fault hides in both.
std::string first_harm(const std::string& text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if ((c < 0x20 && c != '\n') || c == 0x7f) return "control code at " + text.substr(i, 20);
        if (c == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0) return "C1";
        for (const char* turned : {"\xe2\x80\xaa", "\xe2\x80\xab", "\xe2\x80\xac", "\xe2\x80\xad", "\xe2\x80\xae",
                                   "\xe2\x81\xa6", "\xe2\x81\xa7", "\xe2\x81\xa8", "\xe2\x81\xa9", "\xe2\x80\x8f"})
            if (text.compare(i, 3, turned) == 0) return "direction of text";
    }
    static_cast<void>(nlohmann::json(text).dump());  // throws where it is no UTF-8
    return "";
}
// One line more would be one that a name has begun.
bool forges_line(const std::string& text) { return ("\n" + text).find("\nforerun: all is well") != std::string::npos; }

// What is written to a stream of this process meanwhile.
template <typename Function>
std::string written_to(std::FILE* stream, Function function) {
    const ScriptFolder folder;
    const auto file = folder.path() / "written";
    std::fflush(stream);
    const int before = dup(fileno(stream));
    const int to = open(file.c_str(), O_WRONLY | O_CREAT, 0600);
    dup2(to, fileno(stream));
    function();
    std::fflush(stream);
    dup2(before, fileno(stream));
    close(before);
    close(to);
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

struct HostileDriver : MidiDriver {
    std::string name() const override { return "fake"; }
    std::vector<std::string> ports() override { return {hostile + ":out", "Keystation:midi"}; }
    std::unique_ptr<MidiConnection> connect(const std::string&, MidiInput&) override { return nullptr; }
    std::unique_ptr<MidiConnection> connect_virtual(MidiInput&) override { return nullptr; }
};

// A voice and a rig whose every name is hostile, in files that are called so.
struct HostileFolder {
    HostileFolder() {
        for (const auto& name : {hostile_voice, logged_voice})
            folder.write(name, R"(local name = "v\194\155\226\128\174"
return { name = name, parameters = { ["p\194\155\226\128\174"] = { default = 1, minimum = 0, maximum = 2, unit = "\194\155" } },
    start = function(self) print("\27[2Jprinted\194\155\226\128\174") self.n = 0 end, done = function(self) return self.n > 2000 end,
    sample = function(self) self.n = self.n + 1 return 0.1 end })");
        folder.write("broken" + hostile_voice, "return { start = function( }");
        folder.write("fails.lua", ScriptFolder::voice("self.n = self.n + 1 if self.n > 100000 then "
                                                      "error('\\27[2J\\194\\155\\226\\128\\174 oh') end return 0.1",
                                                      "self.n = 0"));
        folder.write(hostile + ".rig.lua",
                     "return { name = '\\194\\155', instruments = { { name = 'i\\194\\155\\226\\128\\174', "
                     "voice = [[" +
                         hostile + ".lua]] } }, presets = { { name = '\\194\\155\\226\\128\\174', values = {} } } }");
    }
    // All that the program says, on both streams.
    std::string said_by(const std::vector<std::string>& arguments, int* code = nullptr) const {
        std::string command = "cd '" + folder.path().string() + "' && " FORERUN_PROGRAM;
        for (const auto& argument : arguments) command += " '" + argument + "'";
        const auto outcome = run_shell(command, "2>&1");
        if (code) *code = outcome.code;
        return outcome.text;
    }
    ScriptFolder folder;
};

}  // namespace

TEST_CASE("printable text stays, everything else becomes a question mark") {
    CHECK(printable("caf\xc3\xa9 \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x8e\xb9 \xc2\xb5s") ==
          "caf\xc3\xa9 \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x8e\xb9 \xc2\xb5s");
    CHECK(printable(hostile) == "a?]0;owned??[2J??2J??????????? ???forerun: all is well");
    CHECK(printable("\xc2\xa0") == "\xc2\xa0");
    CHECK(printable("\xc0\xaf \xed\xa0\x80 \xf4\x90\x80\x80 \xff") == "?? ??? ???? ?");
    CHECK(printable("\xe0\x83\xa9 \xf0\x82\x82\xa9") == "??? ????");  // in more bytes than it needs
    CHECK(printable("\xe2\x80\xa8 \xe2\x80\xa9 \xd8\x9c \xe2\x80\x8e") == "??? ??? ?? ???");
    for (int c = 0; c < 256; ++c) CHECK(first_harm(printable(std::string(1, static_cast<char>(c)) + "x")) == "");
}

TEST_CASE("text is cut between characters") {
    CHECK(printable("aaa\xc3\xa9", 4) == "aaa");
    CHECK(printable("aaa\xc3\xa9", 5) == "aaa\xc3\xa9");
    CHECK(one_line(std::string(499, 'a') + "\xc3\xa9") == std::string(499, 'a'));
}

TEST_CASE("JSON says the name as it is, in escapes where it must not be shown") {
    const std::string name = "\x1b[2J\xc2\x9b\xe2\x80\xae\x7f \xe6\x97\xa5";
    const auto text = json_text({{"name", name}}, 2);
    CHECK(first_harm(text) == "");
    CHECK(nlohmann::json::parse(text)["name"] == name);
    CHECK(text.find("\xe6\x97\xa5") != std::string::npos);
    CHECK(first_harm(json_text({{"name", hostile}})) == "");
}

TEST_CASE("an error that quotes a name is one line that may be shown") {
    const BadInput error("file " + hostile + ": there is none");
    CHECK(first_harm(error.what()) == "");
    CHECK(std::string(error.what()).find('\n') == std::string::npos);
    CHECK(first_harm(one_line(hostile)) == "");
    const auto said = written_to(stderr, [] { print_error(hostile); });
    CHECK(first_harm(said) == "");
    CHECK_FALSE(forges_line(said));
}

TEST_CASE("the list of devices shows ports with any name") {
    std::vector<std::unique_ptr<MidiDriver>> drivers;
    drivers.push_back(std::make_unique<HostileDriver>());
    const auto said = written_to(stdout, [&] { print_midi_ports(drivers); });
    CHECK(first_harm(said) == "");
    CHECK_FALSE(forges_line(said));
    CHECK(said.find("  Keystation:midi (fake)\n") != std::string::npos);
    CHECK(std::count(said.begin(), said.end(), '\n') == 3);
}

TEST_CASE("the live picture and its messages") {
    PictureFigures f;
    f.voices.push_back({.slot = 0, .name = hostile});
    f.instruments.push_back({.name = hostile, .notes = 1});
    f.status = {hostile};
    f.newest_underrun = hostile;
    for (const auto& row : draw_picture(f, {200, 24}, true)) {
        CHECK(first_harm(row) == "");
        CHECK(row.find('\n') == std::string::npos);
    }
    // Wide characters take two columns.
    f.instruments[0].name = f.voices[0].name =
        "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e";
    for (const auto& row : draw_picture(f, {40, 24}, true)) CHECK(columns_of(std::string_view(row)) < 40);
    const auto said = written_to(stderr, [] {
        LivePicture picture;  // no terminal here: messages go to standard error
        picture.message("MIDI from " + hostile);
    });
    CHECK(first_harm(said) == "");
    CHECK_FALSE(forges_line(said));
}

TEST_CASE("the report in text, JSON, CSV and HTML") {
    RunReport r;
    r.rate_hz = 48000;
    r.source = r.output = r.rig = r.recording = r.stems_folder = r.midi_recording = r.script_runtime = hostile;
    r.least_fill = {{{.serial = 1}, hostile}};
    r.midi_ports.push_back({.driver = "jack", .name = hostile});
    r.stems.push_back({.instrument = hostile, .file = hostile});
    r.problems = {{hostile, 1}};
    const auto text = text_of(r);
    CHECK(first_harm(text) == "");
    CHECK_FALSE(forges_line(text));
    CHECK(first_harm(json_of(r)) == "");
    const auto field = measure::csv_text(hostile);
    CHECK(first_harm(field) == "");
    CHECK(field.front() == '"');  // so that a line end in it ends no line of the table
    const nlohmann::ordered_json figures{{"title", "<img src=x onerror=alert(1)>" + hostile}, {"plan", hostile}};
    const auto page = measure::report_html(figures);
    const auto begin = page.find("<title>"), end = page.find("</title>");
    const auto title = page.substr(begin + 7, end - begin - 7);
    CHECK(first_harm(title) == "");
    CHECK(title.find('<') == std::string::npos);
    const auto data = page.find("id=\"figures\">");
    CHECK(first_harm(page.substr(data, page.find("</script", data) - data)) == "");
}

TEST_CASE("what the watcher says of files with any name") {
    const ScriptFolder folder;
    const auto file = folder.write(hostile_voice, ScriptFolder::voice("return 0.1"));
    LiveEngine live(file);
    ScriptWatcher watcher(live.engine);
    folder.write(hostile_voice, ScriptFolder::voice("return 0.1 -- changed"));
    std::vector<std::string> lines;
    REQUIRE(live.wait_until([&] { return !(lines = watcher.take_lines()).empty(); }));
    CHECK(lines[0].find("reloaded") != std::string::npos);
    CHECK(first_harm(lines[0]) == "");
    CHECK(lines[0].find('\n') == std::string::npos);
}

TEST_CASE("the whole program, with files that are called so") {
    const HostileFolder f;
    int code = 0;
    struct Case {
        std::vector<std::string> arguments;
        int code;
    };
    const Case cases[] = {
        {{"render", hostile_voice, "-o", "o.wav", "--json", "/dev/stdout"}, 0},
        {{"render", hostile_voice, "-o", hostile + ".wav"}, 0},
        {{"check", hostile_voice}, 0},
        {{"check", "broken" + hostile_voice}, 2},
        {{"check", hostile + ".rig.lua"}, 2},
        {{"render", "broken" + hostile_voice, "-o", "o.wav"}, 2},
        {{"render", "no" + hostile_voice, "-o", "o.wav"}, 2},
        {{"render", "fails.lua", "-o", "o.wav", "--json", "/dev/stdout"}, 1},
        {{"play", logged_voice, "--device", "clock", "--midi", "none", "--seconds", "0.3", "--record", hostile + ".wav",
          "--log", hostile + ".frlog"},
         0},
        {{"play", hostile_voice, "--device", hostile, "--midi", "none"}, 2},
        {{"play", hostile_voice, "--device", "clock", "--midi", "none", "--preset", hostile}, 2},
        {{"replay", hostile + ".frlog", "-o", "again.wav"}, 0},
        {{"replay", hostile + ".frlog", "--list"}, 0},
        {{"replay", hostile_voice, "-o", "again.wav"}, 2},
        {{"measure", "--check", hostile}, 2},
        {{"measure", "no" + hostile_voice, "-o", "out"}, 2},
        {{hostile}, 2},
        {{"render", "--" + hostile}, 2},
    };
    for (const auto& c : cases) {
        const auto said = f.said_by(c.arguments, &code);
        CAPTURE(c.arguments[0], c.arguments.back(), said);
        CHECK(code == c.code);
        CHECK(first_harm(said) == "");
        CHECK_FALSE(forges_line(said));
    }
}

TEST_CASE("the whole program on a terminal draws its picture and obeys no name") {
    const HostileFolder f;
    const auto outcome = run_in_terminal(
        f.folder.path(), {"play", hostile_voice, "--device", "clock", "--midi", "none", "--seconds", "0.5"}, 100, 30,
        "?");
    CHECK(outcome.code == 0);
    // What the program draws with, and nothing else.
    const auto rest = std::regex_replace(outcome.text, std::regex("\x1b\\[([0-9]*[AJK]|\\?25[hl])|\r"), "");
    CAPTURE(rest);
    CHECK(first_harm(rest) == "");
    CHECK_FALSE(forges_line(rest));
    CHECK(rest.find("\xe2\x80\xae") == std::string::npos);
}
