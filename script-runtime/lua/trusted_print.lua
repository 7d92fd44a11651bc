-- print for trusted scripts (--trust): like the sandbox's, it writes lines to standard error, so that they appear above the picture
-- on the terminal and not in reports.
local print_line = ...
local getinfo, select, tostring, concat = debug.getinfo, select, tostring, table.concat

function print(...)
    local texts = { ... }
    for i = 1, select("#", ...) do texts[i] = tostring(texts[i]) end
    local caller = getinfo(2, "S")
    print_line(caller and caller.short_src or "?", concat(texts, "\t"))
end
