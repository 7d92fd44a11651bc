-- Carries the state of a sounding voice into a newer version of its script. Trusted.
--
--   carry(fresh, old, begun)
--     fresh   self of the new version, just started with the same note
--     old     self of the version that sounds
--     begun   self of the old version, just started with the same note: differences from it have happened since
--
-- Values that have changed while the note sounded are state and are carried over: an oscillator's phase, a filter's memory, an
-- envelope's position, a counter. Others are settings, which come from the new version. This applies to every field by name, and
-- to every number in a dsp object of the same kind. Delay lines keep their content, even if their length has changed.
local ffi = require "ffi"

local type, next, rawget, rawset, tostring, tonumber = type, next, rawget, rawset, tostring, tonumber
local match, min, band = string.match, math.min, require("bit").band
local doubles_pointer = ffi.typeof("double *")
local delay_header = 2          -- doubles; the first: frames written so far. See scripts/dsp/delay.lua

-- Fields that the host has already set in the new version: these, and the controls that it names.
local set_by_host = { parameters = true, note = true, frequency = true, clock = true, quality = true }
for _, control in ipairs(...) do
    set_by_host[control] = true
end

-- The type of a dsp object, nil for anything else.
local function type_name(object)
    return match(tostring(ffi.typeof(object)), "struct fr_([%w_]+)")
end

-- Readable frames, and frames in memory.
local function delay_frames(name)
    local exponent, held = match(name, "^delay_(%d+)_?(%d*)$")
    if not exponent then return nil end
    return 2 ^ tonumber(exponent), 2 ^ (tonumber(held) or tonumber(exponent))
end

local function carry_delay(fresh, old, fresh_frames, old_frames, old_held)
    local to, from = ffi.cast(doubles_pointer, fresh), ffi.cast(doubles_pointer, old)
    local at, last = from[0], fresh_frames - 1
    to[0] = last
    for back = 0, min(fresh_frames, old_frames) - 1 do
        to[delay_header + last - back] = from[delay_header + band(at - back, old_held - 1)]
    end
end

local function carry_object(fresh, old, begun)
    local name, old_name = type_name(fresh), type_name(old)
    if not name or not old_name then return end
    local fresh_frames = delay_frames(name)
    local old_frames, old_held = delay_frames(old_name)
    if fresh_frames and old_frames then return carry_delay(fresh, old, fresh_frames, old_frames, old_held) end
    if name ~= old_name or type_name(begun) ~= name then return end
    local to, from, first = ffi.cast(doubles_pointer, fresh), ffi.cast(doubles_pointer, old), ffi.cast(doubles_pointer, begun)
    for i = 0, ffi.sizeof("struct fr_" .. name) / 8 - 1 do
        if from[i] ~= first[i] then to[i] = from[i] end
    end
end

-- Nested tables go to `waiting`, three at a time: they may be a million levels deep.
local function carry_table(fresh, old, begun, is_self, waiting, seen)
    for key, now in next, old do
        local new, first = rawget(fresh, key), rawget(begun, key)
        local kind = type(now)
        if is_self and set_by_host[key] then
            new = nil
        elseif kind == "number" or kind == "boolean" or kind == "string" then
            -- A field that start does not set is state in any case.
            if now ~= first and (new == nil or type(new) == kind) then rawset(fresh, key, now) end
        elseif kind ~= type(new) or kind ~= type(first) then
            new = nil
        elseif kind == "table" then
            if not seen[new] then
                seen[new] = true
                local n = #waiting
                waiting[n + 1], waiting[n + 2], waiting[n + 3] = new, now, first
            end
        elseif kind == "cdata" then
            carry_object(new, now, first)
        end
    end
end

return function(fresh, old, begun)
    local waiting, at = {}, 1
    local seen = { [fresh] = true }
    carry_table(fresh, old, begun, true, waiting, seen)
    while waiting[at] do
        carry_table(waiting[at], waiting[at + 1], waiting[at + 2], false, waiting, seen)
        at = at + 3
    end
end
