---@meta _
-- What a rig script returns, for the editor (LuaLS). Never run. docs/rigs.md explains all of it.
--
--   ---@type Rig                above `return {`, or RigSet
--
-- tests/lua/check_annotations.lua holds it to what the engine reads.

---Instruments with their MIDI channels and levels, and buses.
---@class (exact) Rig
---@field instruments Instrument[] 1 to 256 of them; a note starts a voice on every one whose channel and program match
---@field buses? Bus[] at most 16, default: one, "main"
---@field master_gain_db? number dB, -120 to 24, default 0
---@field tuning? string|Tuning a scale (.scl) beside the rig, default: equal, A4 = 440 Hz
---@field macros? Macro[] at most 8: controllers that move several parameters at once
---@field presets? Preset[] at most 128: values of parameters that are set together
---@field name? string for reports, default: the file's name

---Several rigs for one performance: one at a time gets the notes.
---@class (exact) RigSet
---@field rigs string[] 1 to 128 rigs, beside the set or among the bundled ones
---@field channel? integer 1 to 16: program changes on it choose the rig, default: none
---@field name? string for reports, default: the file's name

---Values of parameters that are set together.
---@class (exact) Preset
---@field name? string each once, default: its number
---@field program? integer 0 to 127: the program change that recalls it, default: its place
---@field values table<string, table<string, number>> by instrument, by parameter

---A stereo bus.
---@class (exact) Bus
---@field name string what instruments call it
---@field gain_db? number dB, -120 to 24, default 0
---@field output? integer 1 to 7, default 1: the output channel of its left side; the right side goes to the next one

---A parameter that a controller moves.
---@class (exact) Move
---@field parameter string of the instrument's voice
---@field from? number the value at 0, default: the parameter's least; may be above `to`
---@field to? number the value at 127, default: the parameter's most
---@field curve? number exponent, 0.1 to 10, default 1: above 1 little happens at first

---A parameter that a macro moves in one instrument.
---@class (exact) MacroMove: Move
---@field instrument string its name
---@field parameter string of the instrument's voice
---@field from? number the value at 0, default: the parameter's least; may be above `to`
---@field to? number the value at 127, default: the parameter's most
---@field curve? number exponent, 0.1 to 10, default 1: above 1 little happens at first

---A controller that moves several parameters at once, in any instruments.
---@class (exact) Macro
---@field name? string for people, default: its number
---@field controller integer its number, 0 to 119
---@field channel? integer 1 to 16, default: every channel
---@field moves MacroMove[] what it moves, at least one

---A scale and a keyboard map in Scala's formats, beside the rig, and a pitch. Without a map the scale begins on key 60 at 261.6 Hz.
---@class (exact) Tuning
---@field scale? string a .scl file, default: twelve equal steps
---@field map? string a .kbm file, default: one degree for every key
---@field a4? number Hz of key 69, 220 to 880, whatever scale and map say; default: theirs

---A voice with its MIDI channels, level and bus.
---@class (exact) Instrument
---@field voice string the script, such as "voices/bass": beside the rig, in FORERUN_PATH, then among the bundled ones
---@field channel? integer|integer[]|"all" MIDI channel 1 to 16, a list of them, or "all"; default "all"
---@field programs? integer|integer[] `{ first, last }` or one, 0 to 127: plays only while the channel has one of these
---@field bank? integer 0 to 16383 (controller 0 times 128, plus controller 32): its programs are those of this bank only
---@field keys? integer|integer[] `{ first, last }`, one, or a list of three and more, 0 to 127, as played: plays these keys only
---@field choke? string|table<string, integer|integer[]> the group whose other keys end when one is played, or groups with their keys
---@field velocities? integer|integer[] `{ least, most }` or one, 1 to 127, as played: plays notes with these velocities only
---@field velocity_curve? number exponent of the velocity, 0.1 to 10, default 1: below 1 soft playing is louder, above 1 softer
---@field name? string each once, default: the voice's
---@field bus? string name of a bus, default: the first
---@field gain_db? number dB, -120 to 24, default 0
---@field pan? number -1 to 1, left to right, default 0; the channel's pan is added
---@field transpose? integer keys, -127 to 127, default 0; `note.key` stays the key played
---@field bend_range? number keys, 0 to 96, default 2: what a full pitch bend does, until the file sets its own
---@field mode? "poly"|"mono"|"legato" default "poly": how many notes at once on a channel
---@field glide? number seconds, 0 to 30, default 0: how long the pitch slides from the note before
---@field tuning? string|Tuning a scale (.scl) beside the rig, default: the rig's
---@field controllers? table<integer, string|Move> by controller, 0 to 119: the parameter that it moves over its whole range, or how
---@field nrpn? table<integer, string|Move> the same for NRPN, 0 to 16383
---@field parameters? table<string, number> values for the voice's parameters, within their ranges
---@field priority? integer 0 to 100, default: the voice's
---@field polyphony? integer voices at once, 1 to 1024, default: the voice's; those that ring out count
---@field steal? "oldest"|"quietest"|"same"|"none" who goes when there is no room, default "oldest"
