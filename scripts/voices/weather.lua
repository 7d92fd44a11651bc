-- Weather and other noise: sea, wind, breath, rotor, applause, a shot, a cymbal backwards. Noise through a resonance
-- that a slow wave moves and may chop, sprinkled with claps or drops. The key moves it only a little.
local dsp = require "dsp"

return {
    name = "weather", priority = 20, channels = 2, polyphony = 8,
    parameters = {
        hz = { default = 700, minimum = 60, maximum = 12000, unit = "Hz", scale = "log" },
        resonance = { default = 0.3, minimum = 0, maximum = 0.98 },
        sweep = { default = 1, minimum = 0, maximum = 4, unit = "octaves" },
        rate = { default = 0.18, minimum = 0.02, maximum = 30, unit = "Hz", scale = "log" },
        chop = { default = 0, minimum = 0, maximum = 1 },       -- how much the wave takes of the level
        grain = { default = 0, minimum = 0, maximum = 1 },      -- 1: nothing but claps
        attack = { default = 0.3, minimum = 0.001, maximum = 5, unit = "s", scale = "log" },
        decay = { default = 3, minimum = 0.02, maximum = 10, unit = "s", scale = "log" },
        sustain = { default = 1, minimum = 0, maximum = 1 },
        release = { default = 0.8, minimum = 0.02, maximum = 5, unit = "s", scale = "log" },
    },
    start = function(self, note)
        local p, v = self.parameters, note.velocity
        self.one, self.two, self.left, self.right = dsp.noise(), dsp.noise(), dsp.svf(), dsp.svf()
        self.wave, self.cutoff, self.gate = dsp.lfo(0.75), dsp.ramp(p.hz), dsp.ramp(1 - p.chop)
        self.claps, self.clap_l, self.clap_r = dsp.noise(), dsp.decay(0.03), dsp.decay(0.03)
        self.key = dsp.semitones(0.25 * (note.key - 60))
        self.amp = dsp.adsr(p.attack, p.decay, p.sustain, p.release)
        self.loudness = 0.6 * v * (0.4 + 0.6 * v)
    end,
    release = function(self) self.amp:release() end,
    control = function(self)
        local p = self.parameters
        local wave = self.wave:next(64 * p.rate) + self.modulation
        self.cutoff:to(p.hz * self.key * dsp.exp2(p.sweep * wave))
        self.gate:to(1 - p.chop * dsp.clamp(0.5 - 0.5 * wave, 0, 1))
        -- About 90 claps a second, each as loud as chance has it; never softer than what still rings.
        local a, b = self.claps:next(), self.claps:next()
        self.clap_l:strike(math.max(self.clap_l.level, (a - 0.88) * 8))
        self.clap_r:strike(math.max(self.clap_r.level, (b - 0.88) * 8))
    end,
    sample = function(self)
        local p, hz = self.parameters, self.cutoff:next()
        local l = self.one:next() * (1 + p.grain * (3 * self.clap_l:next() - 1))
        local r = self.two:next() * (1 + p.grain * (3 * self.clap_r:next() - 1))
        local _, left = self.left:next(l + 0.3 * r, hz, p.resonance)
        local _, right = self.right:next(r + 0.3 * l, hz, p.resonance)
        local level = self.amp:next() * self.gate:next() * self.loudness
        return level * left, level * right
    end,
}
