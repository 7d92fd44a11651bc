local x = ('b'):rep(65536):find('['..('a'):rep(1e6)..']') return { start=function(self) self.amp=require"dsp".adsr() end, sample=function() return 0 end }
