-- Frequency responses of the filters and the delay line against their formulas.
return function(host, check)
    local dsp, rate = host.dsp, 48000
    local tau = 2 * math.pi

    -- Gain in dB of `step(x)` for a sine of `hz`, once settled.
    local function gain_db(hz, step)
        local re, im, settle, n = 0, 0, 24000, 48000
        for i = 0, settle + n - 1 do
            local phase = tau * hz * i / rate
            local y = step(math.sin(phase))
            if i >= settle then re, im = re + y * math.sin(phase), im + y * math.cos(phase) end
        end
        return 20 * math.log10(2 * math.sqrt(re * re + im * im) / n + 1e-30)
    end

    -- The analogue frequency that the trapezoidal rule puts at hz, relative to the cutoff.
    local function ratio(hz, cutoff)
        return math.tan(math.pi * hz / rate) / math.tan(math.pi * cutoff / rate)
    end
    local function db(x) return 20 * math.log10(x) end

    for _, hz in ipairs { 50, 400, 1000, 3000, 9000 } do
        local w = ratio(hz, 1000)
        host:memory()
        local low, high = dsp.onepole(), dsp.onepole()
        check.near(gain_db(hz, function(x) return low:low(x, 1000) end), db(1 / math.sqrt(1 + w * w)), 0.01,
            "onepole low at " .. hz)
        check.near(gain_db(hz, function(x) return high:high(x, 1000) end), db(w / math.sqrt(1 + w * w)), 0.01,
            "onepole high at " .. hz)

        for _, resonance in ipairs { 0, 0.6 } do
            local k = 2 - 1.98 * resonance
            local bottom = math.sqrt((1 - w * w) ^ 2 + (k * w) ^ 2)
            host:memory()
            local svf = { dsp.svf(), dsp.svf(), dsp.svf(), dsp.svf() }
            local name = "svf resonance " .. resonance .. " at " .. hz
            check.near(gain_db(hz, function(x) return (svf[1]:next(x, 1000, resonance)) end), db(1 / bottom), 0.02,
                name .. " low")
            check.near(gain_db(hz, function(x) return (select(2, svf[2]:next(x, 1000, resonance))) end),
                db(k * w / bottom), 0.02, name .. " band")
            check.near(gain_db(hz, function(x) return (select(3, svf[3]:next(x, 1000, resonance))) end),
                db(w * w / bottom), 0.02, name .. " high")
            if hz ~= 1000 then
                check.near(gain_db(hz, function(x) local l, _, h = svf[4]:next(x, 1000, resonance) return l + h end),
                    db(math.abs(1 - w * w) / bottom), 0.02, name .. " notch")
            end
        end

        -- 1 / ((1 + jw)^4 + k)
        for _, resonance in ipairs { 0, 0.5, 0.9 } do
            local k = 4 * resonance
            local re, im = 1 - 6 * w * w + w ^ 4 + k, 4 * w - 4 * w ^ 3
            for _, quality in ipairs { 2, 1 } do
                host:memory(1, quality)
                local ladder = dsp.ladder()
                check.near(gain_db(hz, function(x) return ladder:next(x, 1000, resonance) end),
                    -db(math.sqrt(re * re + im * im)),
                    quality == 2 and 0.02 or 0.3,
                        "ladder resonance " .. resonance .. " quality " .. quality .. " at " .. hz)
            end
        end
        host:memory(1, 0)
        local plain = dsp.ladder()
        check.near(gain_db(hz, function(x) return plain:next(x, 1000, 0.5) end), -2 * db(1 + w * w) - db(3), 0.15,
            "ladder quality 0 at " .. hz)
    end
    host:memory()
    local ringing = dsp.ladder()
    check.near(gain_db(1000, function(x) return ringing:next(x, 1000, 0.9) end), db(1 / (4 * (1 - 0.9))), 0.05,
        "ladder gain at the cutoff")

    -- Stable under a cutoff and resonance that jump every frame, at full resonance.
    for _, name in ipairs { "ladder", "svf" } do
        host:memory(3)
        local filter, noise, most = dsp[name](), dsp.noise(), 0
        for _ = 1, 200000 do
            local y = filter:next(noise:next(), 10 ^ (3 + 1.5 * noise:next()), 0.5 + 0.5 * noise:next())
            most = math.max(most, math.abs(y))
            if y ~= y then most = 1e9 end
        end
        check.below(most, 100, name .. " stays bounded under wild modulation")
    end

    -- Quality switching: the output moves on smoothly (largest step near that of the steady filter).
    for _, name in ipairs { "ladder", "svf", "onepole" } do
        local function largest_step(levels)
            host:memory(1, 2)
            local filter, last, largest = dsp[name](), 0, 0
            for i = 0, 20000 do
                host.world.voice.quality = levels[math.floor(i / 97) % #levels + 1]
                local x = math.sin(tau * 300 * i / rate)
                local y = name == "onepole" and filter:low(x, 1500) or (filter:next(x, 1500, 0.5))
                if i > 2000 then largest = math.max(largest, math.abs(y - last)) end
                last = y
            end
            return largest
        end
        local steady = largest_step({ 2 })
        check.below(largest_step({ 2, 1 }), 1.05 * steady, name .. ": largest step, full to reduced and back")
        -- The ladder's level 0 has another phase, so it slews to it; a hard cut would be 15 times the steady step.
        check.below(largest_step({ 2, 0 }), (name == "ladder" and 3 or 1.05) * steady,
            name .. ": largest step, full to least and back")
    end

    -- Delay: whole frames exactly, fractions by group delay and level.
    for quality = 0, 2 do
        host:memory(1, quality)
        local line, ok = dsp.delay(0.01), true
        for i = 1, 2000 do
            line:write(i)
            if i > 300 then
                for _, d in ipairs { 2, 3, 17, 250 } do ok = ok and line:read(d) == i - d + 1 end
                ok = ok and math.abs(line:read(17.25) - (i - 16.25)) < 1e-9
            end
        end
        check.that(ok, "delay: whole frames and a ramp between them, quality " .. quality)
        local clamped = line:read(1e9)
        check.that(clamped == line:read(509) and line:read(-5) == line:read(2),
            "delay: clamped to 2 .. longest, quality " .. quality)
    end
    for _, case in ipairs { { 2, 8000, 0.8 }, { 1, 4800, 0.5 } } do
        host:memory(1, case[1])
        local line = dsp.delay(0.01)
        check.near(gain_db(case[2], function(x) return line:next(x, 20.5) end), 0, case[3],
            "delay: loss halfway between frames, quality " .. case[1])
    end
    host:memory()
    check.that(tostring(dsp.delay(0.3)) == "dsp.delay", "delay: shows no size")
end
