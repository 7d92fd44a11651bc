-- Every voice of scripts/voices: finite, within full scale, ends after its release, and the same audio however its
-- calls are split, at every quality level; compiled rendering allocates nothing.
return function(host, check)
    local voices = {
        { "bass", 28, 40, 60 }, { "bell", 55, 72, 96 }, { "drums", 35, 36, 37, 38, 39, 42, 45, 46, 49, 51, 60 },
        { "keys", 33, 60, 96 }, { "lead", 48, 72, 96 }, { "organ", 36, 60, 96 }, { "pad", 36, 60, 84 },
        { "pluck", 33, 60, 96 }, { "strings", 36, 60, 91 }, { "subtractive", 21, 60, 108 }, { "sweep", 36, 60, 84 },
        { "brass", 36, 60, 91 }, { "chirp", 48, 60, 84 }, { "choir", 40, 60, 84 }, { "guitar", 28, 52, 88 },
        { "mallet", 36, 60, 96 }, { "overdrive", 28, 52, 84 }, { "percussion", 36, 60, 84 }, { "piano", 21, 60, 108 },
        { "pipe", 48, 72, 96 }, { "reed", 36, 60, 88 }, { "shimmer", 36, 60, 96 }, { "sitar", 36, 55, 84 },
        { "violin", 36, 67, 96 }, { "weather", 36, 60, 84 },
    }
    local splits = { { 1, 63 }, { 17, 47 }, { 63, 1 }, { 20, 20, 20, 4 } }

    local function same(a, b)
        for i = 1, #a.left do
            if a.left[i] ~= b.left[i] or a.right[i] ~= b.right[i] then return false end
        end
        return #a.left == #b.left
    end

    for _, entry in ipairs(voices) do
        local name = entry[1]
        local script = "scripts/voices/" .. name .. ".lua"
        for k = 2, #entry do
            local note = { key = entry[k], velocity = 1, seed = k }
            local voice = host:voice(script, note)
            voice:render(48000)
            voice:release()
            local tail = 0
            while not voice:done() and tail < 48000 * 20 do
                voice:render(64)
                tail = tail + 64
            end
            local peak, power = 0, 0
            for i = 1, #voice.left do
                local l, r = voice.left[i], voice.right[i]
                peak = (l == l and r == r) and math.max(peak, math.abs(l), math.abs(r)) or 1e9
                if i <= 48000 then power = power + l * l end
            end
            local shown = name .. " key " .. entry[k]
            check.that(peak < 1 and peak > 0.1, shown .. ": peak", peak)
            check.that(tail < 48000 * 20, shown .. ": ends after its release", tail / 48000)
            check.below(math.abs(voice.left[#voice.left]), 0.003, shown .. ": quiet when done")
            check.that(voice:intact(), shown .. ": stays in its memory")
        end

        for quality = 0, 2 do
            local note = { key = entry[3], velocity = 0.8, seed = 5, quality = quality }
            local function render(parts)
                local voice = host:voice(script, note)
                voice:render(4096, parts)
                voice.self.frequency, voice.self.modulation = voice.self.frequency * 1.06, 0.5
                voice:render(2048, parts)
                voice:release()
                voice:render(2048, parts)
                return voice
            end
            local whole = render(nil)
            for _, parts in ipairs(splits) do
                check.that(same(whole, render(parts)), name .. " split " .. table.concat(parts,
                    "+") .. " at quality " .. quality)
            end
        end

        -- Once compiled, rendering makes no garbage.
        if jit.status() then
            jit.flush()     -- the code of the voices before: this state has seen far more of them than a worker does
            local voice = host:voice(script, { key = entry[3], velocity = 1, seed = 1 })
            local function run(quanta)
                for _ = 1, quanta do
                    voice.memory.memory.frame = voice.memory.memory.frame + 64
                    voice.run(voice.self, 0, 64)
                end
            end
            run(400)
            collectgarbage()
            collectgarbage("stop")
            run(100)
            local before = collectgarbage("count")
            run(1000)
            -- Less than a table or a boxed number per quantum; a trace that LuaJIT still compiles now takes some thousand.
            check.below((collectgarbage("count") - before) * 1024, 16000, name .. ": bytes of garbage in 1000 quanta")
            collectgarbage("restart")
        end

        -- Quality switching: steps no larger than those of the steady sounds, with room for the change of the shape
        -- itself.
        local function largest_step(levels)
            local voice, largest = host:voice(script, { key = entry[3], velocity = 1, seed = 1 }), 0
            for q = 0, 140 do
                voice:set_quality(levels[q % #levels + 1])
                voice:quantum()
            end
            -- After the strike, whose own steps would hide the rest.
            for i = 2400, #voice.left do largest = math.max(largest, math.abs(voice.left[i] - voice.left[i - 1])) end
            return largest
        end
        local steady = math.max(largest_step({ 2 }), largest_step({ 1 }), largest_step({ 0 }))
        check.below(largest_step({ 2, 1, 0, 1 }), 1.5 * steady + 0.002,
            name .. ": largest step while the quality switches")
    end
end
