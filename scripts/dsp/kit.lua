-- kit: the tools of the dsp library's files. Private: scripts never see it.
--
-- kit.define(name, fields, methods) declares `struct fr_<name>`, gives it methods and returns `make`:
--   local make = kit.define("saw", "phase", methods)      -- fields: names, separated by spaces; every one is a double
--   local object = make()             -- a reference to a zeroed struct in the arena of the voice that is being started
--   local object = make(4096)         -- with room for 4096 doubles, struct included (delay lines)
--   local object = make(65538, 8192)  -- a long line, see below; nil where there is no room for one
--
-- Two rules keep a script inside its memory, even if it writes odd numbers into fields, or keeps an object from an
-- earlier note, when the arena had other objects:
--   * the arena has doubles only. LuaJIT encodes types in the bits of a NaN, so a double composed of two integers or
--     floats could be taken for a table. Doubles stored by Lua are always plain numbers.
--   * nothing that bounds an access (a size, a mask, an address) is a field. delay.lua has a struct type per size.
-- Checkpoints copy the arena, so objects have no Lua values either. Long lines follow it and are not copied: they keep
-- enough frames beyond the readable ones that restoring their first double, the number of frames written, is sufficient.
local ffi = require "ffi"
local bit = require "bit"

local world_pointer, warn, nearest = ...

-- Methods are bound to their ctype permanently, and so is this world: a second load in one state is an error.
ffi.cdef [[
    typedef struct {
        uint8_t *arena; uint32_t arena_capacity_bytes; uint32_t arena_used_bytes;
        int32_t quality; int32_t rng_state[4]; int32_t sealed; int64_t frame;
        struct {
            uint8_t *memory; uint32_t capacity_bytes; uint32_t used_bytes; int32_t count;
            struct { uint32_t first_byte; uint32_t frames; uint32_t held_frames; } line[8];
        } lines;    // a struct as on the other side: one has room at its end that its fields alone would not leave
        int32_t warned;
    } fr_voice;
    typedef struct { double tempo; double beat; int32_t is_playing; } fr_clock;
    typedef struct { fr_voice *voice; double rate_hz; float *left; float *right; int32_t reach_frames; fr_clock clock;
        int32_t out_first; int32_t out_frames; } fr_world;
]]

local world = ffi.cast("fr_world *", world_pointer)
local kit = { world = world, rate_hz = world.rate_hz, ffi = ffi, warn = warn }

local function names_of(content)
    local names = {}
    for name in next, content do names[#names + 1] = name end
    table.sort(names)
    return names
end

-- Reading an unknown name is an error. Called for unknown names only, so it costs nothing otherwise.
local function refuse_absent(content, say)
    setmetatable(content, {
        __index = function(_, name)
            error(say(type(name) == "string" and name or type(name)) .. nearest(name, names_of(content)), 2)
        end,
    })
end

local align, most_lines = 16, 8

-- Used bytes of the voice's arena, up to the next object.
local function used_bytes(name)
    local voice = world.voice
    if voice == nil or voice.sealed ~= 0 then
        error("dsp." .. name .. ": dsp objects are made in start(self, note), nowhere else", 0)
    end
    return bit.band(voice.arena_used_bytes + align - 1, -align)
end

--- How many bytes an object may have in the voice that is being started. A long line counts without its history: the
--- limit does not depend on whether voices are rewound.
function kit.room_bytes(name)
    local used, voice = used_bytes(name), world.voice
    local room = voice.arena_capacity_bytes - used
    for i = 0, voice.lines.count - 1 do room = room - 8 * voice.lines.line[i].frames - align end
    return room
end

local function allocate(name, bytes)
    local room, voice = kit.room_bytes(name), world.voice
    if bytes > room then
        error(string.format("voice needs more than %d bytes of dsp state (dsp.%s wants %d more, %d are left)",
            voice.arena_capacity_bytes, name, bytes, math.max(0, room)), 0)
    end
    local used = used_bytes(name)
    voice.arena_used_bytes = used + bytes
    return voice.arena + used
end

local function allocate_line(bytes, frames)
    local lines = world.voice.lines
    local first = lines.used_bytes
    if lines.count == most_lines or first + bytes > lines.capacity_bytes then return nil end
    local line = lines.line[lines.count]
    line.first_byte, line.frames, line.held_frames = first, frames, bytes / 8 - 2
    lines.count, lines.used_bytes = lines.count + 1, first + bytes
    return lines.memory + first
end

function kit.define(name, fields, methods)
    local shown = name:match("^%a[%a_]*%a")
    local struct = "struct fr_" .. name
    ffi.cdef(struct .. " { " .. fields:gsub("%w+[%w_]*", "double %0;") .. " };")
    refuse_absent(methods, function(name) return "dsp." .. shown .. " has no member '" .. name .. "'" end)
    ffi.metatype(struct, {
        __index = methods,
        __tostring = function() return "dsp." .. shown end,
    })
    local reference, size = ffi.typeof(struct .. " &"), ffi.sizeof(struct)
    return function(doubles, line_frames)
        if line_frames then
            local memory = allocate_line(doubles * 8, line_frames)
            return memory and ffi.cast(reference, memory)
        end
        return ffi.cast(reference, allocate(name, doubles and doubles * 8 or size))
    end
end

--- A value in a message. No address: scripts can read messages, and must sound the same in every run.
function kit.shown(value)
    local kind = type(value)
    if kind == "string" then return string.format("%q", value) end
    if kind == "number" or kind == "boolean" or kind == "nil" then return tostring(value) end
    return kind == "cdata" and "a dsp object" or "a " .. kind
end

--- A number argument of a constructor: nil gives the default, anything else that is no finite number is an error.
function kit.number(name, value, default)
    if value == nil then
        return default
    end
    if type(value) ~= "number" or value ~= value or value >= 1 / 0 or value <= -1 / 0 then
        error(name .. " must be a finite number, got " .. kit.shown(value), 3)
    end
    return value
end

--- The same for a value that cannot be negative: then it is 0, with a warning.
function kit.positive(name, value, default)
    if type(value) == "number" and value < 0 and value > -1 / 0 then
        warn(string.format("%s is %g, which counts as 0", name, value))
        return 0
    end
    if value == nil then return default end
    if type(value) ~= "number" or value ~= value or value >= 1 / 0 or value <= -1 / 0 then
        error(name .. " must be a finite number, got " .. kit.shown(value), 3)
    end
    return value
end

--- A phase 0 .. 1 from a constructor's argument, moved to -0.5 .. 0.5. Oscillators keep their phase centred, so that
--- the distance to the edge at 0 is an absolute value.
function kit.centred_phase(name, value)
    local phase = kit.number(name .. ": start_phase", value, 0)
    return phase - math.floor(phase + 0.5)
end

--- The next 32 random bits of the voice (xorshift128, Marsaglia 2003), as a signed integer. Seeds objects.
function kit.random_bits()
    local state = world.voice.rng_state
    local a, d = state[0], state[3]
    a = bit.bxor(a, bit.lshift(a, 11))
    a = bit.bxor(a, bit.rshift(a, 8), d, bit.rshift(d, 19))
    state[0], state[1], state[2], state[3] = state[1], state[2], state[3], a
    return a
end

--- A read-only view of `content`. Unknown names read as nil, except those that are probably misspelt.
function kit.read_only(content, name)
    setmetatable(content, {
        __index = function(_, absent)
            local meant = nearest(absent, names_of(content))
            if not meant:find("did you mean", 1, true) then return nil end
            error("there is no " .. name .. "." .. absent .. meant, 2)
        end,
    })
    return setmetatable({}, {
        __index = content,
        __newindex = function() error(name .. " is read-only", 2) end,
        __metatable = false,
    })
end

return kit
