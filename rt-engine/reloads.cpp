#include "rt-engine/reloads.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "rt-engine/conductor/conductor.h"
#include "rt-engine/conductor/rig_change.h"
#include "rt-engine/session/session_log.h"
#include "shared/files/file_bytes.h"
#include "shared/files/real_path.h"

namespace forerun {
namespace {

constexpr std::size_t most_rig_bytes = std::size_t{4} << 20;  // of its file; no script is longer

}  // namespace

std::size_t Reloads::reload(const std::filesystem::path& file, Conductor& conductor, SessionLog* log) {
    const std::lock_guard one_at_a_time(mutex_);
    const auto path = absolute_path(file);
    if (rig_.source().is_rig && is_of_rig(path)) return reload_rig(path, conductor, log);
    const auto reload = scripts_.try_reload(path);
    // A rig of a set may lie beside a voice.
    if (reload.instruments.empty())
        return !rig_.rig().set.empty() && !is_of_library(path) && scripts_.is_rig(path)
                   ? reload_rig(path, conductor, log)
                   : 0;
    scripts_.prepare(reload);
    if (log) log->add(reload);
    remarks_ = reload.remarks;
    // Also when nothing is new to us: a version before may have failed, and its values with it.
    use(with_new_defaults(reload), RigChangeOf::script, conductor);
    for (const auto& instrument : reload.instruments)
        send({.kind = EventKind::reload,
              .number = instrument.index,
              .value = static_cast<float>(instrument.description.version)});
    return reload.instruments.size();
}

Rig Reloads::with_new_defaults(const ScriptReload& reload) {
    auto rig = *rig_.newest();
    for (const auto& instrument : reload.instruments)
        for (auto& parameter : rig.instruments[instrument.index].parameters)
            if (const auto place = place_of(instrument.description.parameters, parameter.name)) {
                const auto& next = instrument.description.parameters[*place];
                const bool is_other = parameter.default_value != next.default_value;
                parameter.default_value = next.default_value;
                if (!parameter.set_by_rig)
                    parameter.value = next.default_value;
                else if (is_other)
                    remarks_.push_back(fmt::format("{}: the rig sets \"{}\"; its new default is not heard",
                                                   rig.instruments[instrument.index].name, parameter.name));
            }
    return rig;
}

std::vector<std::string> Reloads::take_remarks() {
    const std::lock_guard lock(mutex_);
    return std::exchange(remarks_, {});
}

// Nobody takes that over while it plays.
bool Reloads::is_of_library(const std::filesystem::path& file) const {
    return real_path(file).parent_path() == real_path(configuration_.library);
}

// Not a voice: the rig itself, or what only rigs read.
bool Reloads::is_of_rig(const std::filesystem::path& file) const {
    const auto real = real_path(file);
    if (file.extension() != ".lua" || real == real_path(rig_.source().file)) return true;
    if (is_of_library(file)) return false;
    // A voice, or a module beside one. Either may be a link, which may lead elsewhere by now.
    const auto same = [&](const InstrumentDescription& i) {
        if (i.found_at.lexically_normal() == file) return true;
        const auto folder = real_path(i.found_at.empty() ? i.script : i.found_at).parent_path();
        return folder == real.parent_path() || folder == real_path(file.parent_path());
    };
    return std::ranges::none_of(rig_.rig().instruments, same);
}

std::size_t Reloads::reload_rig(const std::filesystem::path& file, Conductor& conductor, SessionLog* log) {
    const auto& source = rig_.source().file;
    auto change = changed_rig(*rig_.newest(), scripts_.load_rig(source), source.filename());
    remarks_ = std::move(change.remarks);
    ScriptReload texts;  // for who reads the log: what came of it stands there as events and commands
    texts.texts.push_back({file, try_read_file(file, most_rig_bytes).text});
    if (log) log->add(texts);
    use(std::move(change.rig), RigChangeOf::file, conductor);
    return rig_.rig().instruments.size();
}

// From now on. What was moved is told.
void Reloads::use(Rig next, RigChangeOf what, Conductor& conductor) {
    const auto before = rig_.newest();
    for (std::uint16_t i = 0; i < next.instruments.size(); ++i)
        for (std::uint16_t p = 0; p < next.instruments[i].parameters.size(); ++p) {
            const auto& parameter = next.instruments[i].parameters[p];
            const auto& entry = state_.parameter(state_.node(i).first_parameter + p);
            if (parameter.value == before->instruments[i].parameters[p].value || entry.moved.load() == 0) continue;
            remarks_.push_back(fmt::format("{}: \"{}\" was moved and stays at {:g}", next.instruments[i].name,
                                           parameter.name, entry.value.load()));
        }
    const auto offered = std::make_shared<const Rig>(std::move(next));
    conductor.offer(offered);
    rig_.set_newest(offered);
    send({.kind = EventKind::change_rig, .number = static_cast<std::uint16_t>(what)});
}

void Reloads::send(Event event) {
    if (!producer_) producer_.emplace(make_producer_());
    while (!producer_->try_send(event)) std::this_thread::yield();
}

}  // namespace forerun
