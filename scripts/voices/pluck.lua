-- Plucked string (Karplus and Strong): a burst of noise in a delay line one period long that loses its highs each time
-- round. Struck harder it is brighter; released it is damped by the finger.
local dsp = require "dsp"

return {
    name = "pluck", priority = 50,
    parameters = {
        ring = { default = 5, minimum = 0.2, maximum = 15, unit = "s", scale = "log" },
        brightness = { default = 0.6, minimum = 0, maximum = 1 },
        place = { default = 0.18, minimum = 0.02, maximum = 0.5 },      -- where it is plucked, part of the string
    },
    start = function(self, note)
        local p, period = self.parameters, dsp.rate_hz / note.frequency
        self.string, self.comb = dsp.delay(0.06), dsp.delay(0.04)
        self.noise, self.soft, self.loss, self.floor = dsp.noise(), dsp.onepole(), dsp.onepole(), dsp.onepole()
        self.amp = dsp.adsr(0.001, 0.1, 1, 0.25)
        self.burst = dsp.adsr(0.0005, 2 * period / dsp.rate_hz, 0, 0.01)
        self.damp_hz = dsp.clamp(note.frequency * (12 + 50 * p.brightness), 3000, 18000)
        self.soft_hz = 700 + 9000 * note.velocity * note.velocity
        self.place_frames = period * p.place
        self.gain = dsp.exp2(-9.966 / (note.frequency * p.ring))       -- -60 dB after `ring` seconds
        self.loudness = 0.5 + 0.9 * note.velocity
        -- The low-pass delays the fundamental by this much, so the line must be shorter than the period.
        local turn = math.pi * self.damp_hz / dsp.rate_hz
        self.shorter = 0.5 * dsp.cos(turn) / dsp.sin(turn)
    end,
    release = function(self) self.amp:release() end,
    sample = function(self)
        local hit = self.soft:low(self.noise:next(), self.soft_hz) * self.burst:next()
        hit = hit - self.comb:next(hit, self.place_frames)
        local back = self.string:read(dsp.rate_hz / self.frequency - self.shorter)
        local x = hit + self.loss:low(back, self.damp_hz) * self.gain
        self.string:write(x)
        return 0.7 * dsp.tanh(self.floor:high(x, 30) * self.loudness) * self.amp:next()
    end,
}
