// New versions of scripts, while their notes sound.
//
// A new version is compiled and warmed in steps, while the rings are full. Then `reload` comes to every voice as an event like
// any other: at its frame an instance of the new version takes the state over (lua/carry.lua) and the voice fades from the old
// one to it, with equal power, in 20 ms. Both run meanwhile, and both are in every copy of the voice's state; the old one is
// let go when no copy leads back to it.
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "script-runtime/host/instance.h"
#include "script-runtime/worker/worker.h"

namespace forerun {
namespace {

constexpr double fade_seconds = 0.020;

}  // namespace

// ---- Making versions ready

std::future<std::exception_ptr> Worker::prepare(const ScriptReload& reload) {
    auto done = preparation_.prepare(reload);
    wake();
    return done;
}

bool Worker::may_prepare(bool all_deep) const {
    return preparation_.may_step(now_, all_deep,
                                 1e9 * static_cast<double>(ahead_.depth_frames) / configuration_.rate_hz);
}

bool Worker::prepare_step() {
    if (!preparation_.has_work()) return false;
    publish_activity(Activity::warming, 0);
    preparation_.step(*host_, versions_);
    publish_activity(Activity::idle, 0);
    return true;
}

// ---- A voice and its versions

const ScriptVersion& Worker::version_of(const WorkedVoice& voice) const {
    return versions_.at(voice.note.instrument, voice.instance ? voice.instance->version : voice.note.index);
}

Instance* Worker::take(WorkedVoice& voice, std::uint16_t version) {
    const auto& wanted = versions_.at(voice.note.instrument, version);
    auto* instance = host_->take(wanted.host_index);
    if (!instance) return nullptr;
    instance->version = wanted.description.version;
    voice.instances.push_back(instance);
    return instance;
}

void Worker::set_parameter(Instance& instance, std::uint16_t instrument, std::uint16_t index, double value) {
    const auto& known = rig_.instruments[instrument].parameters;
    if (index >= known.size()) return;
    if (const auto own = versions_.at(instrument, instance.version).parameter(known[index].name))
        host_->set_parameter(instance, *own, value);
}

void Worker::reload(WorkedVoice& voice, std::uint16_t version, std::int64_t frame) {
    if (voice.instance->version == version || !versions_.has(voice.note.instrument, version)) return;
    const auto& old = version_of(voice);
    const auto& next = versions_.at(voice.note.instrument, version);
    StartNote then;
    then.key = voice.note.key;
    then.velocity = voice.note.value;
    then.frequency_hz = voice.note.frequency_hz;
    then.seed = voice.note.seed;
    then.time = voice.first_time;
    auto now = then;
    now.time = host_->time(*voice.instance);
    const auto& began_with = voice.instance->began_with;
    auto goes_on_with = next.values(old.description.parameters, host_->parameters(*voice.instance));
    // Nobody can have moved what the rig does not know.
    for (std::size_t p = 0; p < goes_on_with.size(); ++p)
        if (const auto& own = next.description.parameters[p];
            !place_of(rig_.instruments[voice.note.instrument].parameters, own.name))
            goes_on_with[p] = own.value;
    then.parameters = began_with;
    now.parameters = goes_on_with;
    now.quality = voice.quality;
    now.frequency_hz = voice.pitch.hz_at(frame);
    host_->read_controls(*voice.instance, now);
    auto* fresh = host_->carry_over(*voice.instance, next.host_index, then, now, voice.released);
    if (!fresh) {
        reports_.report(voice, WorkerReportKind::refused, voice.start_frame + frame, version, host_->error());
        return;
    }
    fresh->version = version;
    fresh->began_with = goes_on_with;
    voice.instances.push_back(fresh);
    voice.leaving = voice.instance;
    voice.instance = fresh;
    voice.fade_frame = frame;
    voice.whole_quanta |= next.description.whole_quanta;
    tidy_instances(voice);
}

void Worker::end_fade(WorkedVoice& voice) {
    voice.leaving = nullptr;
    tidy_instances(voice);
}

// Gives back what nothing leads to any more.
void Worker::tidy_instances(WorkedVoice& voice) {
    if (voice.instances.size() < 2) return;
    std::erase_if(voice.instances, [&](Instance* instance) {
        if (instance == voice.instance || instance == voice.leaving) return false;
        if (voice.checkpoints.lead_to(instance)) return false;
        if (voice.kept && Checkpoints::leads_to(*voice.kept, instance)) return false;
        host_->give_back(instance);
        return true;
    });
}

// A version may have other channels than the note began with; the voice keeps its own.
bool Worker::render_instance(const WorkedVoice& voice, Instance& instance, std::int64_t quantum, int first,
                             int frames) {
    if (!host_->render(instance, quantum, first, frames)) return false;
    if (versions_.at(voice.note.instrument, instance.version).description.channels == voice.channels) return true;
    float *const left = host_->left(), *const right = host_->right();
    for (int i = first; i < first + frames; ++i) {
        if (voice.channels == 2)
            right[i] = left[i];
        else
            left[i] = 0.5f * (left[i] + right[i]);
    }
    return true;
}

bool Worker::render_part(WorkedVoice& voice, std::int64_t quantum, int first, int frames) {
    if (!voice.leaving) [[likely]] {
        if (voice.instance->version == 0) return host_->render(*voice.instance, quantum, first, frames);
        return render_instance(voice, *voice.instance, quantum, first, frames);
    }
    float* const buffers[2] = {host_->left(), host_->right()};
    std::array<std::array<float, quantum_frames>, 2> old{};
    if (render_instance(voice, *voice.leaving, quantum, first, frames))
        for (std::uint32_t c = 0; c < voice.channels; ++c)
            std::copy_n(buffers[c] + first, frames, old[c].begin() + first);
    if (!render_instance(voice, *voice.instance, quantum, first, frames)) return false;

    const double length = fade_seconds * configuration_.rate_hz;
    const auto since = quantum - voice.fade_frame;
    for (int i = first; i < first + frames; ++i) {
        const double place = std::min((static_cast<double>(since + i) + 0.5) / length, 1.0);
        const double in = std::sin(0.5 * std::numbers::pi * place), out = std::cos(0.5 * std::numbers::pi * place);
        for (std::uint32_t c = 0; c < voice.channels; ++c)
            buffers[c][i] = static_cast<float>(in * static_cast<double>(buffers[c][i]) +
                                               out * static_cast<double>(old[c][static_cast<std::size_t>(i)]));
    }
    if (static_cast<double>(since + first + frames) >= length) end_fade(voice);
    return true;
}

}  // namespace forerun
