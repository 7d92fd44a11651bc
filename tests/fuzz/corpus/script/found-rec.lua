local function deep(n) if n == 1ULL then return 0 end return deep(n - 1) + 1 end
return { start=function(self) local x = deep(150) end, done = print, sample=function() return 0 end }
