-- Scripts and their instances, as the host calls them. Trusted; scripts never see a function of this file.
--
-- The host runs this file once per state:
--   local calls = chunk(compile, environment, dsp, runner, world)
--     compile(path)                 the file as a function, not run
--     environment(name, require)    see sandbox.lua; nil when scripts are trusted
--     dsp                           the result of `require "dsp"`
--     runner(voice, world, makers)  loop(self, first, frames): the script's frames into the quantum (runner.lua)
--     survey(functions, environment), checkpoints   which state a note's frames change, and copies of it
--     nearest(name, names)          suggests a name for a misspelt one (nearest.lua)
--     carry(fresh, old, begun)      carries the state of a voice into a newer version (carry.lua)
--     controls                      names of what a player changes without steps: bend, pressure (shared/messages/voice_controls.h)
local compile, environment, dsp, runner, world, survey, checkpoints, carry, nearest, controls = ...

local setfenv, setmetatable, getmetatable, type, error, pcall, select =
    setfenv, setmetatable, debug.getmetatable, type, error, pcall, select
local raw_require, find, match, format, tostring = require, string.find, string.match, string.format, tostring
local concat, sort, rawget, next = table.concat, table.sort, rawget, next
local globals = _G

local funck, traceinfo = require("jit.util").funck, require("jit.util").traceinfo

-- A key in a message; no address, because scripts can read messages.
local function shown(name)
    local kind = type(name)
    if kind == "string" or kind == "number" or kind == "boolean" then return tostring(name) end
    return kind
end

-- self.clock: the worker's clock, updated before every call. Read-only for scripts.
local ffi = require "ffi"
ffi.cdef "struct fr_clock_view { const double tempo; const double beat; const int32_t is_playing; };"
ffi.metatype("struct fr_clock_view", {
    __index = function(clock, name)
        if name == "playing" then return clock.is_playing ~= 0 end
        error(format('self.clock has no "%s"; there are tempo, beat, playing', shown(name)), 2)
    end,
    __newindex = function() error("self.clock cannot be changed; it follows what is played", 2) end,
    __tostring = function() return "dsp.clock" end,
    __metatable = false,
})
local clock = ffi.cast("struct fr_clock_view &", ffi.cast("fr_world *", world).clock)

local calls = {}

-- Weak tables would depend on when the collector runs. setmetatable refuses them; this finds scripts that would write the
-- name into a metatable later. (A script that composes the name only breaks its own repeatability.)
local function refuse_weak(code)
    for number = -1, -math.huge, -1 do
        local constant = funck(code, number)
        if constant == nil then return code end
        local kind = type(constant)
        if constant == "__mode" or kind == "table" and rawget(constant, "__mode") ~= nil then
            error("weak tables are not available to voice scripts (__mode)", 0)
        end
        if kind == "proto" then refuse_weak(constant) end
    end
end

local function compile_safely(path)
    local code = compile(path)
    return environment and refuse_weak(code) or code
end

--- A script: its chunk, and the modules beside it that its instances have required.
function calls.script(path, directory, shown)
    return { chunk = compile_safely(path), directory = directory, shown = shown, modules = {}, makers = {} }
end

-- Modules of LuaJIT that a script may expect.
local outside = { coroutine = true, debug = true, ffi = true, io = true, jit = true, os = true, package = true }

-- Runs a script's chunk in an environment of its own; returns what it returns, and the environment.
local function run(script)
    if not environment then
        local own = setmetatable({}, { __index = globals })
        own._G = own
        own.require = function(name) return name == "dsp" and dsp or raw_require(name) end
        return setfenv(script.chunk, own)(), own
    end
    local own
    local loaded = {}
    local function require_module(name)
        if name == "dsp" then
            -- A proxy for the shared library, so that rawset cannot change a shared table.
            if not loaded.dsp then loaded.dsp = setmetatable({}, getmetatable(dsp)) end
            return loaded.dsp
        end
        if outside[name] then
            error(name .. " is not available to voice scripts (forerun --trust opens the whole language)", 2)
        end
        if type(name) ~= "string" or not find(name, "^[%w_%-]+$") then
            error("require: give \"dsp\" or the name of a file beside this script, without .lua and without folders", 2)
        end
        local value = loaded[name]
        if value == require_module then error("require: " .. name .. " requires itself", 2) end
        if value ~= nil then return value end
        loaded[name] = require_module
        local module = script.modules[name]
        if not module then
            module = compile_safely(script.directory .. "/" .. name .. ".lua")
            script.modules[name] = module
        end
        value = setfenv(module, own)(name)
        if value == nil then value = true end
        loaded[name] = value
        return value
    end
    own = environment(script.shown, require_module)
    return setfenv(script.chunk, own)(), own
end

calls.run = run

-- So that no compiled code refers to one script's `require`; see survey.lua.
for _ = 1, 4 do
    run({ chunk = function() end, shown = "" })
end

local function ended(self)
    return self.amp:ended()
end

local function release_amp(self)
    local amp = self.amp
    if amp then amp:release() end
end

--- One run of a script: everything that a note needs.
function calls.instance(script, parameter_names)
    local voice, own = run(script)
    if type(voice) ~= "table" then error("the script must return a table (a voice)", 0) end
    local loop, prime = runner(voice, world, script.makers)
    local sound = voice.sample or voice.render
    local plan = survey({ sound, voice.control, voice.release, voice.done }, own)
    return {
        plan = plan,
        looks_at_time = plan.clock,
        start = voice.start,
        release = voice.release or release_amp,
        done = voice.done or ended,
        says_done = voice.done ~= nil,
        says_release = voice.release ~= nil,
        sound = sound,
        loop = loop,
        prime = prime,
        names = parameter_names,
    }
end

-- Metatable of parameters: called for unknown names only, so it costs nothing otherwise.
local function parameters_meta(names)
    if not names.meta then
        local all = #names == 0 and "the voice declares none" or "there are " .. concat(names, ", ")
        names.meta = {
            __index = function(_, name)
                error(format('self.parameters has no "%s"; %s', shown(name), all), 2)
            end,
            __metatable = false,
        }
    end
    return names.meta
end

-- Unknown fields of a note are errors, except release_velocity, which is nil before the release.
local note_fields = { "frequency", "key", "release_velocity", "velocity" }
local note_meta = {
    __index = function(_, name)
        if name == "release_velocity" then return nil end
        error(format('note has no "%s"%s', shown(name), nearest(name, note_fields)), 2)
    end,
    __metatable = false,
}

local function has_method(object, name)
    local known, method = pcall(function() return object[name] end)
    return known and method ~= nil
end

--- Starts a note; returns the voice's self. What follows: a value for each of `controls`, then one for each parameter.
function calls.start(instance, key, velocity, frequency, quality, ...)
    local names, parameters = instance.names, {}
    for i = 1, #names do
        parameters[names[i]] = (select(#controls + i, ...))
    end
    setmetatable(parameters, parameters_meta(names))
    local note = { key = key, velocity = velocity, frequency = frequency }
    setmetatable(note, note_meta)
    -- release needs the note even if the script has replaced self.note.
    instance.note = note
    local self = {
        parameters = parameters,
        note = setmetatable({ key = key, velocity = velocity, frequency = frequency }, note_meta),
        quality = quality,
        clock = clock,
        frequency = frequency,
    }
    for i = 1, #controls do
        self[controls[i]] = (select(i, ...))
    end
    self.frequency = frequency * self.bend
    local start = instance.start
    if start then start(self, note) end
    local amp = self.amp
    if not instance.says_done and not has_method(amp, "ended") then
        error("nothing says when the voice is done: set self.amp = dsp.adsr(...) in start, or add a function done(self)", 0)
    end
    if amp and not instance.says_release and not has_method(amp, "release") then
        local kind = type(amp) == "cdata" and tostring(amp) or "a " .. type(amp)
        error("self.amp is " .. kind .. " and cannot be released: use dsp.adsr, "
            .. "or add a function release(self, note), which may be empty", 0)
    end
    return self
end

--- Runs a script's loop at the current quality until just before it is hot, without calling the script; see LuaHost::warm.
function calls.prime(instance, frames)
    if instance.prime then instance.prime(0, 0, frames) end
end

--- Sets pitch and bend: self.frequency is their product.
function calls.pitch(self, frequency, bend)
    self.bend = bend
    self.frequency = frequency * bend
end

--- Copies the state that the voice's frames may change into a slot; returns a reason when that is impossible.
function calls.save(instance, self, slot)
    return checkpoints.save(instance.plan, self, slot)
end

function calls.restore(instance, slot)
    checkpoints.restore(instance.plan, slot)
end

calls.forget = checkpoints.forget
calls.carry = carry

-- The doubles of a dsp object whose type names all of them; nil for anything else.
local function doubles_of(object)
    local name = type(object) == "cdata" and match(tostring(ffi.typeof(object)), "struct fr_([%w_]+)")
    local bytes = name and ffi.sizeof("struct fr_" .. name)
    if not bytes or bytes == 0 then return nil end
    return ffi.cast("double *", object), bytes / 8
end

--- The memory of self.amp, for comparison; empty if it is not a dsp object.
function calls.amp_state(self)
    local memory, count = doubles_of(rawget(self, "amp"))
    return memory and ffi.string(memory, count * 8) or ""
end

--- The name of the first dsp object of self with a NaN; nil when there is none.
function calls.bad_object(self)
    local names = {}
    for name, value in next, self do
        if type(name) == "string" and type(value) == "cdata" then names[#names + 1] = name end
    end
    sort(names)
    for i = 1, #names do
        local memory, count = doubles_of(self[names[i]])
        for at = 0, (count or 0) - 1 do
            -- Infinity is valid: an envelope may have its end there.
            if memory[at] ~= memory[at] then return "self." .. names[i] .. " (" .. tostring(self[names[i]]) .. ")" end
        end
    end
end

--- The number of compiled traces.
function calls.traces()
    local count = 0
    for number = 1, 8000 do
        if traceinfo(number) then count = count + 1 end
    end
    return count
end

return calls
