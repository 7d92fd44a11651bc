-- Checks of the dsp library and the voices, with a mock host:   luajit tests/lua/check_dsp.lua [part ...]
-- Parts: elementary oscillators filters envelopes memory voices annotations identity. Without any, all. Exit code
-- 1 when one failed.
--
-- `luajit -joff` works too, and `identity` compares the two by itself: it runs this program again with the JIT off.
local folder = arg[0]:match("^(.*)/[^/]*$") or "."
local root = folder .. "/../.."
local mock = dofile(folder .. "/mock_host.lua")
local host = mock.new(root, 48000)

local check = { passed = 0, failed = 0 }

--- Counts one check. `detail` may be a number to print beside it.
function check.that(condition, name, detail)
    if condition then
        check.passed = check.passed + 1
        if check.verbose then print("ok      " .. name .. (detail and "  " .. tostring(detail) or "")) end
    else
        check.failed = check.failed + 1
        print("FAILED  " .. name .. (detail and "  " .. tostring(detail) or ""))
    end
end

function check.below(value, bound, name)
    check.that(value < bound, name .. string.format(": %.3g < %.3g", value, bound))
end

function check.near(value, wanted, tolerance, name)
    check.that(math.abs(value - wanted) <= tolerance, name .. string.format(": %.6g, wanted %.6g +- %.2g", value,
        wanted, tolerance))
end

--- A call that must fail with an ordinary error that says `text`.
function check.refused(text, name, call, ...)
    local ok, message = pcall(call, ...)
    check.that(not ok and tostring(message):find(text, 1, true) ~= nil, name, ok and "was accepted" or message)
end

local parts, wanted = { "elementary", "oscillators", "filters", "envelopes", "memory", "voices", "annotations",
    "identity" }, {}
for i = 1, #arg do
    if arg[i] == "-v" then check.verbose = true else wanted[#wanted + 1] = arg[i] end
end
for _, part in ipairs(#wanted > 0 and wanted or parts) do
    dofile(folder .. "/check_" .. part .. ".lua")(host, check, mock, folder)
end
print(string.format("%d passed, %d failed", check.passed, check.failed))
os.exit(check.failed == 0 and 0 or 1)
