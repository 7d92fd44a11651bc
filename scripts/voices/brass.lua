-- Brass: two players, each a series of partials from one sine (see piano.lua) whose slope follows the breath: loud is
-- bright. A small scoop into the note, vibrato late or with the wheel; the bell is a resonance, and so is the mute.
local dsp = require "dsp"

return {
    name = "brass", priority = 60,
    parameters = {
        brightness = { default = 1, minimum = 0.1, maximum = 6 },
        attack = { default = 0.045, minimum = 0.005, maximum = 1, unit = "s", scale = "log" },
        vibrato = { default = 0.08, minimum = 0, maximum = 1, unit = "semitones" },
        players = { default = 0, minimum = 0, maximum = 1 },        -- 1: the second plays as loud, a little apart
        mute = { default = 0, minimum = 0, maximum = 1 },
        bell = { default = 1, minimum = 0, maximum = 3 },
    },
    start = function(self, note)
        local p, v, hz = self.parameters, note.velocity, note.frequency
        self.one, self.two, self.box = dsp.sine(0.25), dsp.sine(0.7), dsp.svf()
        local bright_hz = math.min(p.brightness * (2600 + 6500 * v * v), 24000)      -- no partials beyond half the rate
        self.top = math.min(dsp.exp2(-10 * hz / bright_hz), 0.92)
        self.breath = dsp.adsr(p.attack * 1.4, 0.25, 0.85, 0.12)
        self.amp = dsp.adsr(p.attack, 0.3, 0.85, 0.11)
        self.sway, self.fade_in, self.scoop = dsp.lfo(), dsp.glide(1.2), dsp.glide(0.07, -0.7)
        self.loudness = 0.12 * v * (0.4 + 0.6 * v) * math.sqrt(1 - 0.8 * self.top * self.top)
    end,
    release = function(self)
        self.amp:release()
        self.breath:release()
    end,
    sample = function(self)
        local p = self.parameters
        local depth = p.vibrato * self.fade_in:next(1) + 0.5 * self.modulation
        local hz = self.frequency * (1 + 0.05776 * (self.scoop:next(0) + depth * self.sway:next(5.3)))
        local a = math.min(self.top * (0.25 + 0.75 * self.breath:next() + 0.3 * self.pressure), 0.94)
        local c, d = self.one:next(hz), self.two:next(hz * (1 + 0.0045 * p.players))
        local square, double = 1 + a * a, 2 * a
        local x = (c - a) / (square - double * c) + p.players * (d - a) / (square - double * d)
        local _, box = self.box:next(x, 1750, 0.7)
        return (x + p.bell * box + p.mute * (1.6 * box - 0.85 * x)) * self.amp:next() * self.loudness
    end,
}
