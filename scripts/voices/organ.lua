-- Drawbar organ: six sines, a key click, and a rotor that slows or speeds with the modulation wheel. Stereo.
local dsp = require "dsp"

return {
    name = "organ", priority = 50, channels = 2,
    parameters = {
        sub = { default = 0.7, minimum = 0, maximum = 1 },      -- 16'
        fundamental = { default = 0.9, minimum = 0, maximum = 1 },     -- 8'
        octave = { default = 0.5, minimum = 0, maximum = 1 },   -- 4'
        twelfth = { default = 0.5, minimum = 0, maximum = 1 },  -- 5 1/3'
        bright = { default = 0.18, minimum = 0, maximum = 1 },   -- 2' and 1 1/3'
        click = { default = 0.3, minimum = 0, maximum = 1 },
    },
    start = function(self, note)
        self.a, self.b, self.c = dsp.sine(), dsp.sine(), dsp.sine()
        self.d, self.e, self.f = dsp.sine(), dsp.sine(), dsp.sine()
        self.noise, self.thin, self.tick = dsp.noise(), dsp.svf(), dsp.decay(0.02)
        self.horn, self.speed = dsp.lfo(), dsp.glide(1.2, 0.8)
        self.amp = dsp.adsr(0.004, 0.05, 1, 0.05)
        self.loudness = 0.16 + 0.06 * note.velocity
    end,
    release = function(self) self.amp:release() end,
    sample = function(self)
        local p = self.parameters
        local turn = self.horn:next(self.speed:next(0.8 + 5.8 * self.modulation))
        local hz = self.frequency * (1 + 0.0012 * turn)
        local x = p.sub * self.a:next(hz * 0.5) + p.fundamental * self.b:next(hz) + p.octave * self.c:next(hz * 2)
            + p.twelfth * self.d:next(hz * 1.4983) + p.bright * (self.e:next(hz * 4) + self.f:next(hz * 5.9932))
        local _, click = self.thin:next(self.noise:next(), 2500, 0.3)
        x = (x + click * self.tick:next() * p.click * 2) * self.amp:next() * self.loudness
        return x * (1 + 0.25 * turn), x * (1 - 0.25 * turn)
    end,
}
