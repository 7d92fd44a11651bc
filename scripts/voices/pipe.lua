-- Pipe: a flute. Few partials (a sine and what it sums to in closed form), breath as noise through a resonance at the
-- pitch, a chiff at the start. Harder is breathier and brighter; vibrato of pitch and breath, late or with the wheel.
local dsp = require "dsp"

return {
    name = "pipe", priority = 60,
    parameters = {
        partials = { default = 0.25, minimum = 0, maximum = 0.8 },
        breath = { default = 0.35, minimum = 0, maximum = 2 },
        chiff = { default = 0.5, minimum = 0, maximum = 3 },
        attack = { default = 0.05, minimum = 0.003, maximum = 1, unit = "s", scale = "log" },
        vibrato = { default = 0.12, minimum = 0, maximum = 1, unit = "semitones" },
    },
    start = function(self, note)
        local p, v = self.parameters, note.velocity
        self.tone, self.noise, self.tube, self.air = dsp.sine(0.25), dsp.noise(), dsp.svf(), dsp.glide(0.00012)
        -- The slope is held so that partials die out before half the rate.
        self.slope = math.min(p.partials * (0.5 + 0.8 * v), dsp.exp2(-10 * note.frequency / 14000))
        self.chiff, self.chiff_level = dsp.decay(0.12), p.chiff * (0.3 + v)
        self.amp = dsp.adsr(p.attack * (1.4 - 0.6 * v), 0.15, 0.9, 0.12)
        self.sway, self.fade_in, self.scoop = dsp.lfo(), dsp.glide(1.1), dsp.glide(0.05, -0.25)
        self.loudness = 0.42 * v * (0.4 + 0.6 * v)
    end,
    release = function(self) self.amp:release() end,
    sample = function(self)
        local p = self.parameters
        local sway = self.sway:next(4.9)
        local depth = p.vibrato * self.fade_in:next(1) + 0.5 * self.modulation
        local hz = self.frequency * (1 + 0.05776 * (self.scoop:next(0) + depth * sway))
        local a = dsp.clamp(self.slope * (1 + 0.5 * depth * sway), 0, 0.9)     -- at 1 the sum has no end
        local c = self.tone:next(hz)
        local x = (c - a) / (1 + a * a - 2 * a * c)
        local hiss = self.air:next(self.noise:next())
        local _, tube = self.tube:next(hiss, 1.01 * hz, 0.85)
        local blown = (p.breath * (1 + 0.3 * c) + self.pressure + self.chiff_level * self.chiff:next())
        x = x + blown * (0.9 * tube + 0.12 * hiss)
        return x * (1 + 0.6 * depth * sway) * self.amp:next() * self.loudness
    end,
}
