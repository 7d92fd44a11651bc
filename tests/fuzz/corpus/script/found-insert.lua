table.insert({}, -2^31, 1) return { start=function(self) self.amp=require"dsp".adsr() end, sample=function() return 0 end }
