-- dsp.ladder(): the four-pole low-pass of the analogue synthesizers, 24 dB per octave, with resonance.
--
--   self.filter = dsp.ladder()
--   y = self.filter:next(x, cutoff_hz, resonance)     -- resonance 0 .. 1
--
-- Formula: four one-poles (trapezoidal integrators) in a row, input x - k y, k = 4 resonance, the loop solved without a
-- delay, so cutoff and resonance are exact while both move every frame. Zavalishin: "The Art of VA Filter Design".
-- Gain: 1 / (1 + k) at DC, 1 / (4 (1 - resonance)) at the cutoff.
-- Range: cutoff 5 Hz .. 0.477 rate; resonance is limited to 0.99, just below self-oscillation.
-- Limits: linear. It does not saturate or self-oscillate; put dsp.tanh around it for distortion.
-- Quality: 1 tunes to 2.8 cents instead of 0.07; 0 also leaves the resonance out (same gain at DC, half the cost).
local kit = ...
local max, min = math.max, math.min
local prewarp = kit.prewarp
local world = kit.world

-- s1: state of the first pole; s2, s3, s4 follow
local ladder = {}

function ladder:next(x, cutoff_hz, resonance)
    local top, bottom = prewarp(cutoff_hz)
    local g = top / (top + bottom)
    local k = 4 * min(max(resonance or 0, 0), 0.99)
    local s1, s2, s3, s4 = self.s1, self.s2, self.s3, self.s4
    local u
    if world.voice.quality > 0 then
        local g2 = g * g
        local inverse = 1 / (1 + k * (g2 * g2))
        local feedback = (s4 + g * s3) + g2 * (s2 + g * s1)
        u = (x - (k - k * g) * feedback) * inverse
    else
        u = x * (1 / (1 + k))
    end
    local v = g * (u - s1)
    local y = v + s1
    self.s1 = y + v
    v = g * (y - s2)
    y = v + s2
    self.s2 = y + v
    v = g * (y - s3)
    y = v + s3
    self.s3 = y + v
    v = g * (y - s4)
    y = v + s4
    self.s4 = y + v
    return y
end

local make = kit.define("ladder", "s1 s2 s3 s4", ladder)

return function()
    return (make())
end
