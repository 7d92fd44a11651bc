-- Near the machine's end: as many voices as fit, and more events than can be bought back between two stalls.
local function points(more)
    local grid = { events_hz = 50, event_kind = "mixed" }
    for name, value in pairs(more) do grid[name] = value end
    return grid
end

return {
    title = "Near the machine's end",
    seconds = 4, warmup_seconds = 1, repeats = 5, seed = 4,
    grids = {
        points({ mode = { "rewind", "ring", "direct" }, voices = 400 }),
        points({ mode = "rewind", voices = 300 }),
        points({ mode = { "rewind", "ring" }, voices = 128, events_hz = 500, fault = "stall 100 ms every 1 s" }),
        points({ mode = { "rewind", "ring" }, voices = 64, events_hz = 500, fault = "stall 100 ms every 1 s" }),
    },
}
