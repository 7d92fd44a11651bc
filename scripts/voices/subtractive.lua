-- The reference voice: two saws into a ladder. `make bench` measures it against the same voice in C++.
local dsp = require "dsp"

return {
    name = "subtractive",
    start = function(self, note)
        self.saw1 = dsp.saw()
        self.saw2 = dsp.saw()
        self.filter = dsp.ladder()
        self.amp = dsp.adsr(0.005, 0.1, 0.7, 0.2)
        self.loudness = 0.5 * note.velocity
    end,
    release = function(self)
        self.amp:release()
    end,
    sample = function(self)
        local hz = self.frequency
        local x = self.saw1:next(hz) + self.saw2:next(hz * 1.003)
        local level = self.amp:next()
        return self.filter:next(x, 500 + 4000 * level, 0.5) * level * self.loudness
    end,
}
