-- Electric guitar: a string in a delay line, as in guitar.lua, into an amplifier that bends the wave (tanh), and a
-- loudspeaker that takes the fizz off. `drive` goes from clean to a wall; the wheel gives vibrato.
local dsp = require "dsp"

return {
    name = "overdrive", priority = 60, polyphony = 16,
    parameters = {
        drive = { default = 8, minimum = 0.5, maximum = 60, scale = "log" },
        ring = { default = 9, minimum = 0.05, maximum = 30, unit = "s", scale = "log" },
        place = { default = 0.15, minimum = 0.03, maximum = 0.5 },
        speaker = { default = 3600, minimum = 800, maximum = 9000, unit = "Hz", scale = "log" },
    },
    start = function(self, note)
        local p, v, hz = self.parameters, note.velocity, note.frequency
        self.loss = dsp.glide(3 / (6.283185 * dsp.clamp(hz * 30, 4500, 16000)))
        self.shorter = (1 - self.loss.part) / self.loss.part
        self.gain = dsp.exp2(-9.966 / (hz * p.ring * dsp.clamp(dsp.exp2((52 - note.key) / 24), 0.4, 2)))
        local soft = 0.12 + 0.4 * v
        self.string = dsp.delay(0.125)
        local n, y = math.min(math.floor(dsp.rate_hz / hz), dsp.rate_hz * 0.124), 0
        for i = 0, 2 * n + 3 do
            y = y + soft * (((i % n) < p.place * n and 1 - p.place or -p.place) - y)
            self.string:write(y)
        end
        self.thin, self.rest = dsp.glide(0.004), dsp.glide(0.015)
        -- The speaker's two one-poles: glides whose time is the cutoff's.
        self.first, self.second = dsp.glide(3 / (6.283185 * p.speaker)), dsp.glide(3 / (6.283185 * p.speaker))
        self.sway, self.fade_in = dsp.lfo(), dsp.glide(1)
        self.amp = dsp.adsr(0.0015, 0.1, 1, 0.09)
        self.push, self.loudness = p.drive * (0.3 + v), 0.42 * math.sqrt(v)
    end,
    release = function(self) self.amp:release() end,
    sample = function(self)
        local sway = (0.06 * self.fade_in:next(1) + 0.5 * self.modulation) * self.sway:next(5.2)
        local back = self.string:read(dsp.rate_hz / (self.frequency * (1 + 0.05776 * sway)) - self.shorter)
        local x = self.loss:next(back) * self.gain
        self.string:write(x)
        x = dsp.tanh((x - 0.6 * self.thin:next(x)) * self.push)
        return self.second:next(self.first:next(x - self.rest:next(x))) * self.amp:next() * self.loudness
    end,
}
