-- dsp.adsr(attack_seconds, decay_seconds, sustain, release_seconds): an envelope of straight lines.
--
--   self.amp = dsp.adsr(0.005, 0.1, 0.7, 0.2)
--   level = self.amp:next()          -- 0 .. 1
--   self.amp:release()               -- falls from the level it has
--   if self.amp:ended() then ...
--
-- Formula, with t the frames since the start or the release (whichever came last):
--   held:      level = min(t / attack, max(1 - (1 - sustain) (t - attack) / decay, sustain))
--   released:  level = r max(1 - t / release, 0), where r is the level at the release
-- Both are min(rise + rise_step t, max(fall - fall_step t, rest)): no stages, no branches, and the level at any frame
-- is exact, not summed up. Times below one frame count as one frame. The first frame of a note is level 0.
local kit = ...
local max, min = math.max, math.min
local rate_hz = kit.rate_hz

-- t: frames since start or release
local adsr = {}

function adsr:next()
    local t = self.t
    self.t = t + 1
    return (min(self.rise + self.rise_step * t, max(self.fall - self.fall_step * t, self.rest)))
end

--- The level that next() would return, without advancing.
function adsr:level()
    local t = self.t
    return (min(self.rise + self.rise_step * t, max(self.fall - self.fall_step * t, self.rest)))
end

--- Starts the release from the level of this frame. A second call changes nothing.
function adsr:release()
    if self.rise == 2 then      -- already released
        return
    end
    local level = self:level()
    self.t = 0
    self.rise, self.rise_step = 2, 0
    self.fall, self.fall_step, self.rest = level, level / self.release_frames, 0
    self.end_t = self.release_frames
end

function adsr:ended()
    return self.t > self.end_t
end

local make = kit.define("adsr", "t rise rise_step fall fall_step rest release_frames end_t", adsr)

return function(attack_seconds, decay_seconds, sustain, release_seconds)
    local attack = max(kit.positive("dsp.adsr: attack_seconds", attack_seconds, 0.005) * rate_hz, 1)
    local decay = max(kit.positive("dsp.adsr: decay_seconds", decay_seconds, 0.1) * rate_hz, 1)
    local hold = min(max(kit.positive("dsp.adsr: sustain", sustain, 0.7), 0), 1)
    local release = max(kit.positive("dsp.adsr: release_seconds", release_seconds, 0.2) * rate_hz, 1)
    local object = make()
    object.rise, object.rise_step = 0, 1 / attack
    object.fall_step = (1 - hold) / decay
    object.fall = 1 + object.fall_step * attack
    object.rest = hold
    object.release_frames = release
    -- Without a sustain the decay is the end, released or not.
    object.end_t = hold > 0 and 1 / 0 or attack + decay
    return object
end
