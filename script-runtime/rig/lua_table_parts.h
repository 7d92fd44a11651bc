// Shared by the two parts of LuaTableReader.
#pragma once

#include <cstddef>
#include <lua.hpp>
#include <string>

namespace forerun {

inline constexpr std::size_t most_table_entries = 1024;  // of a list; each may require reading a voice
inline constexpr int table_slots = 8;                    // of the stack, that a function of LuaTableReader needs

inline void push_field(lua_State* lua, int index, const char* key) {
    lua_pushstring(lua, key);
    lua_rawget(lua, index);
}

inline bool is_control(char c) { return static_cast<unsigned char>(c) < 32 || c == 127; }

// A key in messages: scripts may use text of any length.
inline std::string shown_key(std::string key) {
    constexpr std::size_t longest = 60;
    if (key.size() > longest) key.replace(longest, key.npos, "...");
    return key;
}

}  // namespace forerun
