// `forerun play` as people start it, on the bench's JACK server, played by the torture's keyboard until all is let go.
//
// The second port is pulled out in the middle of its notes and put back, again and again. What is left behind in the folder:
// report.json, record.wav, stems/, session.frlog, forerun's own words in `output`.
#pragma once

#include <nlohmann/json.hpp>

#include <fstream>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/bench/bench_jack_server.h"
#include "tests/bench/torture_keys.h"
#include "tests/bench/torture_plan.h"
#include "tests/bench/wait_until.h"
#include "tools/process/child_process.h"
#include "tools/process/stop_signal.h"

namespace forerun::bench {

struct PulledOut {
    std::size_t mark = 0;  // of pulling; the next one is that of sending again
    double out_seconds = 0, taken_up_seconds = 0;
};

struct TortureFacts {
    std::array<std::uint64_t, TortureKeys::ports> sent{};
    std::uint64_t left_out = 0;
    int xruns = 0;
    std::vector<PulledOut> pulled;
    std::size_t end_mark = 0;
    TortureCounts counts;
    nlohmann::json report;
};

class TortureSession {
public:
    // More than the second between two looks for ports.
    static constexpr double ringing_seconds = 3, silent_seconds = 1.5;

    TortureSession(const std::string& program, const std::filesystem::path& folder, std::uint64_t seed, double seconds)
        : folder_(folder),
          seconds_(seconds),
          random_(seed),
          plan_(seed, seconds),
          forerun_({program, "play", write_torture_rig(folder), "--midi", "torture-keys", "--midi-api", "jack",
                    "--device", "system", "--host-api", "jack", "--stems", folder / "stems", "--record",
                    folder / "record.wav", "--log", folder / "session.frlog", "--json", folder / "report.json"},
                   folder / "output") {}

    TortureFacts play() {
        for (int port = 0; port < TortureKeys::ports; ++port)
            wait_for(60, "forerun does not take up a port", [&] { return keys_.connected(port); });
        wait(0.5);  // JACK takes connections up
        for (int port = 0; port < TortureKeys::ports; ++port) keys_.let_send(port, true);
        keys_.begin(plan_.messages);
        double next_pull = 4;
        while (!keys_.sent_all()) {
            wait(0.005);
            const auto now = keys_.seconds_since_begin();
            if (now > seconds_ + 30) throw std::runtime_error("the JACK server stands still");
            if (now < next_pull || now > seconds_ - 6) continue;
            pull_out();
            next_pull = keys_.seconds_since_begin() + between(2, 8);
        }
        facts_.end_mark = mark();
        wait(ringing_seconds + silent_seconds);
        facts_.sent = {keys_.sent(0), keys_.sent(1)};
        facts_.left_out = keys_.left_out();
        facts_.xruns = keys_.xruns();
        facts_.counts = plan_.counts;
        forerun_.end(SIGINT);
        std::ifstream in(folder_ / "report.json");
        facts_.report = nlohmann::json::parse(in, nullptr, false);
        if (!facts_.report.is_object()) throw std::runtime_error("forerun left no report: " + forerun_.last_line());
        return facts_;
    }

private:
    double between(double least, double most) { return std::uniform_real_distribution<double>(least, most)(random_); }

    void wait(double seconds) {
        wait_until(seconds, [&] { return must_end(); });
        if (stop_requested()) throw std::runtime_error("stopped");
        if (!forerun_.running()) throw std::runtime_error("forerun ended: " + forerun_.last_line());
    }
    bool must_end() { return stop_requested() || !forerun_.running(); }
    void wait_for(double seconds, const char* else_say, const std::function<bool()>& condition) {
        const bool came = wait_until(seconds, [&] { return condition() || must_end(); });
        wait(0);
        if (!came) throw std::runtime_error(else_say + (": " + forerun_.last_line()));
    }

    void pull_out() {
        PulledOut pulled;
        keys_.let_send(1, false);
        wait(0.1);  // what was sent arrives
        pulled.mark = mark();
        keys_.pull_out(1);
        // Every other time it is back before anybody has looked for it.
        pulled.out_seconds = facts_.pulled.size() % 2 ? between(0.1, 0.5) : between(1.7, 3);
        wait(pulled.out_seconds);
        keys_.plug_in(1);
        const auto back = keys_.seconds_since_begin();
        wait_for(5, "a port that came back is not taken up", [&] { return keys_.connected(1); });
        pulled.taken_up_seconds = keys_.seconds_since_begin() - back;
        wait(0.3);  // JACK takes the connection up
        mark();
        keys_.let_send(1, true);
        facts_.pulled.push_back(pulled);
    }
    std::size_t mark() {
        keys_.mark();
        return marks_++;
    }

    const std::filesystem::path folder_;
    const double seconds_;
    std::mt19937_64 random_;
    const TorturePlan plan_;  // longer than the keyboard that reads it
    TortureKeys keys_;
    ChildProcess forerun_;
    std::size_t marks_ = 0;
    TortureFacts facts_;
};

}  // namespace forerun::bench
