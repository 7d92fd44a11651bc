-- runner: makes the loop that renders a script's frames.
--
--   local runner = chunk(warn)             -- once per worker; warn(text, place) prints a warning once
--   local run, prime = runner(instance, world, makers)    -- once per instance
--   run(self, first, n)                    -- renders frames first .. first + n - 1 of the quantum, counted from 0
--
-- makers: a table that exists as long as the script, initially empty. instance: the table that the script returned. world: an
-- fr_world pointer (cdata or lightuserdata), the same for all of a worker. Frames go to world.left, and to world.right when
-- instance.channels is 2.
-- world.voice must be the voice's, its `frame` and `quality` up to date; world.left and right must not move afterwards.
--
-- `instance.control(self)`, if there is one, is called before every 64th frame of the voice, counted in voice frames,
-- so that it falls on the same frames however calls are split.
--
-- Nothing here allocates, once compiled: a pointer in a local variable would be an object per call.
--
-- Why source text: LuaJIT attaches traces to the bytecode of a loop. Every script needs a loop of its own, or all scripts
-- would compete for one; every quality level needs one, or lower levels would run as side exits of the first.
-- All instances of a script share them: a loop is identified by the prototype of the script's function. LuaJIT specialises
-- to one closure until a prototype has had four: a host that runs a script's chunk four times before rendering saves a few
-- traces. For the loops themselves that is done here.
local warn = ...

local ffi = require "ffi"
local band = require("bit").band
local funcinfo = require("jit.util").funcinfo
local loadstring, type, error, tostring, format = loadstring, type, error, tostring, string.format
local frexp, floor = math.frexp, math.floor -- two numbers, and one

local control_text = [[
        if tonumber(world.voice.frame) % 64 == 0 then control(self) end
]]

local loop_text = [[
local world, left, right, tonumber, type, refuse, surplus = ...
return function(sample, control)
    return function(self, first, n)
$control        local quality = world.voice.quality
        if quality == 2 then
            for i = first, first + n - 1 do $frame end
        elseif quality == 1 then
            for i = first, first + n - 1 do $frame end
        else
            for i = first, first + n - 1 do $frame end
        end
    end
end
]]

-- Numbers only: ffi would convert true to 1. The check costs nothing where the compiler knows the type.
local frame_text = {
    [[local x, more = sample(self)
                if type(x) ~= "number" then refuse(x) elseif more ~= nil then surplus(sample) end
                left[i] = x]],
    [[local x, y = sample(self)
                if type(x) ~= "number" then refuse(x) elseif type(y) ~= "number" then refuse(y) end
                left[i], right[i] = x, y]],
}

-- In LuaJIT's words; the host adds an explanation for the script.
local function refuse(value)
    local what = type(value)
    error("cannot convert '" .. (what == "cdata" and tostring(value) or what) .. "' to 'float'", 0)
end

-- A render script sees the buffers through `out`, counted from 1. Outside 1 .. n, and outside
-- render(), reading gives 0 and writing does nothing: there the buffers have data of other voices or other runs.
local render_text = [[
local world, left, right, tonumber, fill, out = ...
return function(render, control)
    return function(self, first, n)
$control        world.out_first = first
        world.out_frames = n
        fill(left + first, n * 4)
        fill(right + first, n * 4)
        render(self, out, n)
        world.out_frames = 0
    end
end
]]

-- out[i] is out.left[i]. Three views of the world's first and frames, which are read-only for scripts; the mask keeps every
-- index inside the buffers.
local function make_out(world, warn)
    local left, right = world.left, world.right
    ffi.cdef [[
        struct fr_out { const int32_t first; const int32_t frames; };
        struct fr_out_left { const int32_t first; const int32_t frames; };
        struct fr_out_right { const int32_t first; const int32_t frames; };
    ]]
    local address = ffi.cast("char *", world) + ffi.offsetof("fr_world", "out_first")
    local function no_place(i)
        if type(i) ~= "number" then
            error('out has no "' .. (type(i) == "string" and i or type(i)) .. '"; there are out[1] to out[n]', 3)
        end
        warn("an index of out lies outside 1 to n: what is written there is not heard, and it reads as 0")
    end
    local function view(name, buffer, by_name)
        local ctype = ffi.typeof("struct " .. name)
        ffi.metatype(ctype, {
            __index = function(self, i)
                if type(i) == "number" then
                    if i >= 1 and i <= self.frames then return buffer[band(self.first + i - 1, 63)] end
                elseif by_name and by_name[i] then
                    return by_name[i]
                end
                no_place(i)
                return 0
            end,
            __newindex = function(self, i, x)
                if type(x) ~= "number" then
                    error("out takes numbers only, it was given " .. (type(x) == "cdata" and tostring(x) or type(x)), 2)
                end
                if type(i) == "number" and i >= 1 and i <= self.frames then
                    buffer[band(self.first + i - 1, 63)] = x
                else
                    no_place(i)
                end
            end,
            __tostring = function() return "out" end,
        })
        return ffi.cast("struct " .. name .. " &", address)
    end
    local out_left, out_right = view("fr_out_left", left), view("fr_out_right", right)
    return view("fr_out", left, { left = out_left, right = out_right })
end

local out

local function nothing() end

-- A superfluous return value has no effect: warns once.
local function surplus(sample)
    local info = funcinfo(sample)
    warn("sample returns two numbers, and only the first is heard; a voice with two needs channels = 2",
        info.source and format("%s:%d", info.source:sub(2), info.linedefined) or nil)
end

local function new_maker(instance, world, chunk_name)
    local text = instance.render and render_text or loop_text
    text = text:gsub("%$(%w+)", {
        control = instance.control and control_text or "",
        frame = frame_text[instance.channels == 2 and 2 or 1],
    })
    if instance.render and not out then out = make_out(world, warn) end
    local load = assert(loadstring(text, chunk_name))
    local maker
    if instance.render then
        maker = load(world, world.left, world.right, tonumber, ffi.fill, out)
    else
        maker = load(world, world.left, world.right, tonumber, type, refuse, surplus)
    end
    for _ = 1, 4 do
        maker(nothing, nothing)
    end
    return maker
end

-- makers: prototype → shape of the loop → function that creates loops. It belongs to the script, because the compiled code of a
-- loop refers to the prototype, so that a weak table here would never release it.
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
    return maker(call, instance.control), instance.sample and maker(instance.channels == 2 and frexp or floor, nothing) or nil
end
