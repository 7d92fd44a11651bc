-- A drum kit by General MIDI key: 35 36 kicks, 37 rim, 38 40 snares, 39 clap, 41..50 toms, 42 44 46 hats, 49 51 57 and
-- the rest of the cymbals. One recipe for all: a falling sine, noise through a band, three square waves for metal.
local dsp = require "dsp"

-- body Hz, fall (octaves), body s, body level, noise Hz, noise resonance, noise s, noise level, metal s, metal level
local kinds = {
    kick = { 48, 2.6, 0.38, 1.15, 3000, 0.1, 0.02, 0.25, 0.1, 0 },
    snare = { 185, 0.5, 0.16, 0.5, 2600, 0.05, 0.2, 1.2, 0.1, 0 },
    rim = { 480, 0.2, 0.05, 0.6, 3500, 0.5, 0.03, 0.7, 0.1, 0 },
    clap = { 400, 0, 0.02, 0, 1300, 0.45, 0.26, 1.8, 0.1, 0 },
    tom = { 90, 0.8, 0.5, 0.9, 900, 0.2, 0.05, 0.3, 0.1, 0 },
    closed = { 400, 0, 0.02, 0, 9500, 0.2, 0.06, 0.55, 0.09, 0.3 },
    open = { 400, 0, 0.02, 0, 9000, 0.2, 0.5, 0.5, 0.65, 0.32 },
    crash = { 400, 0, 0.02, 0, 6000, 0, 1.8, 0.6, 1.6, 0.3 },
    ride = { 620, 0, 0.9, 0.05, 8500, 0.3, 0.9, 0.16, 1.4, 0.3 },
}
local by_key = {
    [35] = "kick", [36] = "kick", [37] = "rim", [38] = "snare", [39] = "clap", [40] = "snare", [42] = "closed",
    [44] = "closed", [46] = "open", [49] = "crash", [51] = "ride", [52] = "crash", [53] = "ride", [55] = "crash",
    [57] = "crash", [59] = "ride", [54] = "closed", [69] = "closed", [70] = "closed", [56] = "rim",
}

return {
    name = "drums", priority = 90,
    start = function(self, note)
        local key, k = note.key, kinds[by_key[note.key] or "tom"]
        -- The toms and whatever has no recipe go up with the key.
        self.body_hz = by_key[key] and k[1] or dsp.clamp(90 * dsp.semitones((key - 41) * 1.2), 60, 400)
        self.fall, self.noise_hz, self.resonance = k[2], k[5], k[6]
        self.body, self.drop, self.body_level = dsp.decay(k[3]), dsp.decay(0.11), k[4]
        self.hiss, self.hiss_level = dsp.decay(k[7]), k[8]
        self.metal, self.metal_level = dsp.decay(k[9]), k[10]
        self.sine, self.noise, self.band, self.top = dsp.sine(), dsp.noise(), dsp.svf(), dsp.svf()
        self.a, self.b, self.c = dsp.pulse(), dsp.pulse(0.2), dsp.pulse(0.5)
        self.fade = dsp.adsr(0.0006, 0.1, 1, 0.1)
        self.loudness = (0.15 + 0.7 * note.velocity) * 0.8
    end,
    done = function(self) return self.body:ended() and self.hiss:ended() and self.metal:ended() end,
    sample = function(self)
        local hz = self.body_hz * dsp.exp2(self.fall * self.drop:next())
        local x = self.sine:next(hz) * self.body:next() * self.body_level
        local _, band, high = self.band:next(self.noise:next(), self.noise_hz, self.resonance)
        x = x + (band + 0.3 * high) * self.hiss:next() * self.hiss_level
        local metal = self.a:next(3170) + self.b:next(4390) * self.c:next(5450)
        local _, _, ring = self.top:next(metal, 7000, 0.2)
        x = x + ring * self.metal:next() * self.metal_level
        return dsp.tanh(x * self.fade:next() * 1.3) * self.loudness
    end,
}
