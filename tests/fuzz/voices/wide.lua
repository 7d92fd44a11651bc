return { channels = 2, polyphony = 4, priority = 90, done = function() return true end, render = function() end }
