// libFuzzer target for session logs: whatever lies behind right checksums is refused in one line, or is a session in which
// no index leads out of what its header promises and that is no longer than its log can tell of.
//
// Built by cmake/fuzz.cmake, run by run.sh. An input is a session log; its checksums are made right before it is read, so that
// what was changed is looked at. The mutator knows chunks, records and fields.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "rt-engine/session/replayed_voice.h"
#include "rt-engine/session/session_log_checks.h"
#include "rt-engine/session/session_log_file.h"
#include "rt-engine/session/session_log_version_2.h"
#include "rt-engine/session/sha256.h"
#include "shared/bad_input.h"
#include "tools/commands/log_list.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace {

using namespace forerun;

struct Chunk {
    std::uint32_t kind = 0;
    std::string content;
};

// Of this version's logs and of those that are still read; both of one length.
constexpr std::string_view first_lines[] = {log_first_line, log_first_line_2};
constexpr auto first_line_bytes = first_lines[0].size();

std::string_view first_line_of(std::string_view log) { return first_lines[log.starts_with(first_lines[1]) ? 1 : 0]; }

void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "fuzz_session_log: broken promise: %s\n", what);
    std::abort();
}

// By their lengths, as far as these go.
std::vector<Chunk> chunks_of(std::string_view log) {
    std::vector<Chunk> chunks;
    log.remove_prefix(std::min(first_line_bytes, log.size()));
    while (log.size() >= sizeof(LogChunk)) {
        LogChunk head;
        std::memcpy(&head, log.data(), sizeof head);
        log.remove_prefix(sizeof head);
        const auto bytes = std::min<std::size_t>(head.bytes, log.size());
        chunks.push_back({static_cast<std::uint32_t>(head.kind), std::string(log.substr(0, bytes))});
        log.remove_prefix(std::min(bytes + log_check_bytes, log.size()));
    }
    return chunks;
}

std::string log_of(std::string_view first_line, const std::vector<Chunk>& chunks) {
    std::string log(first_line);
    for (const auto& chunk : chunks) {
        LogChunk head;
        head.kind = static_cast<LogChunk::Kind>(chunk.kind);
        head.bytes = static_cast<std::uint32_t>(chunk.content.size());
        head.check = head.right_check();
        const std::string_view plain(reinterpret_cast<const char*>(&head), sizeof head);
        const auto digest =
            sha256_of(std::as_bytes(std::span(plain)), std::as_bytes(std::span(std::string_view(chunk.content))));
        log += plain;
        log += chunk.content;
        log.append(reinterpret_cast<const char*>(digest.data()), log_check_bytes);
    }
    return log;
}

// ---- The promises

constexpr std::size_t instruments = 2;

const Rig& rig() {
    static const Rig two = [] {
        Rig r;
        r.instruments.resize(instruments);
        return r;
    }();
    return two;
}

void check(const SessionLogFile& log, ReplayKind kind) {
    const auto& c = log.header.configuration;
    const auto slots = c.voices + c.reserve_voices;
    const RecordedSession session(log.records, kind);
    const auto most = static_cast<double>(log.records.size() + 1) * (0.1 * c.rate_hz + 2.0 * 65536) + 60 * c.rate_hz;
    require(session.frames >= 0 && static_cast<double>(session.frames) <= most,
            "a session is as long as its log can describe");
    const auto last = session.frames + std::int64_t{200'000'000};
    const auto is_frame = [&](std::int64_t frame) { return frame == INT64_MAX || (frame >= -last && frame <= last); };
    for (const auto& generation : session.voices) {
        require(generation.start.slot < slots && generation.start.generation < VoiceWord::generation_count,
                "a voice has a slot");
        const auto note = generation.start.get<VoiceStart>();
        require(note.key < 128 && note.channel < 16, "a note has a key");
        require(!generation.stretches.empty(), "a generation has a stretch");
        for (const auto& stretch : generation.stretches) {
            require(stretch.timelines.size() == stretch.messages.size() && !stretch.timelines.empty(),
                    "a stretch has its timelines");
            require(is_frame(stretch.seam_frame) && is_frame(stretch.block_frame) && is_frame(stretch.old_written_to),
                    "frames of a stretch");
            require(stretch.seam_frame >= generation.start.frame, "no timeline begins before its voice");
            for (const auto& timeline : stretch.timelines)
                require(is_frame(timeline.seam_frame) && is_frame(timeline.hold_frame) &&
                            is_frame(timeline.fail_frame) && is_frame(timeline.from_frame),
                        "frames of a timeline");
        }
    }
    for (const auto& blocks : session.blocks)
        require(blocks.frames >= 1 && blocks.frames <= c.max_block_frames, "a block has a size");
    for (const auto& [command, taken_frame] : session.commands)
        require(is_frame(command.frame) && is_frame(taken_frame) && command.left == command.left, "a command");
    require(session.most_late_frames <= last && session.most_skipped_frames <= last, "how far back a rewind goes");
}

void check(const SessionLogFile& log) {
    std::size_t listed = 0;
    for (const auto& record : log.records) listed += text_of(record).size();
    require(log.records.empty() || listed > 0, "records are listed");
    check(log, ReplayKind::as_heard);
    check(log, ReplayKind::as_intended);
    if (fault_of(log.records, log.reloads, rig()).empty())
        for (const auto& reload : log.reloads)
            for (const auto& one : reload.instruments) require(one.index < instruments, "a version has an instrument");
    for (const auto& text : log.texts) require(is_script_place(text.path), "a script has a place");
}

// ---- The mutator

class Mutator {
public:
    explicit Mutator(unsigned seed) : random_(seed) {}

    void change(std::vector<Chunk>& chunks) {
        if (chunks.empty()) return chunks.push_back({3, std::string(sizeof(LogRecord), '\0')});
        auto& chunk = chunks[below(chunks.size())];
        switch (below(16)) {
        case 0: chunks.insert(chunks.begin() + static_cast<std::ptrdiff_t>(below(chunks.size())), Chunk(chunk)); return;
        case 1: chunk.kind = static_cast<std::uint32_t>(below(6)); return;
        case 2: std::swap(chunk, chunks[below(chunks.size())]); return;
        case 3: chunk.content.resize(below(chunk.content.size() + 1)); return;
        default: break;
        }
        // Most of what there is to get wrong.
        std::vector<Chunk*> records;
        for (auto& one : chunks)
            if (one.kind == 3 && one.content.size() >= sizeof(LogRecord)) records.push_back(&one);
        if (!records.empty() && below(8) != 0) return change_record(records[below(records.size())]->content);
        change_text(chunk.content);
    }

private:
    std::size_t below(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }

    std::uint64_t number() {
        static constexpr std::uint64_t edges[] = {0,
                                                  1,
                                                  2,
                                                  16,
                                                  63,
                                                  64,
                                                  127,
                                                  128,
                                                  255,
                                                  256,
                                                  4095,
                                                  4096,
                                                  24000,
                                                  65535,
                                                  1u << 31,
                                                  UINT32_MAX,
                                                  std::uint64_t{1} << 36,
                                                  std::uint64_t{1} << 60,
                                                  INT64_MAX,
                                                  std::uint64_t{1} << 63,
                                                  UINT64_MAX};
        return below(4) == 0 ? random_() : edges[below(std::size(edges))];
    }

    void change_record(std::string& content) {
        const auto count = content.size() / sizeof(LogRecord);
        const auto at = below(count) * sizeof(LogRecord);
        const auto copy = content.substr(at, sizeof(LogRecord));
        switch (below(12)) {
        case 0: content.insert(below(count + 1) * sizeof(LogRecord), copy); return;
        case 1: content.erase(at, sizeof(LogRecord)); return;
        case 2: {
            const auto other = below(count) * sizeof(LogRecord);
            content.replace(at, sizeof(LogRecord), content.substr(other, sizeof(LogRecord)));
            content.replace(other, sizeof(LogRecord), copy);
            return;
        }
        case 3: content[at] = static_cast<char>(below(static_cast<std::size_t>(LogKind::count) + 1)); return;
        default: break;
        }
        static constexpr std::size_t widths[] = {1, 2, 4, 8};
        const auto width = widths[below(4)];
        const auto place = at + below(sizeof(LogRecord) / width) * width;
        auto value = number();
        if (below(3) == 0) {  // a little more or less than it was
            std::uint64_t was = 0;
            std::memcpy(&was, content.data() + place, width);
            value = was + below(5) - 2;
        }
        std::memcpy(content.data() + place, &value, width);
    }

    void change_text(std::string& content) {
        if (below(3) != 0) {  // a number of it
            const auto from = content.find_first_of("0123456789", below(content.size()));
            if (from != content.npos) {
                const auto to = std::min(content.find_first_not_of("0123456789.e+-", from), content.size());
                static constexpr const char* texts[] = {"1e300", "-1", "0.5", "null", "\"a\"", "[]", "{}", "true"};
                content.replace(from, to - from, below(2) == 0 ? texts[below(8)] : std::to_string(number()));
                return;
            }
        }
        const auto old = content.size();
        content.resize(old + 32);
        content.resize(LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(content.data()), old, old + 32));
    }

    std::minstd_rand random_;
};

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
    const std::string_view before(reinterpret_cast<const char*>(data), size);
    auto chunks = chunks_of(before);
    Mutator mutator(seed);
    for (unsigned times = 0; times <= seed % 3; ++times) mutator.change(chunks);
    const auto log = log_of(seed % 64 == 0 ? first_lines[seed / 64 % 2] : first_line_of(before), chunks);
    if (log.size() > most) return size;
    std::memcpy(data, log.data(), log.size());
    return log.size();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view given(reinterpret_cast<const char*>(data), size);
    const auto log = log_of(first_line_of(given), chunks_of(given));
    try {
        check(SessionLogFile::from_bytes(std::as_bytes(std::span(log)), "fuzz.frlog"));
    } catch (const BadInput& bad) {
        const std::string_view what = bad.what();
        require(what.starts_with("fuzz.frlog: ") && what.size() < 2000, "a message names the file");
        require(std::none_of(what.begin(), what.end(), [](unsigned char c) { return c < 32 || c == 127; }),
                "a message is one printable line");
    }
    return 0;
}
