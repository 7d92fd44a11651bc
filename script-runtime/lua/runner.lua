-- runner: makes the loop that renders a script's frames.
--
--   local runner = chunk()                 -- once per worker
--   local run, prime = runner(instance, world, makers)    -- once per instance
--   run(self, first, n)                    -- renders frames first .. first + n - 1 of the quantum, counted from 0
--
-- makers: a table that lives as long as the script, empty at first. instance: the table that the script returned. world: an
-- fr_world pointer (cdata or lightuserdata), the same for all of a worker. Frames go to world.left, and to world.right when
-- instance.channels is 2.
-- world.voice must be the voice's, its `frame` and `quality` up to date; world.left and right must not move afterwards.
--
-- `instance.control(self)`, if there is one, is called before every 64th frame of the voice, counted in voice frames,
-- so that it falls on the same frames however calls are split.
--
-- Nothing here allocates, once compiled: a pointer kept in a local would be an object per call.
--
-- Why source text: LuaJIT keeps its traces with the bytecode of a loop. Every script gets a loop of its own, or all
-- scripts would fight for one; every quality level gets one, or the lower levels would run as exits from the first.
-- All instances of a script share them: a loop is known by the prototype of the script's function. LuaJIT compiles for
-- one closure until a prototype has had four: a host that runs a script's chunk four times before it renders saves a few
-- traces. For the loops themselves that is done here.
local ffi = require "ffi"
local band = require("bit").band
local funcinfo = require("jit.util").funcinfo
local loadstring, frexp, max, min = loadstring, math.frexp, math.max, math.min

local control_text = [[
        if tonumber(world.voice.frame) % 64 == 0 then control(self) end
]]

local loop_text = [[
local world, left, right, tonumber = ...
return function(sample, control)
    return function(self, first, n)
$control        local quality = world.voice.quality
        if quality == 2 then
            for i = first, first + n - 1 do $frame = sample(self) end
        elseif quality == 1 then
            for i = first, first + n - 1 do $frame = sample(self) end
        else
            for i = first, first + n - 1 do $frame = sample(self) end
        end
    end
end
]]

-- A render script sees the buffers through `out`, counted from 1. An index is masked to the buffer, whatever it is; one
-- outside 1 .. n lands somewhere in the quantum, which is wrong but harmless.
local render_text = [[
local world, left, right, tonumber, fill, out, out_memory = ...
return function(render, control)
    return function(self, first, n)
$control        out_memory.first = first
        fill(left + first, n * 4)
        fill(right + first, n * 4)
        render(self, out, n)
    end
end
]]

-- i is clamped because bit operations beyond 2^51 are not the same in the interpreter and in compiled code.
-- out[i] is out.left[i]. Three views of one struct { first }; a script may write `first`, the mask still holds.
local function make_out(world)
    local left, right = world.left, world.right
    local memory = ffi.new("struct { int32_t first; }")
    ffi.cdef [[
        struct fr_out { int32_t first; };
        struct fr_out_left { int32_t first; };
        struct fr_out_right { int32_t first; };
    ]]
    local address = ffi.cast("char *", memory)
    local function view(name, buffer, by_name)
        local ctype = ffi.typeof("struct " .. name)
        ffi.metatype(ctype, {
            __index = function(self, i)
                return by_name and by_name[i] or buffer[band(self.first + min(max(i, 0), 65) - 1, 63)]
            end,
            __newindex = function(self, i, x)
                buffer[band(self.first + min(max(i, 0), 65) - 1, 63)] = x
            end,
            __tostring = function() return "out" end,
        })
        return ffi.cast("struct " .. name .. " &", address)
    end
    local out_left, out_right = view("fr_out_left", left), view("fr_out_right", right)
    return view("fr_out", left, { left = out_left, right = out_right }), memory
end

local out, out_memory

local function nothing() end

local function new_maker(instance, world, chunk_name)
    local text = instance.render and render_text or loop_text
    text = text:gsub("%$(%w+)", {
        control = instance.control and control_text or "",
        frame = instance.channels == 2 and "left[i], right[i]" or "left[i]",
    })
    if instance.render and not out then
        out, out_memory = make_out(world)
    end
    local maker = assert(loadstring(text, chunk_name))(world, world.left, world.right, tonumber, ffi.fill, out,
        out_memory)
    for _ = 1, 4 do
        maker(nothing, nothing)
    end
    return maker
end

-- makers: prototype → shape of the loop → function that makes loops. The script's own, because the code that LuaJIT compiles
-- for a loop holds the prototype, so that a table weak in that would never let it go.
return function(instance, world, makers)
    world = ffi.cast("fr_world *", world)
    local call = instance.render or instance.sample
    local prototype = funcinfo(call).proto or call      -- a function written in C has none
    local shapes = makers[prototype]
    if not shapes then
        shapes = {}
        makers[prototype] = shapes
    end
    local shape = (instance.channels == 2 and 2 or 1) + (instance.control and 2 or 0)
    if not shapes[shape] then
        shapes[shape] = new_maker(instance, world, instance.render and "=render" or "=sample")
    end
    local maker = shapes[shape]
    -- The second makes the loops hot with a function that is not the script's, see LuaHost::warm.
    return maker(call, instance.control), instance.sample and maker(frexp, nothing) or nil
end
