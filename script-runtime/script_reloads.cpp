#include "script-runtime/script_reloads.h"

#include <algorithm>
#include <set>
#include <utility>

#include "script-runtime/host/voice_check.h"
#include "script-runtime/rig/description_change.h"
#include "script-runtime/sandbox/sandbox.h"
#include "script-runtime/scratch_host.h"
#include "shared/bad_input.h"
#include "shared/files/real_path.h"
#include "shared/rig/rig_limits.h"

namespace forerun {

ScriptReload ScriptReloads::try_reload(const std::filesystem::path& given) {
    ScriptReload reload;
    std::set<std::filesystem::path> tried;
    for (std::size_t n = 0; n < rig_.instruments.size(); ++n) {
        const auto script = current_script(rig_.instruments[n]);
        // Modules are in the folder of the scripts that require them.
        const bool is_beside = given.parent_path() == script.parent_path() ||
                               real_path(given).parent_path() == real_path(script).parent_path();
        const bool is_link = given == rig_.instruments[n].found_at.lexically_normal();
        if (!(is_link || is_beside) || !tried.insert(script).second) continue;
        if (!rig_.instruments[n].found_at.empty()) files_.add_linked_folder(script.parent_path());
        Texts read;
        const auto is_given = [&](const auto& r) { return r.first == given || real_path(r.first) == real_path(given); };
        const auto reads_it = [&] { return std::any_of(read.begin(), read.end(), is_given); };
        InstrumentDescription description;
        try {
            description = describe_again(script, read);
        } catch (const BadInput&) {
            if (is_link || given == script || reads_it()) throw;
            continue;  // another script that is broken or deleted does not prevent this reload
        }
        if (!is_link && !reads_it()) continue;
        const auto before = files_.exchange_description(description);
        for (auto& line : description_remarks(before, description, shown_path(script)))
            reload.remarks.push_back(std::move(line));
        for (const auto& [path, text] : read) reload.texts.push_back({path, text});
        for (std::size_t i = 0; i < rig_.instruments.size(); ++i)
            if (current_script(rig_.instruments[i]) == script)
                reload.instruments.push_back({static_cast<std::uint16_t>(i), next_version(i, description)});
    }
    return reload;
}

// The description of the new version, which is played for some seconds with every kind of event. `read` gets the script's
// files, without the library's.
InstrumentDescription ScriptReloads::describe_again(const std::filesystem::path& script, Texts& read) const {
    const auto note = [&](const std::filesystem::path& file, const std::string& text) {
        if (file.parent_path() == script.parent_path()) read.emplace(file, text);
    };
    return with_scratch_host(
        configuration_, files_,
        [&](LuaHost& host) {
            const auto description = host.describe(script);
            check_limits(description, RigLimits::of(configuration_), shown_path(script));
            const auto check = forerun::check_voice(host, description);
            if (check.silenced_frame >= 0)
                throw BadInput(check.silenced + "; check divisions by 0, filter frequencies and feedback");
            return description;
        },
        note);
}

// The instrument with the properties that the rig has set, and the new version's properties otherwise.
InstrumentDescription ScriptReloads::next_version(std::size_t instrument, const InstrumentDescription& script) {
    const auto& known = rig_.instruments[instrument];
    auto next = known;
    next.version = ++versions_[instrument];
    next.script = script.script;
    next.channels = script.channels;
    next.whole_quanta = script.whole_quanta;
    next.parameters = script.parameters;
    for (auto& parameter : next.parameters)
        for (const auto& before : known.parameters)
            if (before.name == parameter.name && before.set_by_rig)
                parameter.value = std::clamp(before.value, parameter.minimum, parameter.maximum);
    return next;
}

}  // namespace forerun
