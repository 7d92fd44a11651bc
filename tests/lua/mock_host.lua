-- A host for the dsp library and voice scripts under plain luajit: what script-runtime does, without threads, sandbox,
-- pools or guards. Each voice's arena lies between two canaries.
--
--   local host = dofile("tests/lua/mock_host.lua").new(root, rate_hz)
--   local voice = host:voice(path, { key = 60, velocity = 1, seed = 1, quality = 2 })
--   voice:render(frames)          appends to voice.left and voice.right (Lua tables), in quanta of 64
--   voice:release()   voice:done()   voice:intact()
local ffi = require "ffi"

local canary_bytes, arena_bytes = 4096, 262144

local Voice, Host = {}, {}
Voice.__index, Host.__index = Voice, Host

local function new(root, rate_hz)
    local host = setmetatable({ root = root, chunks = {}, makers = {} }, Host)
    local function load_module(name)
        return assert(loadfile(root .. "/scripts/dsp/" .. name .. ".lua"))
    end
    -- Same layout as fr_world: the library declares the type itself, but only once it runs.
    host.world_memory = ffi.new("struct { void *voice; double rate_hz; float *left; float *right; int32_t reach_frames; \
        struct { double tempo; double beat; int32_t is_playing; } clock; int32_t out_first; int32_t out_frames; }")
    host.left, host.right = ffi.new("float[64]"), ffi.new("float[64]")
    host.world_memory.rate_hz, host.world_memory.reach_frames = rate_hz, 32704
    host.world_memory.left, host.world_memory.right = host.left, host.right
    local pointer = ffi.cast("void *", host.world_memory)
    host.dsp = load_module("init")(pointer, load_module, function() end, function() return "" end)
    host.world = ffi.cast("fr_world *", pointer)
    host.runner = assert(loadfile(root .. "/script-runtime/lua/runner.lua"))(function() end)
    return host
end

--- Memory of a voice, and the library's attention on it. For checks that use dsp objects without a script.
function Host:memory(seed, quality, lines_bytes)
    lines_bytes = lines_bytes or 0
    local used_bytes = arena_bytes + lines_bytes
    local bytes = ffi.new("uint8_t[?]", used_bytes + 2 * canary_bytes)
    ffi.fill(bytes, canary_bytes, 0xa5)
    ffi.fill(bytes + canary_bytes + used_bytes, canary_bytes, 0xa5)
    local memory = ffi.new("fr_voice")
    memory.arena, memory.arena_capacity_bytes = bytes + canary_bytes, arena_bytes
    memory.lines.memory, memory.lines.capacity_bytes = memory.arena + arena_bytes, lines_bytes
    memory.quality = quality or 2
    for i = 0, 3 do memory.rng_state[i] = (seed or 1) * 7919 + i * 104729 + 1 end
    self.world.voice = memory
    self.newest = { memory = memory, bytes = bytes, used_bytes = used_bytes }    -- the world alone would not keep it alive
    return self.newest
end

function Host.intact(_, memory)
    for i = 0, canary_bytes - 1 do
        if memory.bytes[i] ~= 0xa5 or memory.bytes[canary_bytes + memory.used_bytes + i] ~= 0xa5 then return false end
    end
    return true
end

--- `script` is a path below root, or a function that returns the instance table.
function Host:voice(script, note)
    local chunk = self.chunks[script]
    if type(script) == "function" then
        chunk = script
    elseif not chunk then
        chunk = assert(loadfile(self.root .. "/" .. script))
        setfenv(chunk, setmetatable({ require = function() return self.dsp end }, { __index = _G }))
        for _ = 1, 4 do chunk() end     -- see runner.lua
        self.chunks[script] = chunk
    end
    local voice = setmetatable({ host = self, left = {}, right = {}, frame = 0 }, Voice)
    local instance = chunk()
    voice.instance, voice.memory = instance, self:memory(note.seed, note.quality)
    local state = { bend = 1, pressure = 0, modulation = 0, timbre = 0.5, quality = note.quality or 2, parameters = {} }
    for name, parameter in pairs(instance.parameters or {}) do state.parameters[name] = parameter.default end
    local hz = note.frequency or 440 * 2 ^ ((note.key - 69) / 12)
    state.frequency, state.note = hz, { key = note.key, velocity = note.velocity or 1, frequency = hz }
    voice.self = state
    instance.start(state, state.note)
    voice.run = self.runner(instance, ffi.cast("void *", self.world_memory), self.makers)
    return voice
end

--- Renders one part of a quantum. parts: frames of each call, adding up to 64; nil for a whole quantum.
function Voice:quantum(parts)
    local host, first = self.host, 0
    host.world.voice = self.memory.memory
    for i = 1, parts and #parts or 1 do
        local n = parts and parts[i] or 64
        self.memory.memory.frame = self.frame + first
        self.run(self.self, first, n)
        first = first + n
    end
    local count = #self.left
    for i = 0, 63 do
        self.left[count + i + 1] = host.left[i]
        self.right[count + i + 1] = self.instance.channels == 2 and host.right[i] or host.left[i]
    end
    self.frame = self.frame + 64
end

function Voice:render(frames, parts)
    for _ = 1, frames, 64 do self:quantum(parts) end
end

function Voice:set_quality(level)
    self.memory.memory.quality, self.self.quality = level, level
end

function Voice:release()
    self.host.world.voice = self.memory.memory
    if self.instance.release then self.instance.release(self.self) end
end

function Voice:done()
    self.host.world.voice = self.memory.memory
    if self.instance.done then return self.instance.done(self.self) end
    return self.self.amp:ended()
end

function Voice:intact()
    return self.host:intact(self.memory)
end

return { new = new, arena_bytes = arena_bytes }
