-- dsp.onepole(): the gentle filter, 6 dB per octave.
--
--   self.tone = dsp.onepole()
--   y = self.tone:low(x, cutoff_hz)      -- use one of the two per object and frame
--   y = self.tone:high(x, cutoff_hz)     -- high(x, 10) removes DC
--
-- Formula: a trapezoidal integrator, w0 / (s + w0) and s / (s + w0); -3 dB at the cutoff.
-- Range: cutoff 5 Hz .. 0.477 rate, may move every frame. Quality: 1 and 0 tune to 2.8 cents instead of 0.07.
local kit = ...
local prewarp = kit.prewarp

local onepole = {}

function onepole:low(x, cutoff_hz)
    local top, bottom = prewarp(cutoff_hz)
    local s = self.s
    local v = (x - s) * (top / (top + bottom))
    local y = v + s
    self.s = y + v
    return y
end

function onepole:high(x, cutoff_hz)
    local top, bottom = prewarp(cutoff_hz)
    local s = self.s
    local v = (x - s) * (top / (top + bottom))
    local y = v + s
    self.s = y + v
    return x - y
end

local make = kit.define("onepole", "s", onepole)

return function()
    return (make())
end
