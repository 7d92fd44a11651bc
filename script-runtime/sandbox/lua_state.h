// A LuaJIT state whose calls are bounded in time and memory.
//
// Between calls, the state's stack holds only the error handler at index 1. Every call() runs under it, so that a failure is one
// line with file and line. All members belong to one thread, except interrupt() and call_number().
//
// Time: interrupt() sets LuaJIT's count hook on the state's own thread (thread_interrupt.h); Forerun's build of LuaJIT checks it
// in compiled loops, too. LuaJIT allows this from a signal handler on the same thread; setting it from another thread sometimes
// raced with the compiler and crashed. The hook stays until the call has ended and fails every instruction, so that a script
// cannot catch it with pcall.
//
// The C stack: C functions that call back into Lua (string.gsub, table.sort) use some of it at each level, which LuaJIT does not
// limit. The sandbox calls has_stack() before each level.
//
// Memory: the allocator counts. The same hook fails a call that exceeds the limit; a single allocation far beyond it is refused.
// Below half the limit the collector never runs during calls, only in collect_step() and collect_all().
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "script-runtime/sandbox/thread_interrupt.h"

struct lua_State;
struct lua_Debug;

namespace forerun {

struct LuaStateOptions {
    bool jit = true;
    std::uint64_t memory_bytes = 256u << 20;
    std::int64_t watchdog_milliseconds = 100;  // only for the text of the error
};

class LuaState {
public:
    explicit LuaState(const LuaStateOptions& options);
    ~LuaState();
    LuaState(const LuaState&) = delete;
    LuaState& operator=(const LuaState&) = delete;

    lua_State* get() const noexcept { return lua_; }

    // Pops the function and its arguments, pushes `results` values. On failure returns false and pushes nothing; error() says
    // why. Messages have `fallback_place` where the line of a failure is not known.
    bool call(int arguments, int results, const std::string& fallback_place);
    const std::string& error() const noexcept { return error_; }
    // That of the current call.
    std::string fallback_place() const { return fallback_place_ ? *fallback_place_ : std::string(); }
    void set_error(std::string text) { error_ = std::move(text); }

    // Pushes the compiled chunk; source text only. On failure returns false and pushes nothing; error() has file:line. `shown` is
    // its name in messages; names that start with "=" belong to the host and are not places in a script.
    bool load(std::string_view source, const std::string& shown);

    // Makes the current call fail. May be repeated until it has ended. The calling thread must not end meanwhile. [any thread]
    void interrupt() noexcept;
    // The number of the current call, 0 between calls. Relaxed: only polled. [any thread]
    std::uint64_t call_number() const noexcept { return running_.load(std::memory_order_relaxed); }

    // "file:line" of the innermost running function of a script; empty when there is none. No effect on the stack.
    static std::string script_place(lua_State* lua);

    // False when the current call has used up the C stack that scripts may use. Measured from the start of the call, so that a
    // script reaches the limit at the same depth on every thread.
    bool has_stack() const noexcept;

    // Resets LuaJIT's hot counters, which are one small table for the whole state.
    void forget_hot_code() noexcept;

    // One step of the collector; true when it completed a cycle.
    bool collect_step();
    void collect_all();
    std::uint64_t bytes() const noexcept { return bytes_; }
    // Total of all allocations so far, freed or not.
    std::uint64_t taken_bytes() const noexcept { return taken_bytes_; }
    std::uint64_t memory_bytes() const noexcept { return options_.memory_bytes; }
    bool has_compiler() const noexcept { return options_.jit; }
    std::string memory_text() const;  // "used more than N MiB of memory"

private:
    using Allocate = void* (*)(void*, void*, std::size_t, std::size_t);
    static void* allocate(void* self, void* block, std::size_t old_bytes, std::size_t new_bytes);
    static void hook(lua_State* lua, lua_Debug* place);
    static void on_interrupt(void* state) noexcept;
    void set_hook() noexcept;
    static int on_error(lua_State* lua);
    static LuaState* owner(lua_State* lua);
    static std::string without_object(lua_State* lua);
    static std::string without_host_place(lua_State* lua, const std::string& text);
    void over_limit() noexcept;
    void end_hook() noexcept;
    void take_error(int status, const std::string& fallback_place);

    const LuaStateOptions options_;
    lua_State* lua_ = nullptr;
    std::string error_;
    const std::string* fallback_place_ = nullptr;  // of the current call

    Allocate inner_allocate_ = nullptr;  // LuaJIT's own
    void* inner_data_ = nullptr;
    std::uint64_t bytes_ = 0;
    std::uint64_t taken_bytes_ = 0;
    const char* call_stack_ = nullptr;  // where the current call began
    bool over_limit_ = false;           // in this call
    std::uint64_t bytes_before_call_ = 0;
    bool collecting_ = false;  // the collector runs by itself in this call

    std::uint64_t calls_ = 0;
    std::uint64_t failed_call_ = 0;                   // the call that the hook has made fail
    std::atomic<std::uint64_t> running_{0};           // written by the state's thread
    ThreadInterrupt thread_;                          // entered while running_ is not 0
    std::atomic<std::uint64_t> interrupted_call_{0};  // written by interrupt()
    unsigned interruptions_ = 0;                      // by the signal handler
};

}  // namespace forerun
