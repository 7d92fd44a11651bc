local t = {} for i = 1, 30 do t[i] = { name = ('x'):rep(190) .. i } end
return { buses = t, instruments = { { voice = 'tone', bus = 'no' } } }
