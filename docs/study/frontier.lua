-- Safe and quick at once, and its price: events at three rates, the load ceiling above which restless voices become shallow, and the
-- floor that a rewound voice has first. The defaults of both were chosen from this.
return {
    title = "What it costs to be safe and quick at once",
    seconds = 4, warmup_seconds = 1, repeats = 3, seed = 5,
    grids = {
        { voices = 64, events_hz = { 50, 200, 500 }, fault = "stall 100 ms every 1 s",
          load_ceiling = { 0.5, 0.75, 0.9 }, floor_ms = { 5, 20, 50 } },
    },
}
