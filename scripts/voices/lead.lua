-- Lead: a saw and a narrow pulse, slightly apart, with portamento from just below and vibrato that comes in late.
-- The modulation wheel adds vibrato, pressure opens the filter, timbre widens the pulse.
local dsp = require "dsp"

return {
    name = "lead", priority = 70,
    parameters = {
        cutoff = { default = 2200, minimum = 200, maximum = 12000, unit = "Hz", scale = "log" },
        resonance = { default = 0.3, minimum = 0, maximum = 0.95 },
        vibrato = { default = 0.12, minimum = 0, maximum = 1, unit = "semitones" },
        detune = { default = 0.06, minimum = 0, maximum = 12, unit = "semitones" },
    },
    start = function(self, note)
        self.saw, self.pulse, self.filter = dsp.saw(), dsp.pulse(0.3), dsp.ladder()
        self.vibrato, self.fade_in = dsp.lfo(), dsp.glide(0.9, 0)
        self.scoop, self.width = dsp.glide(0.05, -0.35), dsp.lfo(0.2)
        self.amp = dsp.adsr(0.012, 0.2, 0.8, 0.16)
        self.sweep = dsp.adsr_exp(0.02, 0.7, 0.35, 0.2)
        self.apart = dsp.semitones(self.parameters.detune)
        self.loudness = 0.25 + 0.42 * note.velocity
    end,
    release = function(self)
        self.amp:release()
        self.sweep:release()
    end,
    sample = function(self)
        local p = self.parameters
        local depth = (p.vibrato + 0.5 * self.modulation) * self.fade_in:next(1)
        local semitones = self.scoop:next(0) + depth * self.vibrato:next(5.4)
        -- 2^(s/12) to first order: the bend is small, and a division of the octave this fine cannot be heard.
        local hz = self.frequency * (1 + 0.05776 * semitones)
        local width = 0.3 + 0.3 * (self.timbre - 0.5) + 0.12 * self.width:next(0.7)
        local x = 0.6 * self.saw:next(hz) + 0.5 * self.pulse:next(hz * self.apart, width)
        local cutoff = p.cutoff * (0.35 + self.sweep:next() + self.pressure) + self.frequency
        return dsp.tanh(1.7 * self.filter:next(x, cutoff, p.resonance)) * self.amp:next() * self.loudness
    end,
}
