#include "rt-engine/session/session_log.h"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <span>

#include "rt-engine/session/sha256.h"
#include "shared/bad_input.h"

namespace forerun {
namespace {

constexpr auto pause_between_writes = std::chrono::milliseconds(200);
constexpr std::size_t most_records = 256;  // of a chunk

}  // namespace

SessionLog::SessionLog(const std::filesystem::path& file, const SessionHeader& header,
                       const std::vector<ScriptText>& texts)
    : path_(file), file_(std::fopen(file.c_str(), "wb"), std::fclose), token_(queue_), batch_(most_records) {
    if (!file_)
        throw BadInput(file.string() + ": cannot be written (" + std::strerror(errno) + "); choose another file");
    std::fputs(log_first_line, file_.get());
    const auto json = header.json();
    write_chunk(LogChunk::Kind::header, std::as_bytes(std::span(json)));
    for (const auto& text : texts) {
        const auto content = place_in_log(text.path) + '\0' + text.text;
        write_chunk(LogChunk::Kind::text, std::as_bytes(std::span(content)));
    }
    std::fflush(file_.get());
    if (failed_) throw BadInput(failure_ + "; choose another place");
    thread_ = GuardedThread([this] { run(); }, [this](const char* why) { fail(why); });
}

SessionLog::~SessionLog() { finish(); }

void SessionLog::run() {
    std::unique_lock lock(stopping_mutex_);
    while (!stop_requested_.wait_for(lock, pause_between_writes, [this] { return stopping_; })) write_what_is_there();
}

void SessionLog::add(const ScriptReload& reload) {
    const std::lock_guard lock(reloads_mutex_);
    reloads_.push_back(reload_bytes(reload));
}

void SessionLog::write_what_is_there() {
    {
        const std::lock_guard lock(reloads_mutex_);
        for (const auto& reload : reloads_) write_chunk(LogChunk::Kind::reload, std::as_bytes(std::span(reload)));
        reloads_.clear();
    }
    while (const auto count = queue_.try_dequeue_bulk(batch_.begin(), batch_.size()))
        write_chunk(LogChunk::Kind::records, std::as_bytes(std::span(batch_)).first(count * sizeof(LogRecord)));
    // In the system's hands: only its own end can lose it now.
    if (!failed_.load(std::memory_order_relaxed)) std::fflush(file_.get());
}

void SessionLog::write_chunk(LogChunk::Kind kind, std::span<const std::byte> content) {
    if (failed_.load(std::memory_order_relaxed)) return;
    LogChunk chunk;
    chunk.kind = kind;
    chunk.bytes = static_cast<std::uint32_t>(content.size());
    chunk.check = chunk.right_check();
    const auto head = std::as_bytes(std::span(&chunk, 1));
    const auto digest = sha256_of(head, content);
    auto* const out = file_.get();
    if (std::fwrite(head.data(), head.size(), 1, out) == 1 &&
        std::fwrite(content.data(), content.size(), 1, out) == 1 &&
        std::fwrite(digest.data(), log_check_bytes, 1, out) == 1 && std::fflush(out) == 0)
        return;
    fail(std::strerror(errno));
}

void SessionLog::fail(const char* why) noexcept {
    run_guarded(
        [&] { failure_ = path_.string() + ": the session log stopped (" + why + "); what it holds can be replayed"; },
        [](const char*) {});
    // Release: pairs with take_failure.
    failed_.store(true, std::memory_order_release);
}

void SessionLog::finish() {
    if (!thread_.joinable()) return;
    {
        const std::lock_guard lock(stopping_mutex_);
        stopping_ = true;
    }
    stop_requested_.notify_one();
    thread_.join();
    run_guarded([this] { write_what_is_there(); }, [this](const char* why) { fail(why); });
    file_.reset();
}

std::string SessionLog::take_failure() {
    // Acquire: pairs with write_chunk.
    if (failure_reported_ || !failed_.load(std::memory_order_acquire)) return {};
    failure_reported_ = true;
    return failure_;
}

}  // namespace forerun
