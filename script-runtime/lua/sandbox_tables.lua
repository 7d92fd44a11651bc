-- A script's table functions: fixed order of iteration, no weak tables, no finalizers.
-- A part of sandbox.lua, called with has_stack; gives the table `table` and a table of base functions.
local has_stack = ...

local error, type, next, select, rawget, rawset = error, type, next, select, rawget, rawset
local raw_getmetatable, raw_setmetatable = debug.getmetatable, setmetatable
local floor, concat, sort, insert = math.floor, table.concat, table.sort, table.insert

local longest_text = 2 ^ 20
local longest_sort = 2 ^ 16

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
    for key in next, values do
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

for _ = 1, 4 do
    ordered_pairs({}) -- so that no compiled code refers to one script's tables; see survey.lua
end

local function ordered_next(values, after)
    if type(values) ~= "table" then error("next needs a table, got " .. type(values), 2) end
    local found
    if after ~= nil then check_key(after, "next") end
    for key in next, values do
        check_key(key, "next")
        if (after == nil or before(after, key)) and (found == nil or before(key, found)) then found = key end
    end
    if found == nil then return nil end
    return found, rawget(values, found)
end

local tables = { remove = table.remove, maxn = table.maxn }

-- Lua's own loops from the end down to any position, and cannot be interrupted.
function tables.insert(values, ...)
    if type(values) ~= "table" then error("table.insert needs a table", 2) end
    if select("#", ...) == 2 then
        local at = ...
        if not (type(at) == "number" and at >= 1 and at <= #values + 1) then
            error("table.insert: the position lies outside the list", 2)
        end
    end
    insert(values, ...)
end

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

-- A function of Lua, because a sort that compares by itself cannot be interrupted, and bad orders take n^2.
local function less(a, b)
    return a < b
end

function tables.sort(values, order)
    if type(values) ~= "table" then error("table.sort needs a table", 2) end
    if #values > longest_sort then error("table.sort: more than 65536 values cannot be sorted", 2) end
    if not has_stack() then error("table.sort: called from its own comparison too many times", 2) end
    sort(values, order or less)
end

-- Weak tables and finalizers depend on when the collector runs.
local refused_meta = { __mode = "weak tables are", __gc = "finalizers are" }

local function set_metatable(values, meta)
    if type(values) ~= "table" then error("setmetatable needs a table, got " .. type(values), 2) end
    if meta ~= nil and type(meta) ~= "table" then error("setmetatable needs a table or nil second", 2) end
    if meta then
        for key, what in next, refused_meta do
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

return tables, {
    next = ordered_next,
    pairs = ordered_pairs,
    setmetatable = set_metatable,
    rawset = set_raw,
}
