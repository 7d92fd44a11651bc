// The capabilities of a terminal, and restoring it as it was found.
#pragma once

#include <string>

namespace forerun {

struct TerminalSize {
    int columns = 80;
    int rows = 24;
};

// True when the stream is a terminal that understands cursor movement (TERM is neither empty nor "dumb").
bool stdout_is_terminal();
bool stderr_is_terminal();
bool stderr_is_dumb_terminal();  // one that knows no escape sequences
bool stdin_is_terminal();
// Standard input is a terminal, and what is typed there is for us: not a program in the background.
bool keys_are_ours();
TerminalSize stdout_size();
// The locale's character set is UTF-8, so that bars may be drawn with block characters.
bool terminal_is_utf8();

// Standard input, key by key and without echo, until the guard ends. Ctrl-C keeps its meaning.
class RawInput {
public:
    RawInput();
    ~RawInput();
    // After Ctrl-Z and fg: the shell had the terminal in between, and gave it back as it likes it.
    void renew_if_continued();
    RawInput(const RawInput&) = delete;
    RawInput& operator=(const RawInput&) = delete;

private:
    struct Saved;
    Saved* saved_ = nullptr;
};

// Waits at most `milliseconds` for keys on standard input; what was typed, or nothing. `ended` is set when there will never
// be any more.
std::string read_keys(int milliseconds, bool& ended);

}  // namespace forerun
