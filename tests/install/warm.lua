-- The voice of the README.
local dsp = require "dsp"

return {
    name = "warm",
    start = function(self, note)
        self.osc = dsp.saw()
        self.filter = dsp.ladder()
        self.amp = dsp.adsr(0.01, 0.2, 0.6, 0.3)
    end,
    release = function(self) self.amp:release() end,
    sample = function(self)
        local level = self.amp:next()
        return self.filter:next(self.osc:next(self.frequency), 300 + 3000 * level, 0.3) * level * 0.3
    end,
}
