-- The claim itself, in few points and many runs: half a second of safety at one block of response. What a buffer without
-- rewinding, a shallow buffer and calls in the callback give instead.
local held = { voices = 64, events_hz = 50, event_kind = "mixed" }

local function points(more)
    local grid = {}
    for _, from in ipairs({ held, more }) do
        for name, value in pairs(from) do grid[name] = value end
    end
    return grid
end

return {
    title = "Half a second of safety at one block of response",
    seconds = 6, warmup_seconds = 1, repeats = 8, seed = 1,
    grids = {
        -- With the sound itself kept and held against what was meant.
        points({ mode = { "rewind", "ring", "shallow" }, fault = "stall 100 ms every 1 s", recording = "sound" }),
        points({ mode = "ring", depth_frames = 2048, fault = "stall 100 ms every 1 s", recording = "sound" }),
        points({ mode = "rewind", recording = "sound" }),
        points({ mode = "direct" }),
    },
}
