local t = {} for i = 1, 20000 do t[i] = { voice = 'tone' } end return { instruments = t }
