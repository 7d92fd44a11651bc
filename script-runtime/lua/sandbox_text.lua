-- A script's string functions and tostring: bounded results, and patterns only where their time is bounded.
-- A part of sandbox.lua, called with the host and has_stack; gives the table `string` and the function `tostring`.
local host, has_stack = ...

local error, type, select, unpack, tonumber = error, type, select, unpack, tonumber
local rawget, raw_tostring, raw_getmetatable = rawget, tostring, debug.getmetatable
local byte, format, rep, gsub = string.byte, string.format, string.rep, string.gsub

local max = math.max

local longest_text = 2 ^ 20

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

local strings = {}
for name in ("char len lower upper reverse"):gmatch "%S+" do strings[name] = string[name] end

-- A position in a text, or nil. LuaJIT's compiled code subtracts positions in 32 bits without a check: from positions near
-- both ends of that range, text:sub() gave what lies 2 GiB behind the text. No text is as long as 2^30.
local farthest = 2 ^ 30
local function position(at, name)
    if at == nil then return nil end
    if type(at) ~= "number" then at = tonumber(at) end
    if not at or at ~= at then error(name .. " needs a number as position", 3) end
    return at > farthest and farthest or at < -farthest and -farthest or at
end

local function checked_text(text, name)
    if type(text) == "number" then return raw_tostring(text) end
    if type(text) ~= "string" then error(name .. " needs a text, got " .. type(text), 3) end
    return text
end

local byte_at, sub = string.byte, string.sub

function strings.sub(text, from, to)
    text = checked_text(text, "string.sub")
    if from == nil then error("string.sub needs a number as position", 2) end
    return (sub(text, position(from, "string.sub"), position(to, "string.sub")))
end

function strings.byte(text, from, to)
    text = checked_text(text, "string.byte")
    return byte_at(text, position(from, "string.byte"), position(to, "string.byte"))
end

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
            length = length + #arguments[i]
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
local most_steps_of_one = 1e8 -- with one repetition
local most_compared = 1e9     -- of plain texts, which is faster
local usual_pattern = 64      -- bytes; longer ones make a step longer
local function check_pattern(name, text, pattern)
    if host.rendering ~= 0 then
        error(name .. " is not available while a voice plays (patterns cannot be interrupted): use it at the top of the file", 3)
    end
    if type(text) == "number" then text = raw_tostring(text) end
    if type(pattern) == "number" then pattern = raw_tostring(pattern) end
    if type(text) ~= "string" or type(pattern) ~= "string" then error(name .. " needs a text and a pattern", 3) end
    local steps = (#text + 1) * max(1, #pattern / usual_pattern)
    local one = steps * (#text + 1)
    for at = 1, #pattern do
        local sign = byte(pattern, at)
        if sign == 42 or sign == 43 or sign == 45 or sign == 98 then -- * + - %b
            steps = steps * (#text + 1)
        elseif sign == 63 then -- ?
            steps = steps * 2
        end
    end
    -- One repetition is what every text is searched with.
    if steps > most_steps and (steps > one or steps > most_steps_of_one) or #text > longest_text / 16 then
        error(name .. ": the pattern has too many repetitions for a text of " .. #text .. " bytes", 3)
    end
    return text, pattern
end

local find, match, gmatch = string.find, string.match, string.gmatch

function strings.find(text, pattern, from, plain)
    from = position(from, "string.find")
    if plain then
        if type(text) == "string" and type(pattern) == "string" then
            local compared = #text * #pattern
            if host.rendering ~= 0 and compared > most_steps then
                error("string.find: the texts are too long to be searched while a voice plays", 2)
            end
            if compared > most_compared then error("string.find: the texts are too long to be searched", 2) end
        end
        local first, last = find(text, pattern, from, true)
        return first, last
    end
    text, pattern = check_pattern("string.find", text, pattern)
    return find(text, pattern, from)
end

function strings.match(text, pattern, from)
    from = position(from, "string.match")
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
    -- Others call back: a function, or a table that has __index.
    if type(replacement) ~= "string" and not has_stack() then
        error("string.gsub: called from its own replacement too many times", 2)
    end
    return gsub(text, pattern, replacement, most)
end

return strings, to_text
