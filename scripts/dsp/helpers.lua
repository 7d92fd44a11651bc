-- The plain functions of the library. All of them give the same bits everywhere.
--
--   dsp.hz(key)            frequency of a MIDI key, also between keys: 440 * 2^((key - 69) / 12)
--   dsp.db(decibels)       gain of a level: dsp.db(-6) = 0.501
--   dsp.semitones(n)       frequency ratio of n semitones
--   dsp.clamp(x, a, b)     x held in a .. b
--   dsp.mix(a, b, t)       a + (b - a) t
--   dsp.pan(x, position)   left, right with equal power; position -1 .. +1
--   dsp.exp2 exp sin cos tanh   see elementary.lua for their errors
-- A list of { name, call }, so that nothing depends on the order of a hash table.
local kit = ...
local max, min = math.max, math.min
local elementary = kit.elementary
local exp2, sin_turns, cos_turns = elementary.exp2, elementary.sin_turns, elementary.cos_turns

local function hz(key)
    return 440 * exp2((key - 69) * (1 / 12))
end

local function db(decibels)
    return exp2(decibels * 0.16609640474436813)
end

local function semitones(n)
    return exp2(n * (1 / 12))
end

local function clamp(x, lowest, highest)
    return (min(max(x, lowest), highest))
end

local function mix(a, b, t)
    return a + (b - a) * t
end

local function pan(x, position)
    local turns = (min(max(position, -1), 1) + 1) * 0.125
    return x * cos_turns(turns), x * sin_turns(turns)
end

return {
    { name = "hz", call = hz },
    { name = "db", call = db },
    { name = "semitones", call = semitones },
    { name = "clamp", call = clamp },
    { name = "mix", call = mix },
    { name = "pan", call = pan },
    { name = "exp2", call = elementary.exp2 },
    { name = "exp", call = elementary.exp },
    { name = "sin", call = elementary.sin },
    { name = "cos", call = elementary.cos },
    { name = "tanh", call = elementary.tanh },
}
