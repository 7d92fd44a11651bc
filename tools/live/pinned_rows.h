// Rows pinned to the bottom of a terminal and redrawn in place, while lines scroll past above them.
//
// Pure: returns the bytes to be written. When a terminal becomes narrower, most wrap the existing rows again, so that they
// take more rows than were written.
#pragma once

#include <string>
#include <vector>

#include "tools/live/terminal.h"

namespace forerun {

class PinnedRows {
public:
    // In place of the rows before. No row is wider than the terminal.
    std::string show(const std::vector<std::string>& rows, TerminalSize size);
    // Lines of any length that stay, above the rows.
    std::string write_above(const std::vector<std::string>& lines, TerminalSize size);

private:
    std::string to_first_row(TerminalSize size) const;
    std::string rows_again(TerminalSize size);

    std::vector<std::string> rows_;
};

}  // namespace forerun
