-- A small voice for the rigs of the fuzz targets.
local dsp = require "dsp"
return {
    name = "tone",
    parameters = { cutoff = { default = 900, minimum = 20, maximum = 18000, unit = "Hz", scale = "log" }, mix = { default = 0 } },
    start = function(self) self.amp = dsp.adsr(0.01, 0.1, 0.5, 0.1) end,
    sample = function(self) return self.amp:next() end,
}
