-- dsp.sine([start_phase]): a sine, -1 .. +1, with an input for phase modulation.
--
--   self.osc = dsp.sine()                          -- start_phase 0..1, default 0
--   x = self.osc:next(frequency_hz)
--   x = self.osc:next(frequency_hz, turns)         -- phase moved by `turns` cycles for this frame, as in a DX7
--
-- Formula: sin(2 pi (phase + turns)); the phase then moves by frequency / rate.
--   quality 2:    absolute error < 3.5e-9 (-169 dB)
--   quality 1, 0: absolute error < 7e-5 (-83 dB)
-- Range: any frequency below rate/2, negative ones run backwards. Strong modulation makes sidebands that alias.
local kit = ...
local floor = math.floor
local sin_turns, coarse_sin_turns = kit.elementary.sin_turns, kit.elementary.coarse_sin_turns
local world = kit.world
local seconds_per_frame = 1 / kit.rate_hz

-- phase: -0.5 .. 0.5
local sine = {}

function sine:next(frequency_hz, turns)
    local p = self.phase
    local following = p + frequency_hz * seconds_per_frame
    self.phase = following - floor(following + 0.5)
    if turns then
        p = p + turns
    end
    if world.voice.quality == 2 then
        return (sin_turns(p))
    end
    return (coarse_sin_turns(p))
end

local make = kit.define("sine", "phase", sine)

return function(start_phase)
    local phase = kit.centred_phase("dsp.sine", start_phase)
    local object = make()
    object.phase = phase
    return object
end
