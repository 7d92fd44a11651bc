-- String section: four saws per note, each bowed a little out of tune with its own vibrato, through a body of two
-- resonances, players spread from left to right. Velocity bows faster.
local dsp = require "dsp"

return {
    name = "strings", priority = 40, channels = 2,
    parameters = {
        cutoff = { default = 3200, minimum = 300, maximum = 12000, unit = "Hz", scale = "log" },
        vibrato = { default = 0.1, minimum = 0, maximum = 0.5, unit = "semitones" },
        attack = { default = 0.22, minimum = 0.01, maximum = 3, unit = "s", scale = "log" },
    },
    start = function(self, note)
        self.a, self.b, self.c, self.d = dsp.saw(0.1), dsp.saw(0.35), dsp.saw(0.6), dsp.saw(0.85)
        self.one, self.two, self.sway = dsp.lfo(), dsp.lfo(0.45), dsp.glide(0.8, 0)
        self.left, self.right = dsp.onepole(), dsp.onepole()
        self.body_left, self.body_right, self.thin_left, self.thin_right = dsp.svf(), dsp.svf(), dsp.onepole(),
            dsp.onepole()
        self.amp = dsp.adsr(self.parameters.attack * (1.3 - 0.6 * note.velocity), 0.3, 0.9, 0.35)
        self.loudness = 0.13 + 0.2 * note.velocity
    end,
    release = function(self) self.amp:release() end,
    sample = function(self)
        local p, hz = self.parameters, self.frequency
        local sway = (p.vibrato + 0.3 * self.modulation) * self.sway:next(1) * 0.05776
        local one, two = 1 + sway * self.one:next(5.1), 1 + sway * self.two:next(5.7)
        local a, b = self.a:next(hz * one * 1.0021), self.b:next(hz * two * 0.9985)
        local c, d = self.c:next(hz * two * 1.0009), self.d:next(hz * one * 0.9972)
        local l, r = a + 0.7 * b + 0.4 * c, d + 0.7 * c + 0.4 * b
        local level = self.amp:next()
        local cutoff = p.cutoff * (0.4 + 0.6 * level)
        l, r = self.left:low(l, cutoff), self.right:low(r, cutoff)
        local _, body_l = self.body_left:next(l, 480, 0.5)
        local _, body_r = self.body_right:next(r, 520, 0.5)
        l, r = self.thin_left:high(l + 0.5 * body_l, 90), self.thin_right:high(r + 0.5 * body_r, 90)
        level = level * self.loudness
        return level * l, level * r
    end,
}
