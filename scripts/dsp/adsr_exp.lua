-- dsp.adsr_exp(attack_seconds, decay_seconds, sustain, release_seconds): as dsp.adsr, but with an exponential
-- fall, as of struck and plucked instruments.
--
--   self.amp = dsp.adsr_exp(0.002, 0.8, 0, 0.3)
--   level = self.amp:next()     self.amp:release()     self.amp:ended()     -- as dsp.adsr
--
-- Formula, with t the frames since start or release, u = max(1 - t / length, 0):
--   held:      level = min(t / attack, sustain + (1 - sustain) u^4), the decay beginning when the attack ends
--   released:  level = r u^4, r the level at the release
-- u^4 stays within 0.06 of exp(-4.6 t / length), and it really ends: -60 dB after 82 % of the length, 0 after 100 %.
local kit = ...
local max, min = math.max, math.min
local rate_hz = kit.rate_hz

-- t: frames since start or release
local adsr = {}

function adsr:next()
    local t = self.t
    self.t = t + 1
    local u = max(self.fall - self.fall_step * t, 0)
    u = u * u
    return (min(self.rise + self.rise_step * t, self.rest + self.span * (u * u)))
end

--- The level that next() would return, without advancing.
function adsr:level()
    local t = self.t
    local u = max(self.fall - self.fall_step * t, 0)
    u = u * u
    return (min(self.rise + self.rise_step * t, self.rest + self.span * (u * u)))
end

--- Starts the release from the level of this frame. A second call changes nothing.
function adsr:release()
    if self.rise == 2 then      -- already released
        return
    end
    local level = self:level()
    self.t = 0
    self.rise, self.rise_step = 2, 0
    self.fall, self.fall_step = 1, 1 / self.release_frames
    self.rest, self.span = 0, level
    self.end_t = self.release_frames
end

function adsr:ended()
    return self.t > self.end_t
end

local make = kit.define("adsr_exp", "t rise rise_step fall fall_step rest span release_frames end_t", adsr)

return function(attack_seconds, decay_seconds, sustain, release_seconds)
    local attack = max(kit.positive("dsp.adsr_exp: attack_seconds", attack_seconds, 0.005) * rate_hz, 1)
    local decay = max(kit.positive("dsp.adsr_exp: decay_seconds", decay_seconds, 0.3) * rate_hz, 1)
    local hold = min(max(kit.positive("dsp.adsr_exp: sustain", sustain, 0.5), 0), 1)
    local release = max(kit.positive("dsp.adsr_exp: release_seconds", release_seconds, 0.3) * rate_hz, 1)
    local object = make()
    object.rise, object.rise_step = 0, 1 / attack
    object.fall_step = 1 / decay
    object.fall = 1 + attack / decay
    object.rest, object.span = hold, 1 - hold
    object.release_frames = release
    -- Without a sustain the decay is the end, released or not.
    object.end_t = hold > 0 and 1 / 0 or attack + decay
    return object
end
