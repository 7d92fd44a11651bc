// Another program, started by a cell and never outliving it; what it says goes into a file.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace forerun::measure {

// A program that this name means in PATH.
bool is_program(const std::string& name);

class SystemProcess {
public:
    // The first word is the program. Throws std::runtime_error: no new process.
    SystemProcess(const std::vector<std::string>& words, const std::filesystem::path& says);
    ~SystemProcess();
    SystemProcess(const SystemProcess&) = delete;
    SystemProcess& operator=(const SystemProcess&) = delete;

    bool running();
    // Time of all its threads so far, in user and system; 0 where /proc does not tell.
    double cpu_seconds() const;
    // The last line that it said.
    std::string last_words() const;
    // The first one with a digit in it: a version, where it was asked for that.
    std::string first_words_with_digit() const;

private:
    const std::filesystem::path says_;
    pid_t process_ = 0;
};

}  // namespace forerun::measure
