-- Any MIDI file: every channel plays the bundled voice of its program's family, channel 10 plays drums.
--
-- Families are those of General MIDI, eight programs each (numbered from 0). Every program of every channel belongs to
-- exactly one instrument. A channel that never sends a program change has program 0, a piano.

local MELODIC = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16 }

-- first program, last program, what General MIDI calls them, voice, gain in dB, priority, polyphony
local FAMILIES = {
    {   0,   7, "piano",               "keys",        -4, 50, 24 },
    {   8,  15, "chromatic percussion", "bell",       -7, 40, 16 },
    {  16,  23, "organ",               "organ",       -7, 40, 16 },
    {  24,  31, "guitar",              "pluck",       -4, 50, 16 },
    {  32,  39, "bass",                "bass",        -2, 80,  4 },
    {  40,  44, "solo strings",        "strings",     -5, 50, 12 },
    {  45,  47, "pizzicato and harp",  "pluck",       -3, 50, 16 },
    {  48,  51, "ensemble",            "strings",     -6, 40, 16 },
    {  52,  54, "choir",               "pad",         -6, 30, 12 },
    {  55,  55, "orchestra hit",       "keys",        -4, 50,  8 },
    {  56,  63, "brass",               "lead",        -6, 60,  8 },
    {  64,  71, "reed",                "lead",        -6, 60,  6 },
    {  72,  79, "pipe",                "subtractive", -7, 60,  6 },
    {  80,  87, "synth lead",          "lead",        -5, 90,  4 },
    {  88,  95, "synth pad",           "pad",         -6, 30, 12 },
    {  96, 103, "synth effects",       "pad",         -6, 20, 12 },
    { 104, 111, "ethnic",              "pluck",       -4, 50, 12 },
    { 112, 119, "percussive",          "bell",        -6, 40,  8 },
    { 120, 127, "sound effects",       "subtractive", -9, 10,  4 },
}

local instruments = {
    { name = "drums", voice = "voices/drums", channel = 10, bus = "drums", gain_db = -2,
      priority = 100, polyphony = 16, steal = "quietest" },
}
for i = 1, #FAMILIES do
    local family = FAMILIES[i]
    instruments[#instruments + 1] = {
        name = family[3], voice = "voices/" .. family[4], channel = MELODIC, programs = { family[1], family[2] },
        bus = "main", gain_db = family[5], priority = family[6], polyphony = family[7], steal = "quietest",
    }
end

return {
    name = "General",
    master_gain_db = -6,
    buses = {
        { name = "main", gain_db = 0 },
        { name = "drums", gain_db = -2, output = 1 },
    },
    instruments = instruments,
}
