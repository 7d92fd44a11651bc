#include "tools/live/terminal.h"

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#if defined(__unix__) || defined(__APPLE__)
#define FORERUN_POSIX_TERMINAL 1
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#else
#include <chrono>
#include <thread>
#endif

namespace forerun {

bool terminal_is_utf8() {
    for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        const char* value = std::getenv(name);
        if (!value || !*value) continue;
        const std::string_view text = value;  // the first that is set decides
        return text.find("UTF-8") != text.npos || text.find("utf8") != text.npos || text.find("UTF8") != text.npos ||
               text.find("utf-8") != text.npos;
    }
    return false;
}

#if FORERUN_POSIX_TERMINAL

namespace {

bool is_terminal(int descriptor) {
    const char* term = std::getenv("TERM");
    return isatty(descriptor) && term && *term && std::string_view(term) != "dumb";
}

}  // namespace

bool stdout_is_terminal() { return is_terminal(STDOUT_FILENO); }
bool stderr_is_terminal() { return is_terminal(STDERR_FILENO); }
bool stderr_is_dumb_terminal() { return isatty(STDERR_FILENO) && !is_terminal(STDERR_FILENO); }
bool stdin_is_terminal() { return isatty(STDIN_FILENO) != 0; }

bool keys_are_ours() {
    if (!stdin_is_terminal()) return false;
    const auto owner = tcgetpgrp(STDIN_FILENO);
    return owner == getpgrp() || owner < 0;  // −1: not the terminal that controls us
}

TerminalSize stdout_size() {
    winsize size{};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return {};
    return {size.ws_col, size.ws_row};
}

struct RawInput::Saved {
    termios settings{};
    struct sigaction at_continue {};
};

namespace {

std::atomic<bool> continued{false};

void set_raw(termios settings) {
    settings.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    settings.c_cc[VMIN] = 0;
    settings.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSANOW, &settings);
}

}  // namespace

RawInput::RawInput() {
    termios settings{};
    if (tcgetattr(STDIN_FILENO, &settings) != 0) return;
    saved_ = new Saved;
    saved_->settings = settings;
    if (keys_are_ours()) set_raw(settings);  // else when it is brought to the foreground
    struct sigaction action {};
    action.sa_handler = [](int) { continued.store(true, std::memory_order_relaxed); };
    sigaction(SIGCONT, &action, &saved_->at_continue);
}

RawInput::~RawInput() {
    if (!saved_) return;
    sigaction(SIGCONT, &saved_->at_continue, nullptr);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved_->settings);
    delete saved_;
}

void RawInput::renew_if_continued() {
    if (!saved_ || !continued.exchange(false, std::memory_order_relaxed)) return;
    // In the background (bg) it is not ours, and to change it would stop us again.
    if (keys_are_ours()) set_raw(saved_->settings);
}

std::string read_keys(int milliseconds, bool& ended) {
    ended = false;
    // In the background, reading would stop us. Only the time passes.
    const bool ours = !stdin_is_terminal() || keys_are_ours();
    pollfd input{ours ? STDIN_FILENO : -1, POLLIN, 0};
    if (poll(&input, 1, milliseconds) <= 0) return {};  // time is up, or a signal
    char bytes[256];
    const auto count = ::read(STDIN_FILENO, bytes, sizeof bytes);
    // With VMIN 0 an empty read of a terminal means nothing, unless the terminal is gone.
    if (count <= 0) ended = (input.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
    return count > 0 ? std::string(bytes, static_cast<std::size_t>(count)) : std::string();
}

#else

bool stdout_is_terminal() { return false; }
bool stderr_is_terminal() { return false; }
bool stderr_is_dumb_terminal() { return false; }
bool keys_are_ours() { return false; }
TerminalSize stdout_size() { return {}; }
struct RawInput::Saved {};
RawInput::RawInput() = default;
RawInput::~RawInput() = default;
void RawInput::renew_if_continued() {}
std::string read_keys(int milliseconds, bool& ended) {
    ended = false;
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    return {};
}

#endif

}  // namespace forerun
