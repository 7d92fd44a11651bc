#include "rt-engine/conductor/rig_change.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace forerun {
namespace {

class Change {
public:
    Change(const Rig& playing, const Rig& file, const std::string& shown) : file_(file), shown_(shown) {
        change_.rig = playing;
        for (const auto& instrument : file.instruments) place_of_instrument_.push_back(find(instrument));
    }

    RigChange all() {
        take_buses();
        change_.rig.master_gain_db = file_.master_gain_db;
        if (file_.set != change_.rig.set) remark("the rigs of the set are others");
        change_.rig.set_channel_mask = file_.set_channel_mask;
        take_instruments();
        take_mappings();
        take_presets();
        return std::move(change_);
    }

private:
    template <typename... Parts>
    void remark(fmt::format_string<Parts...> what, Parts&&... parts) {
        change_.remarks.push_back(fmt::format("{}: {}; that takes effect at the next start", shown_,
                                              fmt::format(what, std::forward<Parts>(parts)...)));
    }

    std::optional<std::uint16_t> find(const InstrumentDescription& wanted) const {
        const auto& all = change_.rig.instruments;
        const auto found = std::ranges::find_if(all, [&](const auto& i) {
            return i.rig == wanted.rig && i.name == wanted.name &&
                   (i.found_at.empty() ? i.script == wanted.script : i.found_at == wanted.found_at);
        });
        if (found == all.end()) return std::nullopt;
        return static_cast<std::uint16_t>(found - all.begin());
    }

    void take_buses() {
        for (const auto& bus : file_.buses) {
            const auto place = place_of(change_.rig.buses, bus.name);
            if (!place) {
                remark("bus \"{}\" is new", bus.name);
                continue;
            }
            auto& own = change_.rig.buses[*place];
            own.gain_db = bus.gain_db;
            if (own.output != bus.output) remark("the output of bus \"{}\" is another", bus.name);
        }
        for (const auto& bus : change_.rig.buses)
            if (!place_of(file_.buses, bus.name)) remark("bus \"{}\" is gone", bus.name);
    }

    void take_instruments() {
        for (std::size_t i = 0; i < file_.instruments.size(); ++i) {
            const auto& from = file_.instruments[i];
            if (const auto place = place_of_instrument_[i])
                take(from, change_.rig.instruments[*place]);
            else
                remark("instrument \"{}\" is new, or has another voice", from.name);
        }
        for (std::size_t i = 0; i < change_.rig.instruments.size(); ++i)
            if (std::ranges::find(place_of_instrument_, static_cast<std::uint16_t>(i)) == place_of_instrument_.end())
                remark("instrument \"{}\" is gone, or has another voice", change_.rig.instruments[i].name);
    }

    void take(const InstrumentDescription& from, InstrumentDescription& to) {
        auto next = from;
        // What its workers have made ready stays.
        next.script = to.script;
        next.found_at = to.found_at;
        next.version = to.version;
        next.channels = to.channels;
        next.whole_quanta = to.whole_quanta;
        next.parameters = to.parameters;
        for (auto& parameter : next.parameters)
            if (const auto place = place_of(from.parameters, parameter.name)) {
                // The ranges that play are those of the start.
                parameter.value = std::clamp(from.parameters[*place].value, parameter.minimum, parameter.maximum);
                parameter.set_by_rig = from.parameters[*place].set_by_rig;
            }
        const auto bus = place_of(change_.rig.buses, file_.buses[from.bus].name);
        next.bus = bus.value_or(to.bus);
        to = std::move(next);
    }

    // A parameter of the file's rig, as the rig that plays has it.
    template <typename Target>
    std::optional<Target> translated(Target target) const {
        const auto place = place_of_instrument_[target.instrument];
        if (!place) return std::nullopt;
        const auto& name = file_.instruments[target.instrument].parameters[target.parameter].name;
        const auto parameter = place_of(change_.rig.instruments[*place].parameters, name);
        if (!parameter) return std::nullopt;
        target.instrument = *place;
        target.parameter = *parameter;
        return target;
    }

    void take_mappings() {
        auto& mappings = change_.rig.mappings;
        std::erase_if(mappings, [](const ControllerMapping& m) { return !m.learned; });
        const auto learned = std::exchange(mappings, {});
        for (auto mapping : file_.mappings) {
            std::vector<ControllerTarget> targets;
            for (const auto& target : mapping.targets)
                if (const auto own = translated(target)) targets.push_back(*own);
            mapping.targets = std::move(targets);
            if (!mapping.targets.empty()) mappings.push_back(std::move(mapping));
        }
        mappings.insert(mappings.end(), learned.begin(), learned.end());
    }

    void take_presets() {
        for (const auto& preset : file_.presets) {
            auto& own = change_.rig.presets;
            const auto found = std::ranges::find_if(
                own, [&](const Preset& p) { return p.rig == preset.rig && p.name == preset.name; });
            if (found == own.end()) {
                remark("preset \"{}\" is new", preset.name);
                continue;
            }
            found->program = preset.program;
            found->values.clear();
            for (const auto& value : preset.values)
                if (const auto translated_value = translated(value)) found->values.push_back(*translated_value);
        }
    }

    const Rig& file_;
    const std::string& shown_;
    RigChange change_;
    std::vector<std::optional<std::uint16_t>> place_of_instrument_;  // of the file, in the rig that plays
};

}  // namespace

RigChange changed_rig(const Rig& playing, const Rig& file, const std::string& shown) {
    return Change(playing, file, shown).all();
}

}  // namespace forerun
