-- General MIDI: every program of every channel plays one bundled voice, channel 10 plays drums.
--
-- A row is an instrument: first and last program (numbered from 0), what they are, voice, gain in dB, family, and what
-- the voice's parameters are to be where its own values do not fit. Gains are measured: one note at velocity 100, key
-- 60 (basses 36), is as loud on every instrument as on the others (its loudest 400 ms; tests/test_gm_levels.cpp). A
-- channel that never sends a program change has program 0, a piano.

local MELODIC = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16 }

-- Family: priority (who is stolen last), polyphony of each of its instruments.
local PIANO, CHROMATIC, ORGAN, GUITAR, BASS = { 60, 40 }, { 45, 24 }, { 50, 24 }, { 55, 20 }, { 85, 8 }
local STRINGS, ENSEMBLE, BRASS, REED, PIPE = { 50, 16 }, { 40, 24 }, { 60, 16 }, { 60, 16 }, { 60, 16 }
local LEAD, PAD, EFFECTS, ETHNIC = { 70, 10 }, { 30, 16 }, { 20, 12 }, { 50, 16 }
local PERCUSSIVE, NOISES = { 45, 12 }, { 10, 6 }

local ROWS = {
    {   0,   0, "grand piano",      "piano", 3.3, PIANO },
    {   1,   2, "bright piano",     "piano", 3.7, PIANO, { brightness = 1.6, hammer = 0.7 } },
    {   3,   3, "honky-tonk",       "piano", 4.7, PIANO, { brightness = 1.3, detune = 14, length = 0.7 } },
    {   4,   4, "electric piano 1", "keys", -6.9, PIANO },
    {   5,   5, "electric piano 2", "keys", -6.3, PIANO, { brightness = 1.8, bell = 0.9, tremolo = 0.1 } },
    {   6,   6, "harpsichord",      "guitar", -0.2, PIANO, { brightness = 1, place = 0.09, body = 0.15, ring = 4 } },
    {   7,   7, "clavinet",         "overdrive", 3.5, PIANO,
      { drive = 1.6, ring = 2.5, place = 0.08, speaker = 5500 } },

    {   8,   8, "celesta",          "mallet", 0.6, CHROMATIC,
      { second = 3, third = 6, length = 1.6, hardness = 0.3 } },
    {   9,   9, "glockenspiel",     "mallet", -1.7, CHROMATIC,
      { second = 2.76, third = 5.4, length = 2.4, hardness = 0.9 } },
    {  10,  10, "music box",        "mallet", 0, CHROMATIC,
      { second = 5.1, third = 7.8, length = 1.4, hardness = 1 } },
    {  11,  11, "vibraphone",       "mallet", -1, CHROMATIC,
      { length = 4.5, hardness = 0.3, tremolo = 0.5, damped = 0.8 } },
    {  12,  12, "marimba",          "mallet", 3, CHROMATIC, { length = 0.9, hardness = 0.4 } },
    {  13,  13, "xylophone",        "mallet", 5.7, CHROMATIC, { second = 3, third = 6, length = 0.4, hardness = 1.1 } },
    {  14,  14, "tubular bells",    "bell", -4.1, CHROMATIC },
    {  15,  15, "dulcimer",         "pluck", -4.9, CHROMATIC, { brightness = 0.8, place = 0.12, ring = 4 } },

    {  16,  16, "drawbar organ",    "organ", -6.4, ORGAN },
    {  17,  17, "percussive organ", "organ", -6.3, ORGAN, { sub = 0.5, octave = 0.8, twelfth = 0.2, click = 0.9 } },
    {  18,  18, "rock organ",       "organ", -8.4, ORGAN, { sub = 1, twelfth = 0.8, bright = 0.35, click = 0.5 } },
    {  19,  19, "church organ",     "organ", -8.2, ORGAN,
      { sub = 0.8, octave = 0.9, twelfth = 0.1, bright = 0.45, click = 0 } },
    {  20,  21, "reed organ",       "reed", -0.2, ORGAN,
      { hollow = 0, formant_hz = 1500, formant = 0.6, breath = 0.02, vibrato = 0 } },
    {  22,  23, "harmonica",        "reed", 1.6, ORGAN,
      { hollow = 0.3, formant_hz = 1900, formant = 1, vibrato = 0.12 } },

    {  24,  24, "nylon guitar",     "guitar", -4, GUITAR, { brightness = 0.3, ring = 3.5, place = 0.28 } },
    {  25,  25, "steel guitar",     "guitar", -3.3, GUITAR, { brightness = 0.75, ring = 7, place = 0.14 } },
    {  26,  27, "clean guitar",     "guitar", -4.2, GUITAR, { brightness = 0.45, body = 0.1, ring = 8, place = 0.24 } },
    {  28,  28, "muted guitar",     "guitar", 10, GUITAR,
      { brightness = 0.35, body = 0.3, ring = 0.35, place = 0.12 } },
    {  29,  29, "overdriven",       "overdrive", -8, GUITAR, { drive = 7 } },
    {  30,  30, "distortion",       "overdrive", -10.4, GUITAR, { drive = 30, ring = 15, speaker = 4200 } },
    {  31,  31, "guitar harmonics", "guitar", -5.9, GUITAR, { brightness = 0.6, place = 0.5, body = 0, ring = 9 } },

    {  32,  32, "acoustic bass",    "guitar", -6.7, BASS,
      { brightness = 0.12, ring = 3, place = 0.3, body = 0.9, body_hz = 95 } },
    {  33,  34, "electric bass",    "guitar", -3.8, BASS,
      { brightness = 0.3, ring = 8, place = 0.2, body = 0.1, body_hz = 80 } },
    {  35,  35, "fretless bass",    "guitar", -6.2, BASS,
      { brightness = 0.15, ring = 12, place = 0.4, body = 0.4, body_hz = 240, vibrato = 0.15 } },
    {  36,  37, "slap bass",        "guitar", 0.2, BASS,
      { brightness = 0.95, ring = 6, place = 0.06, body = 0.3, body_hz = 80 } },
    {  38,  39, "synth bass",       "bass", -5.2, BASS },

    {  40,  41, "violin",           "violin", -4.7, STRINGS },
    {  42,  43, "cello",            "violin", -5.1, STRINGS, { body_hz = 220, brightness = 0.35, attack = 0.12 } },
    {  44,  44, "tremolo strings",  "violin", -1, STRINGS, { tremolo = 1, vibrato = 0.05 } },
    {  45,  45, "pizzicato",        "guitar", 2.2, STRINGS,
      { brightness = 0.3, ring = 0.5, place = 0.25, body = 0.8, body_hz = 420 } },
    {  46,  46, "harp",             "guitar", -5.1, STRINGS, { brightness = 0.4, place = 0.42, ring = 6, body = 0.1 } },
    {  47,  47, "timpani",          "percussion", -4.1, STRINGS,
      { fall = 0.15, length = 2.2, shell = 0.5, stroke = 0.5, stroke_hz = 300 } },

    {  48,  48, "strings",          "strings", -10, ENSEMBLE },
    {  49,  49, "slow strings",     "strings", -9.9, ENSEMBLE, { attack = 0.45, cutoff = 2400 } },
    {  50,  51, "synth strings",    "pad", -8.7, ENSEMBLE, { cutoff = 2600, spread = 0.08, breath = 0.3 } },
    {  52,  52, "choir aahs",       "choir", -0.6, ENSEMBLE },
    {  53,  54, "voice oohs",       "choir", -1.2, ENSEMBLE, { vowel = 0.25, breath = 0.06 } },
    {  55,  55, "orchestra hit",    "brass", -2.1, ENSEMBLE, { players = 1, brightness = 2.2, attack = 0.006 } },

    {  56,  56, "trumpet",          "brass", 0.6, BRASS, { brightness = 1.3 } },
    {  57,  57, "trombone",         "brass", 0.8, BRASS, { brightness = 0.8, attack = 0.06 } },
    {  58,  58, "tuba",             "brass", 0.9, BRASS, { brightness = 0.35, attack = 0.06, vibrato = 0 } },
    {  59,  59, "muted trumpet",    "brass", 3.4, BRASS, { brightness = 1.6, mute = 1 } },
    {  60,  60, "french horn",      "brass", 0.9, BRASS, { brightness = 0.45, attack = 0.08, vibrato = 0.02 } },
    {  61,  61, "brass section",    "brass", -2.5, BRASS, { players = 1 } },
    {  62,  63, "synth brass",      "lead", -9.3, BRASS,
      { cutoff = 1700, vibrato = 0, detune = 0.12, resonance = 0.1 } },

    {  64,  65, "soprano and alto sax", "reed", 0.8, REED,
      { hollow = 0.3, formant_hz = 1300, formant = 1, breath = 0.16 } },
    {  66,  67, "tenor and baritone sax", "reed", -0.4, REED,
      { hollow = 0.25, brightness = 0.8, formant_hz = 750, formant = 1.1, breath = 0.2 } },
    {  68,  69, "oboe",             "reed", -3.5, REED,
      { hollow = 0, brightness = 1.3, formant_hz = 1300, formant = 1.6, breath = 0.02 } },
    {  70,  70, "bassoon",          "reed", -3.8, REED,
      { hollow = 0.1, brightness = 0.7, formant_hz = 480, formant = 1.6, vibrato = 0.04 } },
    {  71,  71, "clarinet",         "reed", -0.1, REED,
      { hollow = 1, brightness = 0.8, formant = 0.25, breath = 0.03, vibrato = 0.02 } },

    {  72,  73, "flute",            "pipe", -6, PIPE },
    {  74,  74, "recorder",         "pipe", -6.2, PIPE, { partials = 0.3, breath = 0.12, chiff = 1, vibrato = 0.03 } },
    {  75,  76, "pan flute",        "pipe", -5.8, PIPE,
      { partials = 0.12, breath = 1, chiff = 2, attack = 0.03, vibrato = 0.05 } },
    {  77,  77, "shakuhachi",       "pipe", -6.5, PIPE, { partials = 0.35, breath = 1.2, chiff = 1.5, vibrato = 0.3 } },
    {  78,  79, "whistle",          "pipe", -5.6, PIPE,
      { partials = 0.05, breath = 0.2, chiff = 0.2, vibrato = 0.15 } },

    {  80,  80, "square lead",      "sweep", -6.8, LEAD, { rate = 0.2, depth = 0.5, cutoff = 3000 } },
    {  81,  81, "saw lead",         "lead", -8.1, LEAD },
    {  82,  83, "calliope lead",    "pipe", -7.4, LEAD, { partials = 0.5, breath = 0.3, chiff = 2.5, attack = 0.015 } },
    {  84,  84, "charang",          "overdrive", -9.5, LEAD, { drive = 14, speaker = 5500 } },
    {  85,  85, "voice lead",       "choir", -1.1, LEAD, { attack = 0.05, release = 0.15, vowel = 0.6 } },
    {  86,  86, "fifths lead",      "lead", -6.8, LEAD, { detune = 7, vibrato = 0.05 } },
    {  87,  87, "bass and lead",    "bass", -9, LEAD, { cutoff = 600, resonance = 0.3 } },

    {  88,  88, "new age pad",      "shimmer", -6.9, PAD, { attack = 0.25, sustain = 0.9, glass = 2, depth = 0.12 } },
    {  89,  90, "warm pad",         "pad", -7.6, PAD, { cutoff = 800, breath = 0.4 } },
    {  91,  91, "choir pad",        "choir", -1, PAD, { attack = 0.5, release = 1.2, vowel = 0.6, breath = 0.25 } },
    {  92,  93, "metallic pad",     "shimmer", -8.3, PAD,
      { attack = 0.4, sustain = 1, glass = 3.01, depth = 0.3, wander = 0.08 } },
    {  94,  94, "halo pad",         "choir", -1.2, PAD, { attack = 0.8, release = 1.8, vowel = 0.3, breath = 0.4 } },
    {  95,  95, "sweep pad",        "pad", -8.4, PAD, { breath = 2, cutoff = 1500 } },

    {  96,  96, "rain",             "shimmer", -6.1, EFFECTS, { attack = 0.01, sustain = 0.1, glass = 5, echo = 0.7 } },
    {  97,  97, "soundtrack",       "pad", -7.2, EFFECTS, { cutoff = 700, spread = 0.2, breath = 1.2 } },
    {  98,  98, "crystal",          "shimmer", -5.9, EFFECTS, { attack = 0.006, sustain = 0.25, depth = 0.35 } },
    {  99,  99, "atmosphere",       "shimmer", -5.1, EFFECTS,
      { attack = 0.02, sustain = 0.35, glass = 3, depth = 0.12 } },
    { 100, 100, "brightness",       "shimmer", -6.3, EFFECTS,
      { attack = 0.05, sustain = 0.8, glass = 2, depth = 0.5 } },
    { 101, 101, "goblins",          "shimmer", -6.3, EFFECTS,
      { attack = 0.6, sustain = 1, glass = 0.75, depth = 0.6, wander = 0.6 } },
    { 102, 102, "echoes",           "shimmer", -5, EFFECTS,
      { attack = 0.02, sustain = 0.15, glass = 2, depth = 0.1, echo = 0.75 } },
    { 103, 103, "science fiction",  "sweep", -7.1, EFFECTS, { rate = 5, depth = 1.2 } },

    { 104, 104, "sitar",            "sitar", 5.7, ETHNIC },
    { 105, 105, "banjo",            "guitar", 3.2, ETHNIC,
      { brightness = 0.85, ring = 0.9, place = 0.08, body = 0.9, body_hz = 550 } },
    { 106, 107, "shamisen and koto", "sitar", 3.4, ETHNIC, { buzz = 0.12, ring = 1.6, sympathy = 0.1 } },
    { 108, 108, "kalimba",          "mallet", 3.3, ETHNIC,
      { second = 5.4, third = 9.2, length = 0.8, hardness = 0.5 } },
    { 109, 109, "bagpipe",          "reed", -2.9, ETHNIC,
      { hollow = 0, brightness = 1.8, formant_hz = 1700, formant = 1.2, vibrato = 0 } },
    { 110, 110, "fiddle",           "violin", -4.8, ETHNIC, { brightness = 0.7, attack = 0.04, vibrato = 0.1 } },
    { 111, 111, "shanai",           "reed", -5.8, ETHNIC,
      { hollow = 0, brightness = 1.5, formant_hz = 1050, formant = 2.2, vibrato = 0.3 } },

    { 112, 113, "bell and agogo",   "percussion", -1.6, PERCUSSIVE,
      { fall = 0, length = 0.9, second = 1.5, third = 3.6, shell = 0.9, stroke_hz = 5000 } },
    { 114, 114, "steel drums",      "percussion", -1.7, PERCUSSIVE,
      { fall = 0.04, length = 1, second = 2, third = 3.01, shell = 0.8, stroke = 0.2 } },
    { 115, 115, "woodblock",        "percussion", 8.1, PERCUSSIVE,
      { fall = 0.15, length = 0.13, second = 1.47, third = 2.7, shell = 0.6, stroke_hz = 2500 } },
    { 116, 117, "taiko and toms",   "percussion", -1.2, PERCUSSIVE,
      { fall = 0.8, length = 1.1, second = 1.59, third = 2.14, stroke = 1, stroke_hz = 500 } },
    { 118, 118, "synth drum",       "percussion", 0.9, PERCUSSIVE,
      { fall = 2, length = 0.7, shell = 0.1, stroke = 0.5, stroke_hz = 2500 } },
    { 119, 119, "reverse cymbal",   "weather", -7.3, PERCUSSIVE,
      { hz = 7000, resonance = 0, sweep = 0.3, attack = 1.4, decay = 0.05, sustain = 0, release = 0.05 } },

    { 120, 121, "breath and frets", "weather", 0.9, NOISES,
      { hz = 2600, sweep = 0.8, rate = 3, attack = 0.03, decay = 0.3, sustain = 0, release = 0.1 } },
    { 122, 122, "seashore",         "weather", -1.5, NOISES, { chop = 0.6, rate = 0.25 } },
    { 123, 123, "bird",             "chirp", -8.2, NOISES },
    { 124, 124, "telephone",        "chirp", -8.4, NOISES,
      { hz = 900, sweep = 0.1, rate = 20, calls = 0.5, pause = 0.4, second = 0.8, ratio = 1.2 } },
    { 125, 125, "helicopter",       "weather", 7.9, NOISES, { hz = 350, rate = 11, chop = 1, sweep = 0.6 } },
    { 126, 126, "applause",         "weather", 1.1, NOISES, { hz = 1500, resonance = 0.1, sweep = 0.1, grain = 0.8 } },
    { 127, 127, "gunshot",          "weather", 1.6, NOISES,
      { hz = 900, resonance = 0, sweep = 0, attack = 0.0015, decay = 0.7, sustain = 0 } },
}

local instruments = {
    { name = "drums", voice = "voices/drums", channel = 10, bus = "drums", gain_db = 3.5,
      priority = 90, polyphony = 32, steal = "quietest" },
}
for i = 1, #ROWS do
    local row = ROWS[i]
    instruments[#instruments + 1] = {
        name = row[3], voice = "voices/" .. row[4], channel = MELODIC, programs = { row[1], row[2] }, bus = "main",
        gain_db = row[5], priority = row[6][1], polyphony = row[6][2], steal = "quietest", parameters = row[7],
    }
end

return {
    name = "General MIDI",
    -- Room for 45 voices at full tilt below the limiter; one note at velocity 100 is then at -30.5 LUFS.
    master_gain_db = -9.5,
    buses = { { name = "main" }, { name = "drums" } },
    instruments = instruments,
}
