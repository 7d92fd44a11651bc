// ctest: timeout=120
// What the system does to a program that plays: a closed terminal, a suspended program, no rights.
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <termios.h>
#include <unistd.h>
#if defined(__linux__)
#include <linux/capability.h>
#include <sys/prctl.h>
#endif

#include <algorithm>
#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/scenes/program.h"
#include "tests/scenes/sound_file_facts.h"

using namespace forerun;

namespace {

// `forerun play` in a terminal of its own, as the leader of its session: the whole of it is killed with this object.
class PlayingInTerminal {
public:
    explicit PlayingInTerminal(const std::vector<std::string>& options) {
        folder.write("hum.lua",
                     ScriptFolder::voice("return 0.1 * self.osc:next(self.frequency)", "self.osc = dsp.sine()"));
        terminal_ = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
        REQUIRE((terminal_ >= 0 && grantpt(terminal_) == 0 && unlockpt(terminal_) == 0));
        const std::string name = ptsname(terminal_);
        std::vector<std::string> words{FORERUN_PROGRAM, "play",   "hum.lua",  "--device", "clock",  "--midi",
                                       "none",          "--keys", "--record", "m.wav",    "--json", "r.json"};
        words.insert(words.end(), options.begin(), options.end());
        std::vector<char*> arguments;
        for (auto& word : words) arguments.push_back(word.data());
        arguments.push_back(nullptr);
        process_ = fork();
        REQUIRE(process_ >= 0);
        if (process_ == 0) {
            setsid();
            const int own = open(name.c_str(), O_RDWR);
            ioctl(own, TIOCSCTTY, 0);
            for (const int stream : {0, 1, 2}) dup2(own, stream);
            if (chdir(folder.path().c_str()) == 0) execv(FORERUN_PROGRAM, arguments.data());
            _exit(127);
        }
    }
    ~PlayingInTerminal() {
        if (process_ > 0) {
            send(SIGKILL);
            waitpid(process_, nullptr, 0);
        }
        close_terminal();
    }
    PlayingInTerminal(const PlayingInTerminal&) = delete;
    PlayingInTerminal& operator=(const PlayingInTerminal&) = delete;

    // Reads what it prints, for a full terminal would hold it up.
    template <typename Condition>
    bool wait_until(Condition condition) {
        for (int tries = 0; tries < 6000; ++tries) {
            char bytes[4096];
            while (terminal_ >= 0 && read(terminal_, bytes, sizeof bytes) > 0) {
            }
            if (condition()) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        return false;
    }
    bool records_on() {
        const auto more = recorded_bytes() + 100'000;
        return wait_until([&] { return recorded_bytes() > more; });
    }
    void send(int signal) const { kill(process_, signal); }
    void close_terminal() {
        if (terminal_ >= 0) close(terminal_);
        terminal_ = -1;
    }
    int terminal() const { return terminal_; }
    // Its exit code, or below 0 the signal that ended it. Until then it is told `signal` again and again.
    int end(int signal = 0) {
        int status = 0;
        REQUIRE(wait_until([&] {
            send(signal);
            return waitpid(process_, &status, WNOHANG) == process_;
        }));
        process_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }
    nlohmann::json report() const {
        std::ifstream in(folder.path() / "r.json");
        return nlohmann::json::parse(in, nullptr, false);
    }
    std::filesystem::path recording() const { return folder.path() / "m.wav"; }

    const ScriptFolder folder;

private:
    std::int64_t recorded_bytes() const {
        std::error_code none;
        const auto size = std::filesystem::file_size(recording(), none);
        return none ? 0 : static_cast<std::int64_t>(size);
    }
    int terminal_ = -1;
    pid_t process_ = 0;
};

bool is_raw(int terminal) {
    termios settings{};
    return tcgetattr(terminal, &settings) == 0 && (settings.c_lflag & ICANON) == 0;
}

}  // namespace

TEST_CASE("a closed terminal ends play in order, however often it is signalled") {
    PlayingInTerminal playing({});
    REQUIRE(playing.records_on());
    playing.close_terminal();
    CHECK(playing.end(SIGHUP) == 1);  // the report found no terminal
    CHECK(facts_of(playing.recording()).opens);
    CHECK(facts_of(playing.recording()).frames > 12'000);
    CHECK(playing.report()["played_seconds"] > 0.2);
}

TEST_CASE("a program that was suspended goes on where it was, with its keyboard") {
    PlayingInTerminal playing({});
    REQUIRE(playing.records_on());
    CHECK(is_raw(playing.terminal()));
    playing.send(SIGSTOP);
    // A stop of more than a second; and what a shell does to a terminal in that time.
    termios settings{};
    REQUIRE(tcgetattr(playing.terminal(), &settings) == 0);
    settings.c_lflag |= ICANON | ECHO;
    REQUIRE(tcsetattr(playing.terminal(), TCSANOW, &settings) == 0);
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    playing.send(SIGCONT);
    CHECK(playing.wait_until([&] { return is_raw(playing.terminal()); }));
    CHECK(playing.records_on());
    playing.send(SIGTERM);
    CHECK(playing.end() == 0);
    const auto report = playing.report();
    CAPTURE(report.dump());
    CHECK(report["device_abandoned_blocks"] > 100);
    CHECK(report["played_seconds"] < report["wall_seconds"].get<double>() - 1);
    CHECK(facts_of(playing.recording()).opens);
}

#if defined(__linux__)
TEST_CASE("without real-time rights play says what to do, once, and plays") {
    const ScriptFolder folder;
    const auto voice = folder.write("hum.lua", ScriptFolder::voice("return 0")).string();
    const auto json = (folder.path() / "r.json").string();
    const auto outcome = run_shell(FORERUN_PROGRAM " play " + voice + " --device clock --seconds 0.2 --json " + json,
                                   "2>&1 >/dev/null", [] {
                                       // For root, too.
                                       prctl(PR_CAPBSET_DROP, CAP_SYS_NICE, 0, 0, 0);
                                       const rlimit none{0, 0};
                                       setrlimit(RLIMIT_RTPRIO, &none);
                                   });
    CAPTURE(outcome.text);
    CHECK(outcome.code == 0);
    CHECK(std::count(outcome.text.begin(), outcome.text.end(), '\n') == 1);
    CHECK(outcome.text.find("@audio - rtprio 80") != std::string::npos);
    std::ifstream in(json);
    CHECK(nlohmann::json::parse(in)["audio_thread"] == "ordinary");
}
#endif

TEST_CASE("a reader that has gone does not end play before its files are written; nohup is obeyed") {
    const ScriptFolder folder;
    folder.write("hum.lua", ScriptFolder::voice("return 0"));
    const auto in_folder = "cd " + folder.path().string() + "; ";
    CHECK(run_shell(in_folder + FORERUN_PROGRAM " play hum.lua --device clock --seconds 0.2 --json r.json | true",
                    "2>/dev/null")
              .code == 0);
    CHECK(std::filesystem::exists(folder.path() / "r.json"));
    const auto outcome = run_shell(
        in_folder + "trap '' HUP; " FORERUN_PROGRAM
                    " play hum.lua --device clock --seconds 0.7 --record m.wav & program=$!; while [ \"$(stat -c %s "
                    "m.wav 2>/dev/null || echo 0)\" -lt 20000 ]; do kill -0 $program || exit 99; done; kill -HUP "
                    "$program; wait $program",
        ">/dev/null 2>&1");
    CHECK(outcome.code == 0);
    CHECK(facts_of(folder.path() / "m.wav").frames >= 33'600);
}
