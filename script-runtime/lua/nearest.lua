-- Suggests a name for a misspelt one, in messages. Trusted.
--
--   nearest(name, names)   `; did you mean "ladder"?`, or `; there are ...`; names: a sorted list
local type, min, concat, format, byte = type, math.min, table.concat, string.format, string.byte

local longest = 40 -- bytes of a name that is compared

-- The number of inserted, deleted and changed letters (Levenshtein).
local function distance(a, b)
    local row = {}
    for j = 0, #b do row[j] = j end
    for i = 1, #a do
        local diagonal = row[0]
        row[0] = i
        for j = 1, #b do
            local above = row[j]
            local cost = byte(a, i) == byte(b, j) and 0 or 1
            row[j] = min(above + 1, row[j - 1] + 1, diagonal + cost)
            diagonal = above
        end
    end
    return row[#b]
end

return function(name, names)
    local best, least = nil, 3
    if type(name) == "string" and #name <= longest then
        for i = 1, #names do
            local far = distance(name:lower(), names[i]:lower())
            -- Short names must match more closely.
            if far < least and far < min(#name, #names[i]) / 2 then best, least = names[i], far end
        end
    end
    if best then return format('; did you mean "%s"?', best) end
    return #names == 0 and "" or "; there are " .. concat(names, ", ")
end
