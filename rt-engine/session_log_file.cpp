#include "rt-engine/session_log_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <span>

#include "rt-engine/file_bytes.h"
#include "rt-engine/sha256.h"
#include "shared/bad_input.h"

namespace forerun {
namespace {

constexpr std::size_t most_log_bytes = std::size_t{1} << 33;

bool all_known(std::span<const LogRecord> records) {
    return std::all_of(records.begin(), records.end(), [](const auto& r) { return r.kind < LogKind::count; });
}

}  // namespace

SessionLogFile SessionLogFile::read(const std::filesystem::path& file) {
    const auto content = read_file_bytes(file, most_log_bytes);
    const std::span<const std::byte> bytes = std::as_bytes(std::span(content));
    const std::size_t first_line = std::strlen(log_first_line);
    if (bytes.size() < first_line || std::memcmp(bytes.data(), log_first_line, first_line) != 0)
        throw BadInput(file.string() + ": is no session log; give a file that forerun play --log has written");
    const auto damaged = [&](std::size_t at) {
        return BadInput(fmt::format("{}: is damaged at byte {}; take a copy that is whole", file.string(), at));
    };

    SessionLogFile log;
    bool has_header = false;
    std::size_t at = first_line;
    while (at < bytes.size()) {
        LogChunk chunk;
        if (bytes.size() - at < sizeof chunk) break;
        std::memcpy(&chunk, bytes.data() + at, sizeof chunk);
        if (chunk.check != chunk.right_check() || chunk.bytes > largest_log_chunk) throw damaged(at);
        if (bytes.size() - at - sizeof chunk < chunk.bytes + log_check_bytes) break;
        const auto inside = bytes.subspan(at + sizeof chunk, chunk.bytes);
        const auto digest = sha256_of(bytes.subspan(at, sizeof chunk), inside);
        if (std::memcmp(digest.data(), inside.data() + inside.size(), log_check_bytes) != 0) throw damaged(at);

        const std::string text(reinterpret_cast<const char*>(inside.data()), inside.size());
        if (chunk.kind == LogChunk::Kind::header) {
            try {
                log.header = SessionHeader::from_json(text);
            } catch (const std::exception& error) {
                throw BadInput(fmt::format("{}: its header cannot be read ({}); it is of another version",
                                           file.string(), error.what()));
            }
            has_header = true;
        } else if (chunk.kind == LogChunk::Kind::reload) {
            try {
                log.reloads.push_back(reload_from_bytes(text));
            } catch (const std::exception&) {
                throw damaged(at);
            }
        } else if (chunk.kind == LogChunk::Kind::text) {
            const auto end = std::min(text.find('\0'), text.size());
            log.texts.push_back({text.substr(0, end), text.substr(std::min(end + 1, text.size()))});
        } else {
            const auto old = log.records.size();
            log.records.resize(old + chunk.bytes / sizeof(LogRecord));
            std::memcpy(log.records.data() + old, inside.data(), chunk.bytes / sizeof(LogRecord) * sizeof(LogRecord));
            if (!all_known(std::span(log.records).subspan(old))) throw damaged(at);
        }
        at += sizeof chunk + chunk.bytes + log_check_bytes;
    }
    if (!has_header) throw BadInput(file.string() + ": is cut before its first record; there is nothing to replay");
    log.ended = !log.records.empty() && log.records.back().kind == LogKind::end;
    if (!log.ended) log.cut_at_byte = at;
    return log;
}

}  // namespace forerun
