-- The Lua part of a checkpoint: copies everything that a script's frames can change, except dsp objects, whose memory the
-- host copies. Trusted.
--
--   save(plan, self, slot)       copies into the table `slot`; nil, or why the voice cannot be rendered again
--   restore(plan, slot)          restores it
--   forget(slot)                 drops all references
--
-- A slot is a flat list: for each table the table itself, its number of entries, and these; then upvalues and globals.
-- Every save finds the tables again, from self and from the results of survey.lua, so tables that frames have created or
-- moved are copied, too.
local type, next, rawget, rawset = type, next, rawget, rawset
local getupvalue, setupvalue, getmetatable = debug.getupvalue, debug.setupvalue, debug.getmetatable
local has_clear, clear = pcall(require, "table.clear")
if not has_clear then
    clear = function(t) for key in next, t do t[key] = nil end end
end

local most_values = 8192

local checkpoints = {}

-- Tables to be copied, and the save in which each was found: a number per save, so that nothing needs to be cleared.
local met = setmetatable({}, { __mode = "k" })
local round = 0
local queue, queued = {}, 0

local function meet(plan, value)
    if met[value] == round or plan.constant[value] then return end
    met[value] = round
    queued = queued + 1
    queue[queued] = value
end

-- Values that the survey has not seen were created since: functions with state, tables with metatables.
local function look_at(plan, value, kind)
    if kind == "table" then
        if getmetatable(value) and not plan.seen[value] then plan.visit(getmetatable(value)) end
        meet(plan, value)
    elseif kind == "function" and not plan.seen[value] then
        plan.visit(value)
    end
end

function checkpoints.save(plan, self, slot)
    if plan.refusal then return plan.refusal end
    round = round + 1
    queued = 0
    local n = 0
    meet(plan, self)
    local tables = plan.tables
    for i = 1, #tables do meet(plan, tables[i]) end
    local cells = plan.cells
    for i = 1, #cells, 2 do
        local _, value = getupvalue(cells[i], cells[i + 1])
        local kind = type(value)
        if kind == "table" or kind == "function" then look_at(plan, value, kind) end
    end
    for name in next, plan.globals do
        local value = rawget(plan.environment, name)
        local kind = type(value)
        if kind == "table" or kind == "function" then look_at(plan, value, kind) end
    end
    local at = 1
    while at <= queued do
        local content = queue[at]
        queue[at] = false
        at = at + 1
        n = n + 2
        slot[n - 1] = content
        local head = n
        for key, value in next, content do
            slot[n + 1], slot[n + 2] = key, value
            n = n + 2
            local kind = type(value)
            if kind == "table" or kind == "function" then look_at(plan, value, kind) end
        end
        slot[head] = (n - head) / 2
        if n > 2 * most_values then
            plan.refusal = "keeps more than " .. most_values .. " values in tables; use dsp.delay for recorded sound"
            break
        end
    end
    for i = at, queued do queue[i] = false end
    slot.tables, slot.cells = n, #cells
    for i = 1, #cells, 2 do
        local _, value = getupvalue(cells[i], cells[i + 1])
        n = n + 1
        if value == nil then slot[n] = clear else slot[n] = value end
    end
    for name in next, plan.globals do
        local value = rawget(plan.environment, name)
        slot[n + 1] = name
        n = n + 2
        if value == nil then slot[n] = clear else slot[n] = value end
    end
    slot.last = n
    return plan.refusal
end

local saved = {}

-- Removes entries that were added since. That is rare, so count first.
local function drop_new(content, slot, first, count)
    local now = 0
    for _ in next, content do now = now + 1 end
    if now == count then return end
    clear(saved)
    for i = first, first + 2 * count - 2, 2 do saved[slot[i]] = true end
    for key in next, content do
        if not saved[key] then content[key] = nil end
    end
end

function checkpoints.restore(plan, slot)
    local n, last = 1, slot.tables
    while n < last do
        local content, count = slot[n], slot[n + 1]
        n = n + 2
        local first = n
        for _ = 1, count do
            rawset(content, slot[n], slot[n + 1])
            n = n + 2
        end
        drop_new(content, slot, first, count)
    end
    local cells = plan.cells
    for i = 1, slot.cells, 2 do
        local value = slot[n]
        if value == clear then value = nil end
        setupvalue(cells[i], cells[i + 1], value)
        n = n + 1
    end
    while n < slot.last do
        local value = slot[n + 1]
        if value == clear then value = nil end
        rawset(plan.environment, slot[n], value)
        n = n + 2
    end
end

function checkpoints.forget(slot)
    clear(slot)
end

return checkpoints
