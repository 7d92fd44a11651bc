-- Pitch, level, shape and aliases of the oscillators, on spectra of a whole number of cycles.
return function(host, check)
    local dsp = host.dsp
    local rate = 48000

    -- A discrete Fourier transform by radix 2; size a power of two. Returns power of each bin, full-scale sine = 0 dB.
    local function spectrum(x)
        local n = #x
        local re, im, j = {}, {}, 0
        for i = 0, n - 1 do
            re[j], im[j] = x[i + 1], 0
            local bit = n / 2
            while bit >= 1 and j >= bit do j = j - bit; bit = bit / 2 end
            j = j + bit
        end
        local size = 2
        while size <= n do
            local half = size / 2
            for k = 0, half - 1 do
                local c, s = math.cos(-2 * math.pi * k / size), math.sin(-2 * math.pi * k / size)
                for a = k, n - 1, size do
                    local b = a + half
                    local tr, ti = re[b] * c - im[b] * s, re[b] * s + im[b] * c
                    re[b], im[b] = re[a] - tr, im[a] - ti
                    re[a], im[a] = re[a] + tr, im[a] + ti
                end
            end
            size = size * 2
        end
        local db = {}
        for k = 0, n / 2 - 1 do
            db[k] = 10 * math.log10((re[k] * re[k] + im[k] * im[k]) * 4 / (n * n) + 1e-30)
        end
        return db
    end

    local n = 16384
    local function render(make, hz, quality, ...)
        host:memory(1, quality)
        local osc, x = make(), {}
        for i = 1, n do x[i] = osc:next(hz, ...) end
        return x
    end

    -- The highest component that is no harmonic, relative to the fundamental, up to `limit_hz`.
    local function worst_alias(db, bin, limit_hz)
        local worst = -300
        for k = 0, math.floor(limit_hz / rate * n) do
            if k % bin ~= 0 then worst = math.max(worst, db[k]) end
        end
        return worst - db[bin]
    end

    local bin = 683      -- odd: no alias falls on a harmonic
    local hz = bin * rate / n
    for _, case in ipairs {
        { "saw", 2, -105, -53 }, { "saw", 1, -65, -38 }, { "pulse", 2, -130, -58 }, { "pulse", 1, -78, -41 },
        { "triangle", 2, -155, -82 }, { "triangle", 1, -105, -65 },
    } do
        local db = spectrum(render(dsp[case[1]], hz, case[2]))
        local name = case[1] .. " at 2 kHz, quality " .. case[2]
        check.below(worst_alias(db, bin, 5000), case[3], name .. ", aliases below 5 kHz (dB)")
        check.below(worst_alias(db, bin, 16000), case[4], name .. ", aliases below 16 kHz (dB)")
    end

    -- Harmonics of a saw are 2 / (pi k); the spline's damping at 2 kHz is below 0.3 dB.
    local low_bin = 35
    local low = low_bin * rate / n
    local saw, square, triangle = spectrum(render(dsp.saw, low, 2)), spectrum(render(dsp.pulse, low, 2)),
        spectrum(render(dsp.triangle, low, 2))
    for k = 1, 15 do
        check.near(saw[low_bin * k], 20 * math.log10(2 / (math.pi * k)), 0.3, "saw harmonic " .. k)
        if k % 2 == 1 then
            check.near(square[low_bin * k], 20 * math.log10(4 / (math.pi * k)), 0.3, "square harmonic " .. k)
            check.near(triangle[low_bin * k], 20 * math.log10(8 / (math.pi * k) ^ 2), 0.3, "triangle harmonic " .. k)
        else
            check.below(square[low_bin * k], -100, "square has no harmonic " .. k)
        end
    end
    local narrow = spectrum(render(dsp.pulse, low, 2, 0.2))
    check.below(narrow[0], -60, "pulse of width 0.2 has no DC")
    check.near(narrow[low_bin], 20 * math.log10(4 / math.pi * math.sin(0.2 * math.pi)), 0.05,
        "pulse of width 0.2, fundamental")

    for quality, bound in pairs { [2] = -160, [1] = -80 } do
        local db = spectrum(render(dsp.sine, hz, quality))
        local worst = -300
        for k = 0, n / 2 - 1 do
            if k ~= bin then worst = math.max(worst, db[k]) end
        end
        check.near(db[bin], 0, 0.001, "sine level at quality " .. quality)
        check.below(worst, bound, "sine purity at quality " .. quality .. " (dB)")
    end

    -- Pitch over ten seconds, by counting jumps.
    host:memory()
    local osc, turns, last = dsp.saw(), 0, -1
    for _ = 1, 480000 do
        osc:next(1234.5)
        if osc.phase < last then turns = turns + 1 end
        last = osc.phase
    end
    check.near(turns, 12345, 1, "saw: cycles in ten seconds at 1234.5 Hz")

    -- Bounded at any frequency, and quality changes make no step beyond the shapes' own difference.
    for _, name in ipairs { "saw", "pulse", "triangle", "sine" } do
        local most = 0
        for _, f in ipairs { 0, -100, 1e-3, 20, 11999, 20000, 24000, 1e9 } do
            for quality = 0, 2 do
                local x = render(dsp[name], f, quality)
                for i = 1, 2000 do most = math.max(most, math.abs(x[i])); if x[i] ~= x[i] then most = 1e9 end end
            end
        end
        check.below(most, 1.35, name .. " stays bounded")

        local steady, mixed = render(dsp[name], 200, 2), nil
        host:memory(1, 2)
        local o, largest, difference = dsp[name](), 0, 0
        mixed = {}
        for i = 1, n do
            host.world.voice.quality = math.floor(i / 61) % 3
            mixed[i] = o:next(200)
            if i > 1 then largest = math.max(largest, math.abs(steady[i] - steady[i - 1])) end
            difference = math.max(difference, math.abs(mixed[i] - steady[i]))
        end
        check.below(difference, 0.35 * largest + 1e-4, name .. ": quality switching, largest deviation")
    end

    -- Noise: mean, power, no repetition, and its own stream per seed.
    local function noise(seed, method)
        host:memory(seed)
        local o, x = dsp.noise(), {}
        for i = 1, 65536 do x[i] = o[method](o) end
        return x
    end
    local a, b, again, pink = noise(1, "next"), noise(2, "next"), noise(1, "next"), noise(1, "pink")
    local sum, power, cross, pink_power, same = 0, 0, 0, 0, true
    for i = 1, #a do
        sum, power, cross = sum + a[i], power + a[i] * a[i], cross + a[i] * b[i]
        pink_power, same = pink_power + pink[i] * pink[i], same and a[i] == again[i]
    end
    check.near(sum / #a, 0, 0.01, "white noise: mean")
    check.near(math.sqrt(power / #a), 0.577, 0.01, "white noise: RMS")
    check.near(cross / #a, 0, 0.01, "noise of two seeds is unrelated")
    check.near(math.sqrt(pink_power / #a), 0.34, 0.08, "pink noise: RMS")
    check.that(same, "the same seed gives the same noise")
    local db = spectrum({ unpack(pink, 1, 4096) })
    local octave = {}
    for o = 1, 10 do
        local total = 0
        for start = 1, 61440, 4096 do
            db = start == 1 and db or spectrum({ unpack(pink, start, start + 4095) })
            if o == 1 then octave[start] = db end
            for k = 2 ^ o, 2 ^ (o + 1) - 1 do total = total + 10 ^ (octave[start][k] / 10) end
        end
        octave["o" .. o] = 10 * math.log10(total)
    end
    for o = 4, 9 do check.near(octave["o" .. o] - octave.o6, 0, 1.0, "pink noise: power of octave " .. o) end

    -- LFO shapes.
    host:memory()
    local l = { dsp.lfo(), dsp.lfo(), dsp.lfo(), dsp.lfo() }
    local worst = 0
    for i = 0, 47999 do
        local p = (i * 2 / rate) % 1
        worst = math.max(worst, math.abs(l[1]:next(2) - math.sin(2 * math.pi * p)))
        local tri, ramp, square = l[2]:triangle(2), l[3]:ramp(2), l[4]:square(2)
        if p > 1e-6 and p < 1 - 1e-6 and math.abs(p - 0.5) > 1e-6 then
            local q = (p + 0.25) % 1
            worst = math.max(worst, math.abs(tri - (q < 0.5 and 4 * q - 1 or 3 - 4 * q)), math.abs(ramp - (2 * p - 1)),
                math.abs(square - (p < 0.5 and 1 or -1)))
        end
    end
    check.below(worst, 1e-4, "lfo shapes")
end
