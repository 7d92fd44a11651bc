local dsp = require "dsp"
return {
start = function(self, note)
self.line = dsp.delay(0)
self.amp = dsp.adsr(0.01, 0.1, 0.5, 0.1)
self.line.write_position = 100
end,
sample = function(self)
return self.line:next(self.amp:next(), 3)
end,
}
