local t = {} for i = 1, 30000 do t[i] = { name = 'b' .. i } end return { buses = t, instruments = { { voice = 'tone' } } }
