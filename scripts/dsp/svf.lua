-- dsp.svf(): a state-variable filter, 12 dB per octave, all its outputs at once.
--
--   self.filter = dsp.svf()
--   low, band, high = self.filter:next(x, cutoff_hz, resonance)     -- resonance 0 .. 1
--   notch = low + high       all-pass = low + high - band           peak = low - high
--
-- Formula: two trapezoidal integrators, solved without a delay (Simper, "Solving the continuous SVF equations using
-- trapezoidal integration", 2013), damping k = 2 (1 - 0.99 resonance):
--   low = w0^2 / (s^2 + k w0 s + w0^2),  band = k w0 s / (...),  high = s^2 / (...)
-- `band` is 1 at the cutoff for every resonance; `low` and `high` are 1 / k there (resonance 0: -6 dB, 1: +34 dB).
-- Range: cutoff 5 Hz .. 0.477 rate; both may move every frame. Linear, always stable.
-- Quality: 1 and 0 tune to 2.8 cents instead of 0.07.
local kit = ...
local max, min = math.max, math.min
local prewarp = kit.prewarp

local svf = {}

function svf:next(x, cutoff_hz, resonance)
    local top, bottom = prewarp(cutoff_hz)
    local k = 2 - 1.98 * min(max(resonance or 0, 0), 1)
    local s1, s2 = self.s1, self.s2
    local scale = 1 / (bottom * bottom + top * (top + k * bottom))
    local v = x - s2
    local band = (bottom * s1 + top * v) * (bottom * scale)
    local low = s2 + (bottom * s1 + top * v) * (top * scale)
    self.s1 = band + band - s1
    self.s2 = low + low - s2
    band = k * band
    return low, band, x - band - low
end

local make = kit.define("svf", "s1 s2", svf)

return function()
    return (make())
end
