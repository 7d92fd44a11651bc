local x = ('a'):rep(2^20):find(('a'):rep(2^19)..'b', 1, true) return { start=function(self) self.amp=require"dsp".adsr() end, sample=function() return 0 end }
