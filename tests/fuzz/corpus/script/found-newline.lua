return { ["a\nb"] = 1, sample = print }
