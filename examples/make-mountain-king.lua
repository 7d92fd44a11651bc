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

local QUARTER, EIGHTH, BAR = 480, 240, 1920

-- Parts ---------------------------------------------------------------------------------------------------------------

local function part(name, channel, program, volume, pan)
    return { name = name, channel = channel - 1, program = program, volume = volume, pan = pan, events = {} }
end

local bass    = part("Double bass",    1, 32, 104, 64)
local pizz    = part("Pizzicato",      2, 45, 100, 48)
local keys    = part("Piano",          3,  0,  92, 80)
local lead    = part("Lead",           4, 81,  88, 60)
local strings = part("Strings",        5, 48,  90, 40)
local horns   = part("Horns",          6, 89,  92, 88)
local bells   = part("Glockenspiel",   7,  9,  76, 96)
local organ   = part("Organ",          8, 19,  78, 32)
local drums   = part("Drums",         10,  0, 104, 64)
local parts = { bass, pizz, keys, lead, strings, horns, bells, organ, drums }

local KICK, SNARE, RIM, HAT, OPEN_HAT, CRASH, RIDE = 36, 38, 37, 42, 46, 49, 51
local LOW_TOM, MID_TOM, HIGH_TOM = 45, 47, 50

-- Events --------------------------------------------------------------------------------------------------------------

-- At one tick: note-offs, then controllers, then note-ons, each in the order of writing.
local OFF, CONTROL, ON = 0, 1, 2
local serial = 0

local function add(to, tick, order, bytes)
    serial = serial + 1
    to.events[#to.events + 1] = { tick = tick, order = order, serial = serial, bytes = bytes }
end

local function clamp(value, low, high) return math.max(low, math.min(high, value)) end
local function round(value) return math.floor(value + 0.5) end

-- A player's unevenness, -3 .. 3. The sequence is part of the piece.
local seed = 1875
local function uneven()
    seed = (seed * 16807) % 2147483647
    return seed % 7 - 3
end

local function note(to, tick, length, key, velocity)
    velocity = clamp(round(velocity) + uneven(), 1, 127)
    add(to, tick, ON, { 0x90 + to.channel, key, velocity })
    add(to, tick + length, OFF, { 0x90 + to.channel, key, 0 })
end

local function control(to, tick, number, value) add(to, tick, CONTROL, { 0xB0 + to.channel, number, value }) end

-- -8192 .. 8191
local function bend(to, tick, value)
    value = clamp(round(value) + 8192, 0, 16383)
    add(to, tick, CONTROL, { 0xE0 + to.channel, value % 128, math.floor(value / 128) })
end

-- CC11 from one value to another in steps of a sixteenth.
local function swell(to, tick, length, from, till)
    local steps = math.max(1, math.floor(length / 120))
    for i = 0, steps do control(to, tick + i * 120, 11, round(from + (till - from) * i / steps)) end
end

-- Into a note from below: the bend starts a little before it and is gone a sixteenth after.
local function scoop(to, tick)
    for i = 0, 6 do bend(to, tick - 10 + i * 20, -1400 * (6 - i) / 6) end
end

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

-- Players -------------------------------------------------------------------------------------------------------------

-- Plays notes from a bar on; `loud` .. `loud_end` is the velocity over the phrase, `held` how much of its last eighth a
-- note sounds.
local function sing(to, bar, notes, octaves, loud, loud_end, held)
    local tick, total = bar * BAR, 0
    for _, n in ipairs(notes) do total = total + n[2] end
    local at = 0
    for _, n in ipairs(notes) do
        local accent = at % 8 == 0 and 10 or at % 4 == 0 and 5 or at % 2 == 0 and 0 or -6
        local long = n[2] > 1 and 4 or 0
        local length = n[2] * EIGHTH - round(EIGHTH * (1 - held))
        note(to, tick + at * EIGHTH, length, n[1] + 12 * octaves, loud + (loud_end - loud) * at / total + accent + long)
        at = at + n[2]
    end
end

local function strike(to, tick, length, keys_of_chord, velocity, octaves)
    for _, key in ipairs(keys_of_chord) do note(to, tick, length, key + 12 * (octaves or 0), velocity) end
end

-- Four bars of bass: on beats 1 and 3; "walk" adds the octave on the beats between, "drive" plays eighths.
local function bass_line(bar, harmony, style, loud)
    for half = 0, 7 do
        local tick, low = bar * BAR + half * 2 * QUARTER, harmony[half + 1][1]
        if style == "drive" then
            for e = 0, 3 do note(bass, tick + e * EIGHTH, 190, low + (e % 2) * 12, loud + (e == 0 and 8 or -4)) end
        else
            note(bass, tick, style == "walk" and 330 or 400, low, loud + (half % 2 == 0 and 6 or 0))
            if style == "walk" then note(bass, tick + QUARTER, 300, low + 12, loud - 8) end
        end
    end
end

-- Four bars of chords: on beats 2 and 4, or on every off-beat eighth.
local function chords(to, bar, harmony, off_beats, loud, octaves)
    for half = 0, 7 do
        local tick, tones = bar * BAR + half * 2 * QUARTER, harmony[half + 1][2]
        if off_beats then
            strike(to, tick + EIGHTH, 120, tones, loud - 6, octaves)
            strike(to, tick + 3 * EIGHTH, 120, tones, loud, octaves)
        else
            strike(to, tick + QUARTER, 200, tones, loud, octaves)
        end
    end
end

-- Four bars of held chords, swelling.
local function hold(to, bar, harmony, loud, from, till, octaves)
    swell(to, bar * BAR, 4 * BAR - 120, from, till)
    for half = 0, 7 do
        strike(to, bar * BAR + half * 2 * QUARTER, 2 * QUARTER - 30, harmony[half + 1][2], loud, octaves)
    end
end

-- The damper pedal through the held chord that ends a theme.
local function pedal(bar)
    control(keys, bar * BAR, 64, 127)
    control(keys, (bar + 1) * BAR - 60, 64, 0)
end

local function hit(tick, drum, velocity) note(drums, tick, 100, drum, velocity) end

local function fill(bar, loud)
    local toms = { HIGH_TOM, HIGH_TOM, MID_TOM, MID_TOM, LOW_TOM, LOW_TOM, LOW_TOM, LOW_TOM }
    for i, tom in ipairs(toms) do hit(bar * BAR + 2 * QUARTER + (i - 1) * 120, tom, loud - 10 + 3 * i) end
end

-- Four bars of drums: 1 soft off-beats, 2 a march, 3 everything.
local function beat(bar, level, loud, with_fill)
    for b = bar, bar + 3 do
        local filled = with_fill and b == bar + 3
        for q = 0, 3 do
            local tick, free = b * BAR + q * QUARTER, not (filled and q >= 2)
            if level == 1 then
                if q == 0 then hit(tick, LOW_TOM, loud) end
                if free then hit(tick + EIGHTH, HAT, loud - 12) end
            elseif level == 2 then
                if q % 2 == 0 then hit(tick, KICK, loud + 6) elseif free then hit(tick, RIM, loud) end
                if free then hit(tick, HAT, loud - 14) hit(tick + EIGHTH, HAT, loud - 4) end
            else
                hit(tick, KICK, loud + 4)
                if q % 2 == 1 and free then hit(tick, SNARE, loud) end
                if free then
                    hit(tick, q == 0 and RIDE or HAT, loud - 16)
                    hit(tick + EIGHTH, q == 3 and OPEN_HAT or HAT, loud - 10)
                end
            end
        end
        if filled then fill(b, loud) end
    end
end

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

-- The file ------------------------------------------------------------------------------------------------------------

local function big_endian(value, bytes)
    local out = {}
    for i = bytes, 1, -1 do
        out[i] = string.char(value % 256)
        value = math.floor(value / 256)
    end
    return table.concat(out)
end

local function quantity(value)
    local out = string.char(value % 128)
    while value >= 128 do
        value = math.floor(value / 128)
        out = string.char(128 + value % 128) .. out
    end
    return out
end

local function chunk(tag, content) return tag .. big_endian(#content, 4) .. content end
local function meta(kind, content) return "\0\255" .. string.char(kind) .. quantity(#content) .. content end

local END = 62 * BAR

local function conductor_track()
    local out = {
        meta(0x03, "In the Hall of the Mountain King"),
        meta(0x02, "Edvard Grieg, Peer Gynt, 1875. Public domain."),
        meta(0x58, "\4\2\24\8"),   -- 4/4
        meta(0x59, "\2\1"),        -- two sharps, minor
    }
    local now = 0
    for _, tempo in ipairs(tempos) do
        local tick = tempo[1] * BAR
        out[#out + 1] = quantity(tick - now) .. "\255\81\3" .. big_endian(round(60000000 / tempo[2]), 3)
        now = tick
    end
    out[#out + 1] = quantity(END - now) .. "\255\47\0"
    return chunk("MTrk", table.concat(out))
end

local function part_track(p)
    table.sort(p.events, function(a, b)
        if a.tick ~= b.tick then return a.tick < b.tick end
        if a.order ~= b.order then return a.order < b.order end
        return a.serial < b.serial
    end)
    local out = { meta(0x03, p.name) }
    local now, running = 0, nil
    for _, event in ipairs(p.events) do
        local status, first, second = event.bytes[1], event.bytes[2], event.bytes[3]
        out[#out + 1] = quantity(event.tick - now)
        if status ~= running then out[#out + 1] = string.char(status) end
        out[#out + 1] = string.char(first) .. (second and string.char(second) or "")
        now, running = event.tick, status
    end
    out[#out + 1] = quantity(END - now) .. "\255\47\0"
    return chunk("MTrk", table.concat(out))
end

local tracks = { conductor_track() }
for _, p in ipairs(parts) do
    serial = -1000   -- before everything else at tick 0
    add(p, 0, CONTROL, { 0xC0 + p.channel, p.program })
    control(p, 0, 7, p.volume)
    control(p, 0, 10, p.pan)
    if p ~= horns then control(p, 0, 11, 100) end
    tracks[#tracks + 1] = part_track(p)
end

local file, why = io.open(path, "wb")
if not file then
    io.stderr:write("make-mountain-king: ", why, "\n")
    os.exit(1)
end
file:write(chunk("MThd", big_endian(1, 2) .. big_endian(#tracks, 2) .. big_endian(QUARTER, 2)), table.concat(tracks))
file:close()
