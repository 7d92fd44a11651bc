-- dsp.decay(seconds): an exponential fall from 1, for drums and for strikes.
--
--   self.body = dsp.decay(0.4)             -- reaches -60 dB after 0.4 s
--   level = self.body:next()
--   self.body:strike(level)                -- starts again
--   if self.body:ended() then ...          -- below -80 dB
--
-- Formula: level times 2^(-9.966 / (seconds rate)) per frame. Cheap at every quality.
local kit = ...
local max = math.max
local exp2 = kit.elementary.exp2

local decay = {}

function decay:next()
    local level = self.level
    self.level = level * self.per_frame
    return level
end

function decay:strike(level)
    self.level = level or 1
end

function decay:ended()
    return self.level < 1e-4
end

local make = kit.define("decay", "level per_frame", decay)

return function(seconds)
    local frames = max(kit.positive("dsp.decay: seconds", seconds, 0.5) * kit.rate_hz, 1)
    local object = make()
    object.level, object.per_frame = 1, exp2(-9.965784284662087 / frames)
    return object
end
