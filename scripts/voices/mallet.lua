-- Mallet: a struck bar. Three sines, the upper two shorter, at the ratios that the bar is tuned to (marimba and
-- vibraphone 4 and 10, xylophone 3 and 6, glockenspiel 2.76 and 5.4), the mallet's tick, and the vibraphone's motor.
local dsp = require "dsp"

return {
    name = "mallet", priority = 50, polyphony = 24,
    parameters = {
        second = { default = 4, minimum = 1, maximum = 8, unit = "x" },
        third = { default = 10, minimum = 1, maximum = 16, unit = "x" },
        length = { default = 1.2, minimum = 0.1, maximum = 10, unit = "s", scale = "log" },
        hardness = { default = 0.5, minimum = 0, maximum = 3 },
        upper = { default = 1, minimum = 0.2, maximum = 4, unit = "x" },      -- how long the upper two last
        tremolo = { default = 0, minimum = 0, maximum = 1 },
        damped = { default = 0, minimum = 0, maximum = 1 },      -- 1: stops when the key is let go
    },
    start = function(self, note)
        local p, v, hz = self.parameters, note.velocity, note.frequency
        local length = p.length * dsp.clamp(dsp.exp2((60 - note.key) / 24), 0.25, 2.5)
        local hard = p.hardness * (0.25 + 0.75 * v)
        self.a, self.b, self.c, self.motor = dsp.sine(), dsp.sine(), dsp.sine(), dsp.lfo(0.25)
        self.long, self.middle, self.short = dsp.decay(length),
            dsp.decay(0.4 * length * p.upper), dsp.decay(0.15 * length * p.upper)
        -- Partials near half the rate would come back as aliases.
        self.b_level = 0.7 * hard * dsp.clamp(2 - hz * p.second / 9000, 0, 1)
        self.c_level = 0.5 * hard * dsp.clamp(2 - hz * p.third / 9000, 0, 1)
        self.noise, self.tick, self.soft = dsp.noise(), dsp.decay(0.012), dsp.glide(0.0002)
        self.tick_level = 0.5 * hard
        self.amp = dsp.adsr_exp(0.0008, 1.3 * length, 0, dsp.mix(1.3 * length, 0.25, p.damped))
        self.loudness = 0.42 * v * (0.4 + 0.6 * v)
    end,
    release = function(self) self.amp:release() end,
    sample = function(self)
        local p, hz = self.parameters, self.frequency
        local x = self.a:next(hz) * self.long:next() + self.b:next(hz * p.second) * self.middle:next() * self.b_level
            + self.c:next(hz * p.third) * self.short:next() * self.c_level
        x = x + self.soft:next(self.noise:next()) * self.tick:next() * self.tick_level
        local turn = 1 - 0.5 * math.min(p.tremolo + self.modulation, 1) * (1 - self.motor:next(5.5))
        return x * turn * self.amp:next() * self.loudness
    end,
}
