local big = ('x'):rep(2^20) local o = setmetatable({}, { __tostring = function() return big end })
local s = string.format('%s%s%s%s%s%s%s%s', o, o, o, o, o, o, o, o) assert(#s > 2^23, 'bounded')
error('format gave ' .. #s)
