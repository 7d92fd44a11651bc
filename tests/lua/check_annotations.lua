-- What editors show (scripts/editor) is what there is: every constructor, method, function and global with its
-- arguments and defaults, every field of voices, rigs, self and note with its limits and choices, and nothing else.
--
-- The library is asked by running its files with a kit that listens, the sandbox by making one environment. What the
-- engine accepts stands in C++ (refuse_unknown, number, integer, choice) and is read from there.
return function(host, check, mock, folder)
    local root = folder .. "/../.."

    local function text_of(path)
        local file = assert(io.open(root .. "/" .. path))
        local text = file:read("*a")
        file:close()
        return text
    end

    -- The annotation files -------------------------------------------------------------------------------------------

    -- classes[name] = { text, fields = { [name] = { type, text, optional } }, methods = { [name] = a function } }
    -- functions["dsp.saw"] = { text, arguments = { names }, params = { { name, optional, text } }, returns }
    local classes, functions = {}, {}

    local function read_function(block, owner, separator, name, arguments, class_of)
        local entry = { text = block.text, arguments = arguments, params = block.params, returns = block.returns }
        if separator == ":" then
            class_of[owner].methods[name] = entry
        else
            functions[owner and owner .. "." .. name or name] = entry
        end
    end

    -- The type of a field ends at the first space outside brackets that no comma, colon or bar comes before.
    local function split_type(rest)
        local depth = 0
        for i = 1, #rest do
            local c = rest:sub(i, i)
            if c:find("[%(<{]") then depth = depth + 1 elseif c:find("[%)>}]") then depth = depth - 1 end
            if c == " " and depth == 0 and not rest:sub(i - 1, i - 1):find("[,:|]") then
                return rest:sub(1, i - 1), rest:sub(i + 1)
            end
        end
        return rest, ""
    end

    local function read_annotations(path)
        local text = text_of(path)
        check.that(loadfile(root .. "/" .. path) ~= nil, path .. " is Lua")
        check.that(text:find("^%-%-%-@meta [%w_]+\n") ~= nil, path .. " begins with ---@meta and a name")
        local class_of, block = {}, nil
        for line in text:gmatch("([^\n]*)\n") do
            local note = line:match("^%-%-%-(.*)")
            if note then
                block = block or { text = "", params = {}, returns = {} }
                local tag, rest = note:match("^@(%w+)%s*(.*)")
                if tag == "class" then
                    local name = rest:gsub("^%(exact%) ", ""):match("^[%w_.]+")
                    block.class = { text = block.text, fields = {}, methods = {} }
                    check.that(not classes[name], name .. " is described once")
                    classes[name] = block.class
                elseif tag == "field" then
                    local name, optional, after = rest:match("^([%w_%[%]]+)(%??) (.*)")
                    local kind, said = split_type(after)
                    block.class.fields[name] = { kind = kind, optional = optional == "?", text = said }
                elseif tag == "param" then
                    local name, optional, after = rest:match("^([%w_.]+)(%??) (.*)")
                    local _, said = split_type(after)
                    block.params[#block.params + 1] = { name = name, optional = optional == "?", text = said }
                elseif tag == "return" then
                    block.returns[#block.returns + 1] = rest
                elseif not tag then
                    block.text = block.text .. note
                end
            elseif block then
                local variable = line:match("^local ([%w_]+) = {}$")
                local owner, separator, name, list = line:match("^function ([%w_]+)([.:])([%w_]+)%((.-)%) end$")
                if not owner then name, list = line:match("^function ([%w_]+)%((.-)%) end$") end
                if variable then
                    class_of[variable] = block.class
                elseif name then
                    local arguments = {}
                    for argument in list:gmatch("[%w_.]+") do arguments[#arguments + 1] = argument end
                    read_function(block, owner, separator, name, arguments, class_of)
                elseif line:find("^[%w_]+ = ") then
                    functions[line:match("^[%w_]+")] = { text = block.text, arguments = {}, params = {}, returns = {} }
                end
                block = nil
            end
        end
    end

    for _, name in ipairs { "dsp", "objects", "voice", "rig", "sandbox" } do
        read_annotations("scripts/editor/" .. name .. ".lua")
    end

    -- Comparing ------------------------------------------------------------------------------------------------------

    local function keys_of(values)
        local keys = {}
        for key in pairs(values) do keys[#keys + 1] = key end
        table.sort(keys)
        return keys
    end

    local function same_names(documented, known, what)
        for _, name in ipairs(keys_of(known)) do
            check.that(documented[name] ~= nil, what .. ": " .. name .. " is documented")
        end
        for _, name in ipairs(keys_of(documented)) do
            check.that(known[name] ~= nil, what .. ": " .. name .. " exists")
        end
    end

    -- arguments: names; defaults: [name] = number or true (may be left out, no number)
    local function same_arguments(entry, arguments, defaults, what)
        local said = {}
        for i, param in ipairs(entry.params) do said[i] = param.name end
        check.that(table.concat(entry.arguments, ", ") == table.concat(arguments, ", "), what .. ": arguments",
            table.concat(entry.arguments, ", ") .. " / " .. table.concat(arguments, ", "))
        check.that(table.concat(said, ", ") == table.concat(arguments, ", "), what .. ": every argument has its @param",
            table.concat(said, ", "))
        for _, param in ipairs(entry.params) do
            local default = defaults[param.name]
            check.that(param.optional == (default ~= nil), what .. ": " .. param.name .. " is marked optional if it is")
            if type(default) == "number" then
                local shown = tonumber(param.text:match("default (%-?[%d.]*%d)"))
                check.that(shown == default, what .. ": default of " .. param.name, shown)
            end
        end
        check.that(#entry.text > 5, what .. " has a description")
    end

    local function arguments_of(call)
        local names, count = {}, debug.getinfo(call, "u").nparams
        for i = 1, count do names[i] = debug.getlocal(call, i) end
        if names[1] == "self" then table.remove(names, 1) end
        return names
    end

    -- The library ----------------------------------------------------------------------------------------------------

    local methods_of, defaults_of = {}, {}      -- by file
    local file_read
    local function note_default(label, default)
        defaults_of[file_read][label:match("[%w_]+$")] = default
        return default
    end
    local listening = {
        ffi = require "ffi", world = host.world, rate_hz = 48000, prewarp = function() end,
        define = function(_, _, methods)
            methods_of[file_read] = methods
            return function() return {} end
        end,
        number = function(label, _, default) return note_default(label, default) end,
        positive = function(label, _, default) return note_default(label, default) end,
        centred_phase = function() return note_default("start_phase", 0) end,
        room_bytes = function() return 2 ^ 30 end,
        random_bits = function() return 1 end,
    }
    local function chunk_of(name) return assert(loadfile(root .. "/scripts/dsp/" .. name .. ".lua")) end
    listening.elementary = chunk_of("elementary")(listening)

    local library, plain = debug.getmetatable(host.dsp).__index, {}
    for _, helper in ipairs(chunk_of("helpers")(listening)) do plain[helper.name] = true end

    local known_functions, known_objects, known_fields = {}, {}, {}
    for name, value in pairs(library) do
        if type(value) == "function" then
            known_functions["dsp." .. name] = value
            if not plain[name] then known_objects[name] = value end
        else
            known_fields[name] = value
        end
    end
    local documented_functions, documented_globals = {}, {}
    for name, entry in pairs(functions) do
        if name:find("^dsp%.") then documented_functions[name] = entry else documented_globals[name] = entry end
    end
    same_names(documented_functions, known_functions, "dsp")
    same_names(classes.dsp.fields, known_fields, "dsp")

    local documented_objects = {}
    for name, class in pairs(classes) do
        local object = name:match("^dsp%.(.+)")
        if object then documented_objects[object] = class end
    end
    same_names(documented_objects, known_objects, "objects of dsp")

    for name in pairs(known_objects) do
        file_read, defaults_of[name] = name, {}
        chunk_of(name)(listening)()
    end
    for name, call in pairs(known_functions) do
        local short, entry = name:sub(5), functions[name]
        if entry and known_objects[short] then
            same_arguments(entry, arguments_of(call), defaults_of[short], name)
            check.that(table.concat(entry.returns) == name, name .. " returns its own class")
        elseif entry then
            same_arguments(entry, arguments_of(call), {}, name)
            check.that(#entry.returns == select("#", call(1, 1, 1)), name .. ": as many values as it returns")
        end
    end

    for name in pairs(known_objects) do
        local class, methods = classes["dsp." .. name] or { methods = {}, text = "" }, methods_of[name]
        local source = text_of("scripts/dsp/" .. name .. ".lua")
        check.that(#class.text > 5, "dsp." .. name .. " has a description")
        same_names(class.methods, methods, "methods of dsp." .. name)
        for method, call in pairs(methods) do
            local defaults = {}
            local indent, rest = source:match("\n( *)function [%w_]+:" .. method .. "(%(.*)")
            local body = rest:match("^.-\n" .. indent .. "end\n")
            for _, argument in ipairs(arguments_of(call)) do
                local default = body:match("%f[%w_]" .. argument .. " or ([%d.]+)")
                if default or body:find("if " .. argument .. " then", 1, true) then
                    defaults[argument] = tonumber(default) or true
                end
            end
            if class.methods[method] then
                same_arguments(class.methods[method], arguments_of(call), defaults, "dsp." .. name .. ":" .. method)
                local gives = body:find("%f[%w]return%f[%W] *[^\n ]") ~= nil
                local said = #class.methods[method].returns > 0
                check.that(said == gives, "dsp." .. name .. ":" .. method .. ": @return, if it returns anything")
            end
        end
    end

    -- Voices and rigs ------------------------------------------------------------------------------------------------

    local function accepted(path, reader, class_name)
        local source = text_of(path)
        local constants = {}
        for list in source:gmatch("constexpr %a+ ([^;]+);") do
            for name, value in list:gmatch("([%w_]+) = (%-?[%w.]+)") do constants[name] = tonumber(value) end
        end
        local body = source:match("\n%w[^\n]- " .. reader .. "(%b()%s*%b{})")
        local class, known = classes[class_name] or { fields = {} }, {}
        for name in body:match("refuse_unknown(%b())"):gmatch('"([%w_]+)"') do known[name] = true end
        check.that(next(known) ~= nil, reader .. ": keys were found")
        same_names(class.fields, known, class_name)
        local function said(name) return (class.fields[name] or { text = "" }).text end

        local limits = body
        if class_name == "Instrument" then limits = limits .. source:match("read_channels(%b()%s*%b{})") end
        for name, low, high in limits:gmatch('[.]%a+%("([%w_]+)", ([%w_%-.]+), ([%w_%-.]+)%)') do
            low, high = constants[low] or tonumber(low), constants[high] or tonumber(high)
            if high < 1e9 then
                check.that(said(name):find(low .. " to " .. high, 1, true) ~= nil,
                    class_name .. "." .. name .. ": from " .. low .. " to " .. high, said(name))
            end
        end
        for name, low in body:gmatch('read_range%(table, "([%w_]+)", (%d+)') do
            check.that(said(name):find(low .. " to 127", 1, true) ~= nil, class_name .. "." .. name .. ": its range")
        end
        for name, list in body:gmatch('choice%("([%w_]+)", (%b{})') do
            local kind = list:gsub("[{}]", ""):gsub(", ", "|")
            check.that(class.fields[name] and class.fields[name].kind == kind, class_name .. "." .. name .. ": choices",
                kind)
        end
        for name in (body:match("for %(const char%* name : (%b{})%)") or ""):gmatch('"([%w_]+)"') do
            local kind = (class.fields[name] or { kind = "" }).kind
            check.that(kind:find("^fun%(self: Self") ~= nil, class_name .. "." .. name .. ": a function")
        end
        for name, field in pairs(class.fields) do
            check.that(#field.text > 5, class_name .. "." .. name .. " has a description")
        end
    end
    local voice_source, rig_source = "script-runtime/rig/voice_description.cpp", "script-runtime/rig/rig_file.cpp"
    accepted(voice_source, "read_voice_description", "Voice")
    accepted(voice_source, "read_parameter", "Parameter")
    accepted(rig_source, "read_rig", "Rig")
    accepted(rig_source, "read_bus", "Bus")
    accepted(rig_source, "read_instrument", "Instrument")
    accepted(rig_source, "read_tuning", "Tuning")
    accepted("script-runtime/rig/rig_controllers.cpp", "read_macros", "Macro")
    accepted("script-runtime/rig/rig_presets.cpp", "read_presets", "Preset")
    accepted("script-runtime/rig/rig_set.cpp", "read_rig_set", "RigSet")

    local instances = text_of("script-runtime/lua/instances.lua")
    local function given(variable, class_name, more)
        local known = more
        local list = instances:match("\n    local " .. variable .. " = (%b{})"):sub(2, -2):gsub("%b{}", "table")
        for name in list:gmatch("([%w_]+) =") do known[name] = true end
        same_names(classes[class_name].fields, known, class_name)
    end
    given("note", "Note", { release_velocity = true })
    local of_self = { amp = true, ["[string]"] = true }
    local rows = text_of("shared/messages/voice_controls.h"):match("voice_controls(%b{})")
    for name in rows:gmatch('{"([%w_]+)"') do of_self[name] = true end
    given("self", "Self", of_self)

    local runner, sides = text_of("script-runtime/lua/runner.lua"), { ["[integer]"] = true }
    for name in runner:match("view%(\"fr_out\", left, (%b{})%)"):gmatch("([%w_]+) =") do sides[name] = true end
    same_names(classes.Output.fields, sides, "Output")

    -- The sandbox ----------------------------------------------------------------------------------------------------

    local ffi, text_meta = require "ffi", debug.getmetatable("")
    local saved_index, saved_lock = text_meta.__index, text_meta.__metatable
    local view = ffi.new("struct { void *voice; int32_t rendering; }")
    local function part(name) return assert(loadfile(root .. "/script-runtime/lua/" .. name .. ".lua")) end
    local make = part("sandbox")(ffi.cast("void *", view), print, function() return true end, part("sandbox_text"), part("sandbox_tables"),
        part("sandbox_numbers"))
    local there = make("script", require)
    text_meta.__index, text_meta.__metatable = saved_index, saved_lock      -- the sandbox has its own for texts

    local settings = text_of("scripts/.luarc.json")
    local function is_off(name) return settings:find('"' .. name .. '": "disable"', 1, true) ~= nil end
    local names, known_globals = {}, {}
    for name in next, _G do names[name] = true end
    for name in next, there do names[name] = true end
    for name in pairs(names) do
        local is_library = type(rawget(there, name) or _G[name]) == "table" and name ~= "_G"
        if rawget(there, name) == nil then
            if is_library and package.loaded[name] == _G[name] and name ~= "arg" then
                check.that(is_off(name), ".luarc.json switches " .. name .. " off")
            end
        elseif is_library then
            check.that(not is_off(name), ".luarc.json leaves " .. name .. " on")
        else
            known_globals[name] = true
        end
    end
    same_names(documented_globals, known_globals, "globals")
    for name, entry in pairs(documented_globals) do
        local said = {}
        for i, param in ipairs(entry.params) do said[i] = param.name end
        check.that(table.concat(said, ", ") == table.concat(entry.arguments, ", "), name .. ": arguments and @param")
    end
    -- `load`, `dofile` and `require` are in these two; sandbox.lua has what is left of them.
    check.that(is_off("basic") and is_off("package") and is_off("ffi"), ".luarc.json switches basic, package, ffi off")
    check.that(settings:find('"version": "LuaJIT"', 1, true) ~= nil, ".luarc.json: LuaJIT")
    check.that(settings:find('"library": %["editor"%]') ~= nil, ".luarc.json: the annotations are found")

    -- One place only: annotations in the library's own files would be a second truth.
    for _, name in ipairs { "init", "kit", "elementary", "helpers", "prewarp", unpack(keys_of(known_objects)) } do
        check.that(not text_of("scripts/dsp/" .. name .. ".lua"):find("---@", 1, true), "scripts/dsp/" .. name
            .. ".lua has no annotations of its own")
    end
end
