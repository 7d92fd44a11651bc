-- Percussion with a pitch: taiko, timpani, steel drum, wood block, agogo. A skin or shell as three sines, two falling
-- from above, the upper ones at ratios of their own, with a stroke of filtered noise. Rings out, whatever the key does.
local dsp = require "dsp"

return {
    name = "percussion", priority = 50, polyphony = 16,
    parameters = {
        fall = { default = 0.5, minimum = 0, maximum = 4, unit = "octaves" },
        length = { default = 0.8, minimum = 0.02, maximum = 6, unit = "s", scale = "log" },
        second = { default = 1.5, minimum = 0.5, maximum = 6, unit = "x" },
        third = { default = 1.98, minimum = 0.5, maximum = 9, unit = "x" },
        shell = { default = 0.4, minimum = 0, maximum = 5 },
        stroke = { default = 0.6, minimum = 0, maximum = 3 },
        stroke_hz = { default = 900, minimum = 80, maximum = 12000, unit = "Hz", scale = "log" },
    },
    start = function(self, note)
        local p, v, hz = self.parameters, note.velocity, note.frequency
        local length = p.length * dsp.clamp(dsp.exp2((60 - note.key) / 36), 0.3, 2.5)
        self.a, self.b, self.c = dsp.sine(), dsp.sine(0.1), dsp.sine(0.35)
        self.noise, self.stick, self.hit = dsp.noise(), dsp.svf(), dsp.decay(0.03 + 0.1 * length)
        self.body, self.upper, self.drop = dsp.decay(length), dsp.decay(0.55 * length), dsp.decay(0.12)
        self.drop_ratio = dsp.exp2(p.fall * (0.5 + 0.5 * v)) - 1
        local shell = p.shell * (0.5 + 0.5 * v)
        self.b_level = shell * dsp.clamp(2 - hz * p.second / 9000, 0, 1)
        self.c_level = 0.7 * shell * dsp.clamp(2 - hz * p.third / 9000, 0, 1)
        self.hit_level = p.stroke * (0.2 + 0.8 * v * v)
        self.fade = dsp.adsr(0.0008, 0.1, 1, 0.1)
        self.loudness = 0.5 * v * (0.4 + 0.6 * v)
    end,
    release = function() end,
    done = function(self) return self.body:ended() and self.hit:ended() end,
    sample = function(self)
        local p, hz, fallen = self.parameters, self.frequency, 1 + self.drop_ratio * self.drop:next()
        local upper = self.upper:next()
        local x = self.a:next(hz * fallen) * self.body:next()
            + self.b:next(hz * p.second * fallen) * upper * self.b_level
            + self.c:next(hz * p.third) * upper * upper * self.c_level
        local _, stick = self.stick:next(self.noise:next(), p.stroke_hz, 0.2)
        return (x + stick * self.hit:next() * self.hit_level) * self.fade:next() * self.loudness
    end,
}
