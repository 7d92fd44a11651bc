-- dsp.pulse([start_phase]): a rectangle of any width, 2 high and without DC, its two jumps smoothed as in dsp.saw.
--
--   self.osc = dsp.pulse()
--   x = self.osc:next(frequency_hz)            -- a square
--   x = self.osc:next(frequency_hz, width)     -- width 0.01 .. 0.99: the part of the cycle spent at +1
--
-- Formula: saw(phase - width) - saw(phase), two saws of dsp.saw. A square goes from -1 to +1, other widths from -2
-- width to 2 - 2 width: the mean stays 0 while the width moves.
-- Range and quality levels as dsp.saw.
local kit = ...
local abs, floor, max, min = math.abs, math.floor, math.max, math.min
local world = kit.world
local seconds_per_frame = 1 / kit.rate_hz

-- phase: -0.5 .. 0.5; the rising jump lies at 0
local pulse = {}

function pulse:next(frequency_hz, width)
    local step = min(max(frequency_hz * seconds_per_frame, 1e-7), 0.5)
    width = min(max(width or 0.5, 0.01), 0.99)
    local p = self.phase
    local following = p + step
    self.phase = following - floor(following + 0.5)
    local q = p - width             -- phase seen from the falling jump
    q = q - floor(q + 0.5)
    local frames2 = 2 / step
    local d2, e2 = p * frames2, q * frames2
    local jump, fall
    if world.voice.quality == 2 then
        local a = 4 - min(abs(d2), 4)
        local b = max(a - 2, 0)
        a, b = a * a, b * b
        jump = 1 - (a * a - 4 * (b * b)) * (1 / 192)
        a = 4 - min(abs(e2), 4)
        b = max(a - 2, 0)
        a, b = a * a, b * b
        fall = 1 - (a * a - 4 * (b * b)) * (1 / 192)
    else
        local a = min(abs(d2), 2)
        jump = a - 0.25 * (a * a)
        a = min(abs(e2), 2)
        fall = a - 0.25 * (a * a)
    end
    return 2 * (q - p) + max(min(d2, jump), -jump) - max(min(e2, fall), -fall)
end

local make = kit.define("pulse", "phase", pulse)

return function(start_phase)
    local phase = kit.centred_phase("dsp.pulse", start_phase)
    local object = make()
    object.phase = phase
    return object
end
