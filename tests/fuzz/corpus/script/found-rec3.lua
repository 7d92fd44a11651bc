local function deep(n) if n == 18446744073709551615ULL then return 0 end return deep(n - 1) + 1 end x = deep(150)
return { start=function(self)  end, done = print, sample=function() return 0 end }
