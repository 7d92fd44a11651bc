-- Chirp: a bird, a telephone, a whistle from space. A sine that a triangle sweeps up and down many times a second, cut
-- into calls by a slower one, with a second sine beside it. Released it finishes quickly.
local dsp = require "dsp"

return {
    name = "chirp", priority = 30, polyphony = 8,
    parameters = {
        hz = { default = 3000, minimum = 100, maximum = 8000, unit = "Hz", scale = "log" },     -- at key 60
        sweep = { default = 0.3, minimum = 0, maximum = 2, unit = "octaves" },
        rate = { default = 11, minimum = 0.1, maximum = 40, unit = "Hz", scale = "log" },
        calls = { default = 1.7, minimum = 0.1, maximum = 20, unit = "Hz", scale = "log" },
        pause = { default = 0.5, minimum = 0, maximum = 1 },
        second = { default = 0.2, minimum = 0, maximum = 1 },
        ratio = { default = 1.5, minimum = 0.5, maximum = 3, unit = "x" },
    },
    start = function(self, note)
        local p, v = self.parameters, note.velocity
        self.a, self.b, self.song, self.call = dsp.sine(), dsp.sine(0.4), dsp.lfo(0.25), dsp.lfo(0.1)
        self.key = dsp.semitones(0.4 * (note.key - 60))
        self.pitch, self.gate = dsp.ramp(p.hz * self.key), dsp.ramp(0)
        self.amp = dsp.adsr(0.01, 0.1, 1, 0.15)
        self.loudness = 0.38 * v * (0.4 + 0.6 * v)
    end,
    release = function(self) self.amp:release() end,
    control = function(self)
        local p = self.parameters
        local octaves = (p.sweep + self.modulation) * self.song:triangle(64 * p.rate)
        self.pitch:to(math.min(p.hz * self.key * self.bend * dsp.exp2(octaves), 9000))
        -- The gate opens within a quarter of a call, so that nothing clicks.
        self.gate:to(dsp.clamp(4 * (self.call:next(64 * p.calls) + 1.3 - 2.3 * p.pause), 0, 1))
    end,
    sample = function(self)
        local hz, p = self.pitch:next(), self.parameters
        local x = self.a:next(hz) + p.second * self.b:next(hz * p.ratio)
        return x * self.gate:next() * self.amp:next() * self.loudness
    end,
}
