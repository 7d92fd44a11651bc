// The rooms and the one direction between them: what may include what.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "tests/scenes/catch.h"

namespace fs = std::filesystem;

namespace {

struct Include {
    std::string file;  // relative to the source tree
    std::string what;  // with its quotes or brackets
};

std::vector<Include> includes_of(const std::string& room) {
    const std::regex include(R"(^\s*#\s*include\s*(["<][^">]+[">]))");
    std::vector<Include> found;
    const fs::path root = FORERUN_SOURCE_DIR;
    for (const auto& entry : fs::recursive_directory_iterator(root / room)) {
        const auto extension = entry.path().extension();
        if (extension != ".h" && extension != ".cpp") continue;
        std::ifstream file(entry.path());
        for (std::string line; std::getline(file, line);)
            if (std::smatch match; std::regex_search(line, match, include))
                found.push_back({fs::relative(entry.path(), root).string(), match[1]});
    }
    REQUIRE_FALSE(found.empty());
    return found;
}

bool starts_with_any(const std::string& text, const std::vector<std::string>& beginnings) {
    for (const auto& beginning : beginnings)
        if (text.rfind(beginning, 0) == 0) return true;
    return false;
}

}  // namespace

TEST_CASE("shared/ includes only itself and the standard library") {
    // Compiler headers for the floating-point mode are an exception; so is what the system says about a file that is read.
    const std::regex standard(R"(<[a-z0-9_]+>|<(cstd|c[a-z]+)>|<(xmmintrin|immintrin)\.h>)");
    const std::regex of_files(R"(<(fcntl|unistd|sys/stat)\.h>)");
    for (const auto& include : includes_of("shared")) {
        INFO(include.file << " includes " << include.what);
        if (include.file == "shared/files/file_bytes.cpp" && std::regex_match(include.what, of_files)) continue;
        CHECK((starts_with_any(include.what, {"\"shared/"}) || std::regex_match(include.what, standard)));
    }
}

TEST_CASE("rt-engine/ includes no Lua and nothing of script-runtime/ or tools/") {
    for (const auto& include : includes_of("rt-engine")) {
        INFO(include.file << " includes " << include.what);
        CHECK_FALSE(std::regex_search(include.what, std::regex("lua", std::regex::icase)));
        if (include.what.front() == '"') CHECK(starts_with_any(include.what, {"\"shared/", "\"rt-engine/"}));
    }
}

TEST_CASE("script-runtime/ includes no device, mixer or sound file header") {
    for (const auto& include : includes_of("script-runtime")) {
        INFO(include.file << " includes " << include.what);
        CHECK_FALSE(
            std::regex_search(include.what, std::regex("portaudio|jack/|rtmidi|sndfile|mixer", std::regex::icase)));
        if (include.what.front() == '"') CHECK(starts_with_any(include.what, {"\"shared/", "\"script-runtime/"}));
    }
}

TEST_CASE("inner folders include only what they are built on, and the architecture page names each") {
    // Besides shared/, which all may include, and what lies in the same folder.
    const std::map<std::string, std::string> arrows{
        {"shared", "shared/messages shared/metrics shared/rig shared/text shared/time shared/timeline"},
        {"shared/files", "shared"},
        {"shared/messages", "shared/threads"},
        {"shared/metrics", "shared/messages shared/threads"},
        {"shared/rig", "shared"},
        {"shared/text", ""},
        {"shared/threads", ""},
        {"shared/time", ""},
        {"shared/timeline", "shared/messages shared/time"},
        {"rt-engine", "audio-io conductor mixer session threads"},
        {"rt-engine/audio-io", "threads"},
        {"rt-engine/conductor", ". midi"},
        {"rt-engine/midi", ". audio-io"},
        {"rt-engine/mixer", "threads"},
        {"rt-engine/session", "conductor mixer"},
        {"rt-engine/threads", ""},
        {"script-runtime", "host rig sandbox worker"},
        {"script-runtime/host", "rig sandbox"},
        {"script-runtime/rig", "sandbox"},
        {"script-runtime/sandbox", "host"},
        {"script-runtime/worker", "host sandbox"},
        {"tools", "commands process report"},
        {"tools/commands", "live measure/run options process recording report"},
        {"tools/live", "options process recording report"},
        {"tools/measure/peers", "measure/plan measure/record measure/run process"},
        {"tools/measure/plan", "process report"},
        {"tools/measure/record", "measure/plan measure/statistics recording report"},
        {"tools/measure/report", "report"},
        {"tools/measure/run",
         "live measure/peers measure/plan measure/record measure/report measure/sound measure/statistics options "
         "process "
         "report"},
        {"tools/measure/sound", "measure/plan measure/record"},
        {"tools/measure/statistics", "measure/plan measure/record report"},
        {"tools/options", "recording"},
        {"tools/process", ""},
        {"tools/recording", "options process report"},
        {"tools/report", ""}};
    std::ifstream file(fs::path(FORERUN_SOURCE_DIR) / "docs/architecture.md");
    const std::string page((std::istreambuf_iterator<char>(file)), {});
    for (const char* room : {"shared", "rt-engine", "script-runtime", "tools"}) {
        for (const auto& include : includes_of(room)) {
            if (include.what.front() != '"') continue;
            const auto from = fs::path(include.file).parent_path().string();
            const auto to = fs::path(include.what.substr(1)).parent_path().string();
            INFO(include.file << " includes " << include.what);
            const auto found = arrows.find(from);
            REQUIRE(found != arrows.end());
            CHECK(page.find('`' + from + "/`") != std::string::npos);
            // Between rooms: the tests above. `generated` files have no folder.
            if (to == from || to.empty() || to.find(room) != 0) continue;
            const auto inner = to == room ? "." : to.substr(std::string(room).size() + 1);
            const auto allowed = ' ' + found->second + ' ';
            CHECK((allowed.find(' ' + inner + ' ') != std::string::npos ||
                   allowed.find(' ' + to + ' ') != std::string::npos));
        }
    }
}

TEST_CASE("JSON and files from outside are read in one place each, which bounds them") {
    struct Rule {
        std::regex what;
        std::set<std::string> allowed;
    };
    // Files of the system, and such as a process of ours has just written.
    const Rule rules[] = {{std::regex(R"(\bparse\(.*nullptr, false|[jJ]son::parse\b|json::accept|json::sax_parse)"),
                           {"rt-engine/session/json_text.h"}},
                          {std::regex(R"(\bifstream\b|\bfopen\b|O_RDONLY)"),
                           {"shared/files/file_bytes.cpp", "rt-engine/session/sha256.cpp",
                            "rt-engine/session/session_header.cpp", "rt-engine/session/session_log.cpp",
                            "tools/process/child_process.cpp", "tools/measure/peers/other_system.cpp",
                            "tools/measure/record/provenance.cpp", "tools/measure/record/result_folder.cpp"}}};
    const fs::path root = FORERUN_SOURCE_DIR;
    for (const char* room : {"shared", "rt-engine", "script-runtime", "tools"}) {
        for (const auto& entry : fs::recursive_directory_iterator(root / room)) {
            const auto name = fs::relative(entry.path(), root).string();
            if (entry.path().extension() != ".h" && entry.path().extension() != ".cpp") continue;
            std::ifstream file(entry.path());
            for (std::string line; std::getline(file, line);)
                for (const auto& rule : rules) {
                    INFO(name << ": " << line);
                    CHECK((rule.allowed.contains(name) || !std::regex_search(line, rule.what)));
                }
        }
    }
}

TEST_CASE("only a few functions write to the standard streams, and they let nothing through that a terminal obeys") {
    const std::set<std::string> allowed{"shared/text/printed_lines.cpp", "tools/report/print_line.h",
                                        "tools/live/live_picture.cpp", "tools/live/progress_bar.cpp"};
    const std::regex writes(
        R"(\b(printf|puts|putchar|perror|vprintf)\(|fmt::print\(|std::(cout|cerr|clog)\b|[^a-z](fprintf|fputs|fputc|fwrite)\(.*\bstd(out|err)\b)");
    for (const auto* room : {"shared", "rt-engine", "script-runtime", "tools"})
        for (const auto& entry : fs::recursive_directory_iterator(fs::path(FORERUN_SOURCE_DIR) / room)) {
            const auto extension = entry.path().extension();
            const auto name = fs::relative(entry.path(), FORERUN_SOURCE_DIR).string();
            if ((extension != ".h" && extension != ".cpp") || allowed.count(name) == 1) continue;
            std::ifstream file(entry.path());
            std::string line;
            for (int number = 1; std::getline(file, line); ++number) {
                INFO(name << ":" << number << ": " << line << "; use print_line, print_error or PrintedLines");
                CHECK_FALSE(std::regex_search(line, writes));
            }
        }
}

TEST_CASE("no thread of the product is without a catch: all are GuardedThreads or SizedThreads") {
    // A type's name alone (its id, the number of processors) starts none.
    const std::regex bare(R"(std::j?thread\b(?!::)|std::async\b|\bpthread_create\b|\bthrd_create\b)");
    const std::set<std::string> mechanism{"guarded_thread.h", "sized_thread.h", "sized_thread.cpp"};
    std::size_t guarded = 0;
    for (const char* room : {"shared", "rt-engine", "script-runtime", "tools", "examples"}) {
        for (const auto& entry : fs::recursive_directory_iterator(fs::path(FORERUN_SOURCE_DIR) / room)) {
            const auto extension = entry.path().extension();
            if (extension != ".h" && extension != ".cpp") continue;
            std::ifstream file(entry.path());
            int number = 0;
            for (std::string line; std::getline(file, line);) {
                ++number;
                const auto code = line.substr(0, line.find("//"));
                guarded +=
                    code.find("GuardedThread") != std::string::npos || code.find("SizedThread") != std::string::npos;
                if (mechanism.count(entry.path().filename().string()) == 1) continue;
                INFO(entry.path().string() << ":" << number << ": " << line);
                CHECK_FALSE(std::regex_search(code, bare));
            }
        }
    }
    CHECK(guarded > 20);
}

TEST_CASE("the house has the rooms it says it has") {
    const std::set<std::string> allowed{"CMakeLists.txt", "shared",       "rt-engine",       "script-runtime",
                                        "scripts",        "tools",        "examples",        "tests",
                                        "docs",           "README.md",    "LICENSE",         "Makefile",
                                        "cmake",          "CHANGELOG.md", "CONTRIBUTING.md", "CMakePresets.json"};
    const std::set<std::string> ours{".h", ".cpp", ".c", ".cmake", ".md"};
    const auto is_ours = [&](const fs::path& file) { return ours.count(file.extension().string()) == 1; };
    for (const auto& entry : fs::directory_iterator(FORERUN_SOURCE_DIR)) {
        const auto name = entry.path().filename().string();
        if (name.front() == '.' || name.rfind("build", 0) == 0) continue;
        // Users write voices, and render, log and measure them here, as the README does: a room is what has sources.
        const auto begin =
            entry.is_directory() ? fs::recursive_directory_iterator(entry.path()) : fs::recursive_directory_iterator();
        if (allowed.count(name) == 0 && !is_ours(entry.path()) &&
            std::none_of(begin, fs::recursive_directory_iterator(), [&](const auto& e) { return is_ours(e.path()); }))
            continue;
        INFO(name);
        CHECK(allowed.count(name) == 1);
    }
}
