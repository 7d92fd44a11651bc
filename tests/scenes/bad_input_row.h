// A row of the table of bad input: what is typed, and everything that must be true afterwards.
#pragma once

#include <grp.h>
#include <sys/resource.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/scenes/bad_files.h"
#include "tests/scenes/program.h"

namespace forerun {

struct Row {
    std::string name;
    std::string command;            // behind "forerun", for a shell in the folder of BadFiles
    std::vector<std::string> says;  // parts of the one line on standard error
    int code = 2;
    std::string left = "";             // files in `out` afterwards, sorted; every one must be whole
    std::function<void()> in_child{};  // limits of the process
};

// A disk that is full after so many bytes.
inline std::function<void()> disk_of(rlim_t bytes) {
    return [bytes] {
        const rlimit limit{bytes, bytes};
        setrlimit(RLIMIT_FSIZE, &limit);
    };
}

// Permissions mean nothing to root, so the program becomes somebody else.
inline void become_nobody() {
    if (geteuid() != 0) return;
    constexpr unsigned nobody = 65534;
    if (setgroups(0, nullptr) != 0 || setgid(nobody) != 0 || setuid(nobody) != 0) _exit(126);
}

inline void become_nobody_without_threads() {
    const rlimit limit{1, 1};
    setrlimit(RLIMIT_NPROC, &limit);
    become_nobody();
}

// False where the program lies in a folder that only root may enter.
inline bool nobody_can_run_it() {
    return run_shell("exec " FORERUN_PROGRAM " version", "2>/dev/null", become_nobody).code == 0;
}

// Exit code, one line without control codes that says what it must, only whole files, no input changed.
inline void check_row(BadFiles& files, const Row& row) {
    constexpr unsigned seconds_that_are_a_hang = 60;
    const auto outcome =
        run_shell("cd " + files.at("").string() + "; exec " FORERUN_PROGRAM " " + row.command, "2>&1 >/dev/null", [&] {
            alarm(seconds_that_are_a_hang);
            if (row.in_child) row.in_child();
        });
    CAPTURE(row.name, row.command, outcome.text);
    CHECK(outcome.code == row.code);
    // On a slow machine lines before say what is waited for.
    auto line = outcome.text;
    for (const char* waits : {"forerun: trying instrument", "forerun: compiling instrument", "forerun: playing "})
        while (line.starts_with(waits)) line.erase(0, line.find('\n') + 1);
    const auto line_end = line.find_first_of("\n\r\x1b\x7f\xff");
    CHECK(line.rfind("forerun: ", 0) == 0);
    CHECK((line_end != line.npos && line_end + 1 == line.size() && line.back() == '\n'));
    for (const auto& part : row.says) {
        CAPTURE(part);
        CHECK(outcome.text.find(part) != std::string::npos);
    }
    CHECK(files.take_what_was_left() == row.left);
    CHECK(files.inputs_are_untouched());
}

inline void check_rows(const std::vector<Row>& rows) {
    BadFiles files;
    for (const auto& row : rows) check_row(files, row);
}

}  // namespace forerun
