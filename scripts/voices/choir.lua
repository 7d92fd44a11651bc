-- Choir: two saws with their own vibrato and some breath, sung through two formants, the lower one for each side, the
-- upper one for both. `vowel` goes from oo to ah; pressure opens the mouth further. Stereo.
local dsp = require "dsp"

return {
    name = "choir", priority = 40, channels = 2,
    parameters = {
        vowel = { default = 0.8, minimum = 0, maximum = 1 },
        attack = { default = 0.16, minimum = 0.01, maximum = 2, unit = "s", scale = "log" },
        release = { default = 0.45, minimum = 0.05, maximum = 4, unit = "s", scale = "log" },
        vibrato = { default = 0.16, minimum = 0, maximum = 1, unit = "semitones" },
        breath = { default = 0.12, minimum = 0, maximum = 1 },
    },
    start = function(self, note)
        local p, v = self.parameters, note.velocity
        self.a, self.b, self.noise = dsp.saw(note.key / 12), dsp.saw(note.key / 7 + 0.4), dsp.noise()
        self.one, self.two, self.fade_in = dsp.lfo(note.key / 9), dsp.lfo(note.key / 11 + 0.5), dsp.glide(0.9)
        self.left, self.right, self.mouth = dsp.svf(), dsp.svf(), dsp.svf()
        self.lower, self.upper = dsp.ramp(400), dsp.ramp(800)
        self.amp = dsp.adsr(p.attack * (1.3 - 0.5 * v), 0.3, 0.9, p.release)
        self.loudness = 0.5 * v * (0.4 + 0.6 * v) * dsp.exp2(math.min(0, 64 - note.key) / 36)
    end,
    release = function(self) self.amp:release() end,
    control = function(self)
        local open = dsp.clamp(self.parameters.vowel * (0.6 + 0.4 * self.amp:level()) + 0.5 * self.pressure, 0, 1)
        local hz = self.frequency
        -- Above the formant a singer tunes it to the pitch.
        self.lower:to(math.max(dsp.mix(340, 720, open), hz))
        self.upper:to(math.max(dsp.mix(760, 1180, open), 1.9 * hz))
    end,
    sample = function(self)
        local hz, p = self.frequency, self.parameters
        local sway = (p.vibrato * self.fade_in:next(1) + 0.4 * self.modulation) * 0.05776
        local hiss = p.breath * self.noise:next()
        local a = self.a:next(hz * (0.9985 + sway * self.one:next(5.1))) + hiss
        local b = self.b:next(hz * (1.0015 + sway * self.two:next(5.6))) + hiss
        local lower, upper = self.lower:next(), self.upper:next()
        local low_l, l = self.left:next(a, lower, 0.7)
        local low_r, r = self.right:next(b, lower * 1.05, 0.7)
        local _, both = self.mouth:next(a + b, upper, 0.82)
        local level = self.amp:next() * self.loudness
        return level * (l + 0.06 * low_l + 0.4 * both), level * (r + 0.06 * low_r + 0.4 * both)
    end,
}
