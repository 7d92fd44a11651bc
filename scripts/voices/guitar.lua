-- Guitar: the delay line of `start` holds the string as the finger leaves it (a kink at `place` and some scratch), and
-- each round trip loses highs in a one-pole. Two resonances of the box answer. Damped by the hand when released.
local dsp = require "dsp"

return {
    name = "guitar", priority = 55, polyphony = 24,
    parameters = {
        ring = { default = 5, minimum = 0.05, maximum = 20, unit = "s", scale = "log" },
        brightness = { default = 0.5, minimum = 0, maximum = 1 },
        place = { default = 0.2, minimum = 0.03, maximum = 0.5 },       -- where it is plucked, part of the string
        body = { default = 0.5, minimum = 0, maximum = 1 },
        body_hz = { default = 190, minimum = 50, maximum = 2000, unit = "Hz", scale = "log" },
        vibrato = { default = 0, minimum = 0, maximum = 1, unit = "semitones" },
    },
    start = function(self, note)
        local p, v, hz = self.parameters, note.velocity, note.frequency
        local period = dsp.rate_hz / hz
        local damp_hz = dsp.clamp(hz * (8 + 60 * p.brightness), 1500 + 6000 * p.brightness, 18000)
        self.loss = dsp.glide(3 / (6.283185 * damp_hz))
        self.shorter = (1 - self.loss.part) / self.loss.part        -- what the one-pole delays
        self.gain = dsp.exp2(-9.966 / (hz * p.ring * dsp.clamp(dsp.exp2((52 - note.key) / 24), 0.3, 2)))
        -- Two rounds through the finger's softness, so that the second begins where it ends.
        local soft = dsp.clamp((0.06 + 0.75 * v * v) * (0.3 + p.brightness), 0.03, 0.9)
        self.string, self.noise = dsp.delay(0.125), dsp.noise()
        local n, y, last = math.min(math.floor(period), dsp.rate_hz * 0.124), 0, 0
        for i = 0, 2 * n + 3 do
            local scratch = 0.15 * self.noise:next()
            y = y + soft * (((i % n) < p.place * n and 1 - p.place or -p.place) + scratch - last - y)
            last = scratch
            self.string:write(y)
        end
        self.box, self.sway = dsp.svf(), dsp.lfo()
        self.amp = dsp.adsr(0.0015, 0.1, 1, 0.14)
        self.loudness = 0.7 * v * (0.4 + 0.6 * v)
    end,
    release = function(self) self.amp:release() end,
    sample = function(self)
        local p = self.parameters
        local bend = 1 + 0.05776 * (p.vibrato + 0.4 * self.modulation) * self.sway:next(5)
        local back = self.string:read(dsp.rate_hz / (self.frequency * bend) - self.shorter)
        local x = self.loss:next(back) * self.gain
        self.string:write(x)
        local low, box = self.box:next(x, p.body_hz, 0.6)
        return (x + p.body * (box + 0.3 * low)) * self.amp:next() * self.loudness
    end,
}
