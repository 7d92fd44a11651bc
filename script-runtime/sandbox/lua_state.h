// A LuaJIT state whose calls are bounded in time and memory.
//
// The stack of the state holds the error handler at index 1 and nothing else between calls. Every call() runs under it,
// so that a failure is one line with file and line. All members belong to one thread, except interrupt() and
// call_number().
//
// Time: interrupt() sets LuaJIT's count hook on the state's own thread (thread_interrupt.h); the LuaJIT that Forerun builds
// obeys it in compiled loops, too. A signal handler on the same thread is what LuaJIT allows; setting the hook from another
// thread once in a while met the compiler switching its state, and crashed. The hook stays until the call has ended and
// fails every instruction, so that pcall in a script cannot swallow it.
//
// The C stack: functions of C that call back into Lua (string.gsub, table.sort) take some of it at each level, and LuaJIT does
// not count. has_stack() says whether one more level is allowed: the sandbox asks before each.
//
// Memory: the allocator counts. A call that goes beyond the limit is failed by the same hook; one single allocation that
// is far beyond it is refused. The collector never runs by itself below half the limit: collect_step() and collect_all()
// run it in between.
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

    // Pops the function and its arguments, pushes `results` values. False when it failed: then nothing is pushed and
    // error() says why. `blamed` is named where the line of a failure is not known.
    bool call(int arguments, int results, const std::string& blamed);
    const std::string& error() const noexcept { return error_; }
    // Who is named where a line is not known, while a call runs.
    std::string blamed() const { return blamed_ ? *blamed_ : std::string(); }
    void set_error(std::string text) { error_ = std::move(text); }

    // The chunk as a function on the stack; text only. False: nothing is pushed, error() has file:line. `shown` is the
    // name that messages carry; names that start with "=" belong to the host and are not a script's place.
    bool load(std::string_view source, const std::string& shown);

    // Makes the call that runs now fail. May be repeated until it has ended. [any thread] The thread that makes calls must
    // not end meanwhile.
    void interrupt() noexcept;
    // The number of the call that runs now, 0 between calls. [any thread] Relaxed: it is looked at now and then.
    std::uint64_t call_number() const noexcept { return running_.load(std::memory_order_relaxed); }

    // "file:line" of the innermost function that belongs to a script, of those that run; empty when there is none. No effect on
    // the stack.
    static std::string script_place(lua_State* lua);

    // False when the call that runs has used as much of the thread's C stack as scripts may. Counted from where the call
    // began, so that a script meets the limit at the same depth on every thread.
    bool has_stack() const noexcept;

    // Every loop and function counts as never run before. LuaJIT counts in one small table for the whole state.
    void forget_hot_code() noexcept;

    // One step of the collector; true when it completed a cycle.
    bool collect_step();
    void collect_all();
    std::uint64_t bytes() const noexcept { return bytes_; }
    // All that was ever allocated, freed or not.
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
    static std::string without_object(lua_State* lua);
    static std::string without_host_place(lua_State* lua, const std::string& text);
    void over_limit() noexcept;
    void end_hook() noexcept;
    void take_error(int status, const std::string& blamed);

    const LuaStateOptions options_;
    lua_State* lua_ = nullptr;
    std::string error_;
    const std::string* blamed_ = nullptr;  // of the call that runs

    Allocate inner_allocate_ = nullptr;  // LuaJIT's own
    void* inner_data_ = nullptr;
    std::uint64_t bytes_ = 0;
    std::uint64_t taken_bytes_ = 0;
    const char* call_stack_ = nullptr;  // where the call that runs began
    bool over_limit_ = false;           // in this call
    std::uint64_t bytes_before_call_ = 0;
    bool collecting_ = false;  // the collector runs by itself in this call

    std::uint64_t calls_ = 0;
    std::uint64_t failed_call_ = 0;                   // the call that the hook has failed
    std::atomic<std::uint64_t> running_{0};           // written by the state's thread
    ThreadInterrupt thread_;                          // entered while running_ is not 0
    std::atomic<std::uint64_t> interrupted_call_{0};  // written by interrupt()
    unsigned interruptions_ = 0;                      // of the signal handler
};

}  // namespace forerun
