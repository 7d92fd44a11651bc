// What cmake/build-luajit.sh promises of its LuaJIT.
#include <lua.hpp>

#include <memory>
#include <string>
#include <thread>

#include "tests/scenes/catch.h"
#include "tests/scenes/lua_closer.h"

namespace {

using State = std::unique_ptr<lua_State, LuaCloser>;

State new_state() {
    State lua(luaL_newstate());
    luaL_openlibs(lua.get());
    return lua;
}

// Runs `code` and returns its first result as text; a Lua error becomes "error: ...".
std::string run(lua_State* lua, const std::string& code) {
    if (luaL_loadstring(lua, code.c_str()) != 0 || lua_pcall(lua, 0, 1, 0) != 0) {
        return std::string("error: ") + lua_tostring(lua, -1);
    }
    const char* text = lua_tostring(lua, -1);
    return text ? text : "nil";
}

// Written by a Lua loop without any order, which is what is wanted here.
[[gnu::noinline, gnu::no_sanitize_thread]] double read_unordered(const volatile double& value) { return value; }

}  // namespace

// One argument in a thousand differs between x*x and glibc's pow(x, 2), so 100 000 of them cannot miss it.
TEST_CASE("a power is the same to the bit in interpreter and trace") {
    const State lua = new_state();
#ifdef FORERUN_SYSTEM_LUAJIT
    const std::string square = "3";
#else
    const std::string square = "2";
#endif
    const std::string exponent = GENERATE_COPY(as<std::string>{}, square, "3", "4", "-1", "-2", "0.5", "-0.5", "1", "0",
                                               "1/3", "1.7", "10", "1e300");
    const std::string form = GENERATE("x[i] ^ (EXPONENT)", "math.pow(x[i], EXPONENT)", "x[i] ^ k", "k ^ x[i]");
    std::string expression = form;
    if (const auto at = form.find("EXPONENT"); at != std::string::npos) expression.replace(at, 8, exponent);
    CAPTURE(exponent, expression);
    const std::string code = R"(
        local count, k = 100000, )" +
                             exponent + R"(
        local state, x, interpreted, compiled = 1, {}, {}, {}
        for i = 1, count do
            state = (state * 16807) % 2147483647
            x[i] = (state / 2147483647 - (i % 4 == 0 and 0.5 or 0)) * (i % 2 == 0 and 1 or 1000)
        end
        local function fill(y) for i = 1, count do y[i] = )" +
                             expression + R"( end end
        jit.off(fill)
        fill(interpreted)
        jit.on(fill)
        jit.flush()
        fill(compiled)
        local traces, info = 0, require("jit.util").traceinfo
        while info(traces + 1) do traces = traces + 1 end
        if traces == 0 then return "not compiled" end
        for i = 1, count do
            local a, b = interpreted[i], compiled[i]
            if a ~= b and (a == a or b == b) then
                return string.format("x = %.17g: interpreted %.17g, compiled %.17g", x[i], a, b)
            end
        end
        return "same")";
    CHECK(run(lua.get(), code) == "same");
}

// What the installed LuaJIT does not promise.
#ifndef FORERUN_SYSTEM_LUAJIT

TEST_CASE("a square is x times x in the interpreter") {
    const State lua = new_state();
    CHECK(run(lua.get(), R"(
        jit.off()
        local state = 1
        for i = 1, 100000 do
            state = (state * 16807) % 2147483647
            local x = state / 2147483647
            if x ^ 2 ~= x * x then return string.format("x = %.17g", x) end
        end
        return "same")") == "same");
}

// Setting a hook is the one call that LuaJIT allows from another thread; the watchdog lives on it.
TEST_CASE("a hook set by another thread interrupts a compiled endless loop") {
    const State lua = new_state();
    volatile double turns = 0;
    lua_pushlightuserdata(lua.get(), const_cast<double*>(&turns));
    lua_setglobal(lua.get(), "turns_address");
    std::thread interrupter([state = lua.get(), &turns] {
        // By then the loop has long been inside its trace.
        while (read_unordered(turns) < 1e6) std::this_thread::yield();
        lua_sethook(
            state, [](lua_State* hooked, lua_Debug*) { luaL_error(hooked, "interrupted"); }, LUA_MASKCOUNT, 1);
    });
    const std::string answer = run(lua.get(), R"(
        local turns = require("ffi").cast("double*", turns_address)
        local function loop(from, count) local i = 0; while i < count do i = i + 1; turns[0] = from + i end end
        loop(0, 1000)
        if not require("jit.util").traceinfo(1) then turns[0] = 1e6; return "not compiled" end
        loop(1000, 1e15))");
    interrupter.join();
    CHECK(answer.find("interrupted") != std::string::npos);
}

TEST_CASE("tables of strings iterate in the same order in every state") {
    const std::string code = R"(
        local t, order = {}, {}
        for i = 1, 200 do t["key" .. i] = i end
        for key in pairs(t) do order[#order + 1] = key end
        return table.concat(order, " "))";
    const State first = new_state();
    const std::string expected = run(first.get(), code);
    CHECK(expected.size() > 1000);
    for (int i = 0; i < 10; ++i) {
        const State other = new_state();
        CHECK(run(other.get(), code) == expected);
    }
}

#endif
