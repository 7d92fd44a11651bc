-- The same through a sound server, and what other systems do there. Before: jackd -R -S -P70 -d dummy -r 48000 -p 128
local function points(more)
    local grid = { device = "system", host_api = "jack", block_frames = 128 }
    for name, value in pairs(more) do grid[name] = value end
    return grid
end

return {
    title = "Through JACK, beside SuperCollider, Csound and Pd",
    seconds = 3, warmup_seconds = 1, repeats = 5, seed = 3,
    grids = {
        points({ mode = { "rewind", "ring", "shallow" }, voices = { 16, 128 }, events_hz = 50, event_kind = "mixed",
                 fault = "stall 100 ms every 1 s" }),
        points({ mode = { "rewind", "direct" }, voices = { 16, 128 }, events_hz = 50, event_kind = "mixed" }),
        points({ mode = { "rewind", "direct", "supercollider", "csound", "pd" }, voices = { 128, 400 } }),
    },
}
