-- Reed: a clarinet's odd partials or an oboe's and saxophone's whole series, both summed in closed form from one sine
-- each, mixed by `hollow`; then the bore's formant and a breath of noise. Vibrato with the wheel and, late, by itself.
local dsp = require "dsp"

return {
    name = "reed", priority = 60,
    parameters = {
        hollow = { default = 0.2, minimum = 0, maximum = 1 },       -- 1: odd partials only
        brightness = { default = 1, minimum = 0.1, maximum = 3 },
        formant_hz = { default = 1100, minimum = 200, maximum = 5000, unit = "Hz", scale = "log" },
        formant = { default = 0.8, minimum = 0, maximum = 3 },
        breath = { default = 0.05, minimum = 0, maximum = 1 },
        vibrato = { default = 0.1, minimum = 0, maximum = 1, unit = "semitones" },
    },
    start = function(self, note)
        local p, v, hz = self.parameters, note.velocity, note.frequency
        self.sine, self.cosine, self.box, self.noise = dsp.sine(), dsp.sine(0.25), dsp.svf(), dsp.noise()
        self.air = dsp.glide(0.00015)
        local bright_hz = p.brightness * (2200 + 5000 * v * v)
        self.slope = math.min(dsp.exp2(-10 * hz / bright_hz), 0.87)
        self.press = dsp.adsr(0.06, 0.3, 0.8, 0.1)
        self.amp = dsp.adsr(0.035 + 0.03 * (1 - v), 0.2, 0.88, 0.09)
        self.sway, self.fade_in, self.scoop = dsp.lfo(), dsp.glide(1.1), dsp.glide(0.06, -0.35)
        self.loudness = 0.19 * v * (0.4 + 0.6 * v) * math.sqrt(1 - 0.85 * self.slope * self.slope)
    end,
    release = function(self)
        self.amp:release()
        self.press:release()
    end,
    sample = function(self)
        local p = self.parameters
        local sway = self.sway:next(5.1)
        local depth = p.vibrato * self.fade_in:next(1) + 0.5 * self.modulation
        local hz = self.frequency * (1 + 0.05776 * (self.scoop:next(0) + depth * sway))
        local a = math.min(self.slope * (0.55 + 0.45 * self.press:next() + 0.2 * self.pressure), 0.92)
        local s, c = self.sine:next(hz), self.cosine:next(hz)
        local low = 1 - a
        -- sin x + a sin 3x + a a sin 5x ... and cos x + a cos 2x + a a cos 3x ...
        local odd, all = s * (1 + a) / (low * low + 4 * a * s * s), (c - a) / (1 + a * a - 2 * a * c)
        local x = all + p.hollow * (odd - all) + p.breath * self.air:next(self.noise:next()) * (1 + 0.5 * c)
        local _, band = self.box:next(x, p.formant_hz, 0.55)
        return (x + p.formant * band) * (1 + 0.4 * depth * sway) * self.amp:next() * self.loudness
    end,
}
