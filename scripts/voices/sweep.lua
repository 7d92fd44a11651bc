-- Lookahead modulation: control at block rate, one tick ahead of the audio.
-- `control` runs at every 64th frame and calculates cutoff and pan for the next tick; dsp.ramp interpolates. So the
-- expensive part (an exponential, a power-law pan) runs 750 times a second instead of 48000,
-- without steps.
local dsp = require "dsp"

return {
    name = "sweep", channels = 2,
    parameters = {
        rate = { default = 2.4, minimum = 0.05, maximum = 12, unit = "Hz", scale = "log" },
        depth = { default = 2.2, minimum = 0, maximum = 4, unit = "octaves" },
        cutoff = { default = 1000, minimum = 100, maximum = 6000, unit = "Hz", scale = "log" },
    },
    start = function(self, note)
        self.pulse, self.filter, self.amp = dsp.pulse(), dsp.ladder(), dsp.adsr(0.01, 0.2, 0.8, 0.3)
        self.wave, self.walk = dsp.lfo(), dsp.lfo(0.25)
        self.cutoff, self.left, self.right = dsp.ramp(self.parameters.cutoff), dsp.ramp(0.7), dsp.ramp(0.7)
        self.loudness = 0.35 + 0.5 * note.velocity
    end,
    release = function(self) self.amp:release() end,
    control = function(self)
        local p = self.parameters
        self.cutoff:to(p.cutoff * dsp.exp2(p.depth * self.wave:next(64 * p.rate)))
        local left, right = dsp.pan(1, 0.7 * self.walk:triangle(64 * p.rate / 4))
        self.left:to(left)
        self.right:to(right)
    end,
    sample = function(self)
        local x = self.filter:next(self.pulse:next(self.frequency, 0.4), self.cutoff:next(), 0.6)
        x = dsp.tanh(1.6 * x) * self.amp:next() * self.loudness
        return x * self.left:next(), x * self.right:next()
    end,
}
