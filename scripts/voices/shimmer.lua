-- Shimmer: glass for synth effects. Three sines, the second turning the phase of the first, under a slow swell; an echo
-- in two lines that cross from side to side. `glass` sets the ratio: 2 sings, 3.5 rings, 0.5 growls.
local dsp = require "dsp"

return {
    name = "shimmer", priority = 30, channels = 2, polyphony = 12,
    parameters = {
        glass = { default = 3.5, minimum = 0.25, maximum = 8, unit = "x" },
        depth = { default = 0.25, minimum = 0, maximum = 1.5 },
        attack = { default = 0.02, minimum = 0.002, maximum = 3, unit = "s", scale = "log" },
        sustain = { default = 0.4, minimum = 0, maximum = 1 },
        echo = { default = 0.5, minimum = 0, maximum = 0.8 },
        wander = { default = 0.05, minimum = 0, maximum = 2, unit = "semitones" },
    },
    start = function(self, note)
        local p, v, hz = self.parameters, note.velocity, note.frequency
        self.a, self.b, self.c = dsp.sine(), dsp.sine(0.3), dsp.sine(0.6)
        self.left, self.right = dsp.delay(0.168), dsp.delay(0.33)
        self.slow, self.slower = dsp.lfo(note.key / 12), dsp.lfo(note.key / 7)
        self.fall, self.drift = dsp.adsr_exp(p.attack, 1.6, 0.35, 1), dsp.ramp(1)
        -- Side bands must stay below half the rate.
        self.index = p.depth * (0.3 + 0.7 * v) * dsp.clamp(1.6 - hz * (1 + 2 * p.glass) / 9000, 0, 1)
        self.c_level = 0.35 * dsp.clamp(2 - hz / 4000, 0, 1)
        self.swell = dsp.adsr(p.attack, 1.2, p.sustain + 0.001, 0.7)
        self.amp = dsp.adsr(0.001, 0.1, 1, 1.9)         -- the echoes' end
        self.loudness = 0.38 * v * (0.4 + 0.6 * v)
    end,
    release = function(self)
        self.swell:release()
        self.amp:release()
    end,
    control = function(self)
        local depth = self.parameters.wander + 0.4 * self.modulation
        local wave = 0.6 * self.slow:next(64 * 0.37) + 0.4 * self.slower:next(64 * 4.7)
        self.drift:to(1 + 0.05776 * depth * wave)
    end,
    sample = function(self)
        local p, hz = self.parameters, self.frequency * self.drift:next()
        local turns = self.b:next(hz * p.glass) * self.index * (self.fall:next() + self.pressure)
        local x = self.a:next(hz, turns) + self.c_level * self.c:next(2.003 * hz)
        x = x * self.swell:next() * self.loudness
        local l, r = self.left:read(0.165 * dsp.rate_hz), self.right:read(0.31 * dsp.rate_hz)
        self.left:write(0.7 * x + p.echo * r)
        self.right:write(0.5 * x + p.echo * l)
        local level = self.amp:next()
        return level * (x + p.echo * l), level * (x + p.echo * r)
    end,
}
