-- Elementary functions made of + - * / floor, min and max only, so that every CPU, C library and both halves of LuaJIT
-- give the same bits. Errors are checked by tests/lua/check_elementary.lua.
--
--   exp2(x)   relative error < 1e-11, -255 <= x <= 255, clamped outside     2^n from a table, Taylor for the rest
--   exp(x)    relative error < 1e-11 + 1e-16 |x|, |x| <= 176                exp2(x / ln 2)
--   sin(x)    absolute error < 3.5e-9 + 1e-16 |x|                           odd minimax polynomial, degree 9
--   cos(x)    the same
--   sin_turns(p), cos_turns(p)   sin and cos of 2 pi p, the form oscillators use
--   coarse_sin_turns(p)          absolute error < 7e-5, degree 5
--   tanh(x)   absolute error < 1e-4 (largest near |x| = 5), odd, never beyond +-1   Lambert's continued fraction
-- NaN and infinite arguments give some number or NaN, never an error.
local kit = ...
local abs, floor, max, min = math.abs, math.floor, math.max, math.min
local band = require("bit").band
local ffi = kit.ffi

local elementary = {}

-- 2^-256 .. 2^255. Kept in kit: the pointer alone would not keep the array alive.
kit.powers_of_two = ffi.new("double[512]")
for i = 0, 511 do
    kit.powers_of_two[i] = 2 ^ (i - 256)
end
local power_of_two = ffi.cast("double *", kit.powers_of_two)
local ln2 = 0.6931471805599453

local function exp2(x)
    x = min(max(x, -255), 255)
    local whole = floor(x + 0.5)
    local t = (x - whole) * ln2
    local series = 1 + t * (1 + t * (1 / 2 + t * (1 / 6 + t * (1 / 24 + t * (1 / 120 + t * (1 / 720
        + t * (1 / 5040 + t * (1 / 40320 + t * (1 / 362880)))))))))
    return power_of_two[band(whole + 256, 511)] * series
end

-- sin(2 pi v) for -1/4 <= v <= 1/4.
local function quarter(v)
    local z = v * v
    return v * (6.283185160100988 + z * (-41.34165503337912 + z * (81.60100417332262
        + z * (-76.5497842666348 + z * 39.53671934100962))))
end

-- cos(2 pi p) = sin(2 pi (1/4 - |p|)) for -1/2 <= p <= 1/2, and sin is cos a quarter turn later.
local function cos_turns(p)
    return (quarter(0.25 - abs(p - floor(p + 0.5))))
end

local function sin_turns(p)
    p = p - 0.25
    return (quarter(0.25 - abs(p - floor(p + 0.5))))
end

local function coarse_sin_turns(p)
    p = p - 0.25
    local v = 0.25 - abs(p - floor(p + 0.5))
    local z = v * v
    return v * (6.2812801588434315 + z * (-41.095247141907414 + z * 73.58556723285992))
end

elementary.exp2 = exp2
elementary.cos_turns = cos_turns
elementary.sin_turns = sin_turns
elementary.coarse_sin_turns = coarse_sin_turns

function elementary.exp(x)
    return exp2(x * 1.4426950408889634)
end

function elementary.sin(x)
    return (sin_turns(x * 0.15915494309189535))
end

function elementary.cos(x)
    return (cos_turns(x * 0.15915494309189535))
end

function elementary.tanh(x)
    x = min(max(x, -5), 5)
    local z = x * x
    local y = x * (135135 + z * (17325 + z * (378 + z))) / (135135 + z * (62370 + z * (3150 + z * 28)))
    return (min(max(y, -1), 1))
end

return elementary
