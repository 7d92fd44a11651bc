-- print of scripts that have the whole language (--trust): like the sandbox's it goes to standard error, a line at a time, so
-- that it stands above a picture on the terminal and in no report.
local print_line = ...
local getinfo, select, tostring, concat = debug.getinfo, select, tostring, table.concat

function print(...)
    local texts = { ... }
    for i = 1, select("#", ...) do texts[i] = tostring(texts[i]) end
    local caller = getinfo(2, "S")
    print_line(caller and caller.short_src or "?", concat(texts, "\t"))
end
