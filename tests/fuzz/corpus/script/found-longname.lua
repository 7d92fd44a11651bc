return { [("x"):rep(1e6)] = 1, sample = print }
