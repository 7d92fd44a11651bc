-- dsp.ramp(start): a straight line to a value that is known in advance, for use with `control`.
--
--   self.cutoff = dsp.ramp(900)
--   control = function(self)                       -- called at every 64th frame of the voice
--       self.cutoff:to(900 * dsp.exp2(...))        -- the value 64 frames from now
--   end
--   hz = self.cutoff:next()                        -- per frame
--
-- Expensive modulation is calculated once per 64 frames, one tick ahead of the audio, and interpolated linearly:
-- without steps, and the line reaches each value exactly at its tick.
-- Formula: to(target, frames) sets step = (target - value) / frames; next() adds it `frames` times, then holds.
local kit = ...
local max, min = math.max, math.min

-- left: frames left to go
local ramp = {}

function ramp:next()
    local value, left = self.value, self.left
    self.value = value + self.step * min(left, 1)
    self.left = max(left - 1, 0)
    return value
end

function ramp:to(target, frames)
    frames = max(frames or 64, 1)
    self.step = (target - self.value) / frames
    self.left = frames
end

local make = kit.define("ramp", "value step left", ramp)

return function(start)
    local first = kit.number("dsp.ramp: start", start, 0)
    local object = make()
    object.value = first
    return object
end
