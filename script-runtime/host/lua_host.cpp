#include "script-runtime/host/lua_host.h"

#include <fmt/format.h>

#include <algorithm>

#include "script-runtime/host/lua_host_parts.h"
#include "script-runtime/rig/lua_table_reader.h"
#include "script-runtime/rig/named_file.h"
#include "script-runtime/rig/rig_file.h"
#include "script-runtime/rig/rig_set.h"
#include "script-runtime/rig/voice_description.h"
#include "script-runtime/sandbox/lua_stack.h"
#include "script-runtime/sandbox/thread_time.h"
#include "shared/bad_input.h"
#include "shared/files/real_path.h"

namespace forerun {
namespace fs = std::filesystem;
namespace {

// LuaJIT specialises compiled code to one closure until a function has been created more often than this. A script's chunk runs
// that often before its first note, so that all notes share traces.
constexpr int runs_before_first_note = 4;
constexpr std::int64_t longest_chunk_runs_nanoseconds = 50'000'000;

}  // namespace

bool LuaHost::Impl::push_script(const fs::path& file, const std::string& shown) {
    enter_chunk();
    sandbox.push(Sandbox::script);
    lua_pushstring(lua, file.c_str());
    lua_pushstring(lua, file.parent_path().c_str());
    lua_pushstring(lua, shown.c_str());
    return state.call(3, 1, shown);
}

void LuaHost::Impl::evaluate(const fs::path& file, const std::string& shown, bool may_print) {
    if (!push_script(file, shown)) throw BadInput(state.error());
    view.quiet = may_print ? 0 : 1;
    sandbox.push(Sandbox::run);
    lua_insert(lua, -2);
    if (!state.call(1, 1, shown)) throw BadInput(state.error());
}

LuaHost::LuaHost(const LuaHostOptions& options) : impl_(std::make_unique<Impl>(options)) {
    if (impl_->options.on_compiler) watch_compiler(impl_->lua, impl_->options.on_compiler);
    impl_->state.collect_all();
}
LuaHost::~LuaHost() = default;

InstrumentDescription LuaHost::describe(const fs::path& script) {
    const StackKeeper keeper(impl_->lua);
    const auto file = absolute_path(script);
    const auto shown = shown_path(file);
    impl_->evaluate(file, shown, true);
    auto description = read_voice_description(impl_->lua, file, shown);
    if (impl_->options.on_described) impl_->options.on_described(description);
    return description;
}

bool LuaHost::is_rig(const fs::path& given) {
    const StackKeeper keeper(impl_->lua);
    const auto file = absolute_path(given);
    const auto shown = shown_path(file);
    impl_->evaluate(file, shown, false);
    if (!lua_istable(impl_->lua, -1)) return false;
    const LuaTableReader table(impl_->lua, -1, shown);
    return table.has("instruments") || table.has("rigs") ||
           !(table.has("start") || table.has("sample") || table.has("render"));
}

void LuaHost::read_table(const fs::path& given, const std::function<void(const LuaTableReader&)>& read) {
    const StackKeeper keeper(impl_->lua);
    const auto file = absolute_path(given);
    const auto shown = shown_path(file);
    impl_->evaluate(file, shown, true);
    if (!lua_istable(impl_->lua, -1)) throw BadInput(shown + ": returns no table");
    read(LuaTableReader(impl_->lua, -1, shown));
}

Rig LuaHost::evaluate_rig(const fs::path& file) { return evaluate_rig(file, false); }

Rig LuaHost::evaluate_rig(const fs::path& given, bool in_set) {
    const StackKeeper keeper(impl_->lua);
    const auto file = absolute_path(given);
    const auto shown = shown_path(file);
    impl_->evaluate(file, shown, true);
    if (lua_istable(impl_->lua, -1) && LuaTableReader(impl_->lua, -1, shown).has("rigs")) {
        const LuaTableReader table(impl_->lua, -1, shown);
        if (in_set) table.fail("is a set itself; name its rigs in the other set");
        return read_rig_set(table, file.stem().string(), [&](const std::string& name) {
            auto found = impl_->sandbox.find_voice(name, file.parent_path());
            if (found.empty()) found = impl_->sandbox.find_voice("rigs/" + name, file.parent_path());
            if (found.empty()) table.fail(fmt::format("there is no rig \"{}\"; check the name", name));
            return named_by_rig(found, file, name, impl_->options.script_path, impl_->options.trust,
                                [&] { return evaluate_rig(found, true); });
        });
    }
    const auto describe_voice = [&](const std::string& voice) {
        const auto script = impl_->sandbox.find_voice(voice, file.parent_path());
        if (script.empty()) {
            std::string looked = shown_path(file.parent_path());
            for (const auto& folder : impl_->options.script_path) looked += ", " + folder.string();
            throw BadInput(
                fmt::format("there is no voice \"{}\" in {}; check the name or set FORERUN_PATH", voice, looked));
        }
        auto description = named_by_rig(script, file, voice, impl_->options.script_path, impl_->options.trust,
                                        [&] { return describe(script); });
        if (const auto place = impl_->sandbox.place_of_voice(voice, file.parent_path()); place != script)
            description.found_at = place;
        return description;
    };
    const auto read_text = [&](const std::string& name) {
        const auto path = (file.parent_path() / name).lexically_normal();
        if (!impl_->options.trust && !has_ending(path, {".scl", ".kbm"}))
            throw BadInput(fmt::format("\"{}\" must be a Scala file, with the ending .scl or .kbm", name));
        NamedText named{{}, shown_path(path)};
        if (!impl_->sandbox.read(path, named.shown, named.text)) throw BadInput(impl_->state.error());
        return named;
    };
    return read_rig(impl_->lua, shown, describe_voice, read_text);
}

void LuaHost::load_instrument(std::uint16_t index, const InstrumentDescription& description) {
    auto& host = *impl_;
    const StackKeeper keeper(host.lua);
    if (host.instruments.size() <= index) host.instruments.resize(index + 1u);
    auto& instrument = host.instruments[index];
    host.empty_pool(instrument);
    host.drop(instrument.script);
    host.drop(instrument.names);
    ++instrument.generation;
    instrument.description = description;
    instrument.shown = shown_path(description.script);
    instrument.broken = instrument.warmed = false;
    // Instruments with the same script share its compiled code; a rig has twenty guitars and one guitar.lua.
    const auto twin =
        std::find_if(host.instruments.begin(), host.instruments.end(), [&](const Impl::Instrument& other) {
            return other.script != LUA_NOREF && other.description.script == description.script &&
                   other.description.version == description.version;
        });
    instrument.shares_code = twin != host.instruments.end();
    if (instrument.shares_code) {
        host.push_reference(twin->script);
    } else if (!host.push_script(description.script, instrument.shown)) {
        throw BadInput(host.state.error());
    }
    instrument.script = host.pop_reference();
    lua_createtable(host.lua, static_cast<int>(description.parameters.size()), 0);
    for (std::size_t i = 0; i < description.parameters.size(); ++i) {
        lua_pushstring(host.lua, description.parameters[i].name.c_str());
        lua_rawseti(host.lua, -2, static_cast<int>(i + 1));
    }
    instrument.names = host.pop_reference();
    const ThreadTime time;
    const auto enough = time.nanoseconds() + longest_chunk_runs_nanoseconds;
    for (int i = 0; i < (instrument.shares_code ? 1 : runs_before_first_note); ++i) {
        if (i > 0 && time.nanoseconds() > enough) break;
        auto* instance = host.make(index);
        if (!instance) throw BadInput(host.state.error());
        instrument.pool.push_back(instance);
    }
}

// ---- Forwarded to the parts

void LuaHost::set_text(const fs::path& file, const std::string& text) { impl_->sandbox.set_text(file, text); }

float* LuaHost::left() noexcept { return impl_->left.data(); }
float* LuaHost::right() noexcept { return impl_->right.data(); }
const std::string& LuaHost::error() const noexcept { return impl_->state.error(); }
bool LuaHost::collect_step() { return impl_->state.collect_step(); }
void LuaHost::collect_all() { impl_->state.collect_all(); }
std::uint64_t LuaHost::lua_bytes() const noexcept { return impl_->state.bytes(); }
std::uint32_t LuaHost::state_bytes(const Instance& instance) const noexcept {
    return instance.memory.arena_used_bytes + instance.memory.lines.readable_bytes();
}
std::uint32_t LuaHost::traces() {
    impl_->sandbox.push(Sandbox::traces);
    if (!impl_->state.call(0, 1, "jit")) return 0;
    const auto count = static_cast<std::uint32_t>(lua_tointeger(impl_->lua, -1));
    lua_pop(impl_->lua, 1);
    return count;
}
void LuaHost::make_garbage(std::uint64_t bytes) {
    // Two numbers and the table's overhead.
    constexpr std::uint64_t bytes_of_a_table = 96;
    static const char kept_key = 0;
    const StackKeeper keeper(impl_->lua);
    if (!impl_->state.load(
            "local n, kept = ..., {} for i = 1, n do local t = { i, i } if i % 2 == 0 then kept[i / 2] = t "
            "end end return kept",
            "=garbage"))
        return;
    lua_pushnumber(impl_->lua, static_cast<double>(bytes / bytes_of_a_table));
    if (!impl_->state.call(1, 1, "garbage")) return;
    lua_pushlightuserdata(impl_->lua, const_cast<char*>(&kept_key));
    lua_insert(impl_->lua, -2);
    lua_rawset(impl_->lua, LUA_REGISTRYINDEX);
}
void LuaHost::forget_compiled_code() noexcept { luaJIT_setmode(impl_->lua, 0, LUAJIT_MODE_ENGINE | LUAJIT_MODE_FLUSH); }
void LuaHost::interrupt() noexcept { impl_->state.interrupt(); }
std::uint64_t LuaHost::call_number() const noexcept { return impl_->state.call_number(); }

std::string LuaHost::description() {
#ifdef FORERUN_SYSTEM_LUAJIT
    return LUAJIT_VERSION " of the system (no interruption of compiled loops)";
#else
    return LUAJIT_VERSION " built for Forerun (CHECKHOOK, fixed string hash, fixed seed)";
#endif
}

}  // namespace forerun
