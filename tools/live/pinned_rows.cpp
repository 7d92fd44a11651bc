#include "tools/live/pinned_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "tools/report/text_columns.h"

namespace forerun {

std::string PinnedRows::to_first_row(TerminalSize size) const {
    int rows = 0;
    for (const auto& row : rows_)
        rows += 1 + std::max(0, columns_of(std::string_view(row)) - 1) / std::max(1, size.columns);
    return rows > 0 ? fmt::format("\x1b[{}A\r", rows) : std::string();
}

std::string PinnedRows::rows_again(TerminalSize size) {
    // One row stays free: writing into the last one scrolls.
    rows_.resize(std::min(rows_.size(), static_cast<std::size_t>(std::max(1, size.rows - 1))));
    std::string text;
    for (auto& row : rows_) {
        row = cut_to(row, std::max(0, size.columns - 1));
        text += row + "\x1b[K\n";
    }
    return text;
}

std::string PinnedRows::show(const std::vector<std::string>& rows, TerminalSize size) {
    // Rows are overwritten rather than erased first, so that nothing flickers.
    const auto up = to_first_row(size);
    rows_ = rows;
    return up + rows_again(size) + "\x1b[J";
}

std::string PinnedRows::write_above(const std::vector<std::string>& lines, TerminalSize size) {
    auto text = to_first_row(size) + (rows_.empty() ? "" : "\x1b[J");
    for (const auto& line : lines) text += line + "\n";
    return text + rows_again(size);
}

}  // namespace forerun
