---@meta _
-- The globals that a script sees, for the editor (LuaLS). Never run. .luarc.json switches the editor's own `basic` and
-- `package` off, so that what the sandbox does not have (load, dofile, collectgarbage ...) is marked as unknown.
-- math, bit, string and table are the editor's own. docs/voices.md has the differences.

---The script's own globals: every note has its own.
---@class _G
_G = {}

---"Lua 5.1"
---@type string
_VERSION = ""

---`"dsp"`, or a Lua file beside this script: `require "shapes"` runs `shapes.lua`, once per note. No folders, no
---`.lua`.
---@param name string
---@return any
function require(name) end

---To standard error, at most 10 lines a second for each worker.
---@param ... any
function print(...) end

---Raises an error with the message if the value is false or nil; else returns all its arguments.
---@generic T
---@param value? T
---@param message? any
---@param ... any
---@return T
---@return any ...
function assert(value, message, ...) end

---Ends the note with this message.
---@param message any
---@param level? integer whose line is named: 1 this one (default), 2 the caller's
function error(message, level) end

---For loops over a list: 1, 2, ... up to the first nil.
---@generic T: table, V
---@param t T
---@return fun(table: V[], i?: integer): integer, V
---@return T
---@return integer i
function ipairs(t) end

---For loops over a table in a fixed order: numbers, then texts, then booleans; other keys are an error. Slow.
---@generic T: table, K, V
---@param t T
---@return fun(table: table<K, V>, index?: K): K, V
---@return T
function pairs(t) end

---The entry after `index`, in the order of `pairs`. Slow.
---@generic K, V
---@param table table<K, V>
---@param index? K
---@return K?
---@return V?
function next(table, index) end

---Calls `f`; false and the message if it fails. A call that does not return is interrupted all the same.
---@param f function
---@param ... any
---@return boolean success
---@return any result
---@return any ...
function pcall(f, ...) end

---As `pcall`, with a handler that is called after the error, not inside it: no traceback.
---@param f function
---@param handler function
---@param ... any
---@return boolean success
---@return any result
---@return any ...
function xpcall(f, handler, ...) end

---Equality without metamethods.
---@param a any
---@param b any
---@return boolean
function rawequal(a, b) end

---`t[key]` without metamethods.
---@param t table
---@param key any
---@return any
function rawget(t, key) end

---`t[key] = value` without metamethods.
---@param t table
---@param key any
---@param value any
---@return table
function rawset(t, key, value) end

---The arguments from the one numbered `n` on; their count if `n` is "#".
---@param n integer|"#"
---@param ... any
---@return any ...
function select(n, ...) end

---Weak tables (`__mode`) and `__gc` are refused.
---@param t table
---@param meta? table
---@return table
function setmetatable(t, meta) end

---The metatable of a table; false for everything else.
---@param t any
---@return any
function getmetatable(t) end

---A number from a text, or nil.
---@param value any
---@param base? integer 2 to 36, default 10
---@return number?
function tonumber(value, base) end

---A text from anything; tables and functions give their type, not an address.
---@param value any
---@return string
function tostring(value) end

---The type's name.
---@param value any
---@return "nil"|"number"|"string"|"boolean"|"table"|"function"|"cdata"
function type(value) end

---The elements of a list as separate values.
---@generic T
---@param list T[]
---@param first? integer default 1
---@param last? integer default #list
---@return T ...
function unpack(list, first, last) end
