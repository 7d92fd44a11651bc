-- The world that a script sees: an allow-list. Nothing here can reach files, the system, memory or another voice.
--
-- The host runs this file once per state: `local environment = chunk(host_pointer, print_line)`
--   host_pointer  lightuserdata, a fr_host (its C++ twin is HostView in sandbox.h)
--   print_line    print_line(script_name, text) passes one line of a script's print on
-- and then `environment(script, require_module)` makes one for each run of a script's chunk.
--
-- Each environment has tables of its own (copies of math, string, table, bit), so nothing that one voice writes into them
-- is seen by another. Functions are shared; they hold no state but what is per voice in host memory.
--
-- What is different from Lua, and why:
--   pairs, next       fixed order: numbers ascending, then strings by bytes, then false, true; other keys are an error
--   math.random       numbers of the voice's own generator, so a voice rendered again is the same to the bit
--   string.find ...   patterns only while the chunk runs, and bounded: they cannot be interrupted
--   string.rep ...    results are bounded
--   tostring          of tables and functions gives their type, not an address
--   xpcall            calls the handler after the error was caught: a handler inside could not be interrupted
--
-- Functions here are shared by all scripts, so none ends in a call (`return f(x)`): LuaJIT gives up compiling such a function
-- by itself, in the end for good, and with it every script that calls it. `return (f(x))` is no call in that sense.
local host_pointer, print_line = ...

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

local error, type, select, unpack, pcall, raw_next, rawset, rawget = error, type, select, unpack, pcall, next, rawset, rawget
local raw_tostring, raw_getmetatable, raw_setmetatable = tostring, debug.getmetatable, setmetatable
local floor = math.floor
local byte, format, rep, concat, gsub = string.byte, string.format, string.rep, table.concat, string.gsub
local sort = table.sort

local longest_text = 2 ^ 20
local longest_sort = 2 ^ 16

-- ---- Copies

local function clone_by_hand(from)
    local copy = {}
    for key, value in raw_next, from do copy[key] = value end
    return copy
end
-- Only this LuaJIT has it, others copy by hand.
local has_clone, clone = pcall(require, "table.clone")
if not has_clone then clone = clone_by_hand end

local function pick(from, names)
    local picked = {}
    for name in names:gmatch("%S+") do picked[name] = from[name] end
    return picked
end

-- ---- Text

local function to_text(value)
    local kind = type(value)
    if kind == "string" then return value end
    if kind == "table" then
        local meta = raw_getmetatable(value)
        local describe = meta and rawget(meta, "__tostring")
        if describe == nil then return "table" end
        local text = describe(value)
        if type(text) ~= "string" then error("__tostring must return a string", 2) end
        return text
    end
    if kind == "function" or kind == "userdata" or kind == "thread" then return kind end
    return (raw_tostring(value))
end

local strings = pick(string, "byte char len lower upper reverse sub")

function strings.rep(text, count, separator)
    if type(text) == "number" then text = raw_tostring(text) end
    if type(text) ~= "string" or type(count) ~= "number" then error("string.rep needs a text and a number", 2) end
    if (#text + (separator and #separator or 0)) * count > longest_text then
        error("string.rep: the result would be longer than 1 MiB", 2)
    end
    return (rep(text, count, separator))
end

function strings.format(form, ...)
    if type(form) ~= "string" then error("string.format needs a text first", 2) end
    local arguments, count = { ... }, select("#", ...)
    local length = #form
    for i = 1, count do
        local kind = type(arguments[i])
        if kind == "string" then
            length = length + #arguments[i]
        elseif kind ~= "number" then
            arguments[i] = to_text(arguments[i])
        end
    end
    if length > longest_text then error("string.format: the result would be longer than 1 MiB", 2) end
    for at = 1, #form do
        -- %p would print an address.
        if byte(form, at) == 112 then
            local from = at - 1
            while from > 0 and byte(form, from) < 65 and byte(form, from) ~= 37 do from = from - 1 end
            if from > 0 and byte(form, from) == 37 then
                local percents = 0
                while from > 0 and byte(form, from) == 37 do percents, from = percents + 1, from - 1 end
                if percents % 2 == 1 then error("string.format: %p is not available", 2) end
            end
        end
    end
    return (format(form, unpack(arguments, 1, count)))
end

-- A pattern is matched by C code that no hook interrupts, and its time is up to length^(repetitions + 1).
local most_steps = 2e6
local function check_pattern(name, text, pattern)
    if host.rendering ~= 0 then
        error(name .. " is not available while a voice plays (patterns cannot be interrupted): use it at the top of the file", 3)
    end
    if type(text) == "number" then text = raw_tostring(text) end
    if type(pattern) == "number" then pattern = raw_tostring(pattern) end
    if type(text) ~= "string" or type(pattern) ~= "string" then error(name .. " needs a text and a pattern", 3) end
    local steps = #text + 1
    for at = 1, #pattern do
        local sign = byte(pattern, at)
        if sign == 42 or sign == 43 or sign == 45 or sign == 98 then -- * + - %b
            steps = steps * (#text + 1)
        elseif sign == 63 then -- ?
            steps = steps * 2
        end
    end
    -- One repetition is what every text is searched with, however long.
    if steps > most_steps and steps > (#text + 1) ^ 2 or #text > longest_text / 16 then
        error(name .. ": the pattern has too many repetitions for a text of " .. #text .. " bytes", 3)
    end
    return text, pattern
end

local find, match, gmatch = string.find, string.match, string.gmatch

function strings.find(text, pattern, from, plain)
    if plain then
        if host.rendering ~= 0 and type(text) == "string" and type(pattern) == "string" and #text * #pattern > most_steps then
            error("string.find: the texts are too long to be searched while a voice plays", 2)
        end
        local first, last = find(text, pattern, from, true)
        return first, last
    end
    text, pattern = check_pattern("string.find", text, pattern)
    return find(text, pattern, from)
end

function strings.match(text, pattern, from)
    text, pattern = check_pattern("string.match", text, pattern)
    return match(text, pattern, from)
end

function strings.gmatch(text, pattern)
    text, pattern = check_pattern("string.gmatch", text, pattern)
    local step = gmatch(text, pattern)
    return function()
        if host.rendering ~= 0 then check_pattern("string.gmatch", text, pattern) end
        return step()
    end
end

function strings.gsub(text, pattern, replacement, most)
    text, pattern = check_pattern("string.gsub", text, pattern)
    if type(replacement) == "string" and #replacement * (#text + 1) > longest_text * 16 then
        error("string.gsub: the result would be too long", 2)
    end
    return gsub(text, pattern, replacement, most)
end

-- ---- Tables

local rank = { number = 1, string = 2, boolean = 3 }

local function before(a, b)
    local kind_a, kind_b = type(a), type(b)
    if kind_a ~= kind_b then return rank[kind_a] < rank[kind_b] end
    if kind_a == "boolean" then return not a and b end
    return a < b
end

local function check_key(key, name)
    if not rank[type(key)] then
        error(name .. ": a table with keys of type " .. type(key)
            .. " has no order that is the same in every run; use numbers, strings or booleans as keys", 3)
    end
end

-- In strcoll's order "a" < "B" depends on the locale; the host runs in the C locale and compares bytes.
local function ordered_pairs(values)
    if type(values) ~= "table" then error("pairs needs a table, got " .. type(values), 2) end
    local keys, count, length = {}, 0, #values
    for i = 1, length do
        if rawget(values, i) == nil then length = i - 1 break end
        keys[i] = i
    end
    count = length
    for key in raw_next, values do
        if not (type(key) == "number" and key >= 1 and key <= length and key == floor(key)) then
            check_key(key, "pairs")
            count = count + 1
            keys[count] = key
        end
    end
    if count > length then sort(keys, before) end
    local at = 0
    return function()
        while true do
            at = at + 1
            local key = keys[at]
            if key == nil then return nil end
            local value = rawget(values, key)
            if value ~= nil then return key, value end
        end
    end, values, nil
end

local function ordered_next(values, after)
    if type(values) ~= "table" then error("next needs a table, got " .. type(values), 2) end
    local found
    if after ~= nil then check_key(after, "next") end
    for key in raw_next, values do
        check_key(key, "next")
        if (after == nil or before(after, key)) and (found == nil or before(key, found)) then found = key end
    end
    if found == nil then return nil end
    return found, rawget(values, found)
end

local tables = pick(table, "insert remove maxn")

function tables.concat(values, separator, from, to)
    if type(values) ~= "table" then error("table.concat needs a table", 2) end
    from, to = from or 1, to or #values
    local length = (separator and #separator or 0) * (to - from)
    for i = from, to do
        local value = values[i]
        length = length + (type(value) == "string" and #value or 32)
        if length > longest_text then error("table.concat: the result would be longer than 1 MiB", 2) end
    end
    return (concat(values, separator, from, to))
end

function tables.sort(values, order)
    if type(values) ~= "table" then error("table.sort needs a table", 2) end
    if #values > longest_sort then error("table.sort: more than 65536 values cannot be sorted", 2) end
    sort(values, order)
end

-- Weak tables change when the collector happens to run, finalizers run then.
local refused_meta = { __mode = "weak tables are", __gc = "finalizers are" }

local function set_metatable(values, meta)
    if type(values) ~= "table" then error("setmetatable needs a table, got " .. type(values), 2) end
    if meta ~= nil and type(meta) ~= "table" then error("setmetatable needs a table or nil second", 2) end
    if meta then
        for key, what in raw_next, refused_meta do
            if rawget(meta, key) ~= nil then error(what .. " not available to voice scripts (" .. key .. ")", 2) end
        end
    end
    return (raw_setmetatable(values, meta))
end

local function set_raw(values, key, value)
    if type(values) ~= "table" then error("rawset needs a table", 2) end
    local meta = raw_getmetatable(values)
    if meta and rawget(meta, "__metatable") ~= nil then error("rawset: this table is read-only", 2) end
    if refused_meta[key] then error(refused_meta[key] .. " not available to voice scripts (" .. key .. ")", 2) end
    return (rawset(values, key, value))
end

-- ---- Numbers

-- xoshiro128++ 1.0 (Blackman, Vigna), public domain. The state is the voice's, 32 bits per step.
local tobit, bxor, rol, lshift, rshift = bit.tobit, bit.bxor, bit.rol, bit.lshift, bit.rshift

local function next_bits()
    local s = host.voice.rng_state
    local s0, s1, s2, s3 = s[0], s[1], s[2], s[3]
    local result = tobit(rol(tobit(s0 + s3), 7) + s0)
    local t = lshift(s1, 9)
    s2 = bxor(s2, s0)
    s3 = bxor(s3, s1)
    s1 = bxor(s1, s2)
    s0 = bxor(s0, s3)
    s2 = bxor(s2, t)
    s3 = rol(s3, 11)
    s[0], s[1], s[2], s[3] = s0, s1, s2, s3
    return result
end

local function random(low, high)
    local fraction = (rshift(next_bits(), 5) * 67108864 + rshift(next_bits(), 6)) * 2 ^ -53
    if low == nil then return fraction end
    if high == nil then low, high = 1, low end
    low, high = floor(low), floor(high)
    if not (low <= high) then error("math.random: the interval is empty", 2) end
    return floor(fraction * (high - low + 1)) + low
end

local function random_seed(seed)
    if type(seed) ~= "number" then error("math.randomseed needs a number", 2) end
    local s = host.voice.rng_state
    local a = tobit(seed % 2 ^ 32)
    local b = tobit(floor(seed / 2 ^ 32) % 2 ^ 32)
    local c = tobit((seed % 1) * 2 ^ 32)
    s[0], s[1], s[2], s[3] = a, bxor(b, 0x3c6ef372), bxor(c, 0x1b873593), tobit(0x9e3779b9)
    for _ = 1, 16 do next_bits() end
end

local numbers = clone_by_hand(math)
numbers.random, numbers.randomseed, numbers.mod = random, random_seed, nil

-- ---- The environment

local function finish_xpcall(handler, ok, ...)
    if ok then return true, ... end
    return false, handler(...)
end

local function caught_xpcall(call, handler, ...)
    return finish_xpcall(handler, pcall(call, ...))
end

local base = pick(_G, "assert error ipairs pcall rawequal rawget select tonumber type unpack _VERSION")
base.next, base.pairs, base.tostring, base.xpcall = ordered_next, ordered_pairs, to_text, caught_xpcall
base.setmetatable, base.rawset = set_metatable, set_raw

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

-- Texts have one metatable in a state; scripts reach it by text:method() and must not reach the table.
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
