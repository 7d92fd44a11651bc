// A session log taken to pieces and put together again with right checksums: what somebody can make who wants to harm.
#pragma once

#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "rt-engine/session/session_log_record.h"
#include "rt-engine/session/sha256.h"
#include "tools/report/file_text.h"

namespace forerun {

struct LogPiece {
    LogChunk::Kind kind = LogChunk::Kind::records;
    std::string content;
};

inline std::vector<LogPiece> log_pieces(const std::filesystem::path& file) {
    const auto log = text_of_file(file);
    std::vector<LogPiece> pieces;
    for (auto at = std::strlen(log_first_line); at + sizeof(LogChunk) <= log.size();) {
        LogChunk head;
        std::memcpy(&head, log.data() + at, sizeof head);
        pieces.push_back({head.kind, log.substr(at + sizeof head, head.bytes)});
        at += sizeof head + head.bytes + log_check_bytes;
    }
    return pieces;
}

inline std::string log_bytes(const std::vector<LogPiece>& pieces) {
    std::string log = log_first_line;
    for (const auto& piece : pieces) {
        LogChunk head{piece.kind, static_cast<std::uint32_t>(piece.content.size()), 0};
        head.check = head.right_check();
        const auto digest = sha256_of(std::as_bytes(std::span(&head, 1)),
                                      std::as_bytes(std::span(piece.content.data(), piece.content.size())));
        log.append(reinterpret_cast<const char*>(&head), sizeof head);
        log += piece.content;
        log.append(reinterpret_cast<const char*>(digest.data()), log_check_bytes);
    }
    return log;
}

// Every record of this kind, changed in place; how many there were.
inline int change_records(std::vector<LogPiece>& pieces, LogKind kind, const std::function<void(LogRecord&)>& change) {
    int changed = 0;
    for (auto& piece : pieces) {
        if (piece.kind != LogChunk::Kind::records) continue;
        for (std::size_t at = 0; at + sizeof(LogRecord) <= piece.content.size(); at += sizeof(LogRecord)) {
            LogRecord record;
            std::memcpy(&record, piece.content.data() + at, sizeof record);
            if (record.kind != kind) continue;
            change(record);
            std::memcpy(piece.content.data() + at, &record, sizeof record);
            ++changed;
        }
    }
    return changed;
}

inline void change_header(std::vector<LogPiece>& pieces, const std::function<void(nlohmann::json&)>& change) {
    auto json = nlohmann::json::parse(pieces.at(0).content);
    change(json);
    pieces[0].content = json.dump();
}

}  // namespace forerun
