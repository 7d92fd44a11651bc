-- Sitar: a plucked string in a delay line whose flat bridge shortens it while it swings far, which makes the buzz and
-- the twang; a second, faint string a fifth below answers in sympathy. `buzz` 0 is a koto or a banjo.
local dsp = require "dsp"

return {
    name = "sitar", priority = 55,
    parameters = {
        ring = { default = 6, minimum = 0.05, maximum = 20, unit = "s", scale = "log" },
        buzz = { default = 0.5, minimum = 0, maximum = 1 },
        brightness = { default = 0.7, minimum = 0, maximum = 1 },
        sympathy = { default = 0.25, minimum = 0, maximum = 1 },
        thin = { default = 1, minimum = 1, maximum = 200, unit = "x", scale = "log" },     -- less below 24 Hz x this
    },
    start = function(self, note)
        local p, v, hz = self.parameters, note.velocity, note.frequency
        self.loss = dsp.glide(3 / (6.283185 * dsp.clamp(hz * (12 + 50 * p.brightness), 3000, 17000)))
        self.shorter = (1 - self.loss.part) / self.loss.part
        self.gain = dsp.exp2(-9.966 / (hz * p.ring * dsp.clamp(dsp.exp2((55 - note.key) / 24), 0.3, 2)))
        self.string, self.other, self.felt = dsp.delay(0.125), dsp.delay(0.19), dsp.glide(0.00015)
        local soft = dsp.clamp((0.15 + 0.6 * v) * (0.3 + p.brightness), 0.05, 0.95)
        local n, y = math.min(math.floor(dsp.rate_hz / hz), dsp.rate_hz * 0.124), 0
        for i = 0, 2 * n + 3 do
            y = y + soft * (((i % n) < 0.11 * n and 0.89 or -0.11) - y)
            self.string:write(y)
        end
        self.swing = 0.03 * p.buzz * dsp.rate_hz / hz
        self.sway, self.rest = dsp.lfo(), dsp.glide(0.02 / (1 + (p.thin - 1) * v * v))
        self.amp = dsp.adsr(0.001, 0.1, 1, 0.35)
        -- Without lows a low note would be the softer one.
        local lift = math.max(0, 60 - note.key) / 24 * math.min(p.thin - 1, 1)
        self.loudness = 0.7 * v * (0.4 + 0.6 * v) * dsp.exp2(lift)
    end,
    release = function(self) self.amp:release() end,
    sample = function(self)
        local period = dsp.rate_hz / (self.frequency * (1 + 0.029 * self.modulation * self.sway:next(5)))
        local now = self.loss.value
        -- The string touches the bridge on one side of its swing only.
        local back = self.string:read(period - self.shorter - self.swing * math.max(now, 0))
        local x = self.loss:next(back) * self.gain
        self.string:write(x)
        local answer = self.felt:next(self.other:read(1.5 * period - 3.2))
        self.other:write(0.04 * x + 0.99 * answer)
        local y = x + 4 * self.parameters.sympathy * answer
        return (y - self.rest:next(y)) * self.amp:next() * self.loudness
    end,
}
