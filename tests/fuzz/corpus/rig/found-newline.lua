return { ['a\nb'] = 1, instruments = {} }
