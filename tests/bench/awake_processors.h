// Keeps processors from sleeping, as machines for audio are set up: a processor that has to be woken first (above all one of
// a virtual machine) may take longer than a block.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <stdexcept>

namespace forerun::bench {

class AwakeProcessors {
public:
    // Linux holds to what is written there as long as the file is open.
    AwakeProcessors() : file_(open("/dev/cpu_dma_latency", O_WRONLY | O_CLOEXEC)) {
        const std::int32_t microseconds = 0;
        if (file_ < 0 || write(file_, &microseconds, sizeof microseconds) != sizeof microseconds)
            throw std::runtime_error("--awake: /dev/cpu_dma_latency cannot be written; be root, or leave it out");
    }
    ~AwakeProcessors() { close(file_); }
    AwakeProcessors(const AwakeProcessors&) = delete;
    AwakeProcessors& operator=(const AwakeProcessors&) = delete;

private:
    const int file_;
};

}  // namespace forerun::bench
