-- What a hostile script can do to the memory behind its objects: nothing outside its arena.
return function(host, check)
    local dsp = host.dsp
    local ffi = require "ffi"
    local odd = { 0 / 0, 1 / 0, -1 / 0, 1e300, -1e300, 2 ^ 31, -2 ^ 31, 2 ^ 32, 2 ^ 53, 0.5, -1, 0 }
    local makers = {
        { "sine", "phase" }, { "saw", "phase" }, { "pulse", "phase" }, { "triangle", "phase" }, { "lfo", "phase" },
        { "noise", "random_bits", "slow" }, { "ladder", "s1", "s4" }, { "svf", "s1", "s2" }, { "onepole", "s" },
        { "delay" }, { "adsr", "t", "rise", "end_t", "rest" }, { "adsr_exp", "t", "fall", "span" },
        { "decay", "level", "per_frame" }, { "ramp", "value", "left", "step" }, { "glide", "value", "part" },
    }
    local methods = { "next", "read", "write", "low", "high", "triangle", "ramp", "square", "pink", "to", "strike",
        "level", "release", "ended" }

    -- Every field, every method, every odd value, in objects that fill the arena to its last byte.
    local memory = host:memory(1, 2, 2 ^ 20)
    local objects = {}
    for _, entry in ipairs(makers) do objects[#objects + 1] = dsp[entry[1]](entry[1] == "delay" and 0.002 or nil) end
    local lines = { dsp.delay(0.3), dsp.delay(0.08) }     -- 16384 frames, in memory for 65536, and 4096
    while pcall(dsp.delay, 0.002) do end
    local calls, results = 0, true
    local function strain(object, fields)
        for _, value in ipairs(odd) do
            for f = 2, #fields do pcall(function() object[fields[f]] = value end) end
            for _, name in ipairs(methods) do
                local known, method = pcall(function() return object[name] end)
                if known and type(method) == "function" then
                    for _, a in ipairs(odd) do
                        for _, b in ipairs { 0.5, 0 / 0, 1e300 } do
                            method(object, a, b, a)
                            calls = calls + 1
                        end
                    end
                end
            end
        end
    end
    for quality = 0, 2 do
        memory.memory.quality = quality
        for i, entry in ipairs(makers) do strain(objects[i], entry) end
        for _, line in ipairs(lines) do strain(line, { "delay" }) end
    end
    check.that(host:intact(memory) and results, "odd values in fields and arguments stay inside", calls .. " calls")

    -- A reference kept from an earlier note, over memory that holds something else now.
    memory = host:memory(1)
    local kept_delay, kept = dsp.delay(0.3), nil
    memory.memory.arena_used_bytes = 0
    ffi.fill(memory.memory.arena, 200000)
    kept = dsp.adsr()
    memory.memory.arena_used_bytes = 0
    ffi.fill(memory.memory.arena, 200000)
    local now = dsp.delay(0.001)
    for _, value in ipairs(odd) do
        for _, field in ipairs { "t", "rise", "rise_step", "fall", "fall_step", "rest", "release_frames", "end_t" } do
            kept[field] = value
            for _, frames in ipairs(odd) do
                now:next(1, frames)
                kept_delay:next(1, frames)
            end
        end
    end
    check.that(host:intact(memory), "a reference from an earlier note cannot reach outside the arena")

    -- No bit pattern that a script can make is anything but a number when it is read back as another type. Every pair
    -- of types over the same memory; the patterns are those that would be tags if halves of doubles could be written.
    local plain = true
    local patterns = { 0 / 0, -(0 / 0), -1, 4294901760, 4294967295, 1.9999999999 }
    for i = 1, #makers do
        for j = 1, #makers do
            memory.memory.arena_used_bytes = 0
            local old = dsp[makers[i][1]](makers[i][1] == "delay" and 0.001 or nil)
            memory.memory.arena_used_bytes = 0
            local new = dsp[makers[j][1]](makers[j][1] == "delay" and 0.001 or nil)
            for _, value in ipairs(patterns) do
                for f = 2, #makers[i] do old[makers[i][f]] = value end
                if makers[i][1] == "delay" then for _ = 1, 64 do old:write(value) end end
                if makers[i][1] == "noise" then old:next() end
                for f = 2, #makers[j] do plain = plain and type(new[makers[j][f]]) == "number" end
                if makers[j][1] == "delay" then for k = 2, 60 do plain = plain and type(new:read(k)) == "number" end end
            end
        end
    end
    check.that(plain, "memory of another type reads as numbers")

    -- References are not pointers.
    local saw, adsr, delay = dsp.saw(), dsp.adsr(), dsp.delay(0.01)
    check.refused("", "numeric index, writing", function() saw[0] = 1 end)
    check.refused("", "numeric index, far", function() delay[1e6] = 1 end)
    check.that(select(2, pcall(function() return delay[5] end)) == nil or not pcall(function() return delay[5] end),
        "numeric index, reading")
    check.refused("", "adding to a reference", function() return saw + 1 end)
    check.refused("", "subtracting references", function() return saw - saw end)
    check.refused("", "calling a reference", function() return saw(1) end)
    check.refused("", "length of a reference", function() return #saw end)
    check.refused("", "concatenating a reference", function() return saw .. "" end)
    check.refused("", "an unknown field", function() saw.wrong = 1 end)
    check.refused("", "a field of the wrong type", function() saw.phase = "x" end)
    check.refused("", "a table in a field", function() saw.phase = {} end)
    check.that(getmetatable(saw) == "ffi", "the metatable of an object is closed")
    check.that(tostring(saw) == "dsp.saw", "an object shows no address")
    check.refused("", "saw.next on an envelope", saw.next, adsr, 440)
    check.refused("", "saw.next on a table without fields", saw.next, {}, 440)
    check.refused("", "saw.next on nil", saw.next, nil, 440)
    check.refused("a dsp.delay of this size was expected", "delay.write on a saw", delay.write, saw, 1)
    check.refused("a dsp.delay of this size was expected", "delay.read on a table", delay.read,
        {}, 1)
    check.refused("a dsp.delay of this size was expected", "delay.write on a string", delay.write, "0123456789", 1)
    check.refused("a dsp.delay of this size was expected", "delay.write on a delay of another size", delay.write,
        dsp.delay(0.08), 1)
    check.refused("a dsp.delay of this size was expected", "delay.write on a number", delay.write, 1e9, 1)

    -- Nothing that a script can reach from dsp is a ctype, a raw pointer or ffi.
    local clean = true
    for _, entry in ipairs(makers) do clean = clean and type(dsp[entry[1]]) == "function" end
    check.that(clean and dsp.ffi == nil and dsp.kit == nil, "dsp gives functions only")

    -- Full arena, no voice, bad arguments.
    memory = host:memory(1)
    check.refused("dsp.delay: 2 seconds do not fit", "a full arena is refused", dsp.delay, 2)
    local count = 0
    while pcall(dsp.adsr) do count = count + 1 end
    check.that(count > 1000 and host:intact(memory), "small objects until the arena is full", count)
    check.refused("36000 seconds do not fit", "a delay of ten hours", dsp.delay, 36000)
    check.refused("must be a finite number", "a delay of NaN", dsp.delay, 0 / 0)
    check.refused("must be a finite number", "an attack that is a string", dsp.adsr, "x")
    check.refused("must be a finite number", "an infinite decay", dsp.decay, 1 / 0)
    host.world.voice = nil
    check.refused("dsp objects are made in start", "objects outside of start", dsp.saw)

    -- The output buffer of render scripts: any index lands in the quantum.
    local before, after = ffi.new("float[64]"), ffi.new("float[64]")
    local voice = host:voice(function()
        return {
            channels = 2,
            start = function(self) self.amp = dsp.adsr() end,
            render = function(_, out, n)
                for _, i in ipairs(n == 1 and odd or {}) do
                    out[i], out.left[i], out.right[i] = 0.25, 0.25, 0.25
                    local _ = out[i]
                end
                for i = 1, n do out.left[i], out.right[i] = i, -i end
                check.that(not pcall(function() out.wrong = 1 end) and not pcall(function() return out + 1 end),
                    "out is no pointer")
                check.that(not pcall(function() out[1] = "x" end), "out takes numbers only")
                check.that(not pcall(function() out.first = 1e6 end), "where out begins is not the script's")
            end,
        }
    end, { key = 60 })
    voice:render(64, { 1, 46, 17 })
    check.that(voice.left[1] == 1 and voice.left[2] == 1 and voice.left[47] == 46 and voice.left[48] == 1
        and voice.right[64] == -17,
        "render scripts write their part")
    check.that(voice:intact() and before[0] == 0 and after[0] == 0, "render scripts stay inside")
end
