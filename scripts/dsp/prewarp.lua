-- prewarp(cutoff_hz): tan(pi cutoff / rate) as a fraction, `top, bottom`; turns a cutoff into a coefficient.
-- A fraction, because filters divide by something anyway: g = top / bottom, g / (1 + g) = top / (top + bottom).
--
-- With w = pi cutoff / rate:  tan w = w N(w^2) / (1 - (2 w / pi)^2), N a minimax polynomial.
--   quality 2:     relative error < 4e-5 (0.07 cent)
--   quality 1, 0:  relative error < 1.6e-3 (2.8 cents)
-- Range: 5 Hz .. 0.477 rate (22.9 kHz at 48 kHz), clamped outside. NaN counts as one of the ends or stays NaN.
local kit = ...
local max, min = math.max, math.min
local world = kit.world
local pi_per_rate = math.pi / kit.rate_hz

return function(cutoff_hz)
    local w = min(max(cutoff_hz, 5) * pi_per_rate, 1.5)
    local z = w * w
    if world.voice.quality == 2 then
        return w * (0.9999602851193258 - z * (0.07167539179979969 + z * 0.0020493478235040913)),
            1 - 0.4052847345693511 * z
    end
    return w * (1.00158334938434 - z * 0.07668340345491846), 1 - 0.4052847345693511 * z
end
