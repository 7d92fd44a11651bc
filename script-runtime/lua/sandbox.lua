-- The environment of a script: an allow-list. Nothing here can access files, the system, memory or another voice.
--
-- The host runs this file once per state: `local environment = chunk(host_pointer, print_line, has_stack, text, ...)`
--   host_pointer  lightuserdata, a fr_host (its C++ twin is HostView in sandbox.h)
--   print_line    print_line(script_name, text) prints one line of a script
--   has_stack     has_stack() is false when C functions that call back are not allowed any more
--   text ...      the chunks of sandbox_text.lua, sandbox_tables.lua, sandbox_numbers.lua
-- and then `environment(script, require_module)` makes one for each run of a script's chunk.
--
-- Each environment has its own copies of math, string, table and bit, so that voices cannot communicate through them.
-- Functions are shared; their only state is per voice, in host memory.
--
-- Differences from Lua:
--   pairs, next       fixed order: numbers ascending, then strings by bytes, then false, true; other keys are an error
--   math.random       numbers of the voice's own generator, so a voice rendered again is the same to the bit
--   string.find ...   patterns only while the chunk runs, and bounded: they cannot be interrupted
--   string.rep ...    results are bounded
--   tostring          of tables and functions gives their type, not an address
--   pcall             gives error texts without the folder of the script, and dsp objects by their names
--   xpcall            as pcall, and calls the handler after the error was caught: a handler inside could not be interrupted
--
-- Functions here are shared by all scripts, so none ends in a call (`return f(x)`): LuaJIT gives up compiling such a function
-- by itself, in the end for good, and with it every script that calls it. `return (f(x))` is no call in that sense.
local host_pointer, print_line, has_stack, text_part, tables_part, numbers_part = ...

local ffi = require "ffi"
local bit = require "bit"

ffi.cdef [[
    typedef struct {
        uint8_t *arena; uint32_t arena_capacity_bytes; uint32_t arena_used_bytes;
        int32_t quality; int32_t rng_state[4]; int32_t sealed; int64_t frame;
    } fr_host_voice;
    typedef struct { fr_host_voice *voice; int32_t rendering; } fr_host;
]]
local host = ffi.cast("fr_host *", host_pointer)

local error, type, select, pcall, rawget, concat = error, type, select, pcall, rawget, table.concat
local raw_getmetatable, raw_setmetatable = debug.getmetatable, setmetatable
local find, gsub, match, sub = string.find, string.gsub, string.match, string.sub

local strings, to_text = text_part(host, has_stack)
local tables, table_functions = tables_part(has_stack)
local numbers = numbers_part(host)

local function clone_by_hand(from)
    local copy = {}
    for key, value in next, from do copy[key] = value end
    return copy
end
-- Only our LuaJIT has it.
local has_clone, clone = pcall(require, "table.clone")
if not has_clone then clone = clone_by_hand end

-- Scripts get error messages through pcall, and these must be the same in every run: a delay line's type depends on whether
-- voices are rewound, and a file's name on the folder in which the program was started.
local function same_everywhere(text)
    if type(text) ~= "string" then return text end
    if find(text, "struct fr_", 1, true) then
        text = gsub(text, "'?struct fr_([%l_]*%l)[_%d]* ?&?'?", "dsp.%1")
        text = gsub(gsub(text, "dsp%.out_(%l+)", "out.%1"), "dsp%.out%f[^%w_]", "out")
    end
    -- No pattern with quadratic time: texts may be long, and searches cannot be interrupted.
    local colon = find(text, ":", 1, true)
    if colon and colon > 4 and sub(text, colon - 4, colon - 1) == ".lua" and not find(sub(text, 1, colon), "\n", 1, true) then
        local behind_folder = match(sub(text, 1, colon - 1), "^.*[/\\]()")
        if behind_folder then text = sub(text, behind_folder) end
    end
    return text
end

local function finish_pcall(ok, ...)
    if ok then return true, ... end
    return false, same_everywhere((...))
end

local function caught_pcall(call, ...)
    return finish_pcall(pcall(call, ...))
end

local function finish_xpcall(handler, ok, ...)
    if ok then return true, ... end
    return false, handler(same_everywhere((...)))
end

local function caught_xpcall(call, handler, ...)
    return finish_xpcall(handler, pcall(call, ...))
end

local base = clone(table_functions)
for name in ("assert error ipairs rawequal rawget select tonumber type unpack _VERSION"):gmatch "%S+" do
    base[name] = _G[name]
end
base.tostring, base.pcall, base.xpcall = to_text, caught_pcall, caught_xpcall

function base.getmetatable(value)
    if type(value) ~= "table" then return false end
    local meta = raw_getmetatable(value)
    local shown = meta and rawget(meta, "__metatable")
    if shown ~= nil then return shown end
    return meta
end

local missing = {}
for name in ("collectgarbage coroutine debug dofile ffi gcinfo getfenv io jit load loadfile loadstring module newproxy os "
    .. "package setfenv"):gmatch("%S+") do
    missing[name] = true
end

local missing_meta = {
    __index = function(_, name)
        if missing[name] then error(name .. " is not available to voice scripts (forerun --trust opens the whole language)", 2) end
        return nil
    end,
    __metatable = false,
}

-- A state has one metatable for strings; scripts use it by text:method() and must not access the table.
local text_meta = raw_getmetatable("")
text_meta.__index = strings
text_meta.__metatable = false

return function(script, require_module)
    local environment = clone(base)
    environment._G = environment
    environment.math = clone(numbers)
    environment.string = clone(strings)
    environment.table = clone(tables)
    environment.bit = clone(bit)
    environment.require = require_module
    environment.print = function(...)
        local texts = { ... }
        for i = 1, select("#", ...) do texts[i] = to_text(texts[i]) end
        print_line(script, concat(texts, "\t"))
    end
    return raw_setmetatable(environment, missing_meta)
end
