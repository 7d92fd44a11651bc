-- dsp.glide(seconds, start): follows a value smoothly: portamento, and parameters without zipper noise.
--
--   self.cutoff = dsp.glide(0.02, self.parameters.cutoff)
--   hz = self.cutoff:next(self.parameters.cutoff)
--
-- Formula: one pole; after `seconds` 95 % of the way is done (time constant seconds / 3).
local kit = ...
local max = math.max
local exp2 = kit.elementary.exp2

local glide = {}

function glide:next(target)
    local value = self.value
    value = value + (target - value) * self.part
    self.value = value
    return value
end

local make = kit.define("glide", "value part", glide)

return function(seconds, start)
    local frames = max(kit.positive("dsp.glide: seconds", seconds, 0.02) * kit.rate_hz, 1)
    local first = kit.number("dsp.glide: start", start, 0)
    local object = make()
    object.value, object.part = first, 1 - exp2(-4.321928094887363 / frames)
    return object
end
