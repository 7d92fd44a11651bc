-- A drum kit by General MIDI key, 27 to 87. One recipe for all: a falling sine with a partial, noise and three square
-- waves (metal) through a filter, and a ratchet. Stereo, as the drummer sits. `balance` 1: the levels of General MIDI.
local dsp = require "dsp"
-- Hz, fall octaves and s, partial x and level, body s and level, filter Hz, resonance, s, noise, highs, metal Hz and
-- level, ratchet Hz and depth (gone when the fall is), attack s, place
local kinds = {
    k = { 47, 2.4, .13, 2, .1, .42, 1.3, 2600, .1, .03, .3, .2, 100, 0, 9, 0, .0006, 0 },  -- kick
    s = { 186, .6, .1, 1.78, .6, .2, .75, 2400, .05, .24, 1.25, .5, 100, 0, 9, 0, .0004, .05 },  -- snare
    r = { 1700, .1, .05, .47, 1, .06, .8, 2600, .5, .03, .8, .3, 100, 0, 9, 0, .0003, .1 },  -- rim
    p = { 400, 0, .16, 1, 0, .01, 0, 1250, .4, .3, 3.4, .25, 100, 0, 95, 1, .0005, -.15 },  -- clap
    d = { 100, .7, .16, 1.59, .35, .55, .95, 1100, .1, .06, .45, .2, 100, 0, 9, 0, .0008, .4 },  -- skin
    h = { 400, 0, .1, 1, 0, .01, 0, 7500, .1, 1, .6, .7, 3170, .5, 9, 0, .0004, .3 },  -- hat
    c = { 400, 0, .1, 1, 0, .01, 0, 4200, 0, 2.2, .42, .45, 2630, .22, 9, 0, .001, -.4 },  -- crash
    i = { 2960, 0, .1, 1.47, .7, .8, .06, 6500, .1, 1.9, .16, .4, 1930, .3, 9, 0, .0004, .4 },  -- ride
    b = { 560, 0, .1, 1.5, .8, .3, .55, 1500, .3, .12, 0, .2, 560, .12, 9, 0, .0005, .3 },  -- bell
    j = { 5300, 0, 2, 1.37, .8, .2, .1, 8200, .3, .28, .65, .5, 4100, .5, 24, .7, .003, -.3 },  -- jingle
    m = { 400, 0, .1, 1, 0, .01, 0, 6500, .35, .12, 2.4, .4, 100, 0, 9, 0, .016, .3 },  -- shake
    w = { 950, .15, .03, 1.47, .5, .08, .9, 2400, .4, .02, .5, .2, 100, 0, 9, 0, .0004, -.2 },  -- wood
    g = { 400, 0, 9, 1, 0, .01, 0, 3100, .55, .4, 2.6, .2, 100, 0, 46, 1, .004, -.25 },  -- ratchet
    u = { 2350, 0, .1, 1.02, .8, .3, .35, 2400, .8, .3, .6, 0, 100, 0, 22, .8, .012, .3 },  -- whistle
    q = { 620, -.9, .35, 2, .5, .28, .8, 1600, .4, .1, .3, 0, 100, 0, 40, .4, .012, .3 },  -- cuica
    t = { 4650, 0, .1, 1.51, .6, 1.8, .16, 9000, .2, .05, .3, .3, 6000, .1, 9, 0, .0006, .3 },  -- triangle
}
local letters = "wsggwrwtkkrspsdhdhdhddcdicbjcbcgidddddddbbmmuuggwwwqqttmjtwkk"  -- from key 27 on: the kinds
local levels = "ntqpplkzhipmqmolpnkdlkpjhnevomorimnmmnmnllrszvumqqqzywrruwmon"  -- and their `balance` in dB, m: 0
local pitches, lengths = { 2.2, 1.5, .6, 1.3, 1.5, .7, 1.1, .6, .88, 1, 1, 1, 1, 1.2, .8, 1, .96, .9, 1.15, 1, 1.38,
    1.58, 1, 1.9, 1, .7, 3.1, 1, 1.35, 1, .9, .75, 1.12, 4.2, 3.1, 2.7, 2.6, 1.9, 3.5, 2.6, 1.75, 1.3, .9, 1.2, 1, .9,
    1.1, 1, 2.6, 1.1, .8, 1.4, 1, 1, 1, 1, 1.2, .8, 1.9, 1.5, 1.4 }, { .6, .5, .4, .4, .5, .4, .5, .3, 1.2, 1, 1, 1, 1,
    .75, 1, .09, 1, .06, 1, .65, 1, 1, 1, 1, 1, .7, 3, 1, .35, 1, 1.1, 2, .8, .35, .4, .18, .6, .7, .8, .9, 1, 1.1, 1,
    .6, .6, 1.8, .35, 1.1, .9, 1, 1.1, .5, 1.1, .12, 1, .8, 1.6, 1.5, .5, .5, 1.6 }
return {
    name = "drums", priority = 90, channels = 2, parameters = { balance = { default = 0, minimum = 0, maximum = 1 } },
    start = function(self, note)
        local place, v = dsp.clamp(note.key, 27, 87) - 26, note.velocity
        local k, length = kinds[string.sub(letters, place, place)], lengths[place]
        local pitch = pitches[place] * dsp.semitones(note.key - place - 26)
        self.hz, self.fall, self.ratio, self.second = k[1] * pitch, dsp.exp2(k[2]) - 1, k[4], k[5]
        self.drop, self.body, self.body_level = dsp.decay(k[3]), dsp.decay(k[6] * length), k[7]
        self.filter_hz, self.resonance, self.hiss = k[8] * pitch, k[9], dsp.decay(k[10] * length)
        self.noise_level = k[11] * (0.6 + 0.4 * v)
        self.highs, self.metal_hz, self.metal, self.chop_hz, self.chop = k[12], k[13] * pitch, k[14], k[15], k[16]
        self.a, self.b, self.c, self.low, self.high = dsp.pulse(), dsp.pulse(.2), dsp.pulse(.5), dsp.sine(), dsp.sine()
        self.noise, self.filter, self.ratchet, self.fade = dsp.noise(), dsp.svf(), dsp.lfo(.5), dsp.adsr(k[17], 1, 1, 1)
        local level = 0.6 * dsp.exp2((self.parameters.balance or 0) * (string.byte(levels, place) - 109) / 6.02)
        self.left, self.right = dsp.pan(level * (0.08 + 0.92 * v * v), dsp.clamp(k[18] * (2 - pitch), -0.5, 0.5))
    end,
    release = function() end, done = function(self) return self.body:ended() and self.hiss:ended() end,
    sample = function(self)
        local drop, m = self.drop:next(), self.metal_hz
        local hz = self.hz * (1 + self.fall * drop)
        local body = (self.low:next(hz) + self.second * self.high:next(hz * self.ratio)) * self.body:next()
        local metal = self.a:next(m) * self.b:next(1.385 * m) * self.c:next(1.72 * m)
        local chop = 1 - self.chop * math.min(16 * drop, 1) * (0.5 + 0.5 * self.ratchet:ramp(self.chop_hz))
        local _, band, high = self.filter:next(self.noise:next() * self.noise_level + metal * self.metal,
            self.filter_hz, self.resonance)
        local x = (body * self.body_level + (band + self.highs * high) * self.hiss:next() * chop) * self.fade:next()
        return x * self.left, x * self.right
    end,
}
