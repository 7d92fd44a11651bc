local dsp = require "dsp"
local t, x, i = {}, 0, 1
return {
name = 'v', priority = 50, channels = 1, polyphony = 8,
parameters = { cutoff = { default = 900, minimum = 20, maximum = 18000, unit = 'Hz', scale = 'log' } },
start = function(self, note)
local t, x, i = {}, 0, 1
self.osc = dsp.saw()
self.filter = dsp.ladder()
self.amp = dsp.adsr(0.01, 0.1, 0.5, 0.1)
end,
sample = function(self)
local x = self.osc:next(self.frequency)
return self.filter:next(x, self.parameters.cutoff, 0.3) * self.amp:next()
end,
}
