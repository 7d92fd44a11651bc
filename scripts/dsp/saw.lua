-- dsp.saw([start_phase]): a rising sawtooth, -1 .. +1, its jump smoothed by an integrated B-spline (polynomial BLEP).
--
--   self.osc = dsp.saw()                       -- start_phase 0..1, default 0: in the middle of the jump, at level 0
--   x = self.osc:next(frequency_hz)
--
-- Formula: 2p - J(d), p the phase -0.5 .. 0.5, d = p rate / frequency the distance to the jump in frames. J goes from
-- -1 to +1, is odd, and for d >= 0
--   quality 2:    J = 1 - ((2-d)+^4 - 4 (1-d)+^4) / 12     (cubic B-spline, four frames wide)
--   quality 1, 0: J = 1 - (1-d)+^2                         (triangle, two frames wide)
-- with (v)+ = max(v, 0). J(d) <= 4/3 d (or 2 d), so clamping 2d to +-J(|d|) gives J its sign without a branch.
-- Välimäki, Pekonen, Nam: "Perceptually informed synthesis of bandlimited classical waveforms using integrated
-- polynomial interpolation", JASA 131 (2012).
-- Range: 0 .. rate/4; up to rate/2 it stays bounded but aliases. Negative frequencies count as 0.
-- Honest limits: the B-spline also damps the top octave, -3.7 dB at rate/4 (quality 1, 0: -1.8 dB). Aliases below 5 kHz
-- of a 2 kHz note (at 48 kHz) are below -105 dB of its fundamental at quality 2, below -65 dB at quality 1 and 0.
local kit = ...
local abs, floor, max, min = math.abs, math.floor, math.max, math.min
local world = kit.world
local seconds_per_frame = 1 / kit.rate_hz

-- phase: -0.5 .. 0.5; the jump lies at 0
local saw = {}

function saw:next(frequency_hz)
    local step = min(max(frequency_hz * seconds_per_frame, 1e-7), 0.5)
    local p = self.phase
    local following = p + step
    self.phase = following - floor(following + 0.5)
    local d2 = p * (2 / step)       -- 2d
    if world.voice.quality == 2 then
        local a = 4 - min(abs(d2), 4)
        local b = max(a - 2, 0)
        a, b = a * a, b * b
        local jump = 1 - (a * a - 4 * (b * b)) * (1 / 192)
        return p + p - max(min(d2, jump), -jump)
    end
    local a = min(abs(d2), 2)
    local jump = a - 0.25 * (a * a)
    return p + p - max(min(d2, jump), -jump)
end

local make = kit.define("saw", "phase", saw)

return function(start_phase)
    local phase = kit.centred_phase("dsp.saw", start_phase)
    local object = make()
    object.phase = phase
    return object
end
