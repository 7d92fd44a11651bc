local dsp = require "dsp"
return {
channels = 2,
start = function(self, note)
self.line = dsp.delay(0.01)
self.osc = dsp.noise()
end,
done = function(self)
return false
end,
release = function(self, note)
self.released = true
end,
control = function(self)
self.x = (self.x or 0) + 1
end,
render = function(self, out, n)
local t, x = {}, 1
for i = 1, n do out.left[i], out.right[i] = self.line:next(self.osc:next(), 20), 0.5 end
end,
}
