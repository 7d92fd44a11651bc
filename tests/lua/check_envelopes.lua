-- Envelope shapes at their corners, endings, glide and ramp.
return function(host, check)
    local dsp = host.dsp

    local function levels(make, n, release_at)
        host:memory()
        local e, x = make(), {}
        for i = 0, n do
            if i == release_at then e:release() end
            x[i] = e:next()
        end
        return x, e
    end

    -- 5 ms, 100 ms, 0.7, 200 ms at 48 kHz: corners at 240, 5040, and 9600 after the release.
    local x, e = levels(function() return dsp.adsr(0.005, 0.1, 0.7, 0.2) end, 30000, 20000)
    for _, corner in ipairs { { 0, 0 }, { 120, 0.5 }, { 240, 1 }, { 2640, 0.85 }, { 5040, 0.7 }, { 19999, 0.7 },
        { 20000, 0.7 },
        { 24800, 0.35 }, { 29600, 0 }, { 30000, 0 } } do
        check.near(x[corner[1]], corner[2], 1e-9, "adsr at frame " .. corner[1])
    end
    check.that(e:ended(), "adsr has ended")
    for _, release_at in ipairs { 0, 1, 100, 240, 1000, 9000 } do
        local y, f = levels(function() return dsp.adsr(0.005, 0.1, 0.7, 0.2) end, release_at + 9600, release_at)
        check.near(y[release_at], release_at == 0 and 0 or x[release_at], 1e-12,
            "adsr released at " .. release_at .. " keeps its level")
        check.near(y[release_at + 9600], 0, 1e-12, "adsr released at " .. release_at .. " reaches 0")
        check.that(not f:ended() or release_at + 9601 > 9600, "adsr: end")
        local largest = 0
        for i = 1, #y do largest = math.max(largest, math.abs(y[i] - y[i - 1])) end
        check.below(largest, 1 / 240 + 1e-9, "adsr released at " .. release_at .. ": largest step")
    end
    host:memory()
    local twice = dsp.adsr(0.001, 0.001, 0.5, 0.1)
    for _ = 1, 500 do twice:next() end
    twice:release()
    for _ = 1, 2400 do twice:next() end
    local before = twice:level()
    twice:release()
    check.near(twice:level(), before, 0, "a second release changes nothing")
    check.near(before, 0.25, 1e-9, "adsr: half the release")
    check.that(not twice:ended(), "adsr is not over halfway")
    local zero = dsp.adsr(0, 0, 1, 0)
    check.near(zero:next(), 0, 0, "adsr of no times starts at 0")
    check.near(zero:next(), 1, 1e-12, "adsr of no times is up after a frame")

    local y, g = levels(function() return dsp.adsr_exp(0.01, 0.5, 0.25, 0.4) end, 60000, 40000)
    check.near(y[240], 0.5, 1e-9, "adsr_exp attack")
    check.near(y[480], 1, 1e-9, "adsr_exp peak")
    check.near(y[480 + 12000], 0.25 + 0.75 * 0.5 ^ 4, 1e-9, "adsr_exp halfway down")
    check.near(y[30000], 0.25, 1e-12, "adsr_exp sustain")
    check.near(y[40000 + 9600], 0.25 * 0.5 ^ 4, 1e-9, "adsr_exp halfway through the release")
    check.that(y[40000 + 19200] == 0 and g:ended(), "adsr_exp ends")
    local worst = 0
    for t = 0, 1, 0.001 do worst = math.max(worst, math.abs((1 - t) ^ 4 - math.exp(-4.6 * t))) end
    check.below(worst, 0.06, "u^4 against an exponential")
    for _, name in ipairs { "adsr", "adsr_exp" } do
        local z, h = levels(function() return dsp[name](0.001, 0.1, 0, 0.1) end, 4900)
        check.that(z[4900] == 0 and h:ended(), name .. " without sustain ends unreleased")
        host:memory()
        local damped = dsp[name](0.001, 10, 0, 0.01)
        for _ = 1, 1000 do damped:next() end
        damped:release()
        for _ = 1, 482 do damped:next() end
        check.that(damped:ended() and damped:level() == 0, name .. " without sustain can be damped")
    end

    host:memory()
    local d = dsp.decay(0.25)
    for _ = 1, 12000 do d:next() end
    check.near(20 * math.log10(d.level), -60, 0.001, "decay: -60 dB after its time")
    check.that(not d:ended(), "decay: not over at -60 dB")
    for _ = 1, 4100 do d:next() end
    check.that(d:ended(), "decay: over below -80 dB")
    d:strike(0.5)
    check.near(d:next(), 0.5, 0, "decay: struck again")

    local glide = dsp.glide(0.1, 2)
    for _ = 1, 4800 do glide:next(3) end
    check.near(glide.value, 2.95, 1e-6, "glide: 95 % after its time")

    local ramp = dsp.ramp(1)
    ramp:to(2)
    local at = {}
    for i = 0, 130 do at[i] = ramp:next() end
    check.near(at[0], 1, 0, "ramp starts")
    check.near(at[32], 1.5, 1e-12, "ramp halfway")
    check.near(at[64], 2, 1e-12, "ramp arrives when the next tick comes")
    check.near(at[130], at[64], 0, "ramp holds")
end
