-- Writes mountain-king.mid: "In the Hall of the Mountain King" from Edvard Grieg's Peer Gynt music (1875, public
-- domain), shortened and set for nine parts. Plain Lua without the system's randomness: the same bytes everywhere.
--
--   luajit examples/make-mountain-king.lua examples/mountain-king.mid
--
-- Grieg's plan is kept: one four-bar theme in B minor, answered in F sharp major with a flat sixth, played again and
-- again, higher, louder and faster each time, until chords break it off. Bar 0 is the horns' held F sharp.

local path = arg[1]
if not path then
    io.stderr:write("usage: luajit make-mountain-king.lua OUT.mid\n")
    os.exit(2)
end

local folder = debug.getinfo(1, "S").source:match("^@(.*/)") or ""
local midi = dofile(folder .. "mountain-king/midi.lua")
local band = assert(loadfile(folder .. "mountain-king/band.lua"))(midi)
local QUARTER, EIGHTH, BAR = midi.QUARTER, midi.EIGHTH, midi.BAR
local control, bend = midi.control, midi.bend
local bass, pizz, keys, lead, strings = band.bass, band.pizz, band.keys, band.lead, band.strings
local horns, bells, organ = band.horns, band.bells, band.organ
local note, swell, scoop, sing, strike, hit = band.note, band.swell, band.scoop, band.sing, band.strike, band.hit
local bass_line, chords, hold, pedal, beat = band.bass_line, band.chords, band.hold, band.pedal, band.beat
local KICK, SNARE, CRASH = band.drum.KICK, band.drum.SNARE, band.drum.CRASH
local LOW_TOM, MID_TOM = band.drum.LOW_TOM, band.drum.MID_TOM

-- The music -----------------------------------------------------------------------------------------------------------

local PITCH = { C = 0, D = 2, E = 4, F = 5, G = 7, A = 9, B = 11 }

-- "F#3" to 54; C4 is 60.
local function key_of(name)
    local letter, sharp, octave = name:match("^(%u)(#?)(%d)$")
    return PITCH[letter] + (sharp == "#" and 1 or 0) + 12 * (octave + 1)
end

-- "B2 C#3:2 ..." to a list of { key, eighths }.
local function melody(text)
    local notes = {}
    for name, length in text:gmatch("([^%s:]+):?(%d*)") do
        notes[#notes + 1] = { key_of(name), tonumber(length) or 1 }
    end
    return notes
end

local function chord(text)
    local list = {}
    for name in text:gmatch("%S+") do list[#list + 1] = key_of(name) end
    return list
end

local THEME = melody [[
    B2 C#3 D3 E3  F#3 D3 F#3:2    F3 C#3 F3:2  E3 C3 E3:2
    B2 C#3 D3 E3  F#3 D3 F#3 B3   A3 F#3 D3 F#3  A3:4 ]]
local ANSWER = melody [[
    F#3 G#3 A#3 B3  C#4 A#3 C#4:2   D4 A#3 D4:2  C#4 A#3 C#4:2
    F#3 G#3 A#3 B3  C#4 A#3 C#4:2   D4 A#3 D4:2  C#4:4 ]]
local RUN      = melody "B2 C#3 D3 E3 F#3 D3 F#3:2"
local LAST_RUN = melody "B2 C#3 D3 E3 F#3 D3 F#3 B3"
local CLOSE    = melody [[
    B2 C#3 D3 E3  F#3 D3 F#3:2    F3 C#3 F3:2  E3 C3 E3:2
    B2 C#3 D3 E3  F#3 D3 F#3 B3   F#3 D3 F#3 B3  F#3 B3 D4 F#4 ]]

local BM, F_SHARP, D   = chord "B3 D4 F#4", chord "A#3 C#4 F#4", chord "A3 D4 F#4"
local C_SHARP_7, C     = chord "B3 C#4 F4", chord "G3 C4 E4"
local F_SHARP_AUG, F_SHARP_7 = chord "A#3 D4 F#4", chord "A#3 E4 F#4"

-- Harmony by half bars: { bass, chord }. Under the theme the bass falls by semitones where the melody does.
local THEME_HARMONY = {
    { key_of "B1", BM }, { key_of "F#2", BM }, { key_of "F2", C_SHARP_7 }, { key_of "E2", C },
    { key_of "B1", BM }, { key_of "F#2", BM }, { key_of "D2", D }, { key_of "A1", D },
}
local ANSWER_HARMONY = {
    { key_of "F#1", F_SHARP }, { key_of "C#2", F_SHARP }, { key_of "A#1", F_SHARP_AUG }, { key_of "F#1", F_SHARP },
    { key_of "F#1", F_SHARP }, { key_of "C#2", F_SHARP }, { key_of "A#1", F_SHARP_AUG }, { key_of "F#1", F_SHARP_7 },
}
local CLOSE_HARMONY = {
    { key_of "B1", BM }, { key_of "F#2", BM }, { key_of "F2", C_SHARP_7 }, { key_of "E2", C },
    { key_of "B1", BM }, { key_of "F#2", BM }, { key_of "B1", BM }, { key_of "B1", BM },
}

-- The piece -----------------------------------------------------------------------------------------------------------

local tempos = {}   -- { bar, quarters per minute }
local function accelerate(first, last, from, till)
    for bar = first, last do
        tempos[#tempos + 1] = { bar, from + (till - from) * (bar - first) / math.max(1, last - first) }
    end
end

-- Bar 0: horns hold F sharp, a roll of the low tom comes and goes.
accelerate(0, 0, 108, 108)
swell(horns, 0, 2 * QUARTER, 40, 110)
swell(horns, 2 * QUARTER, 2 * QUARTER, 110, 30)
note(horns, 0, BAR - 20, key_of "F#3", 80)
note(horns, 0, BAR - 20, key_of "F#4", 66)
for i = 0, 15 do hit(i * 120, LOW_TOM, 14 + 3 * math.min(i, 15 - i)) end

-- Bars 1-12, soft and low.
accelerate(1, 12, 132, 146)
sing(pizz, 1, THEME, 0, 58, 64, 0.6)
bass_line(1, THEME_HARMONY, "beats", 58)
sing(pizz, 5, ANSWER, 0, 62, 68, 0.6)
sing(bells, 5, melody "F#5:8", 0, 34, 34, 0.9)
sing(bells, 7, melody "C#6:8", 0, 36, 36, 0.9)
bass_line(5, ANSWER_HARMONY, "beats", 60)
chords(keys, 5, ANSWER_HARMONY, false, 40)
beat(5, 1, 36, false)
sing(pizz, 9, THEME, 0, 66, 72, 0.6)
sing(strings, 9, THEME, 0, 44, 56, 0.7)
bass_line(9, THEME_HARMONY, "beats", 66)
chords(keys, 9, THEME_HARMONY, false, 48)
beat(9, 1, 44, true)
pedal(12)

-- Bars 13-32, an octave higher and on the march.
accelerate(13, 32, 150, 184)
sing(keys, 13, THEME, 1, 66, 72, 0.65)
sing(pizz, 13, THEME, 1, 64, 70, 0.6)
chords(strings, 13, THEME_HARMONY, false, 50)
bass_line(13, THEME_HARMONY, "walk", 70)
beat(13, 2, 54, false)
pedal(16)
sing(lead, 17, THEME, 1, 70, 78, 0.75)
scoop(lead, 17 * BAR)
sing(pizz, 17, THEME, 0, 68, 74, 0.6)
chords(keys, 17, THEME_HARMONY, false, 58)
hold(strings, 17, THEME_HARMONY, 50, 60, 90, -1)
bass_line(17, THEME_HARMONY, "walk", 74)
beat(17, 2, 58, true)
sing(lead, 21, ANSWER, 1, 74, 80, 0.75)
scoop(lead, 21 * BAR)
sing(bells, 21, ANSWER, 2, 52, 60, 0.8)
chords(keys, 21, ANSWER_HARMONY, false, 62)
hold(strings, 21, ANSWER_HARMONY, 54, 60, 100, 0)
bass_line(21, ANSWER_HARMONY, "walk", 76)
beat(21, 2, 62, false)
sing(keys, 25, ANSWER, -1, 80, 86, 0.65)
sing(pizz, 25, ANSWER, 0, 78, 84, 0.6)
sing(bells, 25, ANSWER, 2, 50, 62, 0.8)
chords(strings, 25, ANSWER_HARMONY, true, 58)
bass_line(25, ANSWER_HARMONY, "walk", 80)
swell(horns, 25 * BAR, 4 * BAR - 120, 50, 120)
note(horns, 25 * BAR, 4 * BAR - 40, key_of "F#3", 70)
beat(25, 2, 66, true)
sing(lead, 29, THEME, 1, 82, 92, 0.75)
scoop(lead, 29 * BAR)
sing(strings, 29, THEME, 1, 70, 84, 0.75)
swell(strings, 29 * BAR, 3 * BAR, 96, 120)
sing(bells, 29, THEME, 3, 52, 64, 0.8)
chords(keys, 29, THEME_HARMONY, true, 70)
bass_line(29, THEME_HARMONY, "walk", 84)
beat(29, 2, 74, true)
pedal(32)

-- Bars 33-48, everybody.
accelerate(33, 48, 190, 234)
local tutti = {
    { THEME, THEME_HARMONY, 84 }, { ANSWER, ANSWER_HARMONY, 88 },
    { THEME, THEME_HARMONY, 94 }, { CLOSE, CLOSE_HARMONY, 100 },
}
for i, phrase in ipairs(tutti) do
    local bar, notes, harmony, loud = 29 + 4 * i, phrase[1], phrase[2], phrase[3]
    hit(bar * BAR, CRASH, loud)
    sing(lead, bar, notes, 2, loud, loud + 8, 0.8)
    scoop(lead, bar * BAR)
    sing(strings, bar, notes, 1, loud - 6, loud + 4, 0.8)
    sing(pizz, bar, notes, 1, loud, loud + 6, 0.6)
    if i > 1 then sing(bells, bar, notes, 3 - (notes == ANSWER and 1 or 0), loud - 26, loud - 14, 0.8) end
    chords(keys, bar, harmony, true, loud - 8)
    hold(organ, bar, harmony, loud - 20, 60 + 8 * i, 84 + 10 * i, 0)
    bass_line(bar, harmony, "drive", loud)
    beat(bar, 3, loud - 6, true)
end

-- Bars 49-60: chords break the theme off.
accelerate(49, 60, 236, 244)
local function stab(tick, tones, low, loud, length)
    length = length or 260
    note(bass, tick, length, low, loud)
    strike(keys, tick, length, tones, loud)
    strike(strings, tick, length, tones, loud, 0)
    strike(organ, tick, length, tones, loud - 14)
    note(lead, tick, length, tones[#tones] + 12, loud)
    note(horns, tick, length, tones[1] - 12, loud)
    hit(tick, KICK, loud + 6)
    hit(tick, CRASH, loud)
    hit(tick, SNARE, loud - 8)
end
local function unison(bar, notes, loud)
    sing(bass, bar, notes, -1, loud, loud + 6, 0.8)
    sing(pizz, bar, notes, 1, loud, loud + 6, 0.6)
    sing(keys, bar, notes, 1, loud, loud + 6, 0.7)
    sing(strings, bar, notes, 1, loud, loud + 6, 0.8)
    sing(lead, bar, notes, 2, loud, loud + 6, 0.8)
    sing(bells, bar, notes, 3, loud - 24, loud - 16, 0.8)
    for e = 0, 7 do hit(bar * BAR + e * EIGHTH, e % 2 == 0 and LOW_TOM or SNARE, loud - 26 + 2 * e) end
end
local B1, FS1, C2 = key_of "B1", key_of "F#1", key_of "C2"
swell(strings, 49 * BAR, 120, 120, 127)
swell(organ, 49 * BAR, 120, 116, 120)
swell(horns, 49 * BAR, 120, 110, 115)
stab(49 * BAR, BM, B1, 104)
stab(49 * BAR + 2 * QUARTER, BM, B1, 100)
unison(50, RUN, 92)
stab(51 * BAR, C, C2, 104)
stab(51 * BAR + 2 * QUARTER, F_SHARP_7, FS1, 102)
unison(52, LAST_RUN, 96)
for bar = 53, 54 do
    for q = 0, 3 do
        local home = q % 2 == 0
        stab(bar * BAR + q * QUARTER, home and BM or F_SHARP, home and B1 or FS1, 92 + 2 * q + 4 * (bar - 53), 200)
    end
end
stab(55 * BAR, BM, B1, 108)
for i = 0, 11 do hit(55 * BAR + QUARTER + i * 120, LOW_TOM, 40 + 5 * i) end
for i = 0, 15 do hit(56 * BAR + i * 120, i % 4 == 0 and MID_TOM or LOW_TOM, 44 + 5 * i) end
swell(horns, 56 * BAR, BAR - 120, 30, 127)
note(horns, 56 * BAR, BAR - 20, key_of "F#3", 100)
unison(57, LAST_RUN, 104)
stab(58 * BAR, BM, B1, 112)
stab(58 * BAR + 2 * QUARTER, F_SHARP_7, FS1, 108)

-- The last chord rings for two bars; the lead falls out of it.
control(keys, 59 * BAR, 64, 127)
stab(59 * BAR, BM, B1, 118, 2 * BAR - 60)
note(bass, 59 * BAR, 2 * BAR - 60, key_of "B0", 110)
note(bells, 59 * BAR, 2 * BAR - 60, key_of "B5", 84)
swell(strings, 59 * BAR, 2 * BAR - 120, 127, 30)
swell(organ, 59 * BAR, 2 * BAR - 120, 120, 20)
for i = 0, 40 do bend(lead, 59 * BAR + QUARTER + i * 72, -8192 * i * i / 1600) end
bend(lead, 61 * BAR, 0)
control(keys, 61 * BAR, 64, 0)

local written, why = midi.write(path, {
    title = "In the Hall of the Mountain King",
    copyright = "Edvard Grieg, Peer Gynt, 1875. Public domain.",
    tempos = tempos,
    parts = band.parts,
    end_tick = 62 * BAR,
})
if not written then
    io.stderr:write("make-mountain-king: ", why, "\n")
    os.exit(1)
end
