#include "script-runtime/sandbox/script_warnings.h"

#include <mutex>
#include <set>

#include "script-runtime/sandbox/script_words.h"
#include "shared/text/printed_lines.h"

namespace forerun {

void warn_of_script(const std::string& line) {
    constexpr std::size_t most_lines = 1000;  // of a process; a script could think of new ones for ever
    static std::mutex mutex;
    static std::set<std::string> shown;
    const auto text = one_line(line);
    {
        const std::lock_guard lock(mutex);
        if (shown.size() >= most_lines || !shown.insert(text).second) return;
    }
    PrintedLines::write(text);
}

}  // namespace forerun
