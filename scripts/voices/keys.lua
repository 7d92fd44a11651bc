-- Electric piano: two FM pairs. The first is the tine's tone, the second its short bell, both brighter when hit hard.
-- A slow tremolo that the modulation wheel deepens moves it between left and right.
local dsp = require "dsp"

return {
    name = "keys", priority = 60, channels = 2,
    parameters = {
        brightness = { default = 1, minimum = 0, maximum = 3 },
        bell = { default = 0.5, minimum = 0, maximum = 1 },
        tremolo = { default = 0.25, minimum = 0, maximum = 1 },
    },
    start = function(self, note)
        local length = dsp.clamp(6 * dsp.exp2((48 - note.key) / 30), 1.2, 9)
        self.tone, self.tone_modulator = dsp.sine(), dsp.sine()
        self.bell, self.bell_modulator = dsp.sine(), dsp.sine()
        self.amp = dsp.adsr_exp(0.002, length, 0, 0.22)
        self.shine = dsp.decay(length * 0.35)
        self.strike = dsp.decay(0.35)
        self.tremolo = dsp.lfo()
        local v = note.velocity
        self.index = (0.06 + 0.26 * v * v) * dsp.clamp(1.25 - note.key / 110, 0.3, 1)
        self.bell_level = (0.08 + 0.5 * v * v) * dsp.clamp(1.3 - note.key / 90, 0.1, 1)
        self.loudness = 0.1 + 0.32 * v
    end,
    release = function(self) self.amp:release() end,
    sample = function(self)
        local hz, p = self.frequency, self.parameters
        local shine = self.shine:next()
        local turns = self.tone_modulator:next(hz) * self.index * p.brightness * (0.25 + 0.75 * shine)
        local x = self.tone:next(hz, turns)
        local strike = self.strike:next()
        local ring = self.bell_modulator:next(hz * 14) * 0.11 * strike
        x = x + self.bell:next(hz, ring) * self.bell_level * p.bell
        x = x * self.amp:next() * self.loudness
        local depth = dsp.clamp(p.tremolo + self.modulation, 0, 1) * 0.5
        local m = self.tremolo:next(4.6) * depth
        return x * (1 + m), x * (1 - m)
    end,
}
