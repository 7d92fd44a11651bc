return { instruments = { { voice = 'tone' } } }
