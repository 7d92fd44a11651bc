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
    seconds = 10, warmup_seconds = 1.5, repeats = 12, seed = 1,
    grids = {
        points({ mode = { "rewind", "ring", "shallow" }, fault = "stall 100 ms every 1 s" }),
        points({ mode = "ring", depth_frames = 2048, fault = "stall 100 ms every 1 s" }),
        points({ mode = { "rewind", "direct" } }),
    },
}
