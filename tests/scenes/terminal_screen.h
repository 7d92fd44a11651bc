// What a terminal shows of what was written to it, with the rows that have scrolled away: just enough of one for the pictures
// that the program draws. Anything else that a terminal would obey is kept as `obeyed`.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "tools/report/text_columns.h"

namespace forerun {

class TerminalScreen {
public:
    TerminalScreen(int columns, int rows) : columns_(columns), height_(rows) {}

    void write(std::string_view text) {
        while (!text.empty()) {
            if (text.substr(0, 2) == "\x1b[") {
                const auto end = text.find_first_not_of("0123456789;?", 2);
                if (end == text.npos) return;
                command(text[end], std::max(1, std::atoi(std::string(text.substr(2, end - 2)).c_str())),
                        std::string(text.substr(0, end + 1)));
                text.remove_prefix(end + 1);
                continue;
            }
            const auto first = first_character(text);
            if (text[0] == '\n') {
                next_row();
                column_ = 0;  // the line discipline adds the return
            } else if (text[0] == '\r') {
                column_ = 0;
            } else if (!first.printable) {
                obeyed += text[0];
            } else {
                put(std::string(text.substr(0, first.bytes)), columns_of(first.code));
            }
            text.remove_prefix(first.bytes);
        }
    }

    // Every row from the first that was ever written, without the spaces at its end.
    std::vector<std::string> rows() const {
        std::vector<std::string> all;
        for (const auto& row : rows_) {
            std::string text;
            for (const auto& cell : row) text += cell.empty() ? " " : cell;
            text.erase(text.find_last_not_of(' ') + 1);
            all.push_back(text);
        }
        return all;
    }

    std::string obeyed;

private:
    using Row = std::vector<std::string>;

    Row& row() {
        while (rows_.size() <= row_) rows_.emplace_back();
        return rows_[row_];
    }
    std::size_t top() const {
        const auto height = static_cast<std::size_t>(height_);
        return rows_.size() > height ? rows_.size() - height : 0;
    }
    void next_row() {
        ++row_;
        row();
    }
    void put(const std::string& character, int width) {
        if (column_ + width > columns_) {
            next_row();
            column_ = 0;
        }
        auto& cells = row();
        cells.resize(std::max(cells.size(), static_cast<std::size_t>(column_ + width)), " ");
        cells[static_cast<std::size_t>(column_)] = character;
        column_ += width;
    }
    void command(char name, int count, const std::string& whole) {
        row();
        switch (name) {
        case 'A': row_ = std::max(top(), row_ - std::min(row_, static_cast<std::size_t>(count))); break;
        case 'K': rows_[row_].resize(std::min(rows_[row_].size(), static_cast<std::size_t>(column_))); break;
        case 'J':
            rows_[row_].resize(std::min(rows_[row_].size(), static_cast<std::size_t>(column_)));
            for (auto below = row_ + 1; below < rows_.size(); ++below) rows_[below].clear();
            break;
        case 'h':
        case 'l':
            if (whole.starts_with("\x1b[?25")) break;
            [[fallthrough]];
        default: obeyed += whole;
        }
    }

    int columns_, height_, column_ = 0;
    std::size_t row_ = 0;
    std::vector<Row> rows_;
};

}  // namespace forerun
