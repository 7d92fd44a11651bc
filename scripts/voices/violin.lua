-- Violin: one bowed string. A saw with the bow's noise, through two resonances of the body, and a vibrato that comes in
-- after a moment and moves loudness as well. Velocity and pressure press the bow; `tremolo` trembles it.
local dsp = require "dsp"

return {
    name = "violin", priority = 60,
    parameters = {
        attack = { default = 0.09, minimum = 0.01, maximum = 1, unit = "s", scale = "log" },
        vibrato = { default = 0.2, minimum = 0, maximum = 1, unit = "semitones" },
        body_hz = { default = 480, minimum = 80, maximum = 1500, unit = "Hz", scale = "log" },
        brightness = { default = 0.5, minimum = 0, maximum = 1 },
        tremolo = { default = 0, minimum = 0, maximum = 1 },
    },
    start = function(self, note)
        local p, v = self.parameters, note.velocity
        self.bow, self.noise, self.soft = dsp.saw(0.5), dsp.noise(), dsp.onepole()
        self.wood, self.bridge, self.thin = dsp.svf(), dsp.svf(), dsp.glide(0.004)
        self.sway, self.fade_in, self.tremble = dsp.lfo(), dsp.glide(1.3), dsp.lfo(note.key / 5)
        self.press = 900 + 5500 * p.brightness * (0.35 + 0.65 * v) + note.frequency
        self.amp = dsp.adsr(p.attack * (1.4 - 0.7 * v), 0.25, 0.9, 0.16)
        self.loudness = 0.5 * v * (0.4 + 0.6 * v)
    end,
    release = function(self) self.amp:release() end,
    sample = function(self)
        local p = self.parameters
        local sway = self.sway:next(5.6)
        local depth = p.vibrato * self.fade_in:next(1) + 0.5 * self.modulation
        local hz, level = self.frequency * (1 + 0.05776 * depth * sway), self.amp:next()
        local x = self.bow:next(hz) + 0.05 * self.noise:next()
        x = self.soft:low(x, self.press * (0.35 + 0.65 * level + 0.5 * self.pressure))
        local _, wood = self.wood:next(x, p.body_hz, 0.55)
        local _, bridge = self.bridge:next(x, 2600, 0.4)
        x = 0.55 * x + 0.7 * wood + 0.5 * bridge
        local shake = 1 + 0.5 * depth * sway - 0.4 * p.tremolo * (1 + self.tremble:triangle(11.5))
        return (x - self.thin:next(x)) * shake * level * self.loudness
    end,
}
