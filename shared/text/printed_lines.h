// All output to standard error: prints of scripts, errors, warnings. Every line is made safe to print (printable.h) and written
// at once, so that lines of several threads do not mix.
//
//   PrintedLines::write("voice.lua: hello");       // anywhere
//   PrintedLines::Held held;                       // in code that draws on the terminal
//   for (auto& line : held.take()) ...             // prints them where they do not disturb the drawing
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace forerun {

class PrintedLines {
public:
    // Never throws, and never waits for the terminal while lines are held. [any thread but audio]
    static void write(std::string_view line) noexcept;

    // Holds back lines while it exists: at most 1000, further ones are only counted. Its destructor writes those that were not
    // taken. One at a time. [one thread]
    class Held {
    public:
        Held();
        ~Held();
        Held(const Held&) = delete;
        Held& operator=(const Held&) = delete;

        // Lines since the last call. [any thread]
        std::vector<std::string> take();
    };
};

}  // namespace forerun
