#include "tests/fuzz/fuzz_host.h"

#include <cctype>
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/memory_files.h"

namespace forerun::fuzz {
namespace {

constexpr std::int64_t limit_milliseconds = 10;
constexpr std::uint64_t memory_bytes = 16u << 20;
constexpr std::uint64_t kept_bytes = 4u << 20;  // more than this after everything was given back is a leak
constexpr std::size_t longest_message = 2000;

constexpr std::size_t counter_count = 1 << 12;
__attribute__((used, section("__libfuzzer_extra_counters"))) volatile std::uint8_t counters[counter_count];

Watchdog& watchdog() {
    static auto* dog = new Watchdog(limit_milliseconds);  // never ends: hosts at exit are still watched
    return *dog;
}

}  // namespace

void require(bool holds, const char* promise, std::string_view what) {
    if (holds) return;
    std::fprintf(stderr, "broken promise: %s: %.*s\n", promise, static_cast<int>(what.size()), what.data());
    std::abort();
}

void require_message(std::string_view message) {
    require(!message.empty(), "a failure has a message");
    require(message.size() <= longest_message, "a message is of bounded length", message.substr(0, 300));
    for (const char c : message)
        require(static_cast<unsigned char>(c) >= 32 && c != 127, "a message is one printable line", message);
    require(message.find(".lua") != message.npos, "a message names the file", message);
}

void note(std::string_view what) {
    std::uint32_t hash = 2166136261u;  // FNV-1a
    char quote = 0;
    for (const char c : what) {
        if (std::isdigit(static_cast<unsigned char>(c))) continue;
        if (c == quote)
            quote = 0;
        else if (quote != 0)
            continue;
        else if (c == '"' || c == '\'')
            quote = c;
        hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
    }
    counters[(hash ^ hash >> 16) % counter_count] = 1;
}

LuaHost& FuzzHost::next() {
    static const bool fresh =
        std::getenv("FORERUN_FUZZ_FRESH") != nullptr;  // does a finding need the inputs before it?
    if (!host_ || fresh || ++inputs_ >= inputs_per_host) renew();
    if (inputs_ % inputs_per_collection == 0) host_->collect_all();
    return *host_;
}

void FuzzHost::renew() {
    guard_.reset();  // the watchdog does not look at what the harness loads itself: a machine that pauses is no finding
    if (host_) {
        host_->load_instrument(0, host_->describe(file_path("wide.lua")));  // instead of the last input
        // Each collection halves the buffers that LuaJIT has grown.
        for (int times = 0; times < 8; ++times) host_->collect_all();
        require(host_->lua_bytes() < bytes_at_first_ + kept_bytes, "memory comes back",
                std::to_string(bytes_at_first_) + " bytes became " + std::to_string(host_->lua_bytes()));
    }
    host_.reset();
    LuaHostOptions options;
    options.jit = jit_;
    options.memory_bytes = memory_bytes;
    options.watchdog_milliseconds = limit_milliseconds;
    options.arena_bytes = arena_bytes;
    options.script_path = {FORERUN_SOURCE_DIR "/scripts"};
    host_ = std::make_unique<LuaHost>(options);
    put_file("check.lua", "return { instruments = 1 }");
    require(host_->is_rig(file_path("check.lua")), "the runtime reads files of this memory");
    guard_ = std::make_unique<Watchdog::Guard>(watchdog(), *host_);
    bytes_at_first_ = host_->lua_bytes();
    inputs_ = 0;
}

}  // namespace forerun::fuzz
