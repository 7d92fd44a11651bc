-- Synth bass: a saw and a square beside it or an octave below, through a ladder that a short envelope opens, further
-- when hit hard.
local dsp = require "dsp"

return {
    name = "bass", priority = 80,
    parameters = {
        cutoff = { default = 180, minimum = 40, maximum = 4000, unit = "Hz", scale = "log" },
        resonance = { default = 0.45, minimum = 0, maximum = 0.95 },
        drive = { default = 2.2, minimum = 1, maximum = 8 },
        square = { default = 0.5, minimum = 0.25, maximum = 4, unit = "x" },     -- 0.5: an octave below
    },
    start = function(self, note)
        self.saw, self.sub, self.filter = dsp.saw(0.5), dsp.pulse(), dsp.ladder()
        self.amp = dsp.adsr(0.003, 0.5, 0.75, 0.09)
        self.sweep = dsp.adsr_exp(0.002, 0.45, 0.12, 0.1)
        self.cutoff = dsp.glide(0.03, self.parameters.cutoff)
        self.opening = note.frequency * (6 + 22 * note.velocity * note.velocity)
        self.loudness = 0.25 + 0.45 * note.velocity
    end,
    release = function(self)
        self.amp:release()
        self.sweep:release()
    end,
    sample = function(self)
        local hz, p = self.frequency, self.parameters
        local x = 0.75 * self.saw:next(hz) + 0.45 * self.sub:next(hz * p.square)
        local cutoff = self.cutoff:next(p.cutoff) + self.opening * self.sweep:next()
        local y = self.filter:next(x * p.drive, cutoff, p.resonance)
        return dsp.tanh(y) * self.amp:next() * self.loudness
    end,
}
