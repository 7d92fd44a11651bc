local x = ('a'):rep(65536):find('a*c')
return { start=function(self)  end, done = print, sample=function() return 0 end }
