// A temporary folder of scripts for one test, and a host that looks there and in the project's own scripts.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "script-runtime/host/lua_host.h"
#include "shared/bad_input.h"
#include "shared/threads/flush_denormals.h"

namespace forerun {

class ScriptFolder {
public:
    ScriptFolder() {
        static int number = 0;
        folder_ = std::filesystem::temp_directory_path() /
                  ("forerun-test-" + std::to_string(::getpid()) + "-" + std::to_string(++number));
        std::filesystem::create_directories(folder_);
    }
    ~ScriptFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    ScriptFolder(const ScriptFolder&) = delete;
    ScriptFolder& operator=(const ScriptFolder&) = delete;

    std::filesystem::path write(const std::string& name, const std::string& text) const {
        const auto file = folder_ / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << text;
        return file;
    }
    const std::filesystem::path& path() const { return folder_; }

    // A voice that says when it is done, with these bodies. `top` stands at the top of the file.
    static std::string voice(const std::string& sample, const std::string& start = "", const std::string& top = "") {
        return "local dsp = require \"dsp\"\n" + top + "\nreturn { start = function(self, note)\n" + start +
               "\nend, done = function(self) return false end,\nsample = function(self)\n" + sample + "\nend }\n";
    }

private:
    std::filesystem::path folder_;
};

inline LuaHostOptions host_options() {
    LuaHostOptions options;
    options.script_path = {std::filesystem::path(FORERUN_SOURCE_DIR) / "scripts"};
    return options;
}

// What BadInput says, or empty when nothing is thrown.
template <typename Function>
std::string bad_input(Function function) {
    try {
        function();
    } catch (const BadInput& error) {
        return error.what();
    }
    return {};
}

// Loads a voice as instrument 0 and starts one note. What went wrong is in error(), which then ends with instance() null.
class Player {
public:
    explicit Player(const std::filesystem::path& script, const LuaHostOptions& options = host_options())
        : host(options) {
        try {
            description = host.describe(script);
            host.load_instrument(0, description);
        } catch (const BadInput& problem) {
            error = problem.what();
        }
    }
    bool start(StartNote note = {}) {
        if (!error.empty()) return false;
        for (const auto& parameter : description.parameters) values_.push_back(parameter.value);
        note.parameters = values_;
        if (instance) host.give_back(instance);
        instance = host.take(0);
        frame_ = 0;
        return check(instance && host.start(*instance, note));
    }
    // The next quantum, in parts of `part` frames.
    bool render(int part = static_cast<int>(quantum_frames)) {
        for (int first = 0; first < quantum_frames; first += part) {
            const int frames = std::min(part, static_cast<int>(quantum_frames) - first);
            if (!check(host.render(*instance, frame_, first, frames))) return false;
        }
        frame_ += quantum_frames;
        return true;
    }
    bool check(bool ok) {
        if (!ok) error = host.error();
        return ok;
    }

private:
    FlushDenormals flush_;  // before the host

public:
    LuaHost host;
    InstrumentDescription description;
    Instance* instance = nullptr;
    std::string error;

private:
    std::vector<float> values_;
    std::int64_t frame_ = 0;
};

}  // namespace forerun
