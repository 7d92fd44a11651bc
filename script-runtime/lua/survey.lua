-- Finds out from a script's bytecode which state its frames can change. Trusted.
--
--   local survey = chunk(dsp)
--   local plan = survey(functions, environment)
--     functions     what the host calls while a note sounds: sample or render, control, release, done
--     environment   the script's globals
--
-- A plan has
--   cells       upvalues that are assigned: { function, index } pairs, one after the other
--   globals     names of globals that are assigned
--   tables      tables in upvalues and globals that may change, each once
--   constant    tables that cannot change, as keys
--   clock       whether self.clock may be read
--   refusal     why the voice cannot be rendered again from a checkpoint, with its line; nil when it can
-- checkpoints.lua copies these, and everything that `self` reaches.
--
-- Conservative: the code does not show which table an instruction accesses, so if any function that runs while the note
-- sounds stores by index, every table may change; if functions store by name only, tables with names may change.
local dsp = ...

local util = require "jit.util"
local funcbc, funcinfo, funck = util.funcbc, util.funcinfo, util.funck
local band, rshift = bit.band, bit.rshift
local getupvalue, upvalueid, getmetatable = debug.getupvalue, debug.upvalueid, debug.getmetatable
local type, next, rawget, format, find, loadstring = type, next, rawget, string.format, string.find, loadstring

local most_values = 4096 -- of all tables in upvalues together

-- The numbers of bytecodes differ between LuaJIT versions: taken from sample code.
local codes = {}
local function learn(text, pc, meaning)
    codes[band(funcbc(loadstring("local u; return function(a, b, c) " .. text .. " end")(), pc), 0xff)] = meaning
end
learn("u = a", 1, "upvalue")
learn("u = 's'", 1, "upvalue")
learn("u = 1", 1, "upvalue")
learn("u = true", 1, "upvalue")
learn("g = a", 1, "set_global")
learn("return g", 1, "get_global")
learn("a[b] = c", 1, "index")
learn("a[1] = c", 1, "index")
learn("a.x = c", 1, "name")
learn("return { a, b, c() }", 6, "index")

-- Functions that change their arguments, or have state that cannot be copied.
local refused_globals = {
    _G = "reads _G", require = "calls require", rawset = "calls rawset", setmetatable = "calls setmetatable",
    setfenv = "calls setfenv", load = "calls load", loadstring = "calls loadstring", coroutine = "uses coroutines",
    ffi = "uses ffi", io = "uses io", os = "uses os", jit = "uses jit", debug = "uses debug", package = "uses package",
}

local function place(proto, pc)
    local info = funcinfo(proto, pc)
    return format("%s:%d", info.source:sub(2), info.currentline > 0 and info.currentline or info.linedefined)
end

local scans = setmetatable({}, { __mode = "k" })

-- The effects of one function's code, without nested functions.
local function scan(proto)
    local found = scans[proto]
    if found then return found end
    found = { upvalues = {}, set_globals = {}, get_globals = {}, children = {} }
    for pc = 1, 1e9 do
        local instruction = funcbc(proto, pc)
        if not instruction then break end
        local meaning = codes[band(instruction, 0xff)]
        if meaning == "upvalue" then
            found.upvalues[band(rshift(instruction, 8), 0xff) + 1] = place(proto, pc)
        elseif meaning == "set_global" then
            found.set_globals[funck(proto, -1 - rshift(instruction, 16))] = place(proto, pc)
        elseif meaning == "get_global" then
            found.get_globals[funck(proto, -1 - rshift(instruction, 16))] = place(proto, pc)
        elseif meaning == "index" then
            found.index = found.index or place(proto, pc)
        elseif meaning == "name" then
            found.name = found.name or place(proto, pc)
        end
    end
    for number = -1, -1e9, -1 do
        local constant = funck(proto, number)
        if constant == nil then break end
        if constant == "clock" then found.clock = true end
        if type(constant) == "proto" then found.children[#found.children + 1] = constant end
    end
    scans[proto] = found
    return found
end

-- Shared functions: they have no state of a voice.
local library = {}
local function learn_library(content)
    for _, value in next, content do
        if type(value) == "function" then library[value] = true end
    end
end
local dsp_meta = getmetatable(dsp)
if dsp_meta and type(dsp_meta.__index) == "table" then learn_library(dsp_meta.__index) end

local mutators = { insert = "table.insert", remove = "table.remove", sort = "table.sort" }

local function survey(functions, environment)
    local plan = { cells = {}, globals = {}, tables = {}, constant = {} }
    local seen, cells, reached = {}, {}, {}
    local stores_index, stores_name
    local environment_tables = { [environment] = true }
    local known = {}
    for name, value in next, environment do
        if type(value) == "function" then known[value] = name end
        if type(value) == "table" and (name == "math" or name == "string" or name == "table" or name == "bit") then
            environment_tables[value] = name
            for key, entry in next, value do
                if type(entry) == "function" then known[entry] = name == "table" and mutators[key] or true end
            end
        end
    end

    local function refuse(where, reason)
        plan.refusal = plan.refusal or (where and where .. ": " .. reason or reason)
    end

    -- Values to be visited, with places. A list, because tables may be nested a million levels deep.
    local waiting, waits = {}, 0
    local may_matter = { table = true, ["function"] = true, userdata = true, thread = true, cdata = true }

    local function visit(value, where)
        if not may_matter[type(value)] then return end
        waits = waits + 2
        waiting[waits - 1], waiting[waits] = value, where or false
    end

    -- Entries added since `from` are processed in the order in which they were added.
    local function reverse(from)
        local first, last = from + 1, waits - 1
        while first < last do
            waiting[first], waiting[last] = waiting[last], waiting[first]
            waiting[first + 1], waiting[last + 1] = waiting[last + 1], waiting[first + 1]
            first, last = first + 2, last - 2
        end
    end

    -- A function created while the note sounds may assign its creator's variables.
    local function assigns(proto)
        local found = scan(proto)
        if next(found.upvalues) then return true end
        for i = 1, #found.children do
            if assigns(found.children[i]) then return true end
        end
        return false
    end

    local function account(proto, fn)
        local found = scan(proto)
        stores_index = stores_index or found.index
        stores_name = stores_name or found.name
        plan.clock = plan.clock or found.clock
        for name, where in next, found.set_globals do plan.globals[name] = where end
        for name, where in next, found.get_globals do
            if refused_globals[name] then refuse(where, refused_globals[name] .. " while it sounds") end
            visit(rawget(environment, name), where)
        end
        for i = 1, #found.children do account(found.children[i], nil) end
        if not fn then return end
        local all = false
        for i = 1, #found.children do all = all or assigns(found.children[i]) end
        for index = 1, 1e9 do
            local name, value = getupvalue(fn, index)
            if not name then break end
            if (all or found.upvalues[index]) and not cells[upvalueid(fn, index)] then
                cells[upvalueid(fn, index)] = true
                plan.cells[#plan.cells + 1] = fn
                plan.cells[#plan.cells + 1] = index
            end
            visit(value, found.upvalues[index] or place(proto, 0))
        end
    end

    local function look_at(value, where)
        local kind = type(value)
        local before = waits
        if kind == "function" then
            if seen[value] or library[value] then return end
            seen[value] = true
            local of_library = known[value]
            if of_library then
                if refused_globals[of_library] then
                    refuse(where, refused_globals[of_library] .. " while it sounds")
                elseif of_library ~= true and find(of_library, "^table%.") then
                    stores_index = stores_index or where
                end
                return
            end
            local info = funcinfo(value)
            if info.source == "=host.instances" then return end -- the metatable function of self.parameters
            if not info.proto or find(info.source, "^=") then
                return refuse(where, "keeps a function that has state of its own")
            end
            account(info.proto, value)
            reverse(before)
        elseif kind == "table" then
            -- The arguments of table functions are not known.
            if environment_tables[value] == "table" then stores_index = stores_index or where end
            if seen[value] or environment_tables[value] then return end
            seen[value] = true
            local meta = getmetatable(value)
            if meta == dsp_meta then return end
            if meta then visit(meta, where) end
            reached[#reached + 1] = value
            if plan.complete then plan.tables[#plan.tables + 1] = value end
            for key, entry in next, value do
                visit(key, where)
                visit(entry, where)
            end
            reverse(before)
        elseif kind == "userdata" or kind == "thread" then
            refuse(where, "keeps a " .. kind)
        elseif kind == "cdata" and type(tonumber(value)) ~= "number" and not find(tostring(value), "^dsp%.") then
            if tostring(value) ~= "out" then refuse(where, "keeps memory of its own (cdata)") end
        end
    end

    local function look_at_all()
        while waits > 0 do
            local value, where = waiting[waits - 1], waiting[waits]
            waiting[waits - 1], waiting[waits] = false, false
            waits = waits - 2
            look_at(value, where or nil)
        end
    end

    for i = 1, #functions do
        local fn = functions[i]
        if type(fn) == "function" and not library[fn] then
            local info = funcinfo(fn)
            if info.proto and not find(info.source, "^=") then
                seen[fn] = true
                account(info.proto, fn)
                reverse(0)
                look_at_all()
            elseif not info.proto then
                refuse(nil, "is a function of C")
            end
        end
    end
    local values = 0
    for i = 1, #reached do
        local content, named, count = reached[i], false, 0
        for key in next, content do
            named = named or type(key) ~= "number"
            count = count + 1
        end
        if stores_index or stores_name and (named or count == 0) then
            plan.tables[#plan.tables + 1] = content
            values = values + count
        else
            plan.constant[content] = true
        end
    end
    if values > most_values then
        refuse(stores_index or stores_name, format("stores into tables while %d values lie in tables outside self", values))
    end

    -- For functions created later: one that stores makes every table changeable.
    plan.environment, plan.seen, plan.complete = environment, seen, true
    function plan.visit(value)
        local index, name = stores_index, stores_name
        visit(value)
        look_at_all()
        if index == stores_index and name == stores_name then return end
        for content in next, plan.constant do plan.tables[#plan.tables + 1] = content end
        plan.constant = {}
    end
    return plan
end

-- LuaJIT specialises compiled code to one closure until a function has been created this often. Such code would keep a reference
-- to the script that was surveyed then.
for _ = 1, 4 do
    survey({}, {})
end

return survey
