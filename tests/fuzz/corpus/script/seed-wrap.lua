local dsp = require "dsp"
return {
start = function(self, note)
self.line = dsp.delay(0)
self.other = dsp.delay(0.0001)
self.osc = dsp.noise()
end,
done = function(self) return false end,
release = function(self) end,
sample = function(self)
self.line:write(self.osc:next())
local x = self.line:read(5)
return self.other:next(x, 20)
end,
}
