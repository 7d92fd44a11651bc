// Rows that stay at the lower end of a terminal, drawn again and again in their place, while lines scroll past above them.
//
// Pure: what is to be written to the terminal is returned. Where the terminal has become narrower, most break the rows that
// stand there anew, so that they take more rows than were written.
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
