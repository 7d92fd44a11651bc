// A JACK server of the bench's own, without hardware, for this process and the programs that it starts.
//
// It waits for late clients (jackd -S): without that a client that is late in a cycle loses what was sent to it in that
// cycle, and messages were lost before they reach forerun.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "tests/bench/jack_client.h"
#include "tests/bench/wait_until.h"
#include "tools/process/child_process.h"

namespace forerun::bench {

class BenchJackServer {
public:
    BenchJackServer(std::int64_t block_frames, const std::filesystem::path& folder)
        : process_(words(block_frames), folder / "jackd") {
        setenv("JACK_DEFAULT_SERVER", name().c_str(), 1);
        setenv("JACK_NO_START_SERVER", "1", 1);
        const auto try_ask = [&] {
            auto* client = process_.running() ? JackClient::try_open("bench-asks") : nullptr;
            if (client) jack_client_close(client);
            answers_ = client;
            return answers_ || !process_.running();
        };
        wait_until(10, try_ask);
    }
    bool answers() const { return answers_; }

private:
    // Nobody else's: another bench may run.
    static std::string name() { return fmt::format("forerun-bench-{}", getpid()); }
    static std::vector<std::string> words(std::int64_t block_frames) {
        setenv("JACK_NO_AUDIO_RESERVATION", "1", 1);
        return {"jackd", "-R",    "-P70", "-S",    "-n", name(),
                "-d",    "dummy", "-r",   "48000", "-p", std::to_string(block_frames)};
    }
    ChildProcess process_;
    bool answers_ = false;
};

}  // namespace forerun::bench
