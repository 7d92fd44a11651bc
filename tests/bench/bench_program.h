// A bench that starts `forerun` as people do, on a JACK server without hardware: its options, its errors and its exit code.
//
// Exit codes: 0 measured, or nothing to measure with; 1 failed; 2 bad options.
#pragma once

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "shared/bad_input.h"
#include "tools/options/option_range.h"
#include "tools/process/child_process.h"
#include "tools/process/stop_signal.h"

namespace forerun::bench {

class BenchProgram {
public:
    enum class Outcome { passed, failed, no_jack_server };

    explicit BenchProgram(std::string name) : app_("", std::move(name)) {
        app_.add_option("--json", json_, "Write the figures into this file")->check(not_empty());
        app_.add_option("--program", program_, "Measure this forerun (default: the one beside this program)")
            ->check(not_empty());
    }

    CLI::App& options() { return app_; }
    const std::string& program() const { return program_; }

    template <typename Json>
    void write(const Json& figures) const {
        if (!json_.empty() && !(std::ofstream(json_) << figures.dump(2) << "\n"))
            throw BadInput("--json " + json_ + ": cannot be written");
    }

    int run(int argc, char** argv, const std::function<Outcome()>& measure) {
        try {
            app_.parse(argc, argv);
        } catch (const CLI::ParseError& error) {
            if (error.get_exit_code() == 0) return app_.exit(error);
            return complain(error.what(), 2);
        }
        try {
            if (!json_.empty() && !std::ofstream(json_)) throw BadInput("--json " + json_ + ": cannot be written");
            if (!program_.empty() && access(program_.c_str(), X_OK) != 0)
                throw BadInput("--program " + program_ + ": no such program");
            if (program_.empty()) program_ = std::filesystem::canonical("/proc/self/exe").parent_path() / "forerun";
            if (access(program_.c_str(), X_OK) != 0) {
                fmt::print("nothing measured: there is no {}; make build\n", program_);
                return 0;
            }
            catch_stop_signals();
            const auto outcome = measure();
            if (outcome == Outcome::no_jack_server)
                fmt::print("nothing measured: no JACK server can be started (jackd with its dummy driver)\n");
            return outcome == Outcome::failed ? 1 : 0;
        } catch (const BadInput& error) {
            return complain(error.what(), 2);
        } catch (const std::exception& error) {
            return complain(error.what(), 1);
        }
    }

private:
    int complain(const std::string& text, int code) const {
        fmt::print(stderr, "{}: {}\n", app_.get_name(), text);
        return code;
    }

    CLI::App app_;
    std::string json_, program_;
};

}  // namespace forerun::bench
