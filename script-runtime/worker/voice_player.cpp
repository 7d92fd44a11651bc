#include "script-runtime/worker/voice_player.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "script-runtime/host/instance.h"

namespace forerun {
namespace {

constexpr double fade_seconds = 0.020;

}  // namespace

// ---- Its instances

const ScriptVersion& VoicePlayer::version_of(const WorkedVoice& voice) const {
    return versions_.at(voice.note.instrument, voice.instance ? voice.instance->version : voice.start.version);
}

Instance* VoicePlayer::take(WorkedVoice& voice, std::uint16_t version) {
    const auto& wanted = versions_.at(voice.note.instrument, version);
    auto* instance = host_.take(wanted.host_index);
    if (!instance) return nullptr;
    instance->version = wanted.description.version;
    voice.instances.all.push_back(instance);
    return instance;
}

bool VoicePlayer::take_instance(WorkedVoice& voice) {
    voice.instance = take(voice, voice.start.version);
    return voice.instance != nullptr;
}

// Calls the script's start(), with what the rig and the events so far say.
bool VoicePlayer::start(WorkedVoice& voice, std::span<const float> start_parameters) {
    voice.pitch.go_to(voice.start.frequency_hz, 0, 0);
    auto note = voice.start_note();
    // Unlike a bend, a tempo is what start() counts with.
    for (const auto& event : voice.events)
        if (event.kind == VoiceMessageKind::time && event.frame <= voice.start_frame) note.time = voice.time_of(event);
    voice.instances.first_time = note.time;
    const auto& known = rig_.instruments[voice.note.instrument].parameters;
    const auto values = version_of(voice).values(known, start_parameters);
    note.parameters = values;
    voice.instance->began_with = values;
    return host_.start(*voice.instance, note);
}

void VoicePlayer::let_go(WorkedVoice& voice) {
    voice.checkpoints.for_each([this](Checkpoint& checkpoint) {
        host_.forget_checkpoint(checkpoint);
        if (checkpoint.leaving) host_.forget_checkpoint(*checkpoint.leaving);
    });
    for (auto* instance : voice.instances.all) host_.give_back(instance);
}

// Gives back what nothing leads to any more.
void VoicePlayer::tidy_instances(WorkedVoice& voice) {
    if (voice.instances.all.size() < 2) return;
    std::erase_if(voice.instances.all, [&](Instance* instance) {
        if (instance == voice.instance || instance == voice.instances.leaving) return false;
        if (voice.checkpoints.lead_to(instance)) return false;
        if (voice.instances.kept && Checkpoints::leads_to(*voice.instances.kept, instance)) return false;
        host_.give_back(instance);
        return true;
    });
}

// ---- Its frames

bool VoicePlayer::render(WorkedVoice& voice, bool& is_done) {
    const auto quantum = voice.position;
    const auto end = std::clamp<std::int64_t>(voice.replay.fail_frame - quantum, 0, quantum_frames);
    part_frames_ = 0;
    const bool works = render_parts(
        voice, part_frames_, static_cast<int>(end),
        [&](const VoiceMessage& event, std::int64_t frame) { return apply(voice, event, frame); },
        [&](std::int64_t frame) { set_pitch(voice, frame); },
        [&](int first, int frames) { return render_part(voice, quantum, first, frames); });
    if (!works) return false;
    if (end < quantum_frames) return false;
    return host_.done(*voice.instance, is_done);
}

bool VoicePlayer::render_part(WorkedVoice& voice, std::int64_t quantum, int first, int frames) {
    if (!voice.instances.leaving) [[likely]] {
        if (voice.instance->version == 0) return host_.render(*voice.instance, quantum, first, frames);
        return render_instance(voice, *voice.instance, quantum, first, frames);
    }
    float* const buffers[2] = {host_.left(), host_.right()};
    std::array<std::array<float, quantum_frames>, 2> old{};
    if (render_instance(voice, *voice.instances.leaving, quantum, first, frames))
        for (std::uint32_t c = 0; c < voice.channels; ++c)
            std::copy_n(buffers[c] + first, frames, old[c].begin() + first);
    if (!render_instance(voice, *voice.instance, quantum, first, frames)) return false;

    const double length = fade_seconds * configuration_.rate_hz;
    const auto since = quantum - voice.instances.fade_frame;
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

// A version may have other channels than the note began with; the voice keeps its own.
bool VoicePlayer::render_instance(const WorkedVoice& voice, Instance& instance, std::int64_t quantum, int first,
                                  int frames) {
    if (!host_.render(instance, quantum, first, frames)) return false;
    if (versions_.at(voice.note.instrument, instance.version).description.channels == voice.channels) return true;
    float *const left = host_.left(), *const right = host_.right();
    for (int i = first; i < first + frames; ++i) {
        if (voice.channels == 2)
            right[i] = left[i];
        else
            left[i] = 0.5f * (left[i] + right[i]);
    }
    return true;
}

// ---- Its events

bool VoicePlayer::apply(WorkedVoice& voice, const VoiceMessage& message, std::int64_t frame) {
    switch (message.kind) {
    case VoiceMessageKind::reload: reload(voice, message.get<VoiceReload>().version, frame); return true;
    case VoiceMessageKind::time:
        host_.set_time(*voice.instance, voice.time_of(message));
        if (voice.instances.leaving) host_.set_time(*voice.instances.leaving, voice.time_of(message));
        return true;
    default: break;
    }
    if (voice.change(message, frame, configuration_.rate_hz)) {
        set_pitch(voice, frame);
        return true;
    }
    // The version that is fading out answers, too.
    if (voice.instances.leaving && !apply_to(*voice.instances.leaving, voice, message)) end_fade(voice);
    const auto began = message.kind == VoiceMessageKind::release ? monotonic_nanoseconds() : 0;
    const bool works = apply_to(*voice.instance, voice, message);
    if (began != 0) voice.cost.release_took(monotonic_nanoseconds() - began);
    return works;
}

bool VoicePlayer::apply_to(Instance& instance, const WorkedVoice& voice, const VoiceMessage& message) {
    if (!message.is<VoiceParameter>()) return apply_event(host_, instance, message);
    const auto change = message.get<VoiceParameter>();
    set_parameter(instance, voice.note.instrument, change.index, change.value);
    return true;
}

void VoicePlayer::set_pitch(WorkedVoice& voice, std::int64_t frame) {
    const auto hz = voice.pitch.hz_at(frame);
    host_.set_pitch(*voice.instance, hz, voice.bend);
    // The version that is fading out follows, too.
    if (voice.instances.leaving) host_.set_pitch(*voice.instances.leaving, hz, voice.bend);
}

void VoicePlayer::set_parameter(Instance& instance, std::uint16_t instrument, std::uint16_t index, double value) {
    const auto& known = rig_.instruments[instrument].parameters;
    if (index >= known.size()) return;
    if (const auto own = versions_.at(instrument, instance.version).parameter(known[index].name))
        host_.set_parameter(instance, *own, value);
}

void VoicePlayer::reload(WorkedVoice& voice, std::uint16_t version, std::int64_t frame) {
    if (voice.instance->version == version || !versions_.has(voice.note.instrument, version)) return;
    const auto& old = version_of(voice);
    const auto& next = versions_.at(voice.note.instrument, version);
    StartNote then;
    then.key = voice.start.key;
    then.velocity = voice.start.velocity;
    then.frequency_hz = voice.start.frequency_hz;
    then.seed = voice.start.seed;
    then.time = voice.instances.first_time;
    auto now = then;
    now.time = host_.time(*voice.instance);
    const auto& began_with = voice.instance->began_with;
    auto goes_on_with = next.values(old.description.parameters, host_.parameters(*voice.instance));
    // A parameter that the rig does not know cannot have been moved.
    for (std::size_t p = 0; p < goes_on_with.size(); ++p)
        if (const auto& own = next.description.parameters[p];
            !place_of(rig_.instruments[voice.note.instrument].parameters, own.name))
            goes_on_with[p] = own.value;
    then.parameters = began_with;
    now.parameters = goes_on_with;
    now.quality = voice.quality;
    now.frequency_hz = voice.pitch.hz_at(frame);
    host_.read_controls(*voice.instance, now);
    auto* fresh = host_.carry_over(*voice.instance, next.host_index, then, now, voice.released);
    if (!fresh) {
        reports_.report(voice, WorkerReportKind::refused, voice.start_frame + frame, version, host_.error());
        return;
    }
    fresh->version = version;
    fresh->began_with = goes_on_with;
    voice.instances.all.push_back(fresh);
    voice.instances.leaving = voice.instance;
    voice.instance = fresh;
    voice.instances.fade_frame = frame;
    voice.whole_quanta |= next.description.whole_quanta;
    tidy_instances(voice);
}

void VoicePlayer::end_fade(WorkedVoice& voice) {
    voice.instances.leaving = nullptr;
    tidy_instances(voice);
}

// ---- Its state

// Of both versions, while one fades into the other.
bool VoicePlayer::copy_state(WorkedVoice& voice, Checkpoint& checkpoint, bool outlasts) {
    checkpoint.instance = voice.instance;
    checkpoint.released = voice.released;
    checkpoint.pitch = voice.pitch;
    checkpoint.bend = voice.bend;
    checkpoint.fade_frame = voice.instances.fade_frame;
    if (voice.instances.leaving && !checkpoint.leaving) checkpoint.leaving = std::make_unique<Checkpoint>();
    if (checkpoint.leaving) checkpoint.leaving->instance = voice.instances.leaving;
    if (voice.instances.leaving && !host_.save_checkpoint(*voice.instances.leaving, *checkpoint.leaving, outlasts))
        return false;
    return host_.save_checkpoint(*voice.instance, checkpoint, outlasts);
}

bool VoicePlayer::can_put_back(const Checkpoint& checkpoint) const {
    const auto* leaving = checkpoint.leaving.get();
    if (leaving && leaving->instance && !host_.can_restore(*leaving->instance, *leaving)) return false;
    return host_.can_restore(*checkpoint.instance, checkpoint);
}

bool VoicePlayer::put_back(WorkedVoice& voice, const Checkpoint& checkpoint) {
    voice.instance = checkpoint.instance;
    voice.released = checkpoint.released;
    voice.pitch = checkpoint.pitch;
    voice.bend = checkpoint.bend;
    voice.instances.fade_frame = checkpoint.fade_frame;
    voice.instances.leaving = checkpoint.leaving ? checkpoint.leaving->instance : nullptr;
    if (voice.instances.leaving && !host_.restore_checkpoint(*voice.instances.leaving, *checkpoint.leaving))
        return false;
    return host_.restore_checkpoint(*voice.instance, checkpoint);
}

}  // namespace forerun
