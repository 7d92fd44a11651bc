-- Bell: five partials of a cast bell (hum, prime, tierce, quint, nominal), each dying in its own time, and a strike.
local dsp = require "dsp"

return {
    name = "bell", priority = 40, channels = 2,
    parameters = {
        length = { default = 5, minimum = 0.5, maximum = 15, unit = "s", scale = "log" },
        hardness = { default = 0.6, minimum = 0, maximum = 1 },
        hum = { default = 1, minimum = 0, maximum = 2 },           -- an octave below
        nominal = { default = 1, minimum = 0, maximum = 5 },       -- an octave above
    },
    start = function(self, note)
        local length = self.parameters.length
        self.hum, self.prime, self.tierce, self.quint, self.nominal =
            dsp.sine(), dsp.sine(0.25), dsp.sine(0.1), dsp.sine(0.6), dsp.sine(0.4)
        self.long, self.middle, self.short, self.tick =
            dsp.decay(length), dsp.decay(length * 0.55), dsp.decay(length * 0.25), dsp.decay(0.05)
        self.ping = dsp.sine()
        self.amp = dsp.adsr_exp(0.0015, length, 0, length * 0.4)
        self.loudness = 0.1 + 0.28 * note.velocity
        self.hard = self.parameters.hardness * note.velocity
    end,
    release = function(self) self.amp:release() end,
    sample = function(self)
        local hz, p = self.frequency, self.parameters
        local long, middle, short = self.long:next(), self.middle:next(), self.short:next()
        local turns = self.ping:next(hz * 7.13) * 0.25 * self.hard * self.tick:next()
        local low = 0.5 * p.hum * self.hum:next(hz * 0.5) * long + 0.8 * self.prime:next(hz, turns) * middle
        local high = 0.5 * self.tierce:next(hz * 1.189) * middle + 0.35 * self.quint:next(hz * 1.506) * short
        local top = 0.6 * p.nominal * self.nominal:next(hz * 2.002, turns) * short
        local level = self.amp:next() * self.loudness
        return level * (low + 0.8 * high + top), level * (low + high + 0.8 * top)
    end,
}
