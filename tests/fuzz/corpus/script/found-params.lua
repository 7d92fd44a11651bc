local p = {} for i = 1, 9000 do p['p'..i] = { default = 0 } end
return { parameters = p, start=function(self) self.amp=require"dsp".adsr() end, sample=function() return 0 end }
