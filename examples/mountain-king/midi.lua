-- Writes a Standard MIDI File of several parts: events are added to a part at any tick, in any order; write() puts them in
-- order and makes a track of each part.
local midi = { QUARTER = 480, EIGHTH = 240, BAR = 1920 }   -- ticks

function midi.round(value) return math.floor(value + 0.5) end
function midi.clamp(value, low, high) return math.max(low, math.min(high, value)) end

-- Channel 1 to 16. Part fields: expression is the first value of controller 11, nil for none.
function midi.part(name, channel, program, volume, pan)
    return { name = name, channel = channel - 1, program = program, volume = volume, pan = pan, expression = 100,
             events = {} }
end

-- At one tick: note-offs, then controllers, then note-ons, each in the order of writing.
local OFF, CONTROL, ON = 0, 1, 2
local serial = 0

local function add(to, tick, order, bytes)
    serial = serial + 1
    to.events[#to.events + 1] = { tick = tick, order = order, serial = serial, bytes = bytes }
end

function midi.note(to, tick, length, key, velocity)
    add(to, tick, ON, { 0x90 + to.channel, key, velocity })
    add(to, tick + length, OFF, { 0x90 + to.channel, key, 0 })
end

function midi.control(to, tick, number, value) add(to, tick, CONTROL, { 0xB0 + to.channel, number, value }) end

-- -8192 .. 8191
function midi.bend(to, tick, value)
    value = midi.clamp(midi.round(value) + 8192, 0, 16383)
    add(to, tick, CONTROL, { 0xE0 + to.channel, value % 128, math.floor(value / 128) })
end

local function big_endian(value, bytes)
    local out = {}
    for i = bytes, 1, -1 do
        out[i] = string.char(value % 256)
        value = math.floor(value / 256)
    end
    return table.concat(out)
end

local function quantity(value)
    local out = string.char(value % 128)
    while value >= 128 do
        value = math.floor(value / 128)
        out = string.char(128 + value % 128) .. out
    end
    return out
end

local function chunk(tag, content) return tag .. big_endian(#content, 4) .. content end
local function meta(kind, content) return "\0\255" .. string.char(kind) .. quantity(#content) .. content end

local function conductor_track(piece)
    local out = {
        meta(0x03, piece.title),
        meta(0x02, piece.copyright),
        meta(0x58, "\4\2\24\8"),   -- 4/4
        meta(0x59, "\2\1"),        -- two sharps, minor
    }
    local now = 0
    for _, tempo in ipairs(piece.tempos) do
        local tick = tempo[1] * midi.BAR
        out[#out + 1] = quantity(tick - now) .. "\255\81\3" .. big_endian(midi.round(60000000 / tempo[2]), 3)
        now = tick
    end
    out[#out + 1] = quantity(piece.end_tick - now) .. "\255\47\0"
    return chunk("MTrk", table.concat(out))
end

local function part_track(p, end_tick)
    table.sort(p.events, function(a, b)
        if a.tick ~= b.tick then return a.tick < b.tick end
        if a.order ~= b.order then return a.order < b.order end
        return a.serial < b.serial
    end)
    local out = { meta(0x03, p.name) }
    local now, running = 0, nil
    for _, event in ipairs(p.events) do
        local status, first, second = event.bytes[1], event.bytes[2], event.bytes[3]
        out[#out + 1] = quantity(event.tick - now)
        if status ~= running then out[#out + 1] = string.char(status) end
        out[#out + 1] = string.char(first) .. (second and string.char(second) or "")
        now, running = event.tick, status
    end
    out[#out + 1] = quantity(end_tick - now) .. "\255\47\0"
    return chunk("MTrk", table.concat(out))
end

-- piece: title, copyright, tempos (a list of { bar, quarters per minute }), parts, end_tick. The format's 4/4 and two sharps
-- are this example's. nil and the reason when the file cannot be written.
function midi.write(path, piece)
    local tracks = { conductor_track(piece) }
    for _, p in ipairs(piece.parts) do
        serial = -1000   -- before everything else at tick 0
        add(p, 0, CONTROL, { 0xC0 + p.channel, p.program })
        midi.control(p, 0, 7, p.volume)
        midi.control(p, 0, 10, p.pan)
        if p.expression then midi.control(p, 0, 11, p.expression) end
        tracks[#tracks + 1] = part_track(p, piece.end_tick)
    end
    local file, why = io.open(path, "wb")
    if not file then return nil, why end
    file:write(chunk("MThd", big_endian(1, 2) .. big_endian(#tracks, 2) .. big_endian(midi.QUARTER, 2)),
               table.concat(tracks))
    file:close()
    return true
end

return midi
