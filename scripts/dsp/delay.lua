-- dsp.delay(longest_seconds): a delay line that can be read between frames.
--
--   self.line = dsp.delay(0.5)
--   self.line:write(x)                 -- once per frame
--   y = self.line:read(frames)         -- any number of times; 1 would be the last frame written
--   y = self.line:next(x, frames)      -- write, then read
--
-- `frames` may be any number, also moving; it is clamped to 2 .. longest. dsp.rate_hz * seconds gives frames.
-- Reading between frames:
--   quality 2:    four points, Hermite: flat within 0.5 dB to rate/6 (8 kHz) at the worst place, halfway between frames
--   quality 1, 0: two points, linear: -0.5 dB at rate/10
-- Memory: the next power of two of longest + 4 frames, eight bytes each, after a header without fields: a line is
-- written by its methods only. Every size is a struct type of its own, and the mask belongs to the type, not to the object:
-- no value a script can write anywhere makes an access leave that memory.
--
-- Where voices are rewound, a long line keeps world.reach_frames more than can be read. So frames since a checkpoint
-- never overwrite frames that are readable at the checkpoint, which needs to save the header only.
local kit = ...
local ffi = kit.ffi
local floor, max, min = math.floor, math.max, math.min
local band = require("bit").band
local world = kit.world
local doubles_pointer = ffi.typeof("double *")
local header, largest_exponent = 2, 24       -- doubles before the line; frames are 2^4 .. 2^24
local shortest_long_exponent = 13            -- copying shorter ones is faster than using so much memory

-- The methods for lines of 2^exponent frames in memory for 2^held_exponent, and the constructor of such a line.
local function define(exponent, held_exponent)
    local delay = {}
    local is_long = held_exponent ~= exponent
    local name = "delay_" .. exponent .. (is_long and "_" .. held_exponent or "")
    local make = kit.define(name, "", delay)
    local struct = ffi.typeof("struct fr_" .. name)
    local line_frames, held_frames = 2 ^ exponent, 2 ^ held_exponent
    local mask, longest_frames = held_frames - 1, line_frames - 3

    -- The only way from an object to raw memory, so it checks its argument. At -header: frames written so far.
    local function memory_of(self)
        if not ffi.istype(struct, self) then
            error("a dsp.delay of this size was expected", 3)
        end
        return ffi.cast(doubles_pointer, self) + header
    end

    -- Once per note: the host sets `warned` to 0 at its start.
    local function beyond()
        local voice = world.voice
        if voice.warned ~= 0 then return end
        voice.warned = 1
        kit.warn(string.format("a dsp.delay is read beyond its %d frames, and gives the oldest; make it longer", longest_frames))
    end

    function delay:write(x)
        local memory = memory_of(self)
        local written = memory[-header] + 1
        memory[-header] = written
        memory[band(written, mask)] = x
    end

    function delay:read(frames)
        local memory = memory_of(self)
        if frames > longest_frames then beyond() end
        frames = min(max(frames, 2), longest_frames)
        local whole = floor(frames)
        local f = frames - whole
        local position = memory[-header] - whole + 1
        local now, older = memory[band(position, mask)], memory[band(position - 1, mask)]
        if world.voice.quality == 2 then
            local newer, oldest = memory[band(position + 1, mask)], memory[band(position - 2, mask)]
            local slope = 0.5 * (older - newer)
            local bend = newer - 2.5 * now + 2 * older - 0.5 * oldest
            local skew = 0.5 * (oldest - newer) + 1.5 * (now - older)
            return now + f * (slope + f * (bend + f * skew))
        end
        return now + f * (older - now)
    end

    function delay:next(x, frames)
        self:write(x)
        return (self:read(frames))
    end

    return function()
        return (make(header + held_frames, is_long and line_frames or nil))
    end
end

local make, make_long = {}, {}
for exponent = 4, largest_exponent do
    make[exponent] = define(exponent, exponent)
    if world.reach_frames > 0 and exponent >= shortest_long_exponent then
        local held_exponent = exponent + 1
        while 2 ^ held_exponent < 2 ^ exponent + world.reach_frames do held_exponent = held_exponent + 1 end
        make_long[exponent] = define(exponent, held_exponent)
    end
end

return function(longest_seconds)
    local longest = kit.positive("dsp.delay: longest_seconds", longest_seconds, 1) * kit.rate_hz + 4
    local room, exponent = kit.room_bytes("delay"), 4
    while 2 ^ exponent < longest do
        local next_bytes = (header + 2 ^ (exponent + 1)) * 8
        if exponent == largest_exponent or next_bytes > room then
            local fits = exponent == 4 and "" or string.format("; %.2f would",
                floor((2 ^ exponent - 4) / kit.rate_hz * 100) / 100)
            error(string.format("dsp.delay: %g seconds do not fit into what is left for the voice's dsp objects%s",
                longest_seconds, fits), 2)
        end
        exponent = exponent + 1
    end
    return make_long[exponent] and make_long[exponent]() or make[exponent]()
end
