-- The band for mountain-king.mid: nine parts, one instrument each. Volume, pan and expression come from the file.
return {
    name = "Mountain King",
    master_gain_db = -6,
    buses = {
        { name = "main", gain_db = 0 },
        { name = "drums", gain_db = -2, output = 1 },
    },
    instruments = {
        { name = "double bass", voice = "voices/bass", channel = 1, bus = "main", gain_db = -2,
          priority = 80, polyphony = 4, steal = "oldest" },
        { name = "pizzicato", voice = "voices/pluck", channel = 2, bus = "main", gain_db = -2,
          priority = 60, polyphony = 8, steal = "quietest", parameters = { ring = 2.5 } },
        { name = "piano", voice = "voices/keys", channel = 3, bus = "main", gain_db = -5,
          priority = 50, polyphony = 16, steal = "quietest" },
        { name = "lead", voice = "voices/lead", channel = 4, bus = "main", gain_db = -5,
          priority = 90, polyphony = 3, steal = "oldest", bend_range = 7 },
        -- The theme is in eighths: a slow bow would not get through them.
        { name = "strings", voice = "voices/strings", channel = 5, bus = "main", gain_db = -6,
          priority = 40, polyphony = 12, steal = "quietest", parameters = { attack = 0.03 } },
        { name = "horns", voice = "voices/pad", channel = 6, bus = "main", gain_db = -5,
          priority = 30, polyphony = 6, steal = "oldest" },
        { name = "glockenspiel", voice = "voices/bell", channel = 7, bus = "main", gain_db = -9,
          priority = 30, polyphony = 8, steal = "quietest", parameters = { length = 1.8 } },
        { name = "organ", voice = "voices/organ", channel = 8, bus = "main", gain_db = -9,
          priority = 20, polyphony = 9, steal = "quietest" },
        { name = "drums", voice = "voices/drums", channel = 10, bus = "drums", gain_db = 2,
          priority = 100, polyphony = 12, steal = "quietest" },
    },
}
