// One LuaHost for many inputs, watched, and what the targets for scripts have in common.
//
// libFuzzer sees the coverage of C++ only. What goes on in Lua reaches it by note(): anything new that an input did.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "script-runtime/host/lua_host.h"
#include "script-runtime/sandbox/watchdog.h"

namespace forerun::fuzz {

// Prints and aborts when a promise is broken.
void require(bool holds, const char* promise, std::string_view what = {});
// What every message of BadInput and LuaHost::error() keeps: one printable line of bounded length that names a file.
void require_message(std::string_view message);
// Tells libFuzzer that the input has a property; numbers and quoted words in `what` do not count.
void note(std::string_view what);

// Keeps one host for a number of inputs, then checks that it holds no more memory than at first, and makes a new one.
class FuzzHost {
public:
    static constexpr std::uint32_t arena_bytes = 16u << 10;  // of dsp state per voice

    explicit FuzzHost(bool jit) : jit_(jit) {}
    // The host for the next input.
    LuaHost& next();

private:
    void renew();

    static constexpr int inputs_per_host = 1024, inputs_per_collection = 32;
    const bool jit_;
    std::unique_ptr<LuaHost> host_;
    std::unique_ptr<Watchdog::Guard> guard_;
    std::uint64_t bytes_at_first_ = 0;
    int inputs_ = 0;
};

}  // namespace forerun::fuzz
