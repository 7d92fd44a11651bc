return { instruments = { { voice = 't\127ne' } } }
