return {
    name = "band", master_gain_db = -6, buses = { { name = "main" }, { name = "side", gain_db = 2 } },
    instruments = { { name = "one", voice = "tone", bus = "side", nrpn = { [5] = "mix" } }, { voice = "wide" } },
    presets = { { name = "soft", values = { one = { cutoff = 100 } } } },
}
