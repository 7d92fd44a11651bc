-- dsp.triangle([start_phase]): a triangle, -1 .. +1, its corners rounded by a twice integrated B-spline (BLAMP).
--
--   self.osc = dsp.triangle()                  -- start_phase 0..1, default 0: at level 0, rising
--   x = self.osc:next(frequency_hz)
--
-- Formula: 4|p| - 1, p the phase seen from the lower corner, plus 8 step (R(d_low) - R(d_high)), d the distance in
-- frames to the nearest corner of each kind and R what a corner of slope 1 lacks:
--   quality 2:    R(d) = ((2-d)+^5 - 4 (1-d)+^5) / 120     (four frames wide)
--   quality 1, 0: R(d) = (1-d)+^3 / 6                      (two frames wide)
-- Esqueda, Välimäki, Bilbao: "Rounding corners with BLAMP", DAFx-16.
-- Range: 0 .. rate/4; up to rate/2 bounded. The top octave is damped as in dsp.saw.
local kit = ...
local abs, floor, max, min = math.abs, math.floor, math.max, math.min
local world = kit.world
local seconds_per_frame = 1 / kit.rate_hz

-- phase: -0.5 .. 0.5; the lower corner lies at 0
local triangle = {}

function triangle:next(frequency_hz)
    local step = min(max(frequency_hz * seconds_per_frame, 1e-7), 0.5)
    local p = self.phase
    local following = p + step
    self.phase = following - floor(following + 0.5)
    local low = abs(p)
    local frames = 1 / step
    local d, e = low * frames, (0.5 - low) * frames
    if world.voice.quality == 2 then
        local a, b = max(2 - d, 0), max(1 - d, 0)
        local f, g = max(2 - e, 0), max(1 - e, 0)
        local a2, b2, f2, g2 = a * a, b * b, f * f, g * g
        return 4 * low - 1 + step * (1 / 15) * (a2 * a2 * a - f2 * f2 * f - 4 * (b2 * b2 * b - g2 * g2 * g))
    end
    local a, f = max(1 - d, 0), max(1 - e, 0)
    return 4 * low - 1 + step * (4 / 3) * (a * a * a - f * f * f)
end

local make = kit.define("triangle", "phase", triangle)

return function(start_phase)
    local phase = kit.number("dsp.triangle: start_phase", start_phase, 0) + 0.25
    local object = make()
    object.phase = phase - floor(phase + 0.5)
    return object
end
