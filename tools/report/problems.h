// Errors of scripts and the like, while playing: each distinct line is shown once, and counted.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace forerun {

class Problems {
public:
    struct Line {
        std::string text;
        std::uint64_t times = 1;
    };

    // True when it is new. Beyond 100 distinct lines the rest is only counted.
    bool add(const std::string& text) {
        for (auto& line : lines_)
            if (line.text == text) {
                ++line.times;
                return false;
            }
        if (lines_.size() == most_lines) {
            ++left_out_;
            return false;
        }
        lines_.push_back({text});
        return true;
    }

    // One line each, for stderr.
    std::vector<std::string> shown() const {
        std::vector<std::string> all;
        for (const auto& line : lines_)
            all.push_back(line.text + (line.times > 1 ? " (" + std::to_string(line.times) + " times)" : ""));
        if (left_out_ > 0) all.push_back("and " + std::to_string(left_out_) + " more");
        return all;
    }

    bool empty() const { return lines_.empty(); }
    const std::vector<Line>& lines() const { return lines_; }
    std::uint64_t left_out() const { return left_out_; }

private:
    static constexpr std::size_t most_lines = 100;
    std::vector<Line> lines_;
    std::uint64_t left_out_ = 0;
};

}  // namespace forerun
