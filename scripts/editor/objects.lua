---@meta _
-- The objects that dsp's constructors return, for the editor (LuaLS). Never run; see dsp.lua.
-- Every `next` makes one frame: call it once per frame (once per 64 frames in `control`).

---A sine, −1 to 1. Quality 2: error −169 dB; 1 and 0: −83 dB.
---@class dsp.sine
local sine = {}

---One frame.
---@param frequency_hz number Hz, up to half the rate; negative ones run backwards
---@param turns? number phase moved by so many cycles for this frame, as in a DX7; default 0
---@return number x −1 to 1
function sine:next(frequency_hz, turns) end

---A rising sawtooth, −1 to 1. Quality 2: edges 4 frames wide; 1 and 0: 2 frames, more aliases.
---@class dsp.saw
local saw = {}

---One frame.
---@param frequency_hz number Hz, 0 to a quarter of the rate; above it aliases, below 0 counts as 0
---@return number x −1 to 1
function saw:next(frequency_hz) end

---A rectangle of any width, mean 0. Quality as `dsp.saw`.
---@class dsp.pulse
local pulse = {}

---One frame.
---@param frequency_hz number Hz, 0 to a quarter of the rate; above it aliases, below 0 counts as 0
---@param width? number 0.01 to 0.99, part of the cycle that is high, default 0.5
---@return number x from −2 width to 2 − 2 width; a square is −1 to 1
function pulse:next(frequency_hz, width) end

---A triangle, −1 to 1. Quality as `dsp.saw`.
---@class dsp.triangle
local triangle = {}

---One frame.
---@param frequency_hz number Hz, 0 to a quarter of the rate; above it aliases, below 0 counts as 0
---@return number x −1 to 1
function triangle:next(frequency_hz) end

---A slow oscillator. Use one of its four shapes per object: each call moves the phase. In `control`, which is called
---for every 64th frame, call it with 64 times the frequency.
---@class dsp.lfo
local lfo = {}

---One frame of a sine, beginning at 0 and rising.
---@param frequency_hz number Hz, meant for below 50
---@return number m −1 to 1
function lfo:next(frequency_hz) end

---One frame of a triangle, beginning at 0 and rising.
---@param frequency_hz number Hz, meant for below 50
---@return number m −1 to 1
function lfo:triangle(frequency_hz) end

---One frame of a line that rises from −1 and jumps back.
---@param frequency_hz number Hz, meant for below 50
---@return number m −1 to 1
function lfo:ramp(frequency_hz) end

---One frame of a square, beginning at 1.
---@param frequency_hz number Hz, meant for below 50
---@return number m −1 or 1
function lfo:square(frequency_hz) end

---Noise. Use one of the two colours per object.
---@class dsp.noise
local noise = {}

---One frame of white noise, RMS 0.577.
---@return number x −1 to 1
function noise:next() end

---One frame of pink noise, −3 dB per octave, RMS about 0.34.
---@return number x
function noise:pink() end

---Low-pass, 24 dB per octave. Quality 2: tuned to 0.07 cent; 1: to 2.8 cents; 0: also without resonance.
---@class dsp.ladder
local ladder = {}

---One frame.
---@param x number input
---@param cutoff_hz number 5 Hz to 0.477 of the rate; may move every frame
---@param resonance? number 0 to 1, held at 0.99, default 0; the gain below the cutoff falls to 1 / (1 + 4 resonance)
---@return number y
function ladder:next(x, cutoff_hz, resonance) end

---Low, band and high at once, 12 dB per octave. Quality 2: tuned to 0.07 cent; 1 and 0: to 2.8 cents.
---@class dsp.svf
local svf = {}

---One frame. Notch is `low + high`, all-pass `low + high - band`.
---@param x number input
---@param cutoff_hz number 5 Hz to 0.477 of the rate; may move every frame
---@param resonance? number 0 to 1, default 0; low and high are −6 dB at the cutoff with 0, +34 dB with 1
---@return number low
---@return number band 1 at the cutoff for every resonance
---@return number high
function svf:next(x, cutoff_hz, resonance) end

---6 dB per octave. Use one of the two methods per object. Quality 2: tuned to 0.07 cent; 1 and 0: to 2.8 cents.
---@class dsp.onepole
local onepole = {}

---One frame of a low-pass.
---@param x number input
---@param cutoff_hz number 5 Hz to 0.477 of the rate; may move every frame
---@return number y
function onepole:low(x, cutoff_hz) end

---One frame of a high-pass; at 10 Hz it removes DC.
---@param x number input
---@param cutoff_hz number 5 Hz to 0.477 of the rate; may move every frame
---@return number y
function onepole:high(x, cutoff_hz) end

---A delay line. Quality 2: 4-point reading, flat within 0.5 dB to 8 kHz; 1 and 0: 2-point, to 4.8 kHz.
---@class dsp.delay
local delay = {}

---Puts one frame into the line: once per frame.
---@param x number input
function delay:write(x) end

---What was written so many frames ago. As often as you like; does not move on.
---@param frames number frames, also fractions and moving; held between 2 and the longest
---@return number y
function delay:read(frames) end

---`write(x)`, then `read(frames)`.
---@param x number input
---@param frames number frames, also fractions and moving; held between 2 and the longest
---@return number y
function delay:next(x, frames) end

---Envelope of straight lines.
---@class dsp.adsr
local adsr = {}

---One frame; the first is 0.
---@return number level 0 to 1
function adsr:next() end

---The level that `next` would return, without moving on.
---@return number level 0 to 1
function adsr:level() end

---Falls to 0 from where it is. A second call does nothing.
function adsr:release() end

---True once the level can only be 0.
---@return boolean ended
function adsr:ended() end

---Envelope that falls fast first.
---@class dsp.adsr_exp
local adsr_exp = {}

---One frame; the first is 0.
---@return number level 0 to 1
function adsr_exp:next() end

---The level that `next` would return, without moving on.
---@return number level 0 to 1
function adsr_exp:level() end

---Falls to 0 from where it is. A second call does nothing.
function adsr_exp:release() end

---True once the level can only be 0.
---@return boolean ended
function adsr_exp:ended() end

---An exponential fall. It cannot be released.
---@class dsp.decay
local decay = {}

---One frame; the first is 1.
---@return number level
function decay:next() end

---Starts again.
---@param level? number from where, default 1
function decay:strike(level) end

---True below −80 dB.
---@return boolean ended
function decay:ended() end

---A straight line. In `control`, work out where the value shall be 64 frames later and call `to`; in `sample`, `next`.
---@class dsp.ramp
local ramp = {}

---One frame of the line; at its end it stays.
---@return number value
function ramp:next() end

---Where to be, and when.
---@param target number
---@param frames? number frames until then, at least 1, default 64
function ramp:to(target, frames) end

---Follows a value.
---@class dsp.glide
local glide = {}

---One frame.
---@param target number what to follow
---@return number value
function glide:next(target) end
