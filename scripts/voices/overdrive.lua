-- Electric guitar: a string in a delay line, as in guitar.lua, into an amplifier that bends the wave (tanh), and a
-- loudspeaker that rings at its upper end, further up for a harder stroke. `drive` goes from clean to a wall, `bite`
-- takes the lows out; the wheel gives vibrato.
local dsp = require "dsp"

return {
    name = "overdrive", priority = 60, polyphony = 16,
    parameters = {
        drive = { default = 8, minimum = 0.5, maximum = 60, scale = "log" },
        ring = { default = 9, minimum = 0.05, maximum = 30, unit = "s", scale = "log" },
        place = { default = 0.15, minimum = 0.03, maximum = 0.5 },
        speaker = { default = 3600, minimum = 800, maximum = 9000, unit = "Hz", scale = "log" },
        bite = { default = 0.7, minimum = 0, maximum = 1 },
    },
    start = function(self, note)
        local p, v, hz = self.parameters, note.velocity, note.frequency
        self.loss = dsp.glide(3 / (6.283185 * dsp.clamp(hz * 45, 6000, 17000)))
        self.shorter = (1 - self.loss.part) / self.loss.part
        self.gain = dsp.exp2(-9.966 / (hz * p.ring * dsp.clamp(dsp.exp2((52 - note.key) / 24), 0.4, 2)))
        local soft = 0.15 + 0.6 * v
        self.string = dsp.delay(0.125)
        local n, y = math.min(math.floor(dsp.rate_hz / hz), dsp.rate_hz * 0.124), 0
        for i = 0, 2 * n + 3 do
            y = y + soft * (((i % n) < p.place * n and 1 - p.place or -p.place) - y)
            self.string:write(y)
        end
        -- The one-poles are glides whose time is the cutoff's: 120, 32 and 3000 Hz.
        self.thin, self.rest, self.lows, self.cone = dsp.glide(0.004), dsp.glide(0.015), dsp.glide(0.00016), dsp.svf()
        self.cone_hz = p.speaker * (0.3 + 0.7 * v)
        self.sway, self.fade_in = dsp.lfo(), dsp.glide(1)
        self.amp = dsp.adsr(0.0015, 0.1, 1, 0.09)
        -- Without lows a low note would be the softer one.
        self.push = p.drive * (0.3 + v)
        self.loudness = 0.315 * math.sqrt(v) * dsp.exp2(p.bite * (60 - note.key) / 24)
    end,
    release = function(self) self.amp:release() end,
    sample = function(self)
        local sway = (0.06 * self.fade_in:next(1) + 0.5 * self.modulation) * self.sway:next(5.2)
        local back = self.string:read(dsp.rate_hz / (self.frequency * (1 + 0.05776 * sway)) - self.shorter)
        local x = self.loss:next(back) * self.gain
        self.string:write(x)
        x = dsp.tanh((x - 0.6 * self.thin:next(x)) * self.push)
        x = x - self.rest:next(x)
        local low = self.cone:next(x - self.parameters.bite * self.lows:next(x), self.cone_hz, 0.9)
        return low * self.amp:next() * self.loudness
    end,
}
