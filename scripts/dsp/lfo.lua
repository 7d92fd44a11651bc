-- dsp.lfo([start_phase]): a slow oscillator for modulation, -1 .. +1. One phase, four shapes.
--
--   self.vibrato = dsp.lfo()                    -- start_phase 0..1, default 0
--   m = self.vibrato:next(5.5)                  -- sine
--   m = self.vibrato:triangle(hz)   m = self.vibrato:ramp(hz)   m = self.vibrato:square(hz)
--
-- Every call makes one frame, so use one shape per frame and object. All start at phase 0: sine and triangle at 0 and
-- rising, ramp at -1 and rising, square at +1.
-- Limits: not band-limited, meant for below 50 Hz; the sine's error is below 7e-5.
local kit = ...
local abs, floor = math.abs, math.floor
local coarse_sin_turns = kit.elementary.coarse_sin_turns
local seconds_per_frame = 1 / kit.rate_hz

-- phase: 0 .. 1
local lfo = {}

function lfo:next(frequency_hz)
    local p = self.phase
    local following = p + frequency_hz * seconds_per_frame
    self.phase = following - floor(following)
    return (coarse_sin_turns(p))
end

function lfo:triangle(frequency_hz)
    local p = self.phase
    local following = p + frequency_hz * seconds_per_frame
    self.phase = following - floor(following)
    p = p + 0.25
    return 4 * abs(p - floor(p + 0.5)) - 1
end

function lfo:ramp(frequency_hz)
    local p = self.phase
    local following = p + frequency_hz * seconds_per_frame
    self.phase = following - floor(following)
    return p + p - 1
end

function lfo:square(frequency_hz)
    local p = self.phase
    local following = p + frequency_hz * seconds_per_frame
    self.phase = following - floor(following)
    return 1 - 2 * floor(p + p)
end

local make = kit.define("lfo", "phase", lfo)

return function(start_phase)
    local phase = kit.number("dsp.lfo: start_phase", start_phase, 0)
    local object = make()
    object.phase = phase - floor(phase)
    return object
end
