#include "rt-engine/session/session_log_file.h"

#include <fmt/format.h>

#include <cstring>
#include <span>
#include <string_view>

#include "rt-engine/session/json_text.h"
#include "rt-engine/session/session_log_checks.h"
#include "rt-engine/session/session_log_version_2.h"
#include "rt-engine/session/sha256.h"
#include "shared/bad_input.h"
#include "shared/files/file_bytes.h"

namespace forerun {
namespace {

constexpr std::size_t most_log_bytes = std::size_t{1} << 33;
constexpr std::size_t most_texts = 1u << 13, most_reloads = 1u << 13;

BadInput wrong(const std::string& place, const std::string& what) {
    return BadInput(place + ": " + what + "; no engine writes such a log, take the original");
}

ScriptText text_of_chunk(std::string_view content) {
    const auto end = content.find('\0');
    if (end == content.npos) throw JsonFault("it holds a script without a place");
    ScriptText text{std::string(content.substr(0, end)), std::string(content.substr(end + 1))};
    if (!is_script_place(text.path)) throw JsonFault("it holds a script at a place that is none");
    return text;
}

}  // namespace

SessionLogFile SessionLogFile::read(const std::filesystem::path& file) {
    const auto content = read_file(file, most_log_bytes);
    return from_bytes(std::as_bytes(std::span(content)), file.string());
}

SessionLogFile SessionLogFile::from_bytes(std::span<const std::byte> bytes, const std::string& place) {
    const std::size_t first_line = std::strlen(log_first_line);
    const auto begins_with = [&](const char* line) {
        return bytes.size() >= first_line && std::memcmp(bytes.data(), line, first_line) == 0;
    };
    const bool is_of_version_2 = begins_with(log_first_line_2);
    if (!is_of_version_2 && !begins_with(log_first_line))
        throw BadInput(place + ": is no session log; give a file that forerun play --log has written");
    const auto damaged = [&](std::size_t at) {
        return BadInput(fmt::format("{}: is damaged at byte {}; take a copy that is whole", place, at));
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

        const std::string_view text(reinterpret_cast<const char*>(inside.data()), inside.size());
        if (has_header == (chunk.kind == LogChunk::Kind::header)) throw wrong(place, "it has no header, or two");
        try {
            switch (chunk.kind) {
            case LogChunk::Kind::header:
                log.header = SessionHeader::from_json(text);
                has_header = true;
                break;
            case LogChunk::Kind::reload: log.reloads.push_back(reload_from_bytes(text)); break;
            case LogChunk::Kind::text: log.texts.push_back(text_of_chunk(text)); break;
            case LogChunk::Kind::records: {
                const auto old = log.records.size();
                if (inside.size() % sizeof(LogRecord) != 0) throw JsonFault("it holds a piece of a record");
                log.records.resize(old + inside.size() / sizeof(LogRecord));
                if (!inside.empty()) std::memcpy(log.records.data() + old, inside.data(), inside.size());
                break;
            }
            default: throw JsonFault("it holds a chunk of no kind");
            }
        } catch (const JsonFault& fault) {
            if (!has_header)
                throw BadInput(
                    fmt::format("{}: its header cannot be read ({}); it is of another version", place, fault.what()));
            throw wrong(place, fmt::format("at byte {}: {}", at, fault.what()));
        }
        if (log.texts.size() > most_texts || log.reloads.size() > most_reloads)
            throw wrong(place, "it holds more scripts than a rig can have");
        at += sizeof chunk + chunk.bytes + log_check_bytes;
    }
    if (!has_header) throw BadInput(place + ": is cut before its first record; there is nothing to replay");
    if (is_of_version_2)
        for (auto& record : log.records) record = from_version_2(record);
    if (const auto fault = fault_of(log.records, log.header.configuration))
        throw wrong(place, fault->record < log.records.size()
                               ? fmt::format("its record {} {}", fault->record + 1, fault->what)
                               : fault->what);
    log.ended = !log.records.empty() && log.records.back().kind == LogKind::end;
    if (!log.ended) log.cut_at_byte = at;
    return log;
}

}  // namespace forerun
