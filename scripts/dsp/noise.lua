-- dsp.noise(): random numbers, -1 .. +1, the same for the same voice seed.
--
--   self.noise = dsp.noise()
--   x = self.noise:next()        -- white, uniform, RMS 0.577
--   x = self.noise:pink()        -- -3 dB per octave within 0.5 dB (10 Hz .. 20 kHz), RMS about 0.34
--
-- Formula: xorshift32 (Marsaglia 2003: 13, 17, 5), period 2^32 - 1 (24 hours at 48 kHz), seeded from the voice's random
-- state at creation. Pink: three one-poles over the white noise (Paul Kellet's economy filter).
-- Cheap at every quality (8 integer operations), so there is one level.
local kit = ...
local bit = require "bit"
local bxor, lshift, rshift = bit.bxor, bit.lshift, bit.rshift

-- random_bits: never 0
local noise = {}

function noise:next()
    local x = self.random_bits
    x = bxor(x, lshift(x, 13))
    x = bxor(x, rshift(x, 17))
    x = bxor(x, lshift(x, 5))
    self.random_bits = x
    return x * (1 / 2147483648)
end

function noise:pink()
    local white = self:next()
    local a = 0.99765 * self.slow + 0.0990460 * white
    local b = 0.96300 * self.middle + 0.2965164 * white
    local c = 0.57000 * self.fast + 1.0526913 * white
    self.slow, self.middle, self.fast = a, b, c
    return 0.2 * (a + b + c + 0.1848 * white)
end

local make = kit.define("noise", "slow middle fast random_bits", noise)

return function()
    local object = make()
    local seed = kit.random_bits()
    object.random_bits = seed == 0 and 1 or seed
    return object
end
