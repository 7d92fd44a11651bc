---@meta dsp
-- The type of `require "dsp"`, for the editor (LuaLS). Never run. The objects' methods are in objects.lua.
-- tests/lua/check_annotations.lua holds all of it to scripts/dsp: names, arguments, defaults.

---The sounds and filters that voices are made of. Objects (`dsp.saw()`, `dsp.adsr()` ...) are created in `start`, nowhere
---else. Units are Hz, seconds, and amplitudes where 1 is full scale.
---@class dsp
---@field rate_hz number sample rate; `dsp.rate_hz * seconds` gives frames
local dsp = {}

---A sine, −1 to 1, with an input for phase modulation.
---@param start_phase? number 0 to 1, part of a cycle, default 0
---@return dsp.sine
function dsp.sine(start_phase) end

---A rising sawtooth, −1 to 1, band-limited.
---@param start_phase? number 0 to 1, part of a cycle, default 0: the middle of the jump, at level 0
---@return dsp.saw
function dsp.saw(start_phase) end

---A rectangle of any width, 2 high, mean 0, band-limited.
---@param start_phase? number 0 to 1, part of a cycle, default 0
---@return dsp.pulse
function dsp.pulse(start_phase) end

---A triangle, −1 to 1, band-limited.
---@param start_phase? number 0 to 1, part of a cycle, default 0: level 0, rising
---@return dsp.triangle
function dsp.triangle(start_phase) end

---A slow oscillator for modulation, −1 to 1: sine, triangle, ramp or square. Not band-limited, meant for below 50 Hz.
---@param start_phase? number 0 to 1, part of a cycle, default 0
---@return dsp.lfo
function dsp.lfo(start_phase) end

---White or pink noise. Every note has its own, the same again in every rendering with the same seed.
---@return dsp.noise
function dsp.noise() end

---Low-pass with resonance, 24 dB per octave, as in analogue synthesizers. Linear: put `dsp.tanh` around it for distortion.
---@return dsp.ladder
function dsp.ladder() end

---State-variable filter, 12 dB per octave: low, band and high at once.
---@return dsp.svf
function dsp.svf() end

---The gentle filter, 6 dB per octave: low-pass or high-pass.
---@return dsp.onepole
function dsp.onepole() end

---A delay line that can be read between frames. Takes the next power of two of its length in frames, 8 bytes each.
---@param longest_seconds? number seconds, default 1; a note has room for 5.46 s at 48 kHz
---@return dsp.delay
function dsp.delay(longest_seconds) end

---Envelope of straight lines. In `self.amp` it is released and ends the voice without further code.
---@param attack_seconds? number seconds, default 0.005
---@param decay_seconds? number seconds, default 0.1
---@param sustain? number level 0 to 1, default 0.7; with 0 the envelope ends after its decay
---@param release_seconds? number seconds, default 0.2
---@return dsp.adsr
function dsp.adsr(attack_seconds, decay_seconds, sustain, release_seconds) end

---Envelope that falls fast first, as struck and plucked things do: −60 dB after 82 % of the time. In `self.amp` it is
---released and ends the voice without further code.
---@param attack_seconds? number seconds, default 0.005
---@param decay_seconds? number seconds, default 0.3
---@param sustain? number level 0 to 1, default 0.5; with 0 the envelope ends after its decay
---@param release_seconds? number seconds, default 0.3
---@return dsp.adsr_exp
function dsp.adsr_exp(attack_seconds, decay_seconds, sustain, release_seconds) end

---An exponential fall from 1, for drums and strikes. In `self.amp` the voice needs a `release` of its own.
---@param seconds? number seconds until −60 dB, default 0.5
---@return dsp.decay
function dsp.decay(seconds) end

---A straight line to a value that is known ahead: the other half of `control`.
---@param start? number first value, default 0
---@return dsp.ramp
function dsp.ramp(start) end

---Follows a value smoothly: portamento, and parameters that must not zip.
---@param seconds? number seconds until 95 % of the way is done, default 0.02
---@param start? number first value, default 0
---@return dsp.glide
function dsp.glide(seconds, start) end

---Frequency of a key, also between keys: 440 · 2^((key − 69) / 12).
---@param key number MIDI key, 69 is A4
---@return number frequency_hz
function dsp.hz(key) end

---Gain of a level: `dsp.db(-6)` is 0.501.
---@param decibels number dB
---@return number gain
function dsp.db(decibels) end

---Frequency ratio of so many semitones: 2^(n / 12).
---@param n number semitones, also fractions
---@return number ratio
function dsp.semitones(n) end

---`x` held between two values.
---@param x number
---@param lowest number
---@param highest number
---@return number x
function dsp.clamp(x, lowest, highest) end

---Between two values: `a + (b - a) * t`.
---@param a number value at t = 0
---@param b number value at t = 1
---@param t number 0 to 1, not held there
---@return number x
function dsp.mix(a, b, t) end

---Left and right with equal power, for voices with `channels = 2`: `return dsp.pan(x, -0.3)`.
---@param x number one frame
---@param position number −1 left, 0 middle, 1 right; held there
---@return number left
---@return number right
function dsp.pan(x, position) end

---2^x, the same bits on every machine; relative error below 1e-11. Costly: use it in `start` or `control`.
---@param x number held to −255 to 255
---@return number y
function dsp.exp2(x) end

---e^x, the same bits on every machine; relative error below 1e-11. Costly: use it in `start` or `control`.
---@param x number −176 to 176
---@return number y
function dsp.exp(x) end

---Sine, the same bits on every machine; error below 3.5e-9.
---@param x number radians
---@return number y −1 to 1
function dsp.sin(x) end

---Cosine, the same bits on every machine; error below 3.5e-9.
---@param x number radians
---@return number y −1 to 1
function dsp.cos(x) end

---Soft clipping, never beyond ±1, the same bits on every machine; error below 1e-4.
---@param x number
---@return number y −1 to 1
function dsp.tanh(x) end

return dsp
