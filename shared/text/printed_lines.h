// The one way to standard error: what scripts print, errors, warnings. Every line is made fit to be shown (printable.h), and
// comes whole, whichever thread it is from.
//
//   PrintedLines::write("voice.lua: hello");       // anywhere
//   PrintedLines::Held held;                       // whoever draws on the terminal
//   for (auto& line : held.take()) ...             // writes them where they do not disturb the drawing
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace forerun {

class PrintedLines {
public:
    // Never throws, and never waits for a terminal while somebody holds the lines. [any thread but audio]
    static void write(std::string_view line) noexcept;

    // While one lives, lines are kept for it: at most 1000, then they are counted. Those that nobody took are written when it
    // ends. One at a time. [one thread]
    class Held {
    public:
        Held();
        ~Held();
        Held(const Held&) = delete;
        Held& operator=(const Held&) = delete;

        // Since the last call. [any thread]
        std::vector<std::string> take();
    };
};

}  // namespace forerun
