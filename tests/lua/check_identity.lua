-- The same bits from compiled code and from the interpreter: a hash of every voice at every quality level, computed
-- here and by a second run of this program with -joff. Prints the hash, so that two machines can be compared as well.
return function(host, check, _, folder)
    local ffi, bit = require "ffi", require "bit"
    local names = { "bass", "bell", "drums", "keys", "lead", "organ", "pad", "pluck", "strings", "subtractive",
        "sweep" }

    local buffer = ffi.new("union { double number; int32_t words[2]; }")
    local hash = 0
    local function add(x)
        buffer.number = x
        for w = 0, 1 do hash = bit.bxor(bit.rol(hash, 5), bit.tobit(buffer.words[w])) * 1 end
        hash = bit.tobit(hash + 0x9e3779b9)
    end

    local lines = {}
    for _, name in ipairs(names) do
        hash = 0
        for quality = 0, 2 do
            for _, key in ipairs { 38, 67 } do
                local voice = host:voice("scripts/voices/" .. name .. ".lua", { key = key, velocity = 0.7, seed = 3,
                    quality = quality })
                voice:render(1920)
                voice.self.frequency = voice.self.frequency * 0.97
                voice:release()
                voice:render(640)
                for i = 1, #voice.left do
                    add(voice.left[i])
                    add(voice.right[i])
                end
            end
        end
        lines[#lines + 1] = name .. " " .. bit.tohex(hash)
    end
    local here = table.concat(lines, "\n")

    if os.getenv("FORERUN_IDENTITY_OUTPUT") then
        local file = assert(io.open(os.getenv("FORERUN_IDENTITY_OUTPUT"), "w"))
        file:write(here)
        file:close()
        return
    end
    local interpreter, output = arg[-1], os.tmpname()
    local index = -1
    while arg[index] do interpreter, index = arg[index], index - 1 end
    local other_mode = jit.status() and "-joff" or "-jon"
    local command = string.format("FORERUN_IDENTITY_OUTPUT='%s' '%s' %s '%s/check_dsp.lua' identity >/dev/null",
        output, interpreter,
        other_mode, folder)
    local status = os.execute(command)
    local file = io.open(output)
    local there = file and file:read("*a") or ""
    if file then file:close() end
    os.remove(output)
    check.that(status == 0, "the program runs with " .. other_mode)
    for i, line in ipairs(lines) do
        check.that(there:find(line, 1, true) ~= nil, "the same bits with " .. other_mode .. ": " .. line)
        lines[i] = line
    end
end
