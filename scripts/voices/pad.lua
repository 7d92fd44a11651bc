-- Pad: six saws, three to a side, drifting against each other, through a soft filter that breathes. Stereo.
-- `control` calculates the breathing once per 64 frames, one tick ahead of the audio; dsp.ramp interpolates.
local dsp = require "dsp"

return {
    name = "pad", priority = 30, channels = 2,
    parameters = {
        cutoff = { default = 1100, minimum = 100, maximum = 8000, unit = "Hz", scale = "log" },
        spread = { default = 0.11, minimum = 0, maximum = 0.5, unit = "semitones" },
        breath = { default = 0.7, minimum = 0, maximum = 2, unit = "octaves" },
        third = { default = 0.5, minimum = 0.25, maximum = 4, unit = "x" },     -- saw; 0.5: an octave below
    },
    start = function(self, note)
        self.a, self.b, self.c = dsp.saw(0.05), dsp.saw(0.37), dsp.saw(0.71)
        self.d, self.e, self.f = dsp.saw(0.22), dsp.saw(0.55), dsp.saw(0.88)
        self.left, self.right = dsp.svf(), dsp.svf()
        self.slow, self.slower = dsp.lfo(note.key / 12), dsp.lfo(note.key / 7)
        self.sway, self.vibrato = dsp.ramp(1), dsp.lfo()
        self.cutoff, self.drift = dsp.ramp(self.parameters.cutoff * 0.5), dsp.ramp(0)
        self.amp = dsp.adsr(0.45, 0.8, 0.85, 1.4)
        self.loudness = 0.13 + 0.17 * note.velocity
    end,
    release = function(self) self.amp:release() end,
    control = function(self)
        local p = self.parameters
        local rise = self.amp:level() - 1
        local octaves = p.breath * self.slow:triangle(64 * 0.13) + 1.2 * rise + self.pressure
            + 3 * (self.timbre - 0.5)
        self.cutoff:to(p.cutoff * dsp.exp2(octaves) + 0.5 * self.frequency)
        self.sway:to(1 + 0.029 * self.modulation * self.vibrato:next(64 * 5.2))
        self.drift:to(p.spread * (0.8 + 0.2 * self.slower:next(64 * 0.21)) * 0.05776)
    end,
    sample = function(self)
        local hz, drift, third = self.frequency * self.sway:next(), self.drift:next(), self.parameters.third
        local up, down = hz * (1 + drift), hz * (1 - drift)
        local l = self.a:next(hz) + self.b:next(up) + self.c:next(down * third)
        local r = self.d:next(hz * 1.0009) + self.e:next(down) + self.f:next(up * third)
        local cutoff = self.cutoff:next()
        l, r = self.left:next(l, cutoff, 0.15), self.right:next(r, cutoff * 1.06, 0.15)
        local level = self.amp:next() * self.loudness
        return level * (l + 0.25 * r), level * (r + 0.25 * l)
    end,
}
