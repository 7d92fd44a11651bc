-- The dsp library: what a voice script gets from `require "dsp"`.
--
-- The host runs this file once per worker: `local dsp = chunk(world_pointer, load_module, warn, nearest)`.
--   world_pointer  lightuserdata, an fr_world (the C++ twin of the structs below)
--   load_module    load_module(name) returns scripts/dsp/<name>.lua as a function, not yet called
--   warn           warn(text) prints a warning once, with the script's line; the script continues
--   nearest        nearest(name, names) suggests a name for a misspelt one
--
-- Every object (`dsp.saw()`, `dsp.ladder()`, ...) is a C struct in the arena of the voice that is being started, so a
-- copy of the arena is a copy of the voice's sound state. Scripts only get struct *references*: these have numbers as
-- named fields, cannot be indexed by number and support no pointer arithmetic. Whatever a script writes into a field,
-- a method stays inside the object's own memory (see kit.lua).
--
-- Units: Hz, seconds, and amplitudes where 1.0 is full scale. Every method named `next` produces one frame. The
-- sample rate never changes. All state that a frame depends on is in the arena (or in the voice's rng state), so the
-- audio does not depend on how frames are grouped into calls.
--
-- Annotations of the library for editors are in scripts/editor/.
local world_pointer, load_module, warn, nearest = ...

local kit = load_module("kit")(world_pointer, warn, nearest)
kit.elementary = load_module("elementary")(kit)
kit.prewarp = load_module("prewarp")(kit)
local dsp = {}

-- One object per file. Lists, because order must not depend on hashing.
local objects = {
    "sine", "saw", "pulse", "triangle", "lfo", "noise",
    "ladder", "svf", "onepole", "delay",
    "adsr", "adsr_exp", "decay", "ramp", "glide",
}
for i = 1, #objects do
    local name = objects[i]
    dsp[name] = load_module(name)(kit)
end

local helpers = load_module("helpers")(kit)
for i = 1, #helpers do
    dsp[helpers[i].name] = helpers[i].call
end

--- Sample rate in Hz.
dsp.rate_hz = kit.rate_hz

-- Scripts share this table, so they get it read-only.
return kit.read_only(dsp, "dsp")
