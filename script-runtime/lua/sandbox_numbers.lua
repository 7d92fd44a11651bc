-- A script's math: with the voice's own random numbers.
-- A part of sandbox.lua, called with the host; gives the table `math`.
local host = ...

local bit = require "bit"
local error, type, floor = error, type, math.floor

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

local numbers = {}
for name, value in pairs(math) do numbers[name] = value end
numbers.random, numbers.randomseed, numbers.mod = random, random_seed, nil

return numbers
