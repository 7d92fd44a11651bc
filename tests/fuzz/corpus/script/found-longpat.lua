local x = ('a'):rep(65536):find('.'..('a'):rep(60000)..'b') return { start=function(self) self.amp=require"dsp".adsr() end, sample=function() return 0 end }
