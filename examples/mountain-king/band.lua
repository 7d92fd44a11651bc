-- The nine players of the Mountain King: their parts, and the ways in which each plays a phrase.
local midi = ...
local QUARTER, EIGHTH, BAR = midi.QUARTER, midi.EIGHTH, midi.BAR
local control, bend, round, clamp = midi.control, midi.bend, midi.round, midi.clamp

local bass    = midi.part("Double bass",    1, 32, 104, 64)
local pizz    = midi.part("Pizzicato",      2, 45, 100, 48)
local keys    = midi.part("Piano",          3,  0,  92, 80)
local lead    = midi.part("Lead",           4, 81,  88, 60)
local strings = midi.part("Strings",        5, 48,  90, 40)
local horns   = midi.part("Horns",          6, 89,  92, 88)
local bells   = midi.part("Glockenspiel",   7,  9,  76, 96)
local organ   = midi.part("Organ",          8, 19,  78, 32)
local drums   = midi.part("Drums",         10,  0, 104, 64)
horns.expression = nil   -- a swell begins in bar 0
local parts = { bass, pizz, keys, lead, strings, horns, bells, organ, drums }

local KICK, SNARE, RIM, HAT, OPEN_HAT, CRASH, RIDE = 36, 38, 37, 42, 46, 49, 51
local LOW_TOM, MID_TOM, HIGH_TOM = 45, 47, 50

-- A player's unevenness, -3 .. 3. The sequence is part of the piece.
local seed = 1875
local function uneven()
    seed = (seed * 16807) % 2147483647
    return seed % 7 - 3
end

local function note(to, tick, length, key, velocity)
    midi.note(to, tick, length, key, clamp(round(velocity) + uneven(), 1, 127))
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

return {
    parts = parts, bass = bass, pizz = pizz, keys = keys, lead = lead, strings = strings, horns = horns, bells = bells,
    organ = organ,
    drum = { KICK = KICK, SNARE = SNARE, CRASH = CRASH, LOW_TOM = LOW_TOM, MID_TOM = MID_TOM },
    note = note, swell = swell, scoop = scoop, sing = sing, strike = strike, bass_line = bass_line,
    chords = chords, hold = hold, pedal = pedal, hit = hit, beat = beat,
}
