-- Depth, voices, mode and load on the simulated device; in the last grids, where the claim stops being true.
local live = { events_hz = 50, event_kind = "mixed" }

local function points(more)
    local grid = {}
    for _, from in ipairs({ live, more }) do
        for name, value in pairs(from) do grid[name] = value end
    end
    return grid
end

return {
    title = "Depth, voices, mode and load on the clock device",
    seconds = 3, warmup_seconds = 1, repeats = 5, seed = 2,
    grids = {
        points({ mode = { "rewind", "ring", "shallow" }, depth_frames = { 2048, 24000 }, voices = { 16, 128 },
                 fault = "stall 100 ms every 1 s" }),
        points({ mode = { "rewind", "ring" }, depth_frames = { 2048, 24000 }, voices = { 16, 128 },
                 stressor = { "none", "cpu 2" } }),
        points({ mode = "direct", voices = { 16, 128 }, stressor = { "none", "cpu 2" } }),
        -- A stall that is longer than the buffer.
        points({ mode = { "rewind", "ring" }, voices = 16, fault = "stall 700 ms every 2 s" }),
        -- More events than can be bought back between two stalls.
        points({ mode = { "rewind", "ring" }, voices = 128, events_hz = 500, fault = "stall 100 ms every 1 s" }),
        -- Near the machine's end.
        points({ mode = { "rewind", "ring", "direct" }, voices = 400 }),
        -- What recording costs: points of the above, only counted.
        points({ mode = "rewind", voices = { 16, 128 }, recording = "counters" }),
    },
}
