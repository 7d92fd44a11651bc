#include "script-runtime/sandbox/script_file.h"

#include "shared/files/file_bytes.h"

namespace forerun {
namespace {

constexpr std::size_t longest_script_bytes = 4u << 20;

}  // namespace

ScriptFile read_script_file(const std::filesystem::path& file) {
    auto found = try_read_file(file, longest_script_bytes);
    switch (found.found) {
    case FileText::Found::text: return {std::move(found.text), {}};
    case FileText::Found::nothing: return {{}, "there is no such file"};
    case FileText::Found::other_kind: return {{}, "is not a file; give a Lua script"};
    case FileText::Found::too_long: return {{}, "is longer than 4 MiB, which no script is; give a Lua script"};
    case FileText::Found::unreadable: break;
    }
    return {{}, "cannot be read; check its permissions"};
}

}  // namespace forerun
