// Discards what libraries print to stderr while it exists. ALSA and JACK print messages about every missing device.
//
// Acts on the whole process, so it is used only while a device is opened, closed or listed.
#pragma once

#include <cstdio>

#if defined(__unix__) || defined(__APPLE__)
#include <fcntl.h>
#include <unistd.h>
#define FORERUN_QUIET_STDERR 1
#endif

namespace forerun {

class QuietStderr {
public:
#if FORERUN_QUIET_STDERR
    QuietStderr() {
        std::fflush(stderr);
        const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
        if (nowhere < 0) return;
        before_ = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
        if (before_ >= 0) dup2(nowhere, STDERR_FILENO);
        close(nowhere);
    }
    ~QuietStderr() {
        if (before_ < 0) return;
        std::fflush(stderr);
        dup2(before_, STDERR_FILENO);
        close(before_);
    }
#else
    QuietStderr() = default;
#endif
    QuietStderr(const QuietStderr&) = delete;
    QuietStderr& operator=(const QuietStderr&) = delete;

private:
    int before_ = -1;
};

}  // namespace forerun
