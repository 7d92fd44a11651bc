-- The error bounds that elementary.lua and prewarp.lua state, against libm.
return function(host, check)
    local dsp = host.dsp
    host:memory()

    local function largest(from, to, steps, error_at)
        local worst = 0
        for i = 0, steps do
            local e = error_at(from + (to - from) * i / steps)
            if not (e <= worst) then worst = e end      -- NaN counts
        end
        return worst
    end

    check.below(largest(-255, 255, 100003, function(x) return math.abs(dsp.exp2(x) / 2 ^ x - 1) end), 1e-11,
        "exp2 relative error")
    check.below(largest(-1, 1, 100003, function(x) return math.abs(dsp.exp2(x) / 2 ^ x - 1) end), 1e-11, "exp2 near 0")
    check.below(largest(-176, 176, 100003, function(x) return math.abs(dsp.exp(x) / math.exp(x) - 1) end),
        1e-11 + 2e-14, "exp")
    check.below(largest(-50, 50, 200003, function(x) return math.abs(dsp.sin(x) - math.sin(x)) end), 3.6e-9, "sin")
    check.below(largest(-50, 50, 200003, function(x) return math.abs(dsp.cos(x) - math.cos(x)) end), 3.6e-9, "cos")
    check.below(largest(-30, 30, 200003,
        function(x) return math.abs(dsp.tanh(x) - (1 - 2 / (math.exp(2 * x) + 1))) end), 1e-4, "tanh")
    check.below(largest(-1e3, 1e3, 9999, function(x) return math.abs(dsp.tanh(x)) - 1 end), 1e-300,
        "tanh stays within 1")
    check.near(dsp.exp2(3), 8, 1e-10, "exp2(3)")
    check.near(dsp.hz(69), 440, 1e-8, "hz(69)")
    check.near(dsp.hz(60), 261.6255653005986, 1e-7, "hz(60)")
    check.near(dsp.db(-20), 0.1, 1e-11, "db(-20)")
    check.near(dsp.semitones(12), 2, 1e-11, "semitones(12)")
    check.that(dsp.clamp(3, 0, 2) == 2 and dsp.clamp(-3, 0, 2) == 0 and dsp.clamp(1, 0, 2) == 1, "clamp")
    check.that(dsp.mix(2, 4, 0.25) == 2.5, "mix")
    for _, position in ipairs { -1, -0.5, 0, 0.3, 1 } do
        local l, r = dsp.pan(1, position)
        check.near(l * l + r * r, 1, 1e-7, "pan keeps power at " .. position)
    end
    local l, r = dsp.pan(1, -1)
    check.near(l - r, 1, 1e-7, "pan -1 is left")
    for _, odd in ipairs { 0 / 0, 1 / 0, -1 / 0, 1e300, -1e300 } do
        for _, name in ipairs { "exp2", "exp", "sin", "cos", "tanh", "hz", "db" } do
            check.that(type(dsp[name](odd)) == "number", name .. " of an odd number")
        end
    end

    -- tan from its fraction, through a one-pole: low() of an impulse is g / (1 + g), so g = y / (1 - y).
    for quality, bound in pairs { [2] = 4e-5, [1] = 1.6e-3, [0] = 1.6e-3 } do
        host:memory(1, quality)
        check.below(largest(5, 22900, 5000, function(hz)
            local y = dsp.onepole():low(1, hz)
            host.world.voice.arena_used_bytes = 0
            host.world.voice.arena[0] = 0
            require("ffi").fill(host.world.voice.arena, 16)
            return math.abs(y / (1 - y) / math.tan(math.pi * hz / 48000) - 1)
        end), bound, "prewarp at quality " .. quality)
    end
    check.refused("read-only", "dsp cannot be written", function() dsp.saw = nil end)
    check.that(getmetatable(dsp) == false, "dsp's metatable is closed")
end
