local t, x, rig = {}, 1, {}
local buses = {
{ name = 'main', gain_db = 0, output = 1 },
{ name = 'drums', gain_db = -2, output = 3 },
}
local instruments = {
{ name = 'one', voice = 'tone', channel = 1, priority = 50, polyphony = 8, steal = 'quietest', bus = 'main' },
{ name = 'two', voice = 'wide', channel = { 2, 3, 4 }, programs = { 0, 7 }, pan = -0.5, transpose = 12, bend_range = 2 },
}
rig.name = 'rig'
rig.master_gain_db = -6
rig.buses = buses
rig.instruments = instruments
return rig
