-- Piano: two strings a little apart, each a whole series of partials from one sine: (cos - a) / (1 - 2 a cos + a a)
-- is cos x + a cos 2x + a a cos 3x ... The slope `a` is the hammer's hardness, and falls while the string rings.
local dsp = require "dsp"

return {
    name = "piano", priority = 60, channels = 2, polyphony = 32,
    parameters = {
        brightness = { default = 1, minimum = 0.2, maximum = 3 },
        length = { default = 1, minimum = 0.1, maximum = 3 },
        detune = { default = 0.9, minimum = 0, maximum = 30, unit = "cents" },
        hammer = { default = 0.5, minimum = 0, maximum = 2 },
    },
    start = function(self, note)
        local p, v, hz, key = self.parameters, note.velocity, note.frequency, note.key
        -- The sines begin far from their pulse, so that the hammer is heard and not a step.
        local length = p.length * dsp.clamp(11 * dsp.exp2((48 - key) / 20), 0.9, 16)
        self.one, self.two, self.apart = dsp.sine(0.75), dsp.sine(0.9), 1 + 0.000577 * p.detune
        -- 60 dB down at so many Hz, first and last: a hard hammer is bright, and the high partials die first.
        local bright_hz = p.brightness * (2200 + 5200 * v * v + 6 * key)
        self.dark = math.min(dsp.exp2(-10 * hz / (0.3 * bright_hz)), 0.8)
        self.shine = math.min(dsp.exp2(-10 * hz / bright_hz), 0.93) - self.dark
        self.fall = dsp.decay(0.45 * length)
        self.noise, self.soft, self.thud = dsp.noise(), dsp.glide(0.0006), dsp.decay(0.07)
        self.knock = p.hammer * (0.15 + 0.85 * v * v)
        self.amp = dsp.adsr_exp(0.0012 + 0.003 * (1 - v), length, 0, key > 88 and 0.7 * length or 0.22)
        local a = self.dark + self.shine
        self.loudness = 0.26 * v * (0.4 + 0.6 * v) * math.sqrt(1 - a * a) * dsp.clamp(1.15 - key / 250, 0.7, 1)
    end,
    release = function(self) self.amp:release() end,
    sample = function(self)
        local hz, a = self.frequency, self.dark + self.shine * self.fall:next()
        local c, d = self.one:next(hz), self.two:next(hz * self.apart)
        local square, double = 1 + a * a, 2 * a
        local x, y = (c - a) / (square - double * c), (d - a) / (square - double * d)
        local thud = self.soft:next(self.noise:next()) * self.thud:next() * self.knock
        local level = self.amp:next() * self.loudness
        return level * (0.7 * x + 0.25 * y + thud), level * (0.5 * x + 0.45 * y + thud)
    end,
}
