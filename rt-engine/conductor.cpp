#include "rt-engine/conductor.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <stdexcept>
#include <thread>

#include "shared/quantum.h"

namespace forerun {
namespace {

constexpr std::int64_t live_margin_frames = 4800;  // how far beyond the depth live events are handed over: our own stalls
constexpr std::size_t pull_batch = 256;

// splitmix64 (S. Vigna, 2015): neighbouring serials get unrelated seeds.
std::uint64_t mixed(std::uint64_t x) {
    x += 0x9e3779b97f4a7c15ull;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
    return x ^ (x >> 31);
}

void bump(std::atomic<std::uint64_t>& counter, std::uint64_t by = 1) { counter.fetch_add(by, std::memory_order_relaxed); }

}  // namespace

Conductor::Conductor(SharedState& state, const Configuration& configuration, const Rig& rig, Inbox& inbox,
                     NotificationQueue& notifications, Wake wake_worker)
    : state_(state),
      configuration_(configuration),
      rig_(rig),
      inbox_(inbox),
      notifications_(notifications),
      wake_worker_(std::move(wake_worker)),
      voices_(state, rig),
      mixer_(state.mixer_command_writer()),
      mixer_reports_(state.mixer_report_reader()),
      pulled_(pull_batch),
      slot_words_(std::make_unique<SlotWord[]>(state.header().slots)) {
    for (std::uint32_t w = 0; w < state.header().workers; ++w) {
        workers_.emplace_back(state.worker_message_writer(w));
        worker_reports_.push_back(state.worker_report_reader(w));
    }
    voices_of_worker_.resize(state.header().workers);
    for (const auto& instrument : rig.instruments) {
        auto& values = parameter_values_.emplace_back();
        for (const auto& parameter : instrument.parameters) values.push_back(parameter.value);
    }
}

void Conductor::advance(std::int64_t clock) {
    clock_ = clock;
    flush();
    collect_reports();
    pull(clock);

    // The promise is read before the queue is pulled again: what was promised by then is in the queue by now.
    const auto promise = inbox_.least_promise();
    pull(clock);
    const auto ahead = clock + state_.header().depth_frames + (configuration_.offline ? 0 : live_margin_frames);
    const auto limit = std::min(ahead, promise);
    waits_for_slot_ = false;
    while (!events_.empty() && events_.top().frame < limit) {
        if (handle(events_.top()) == Handled::no_slot) {
            waits_for_slot_ = true;
            break;
        }
        events_.pop();
        bump(state_.header().conductor.events);
    }
    set_horizon(waits_for_slot_ ? std::min(limit, events_.top().frame) : limit);
    for (std::uint32_t w = 0; w < workers_.size(); ++w)
        if (workers_[w].take_posted()) wake_worker_(w);
    publish_counts();
}

void Conductor::pull(std::int64_t clock) {
    std::size_t count = 0;
    while ((count = inbox_.queue.try_dequeue_bulk(pulled_.begin(), pull_batch)) != 0) {
        for (std::size_t i = 0; i < count; ++i) {
            auto event = pulled_[i];
            if (event.frame == now_frame)
                event.frame = clock + (configuration_.offline ? 0 : configuration_.event_delay_frames);
            events_.push(event);
        }
    }
}

bool Conductor::flush() {
    bool empty = mixer_.flush();
    for (auto& worker : workers_) empty &= worker.flush();
    return empty;
}

void Conductor::set_horizon(std::int64_t frame) {
    if (frame <= horizon_ || !flush()) return;  // what still waits in an outbox has not been handed over
    horizon_ = frame;
    // Release: pairs with the worker's acquire: the messages before this frame are in its queue.
    state_.header().horizon_frame.store(frame, std::memory_order_release);
    if (configuration_.offline && frame - woken_horizon_ >= 4 * quantum_frames) wake_all();
}

void Conductor::wake_all() {
    woken_horizon_ = horizon_;
    for (std::uint32_t w = 0; w < workers_.size(); ++w) wake_worker_(w);
}

Conductor::Handled Conductor::handle(const Event& event) {
    switch (event.kind) {
        case EventKind::note_on:
            if (event.value > 0) return note_on(event);
            note_off(event);
            break;
        case EventKind::note_off: note_off(event); break;
        case EventKind::pitch_bend:
            channels_[event.channel % 16].bend = event.value;
            send_all_to_channel(event.channel, VoiceMessageKind::bend, event.frame);
            break;
        case EventKind::channel_pressure:
            channels_[event.channel % 16].pressure = event.value;
            send_all_to_channel(event.channel, VoiceMessageKind::pressure, event.frame);
            break;
        case EventKind::controller: control(event); break;
        case EventKind::program: channels_[event.channel % 16].program = static_cast<std::uint8_t>(event.number); break;
        case EventKind::parameter: set_parameter(event); break;
        case EventKind::all_notes_off:
            voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
                if (event.channel != all_channels && voice.channel != event.channel) return;
                if (voice.held || voice.sustained) release_voice(slot, event.frame);
            });
            break;
        case EventKind::all_sound_off:
            voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
                if (event.channel == all_channels || voice.channel == event.channel) stop_voice(slot, event.frame);
            });
            break;
    }
    return Handled::yes;
}

Conductor::Handled Conductor::note_on(const Event& event) {
    const auto channel = static_cast<std::uint8_t>(event.channel % 16);
    if (started_of_event_ == 0) {
        bump(state_.header().conductor.notes);
        // A key that sounds already: the note-off to come means the new note.
        voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
            if (voice.channel != channel || voice.key != event.number || !voice.held) return;
            if (rig_.instruments[voice.instrument].steal == StealPolicy::same_note)
                stop_voice(slot, event.frame);
            else
                release_voice(slot, event.frame);
        });
    }
    const auto program = channels_[channel].program;
    std::uint32_t listening = 0;
    for (std::size_t i = 0; i < rig_.instruments.size(); ++i) {
        const auto& instrument = rig_.instruments[i];
        if (!(instrument.channel_mask >> channel & 1) || program < instrument.first_program ||
            program > instrument.last_program)
            continue;
        if (listening++ < started_of_event_) continue;
        if (start_voice(event, static_cast<std::uint16_t>(i)) == Handled::no_slot) return Handled::no_slot;
        ++started_of_event_;
    }
    started_of_event_ = 0;
    return Handled::yes;
}

// Live, whoever is known to sound counts. Offline the answer must not depend on how far workers are, so a full house is
// looked at again when everybody is rendered to the event.
bool Conductor::must_steal(const Event& event, std::uint16_t instrument) const {
    return voices_.sounding_at(event.frame, instrument) >= rig_.instruments[instrument].polyphony ||
           voices_.sounding_at(event.frame) >= configuration_.voices;
}

bool Conductor::make_room(const Event& event, std::uint16_t index) {
    const auto& instrument = rig_.instruments[index];
    if (!must_steal(event, index)) return true;
    if (configuration_.offline) wait_until_rendered(event.frame);
    while (voices_.sounding_at(event.frame, index) >= instrument.polyphony) {
        const auto slot = voices_.victim(event.frame, instrument.steal, instrument.priority, index);
        if (!slot) return false;
        bump(state_.header().conductor.voices_stolen);
        notify(NotificationKind::voice_stolen, *slot, event.frame);
        stop_voice(*slot, event.frame);
    }
    while (voices_.sounding_at(event.frame) >= configuration_.voices) {
        const auto slot = voices_.victim(event.frame, instrument.steal, instrument.priority, std::nullopt);
        if (!slot) return false;
        bump(state_.header().conductor.voices_stolen);
        notify(NotificationKind::voice_stolen, *slot, event.frame);
        stop_voice(*slot, event.frame);
    }
    return true;
}

Conductor::Handled Conductor::start_voice(const Event& event, std::uint16_t index) {
    const auto& instrument = rig_.instruments[index];
    if (!make_room(event, index)) {
        drop_note(event, index);
        return Handled::yes;
    }
    auto slot = voices_.take();
    if (!slot) {
        voices_.free_released();
        slot = voices_.take();
    }
    if (!slot) {
        // The reserve is used up. It is waited for as long as that helps: until the mixer has gone on to the event.
        if (configuration_.offline) {
            if (!voices_.all_occupied_at(event.frame)) return Handled::no_slot;
            wait_until_rendered(event.frame);
            if (!voices_.all_occupied_at(event.frame)) return Handled::no_slot;
        } else if (event.frame > clock_ + 2 * configuration_.block_frames) {
            return Handled::no_slot;
        }
        drop_note(event, index);
        return Handled::yes;
    }

    const auto least_busy = std::min_element(voices_of_worker_.begin(), voices_of_worker_.end());
    const auto& channel = channels_[event.channel % 16];
    auto& voice = voices_[*slot];
    voice.serial = next_serial_++;
    voice.start_frame = event.frame;
    voice.instrument = index;
    voice.worker = static_cast<std::uint32_t>(least_busy - voices_of_worker_.begin());
    voice.priority = instrument.priority;
    voice.channel = event.channel % 16;
    voice.key = static_cast<std::uint8_t>(event.number);
    voice.held = true;
    ++*least_busy;
    slot_words_[*slot].note.store(std::uint32_t{index} << 16 | std::uint32_t{voice.channel} << 8 | voice.key, std::memory_order_relaxed);
    slot_words_[*slot].serial.store(voice.serial, std::memory_order_release);

    const auto gains = channel.gains(instrument);
    voice.gain = std::max(gains.left, gains.right);
    MixerCommand command;
    command.kind = MixerCommandKind::start;
    command.frame = event.frame;
    command.serial = voice.serial;
    command.slot = static_cast<std::uint16_t>(*slot);
    command.life = voice.life;
    command.bus = instrument.bus;
    command.instrument = index;
    command.worker = voice.worker;
    command.left = gains.left;
    command.right = gains.right;
    command.stays = instrument.priority >= configuration_.stay_priority;
    mixer_.post(command);

    std::ranges::copy(parameter_values_[index], state_.start_parameters(*slot).begin());
    VoiceMessage message;
    message.kind = VoiceMessageKind::start;
    message.frame = event.frame;
    message.serial = voice.serial;
    message.seed = mixed(configuration_.seed ^ mixed(voice.serial));
    message.frequency_hz = 440.0 * std::exp2((event.number + instrument.transpose - 69) / 12.0);
    message.value = event.value;
    message.slot = command.slot;
    message.life = voice.life;
    message.instrument = index;
    message.key = voice.key;
    message.channel = voice.channel;
    message.priority = static_cast<std::uint8_t>(instrument.priority);
    workers_[voice.worker].post(message);
    if (const auto ratio = channel.bend_ratio(instrument); ratio != 1)
        send_to_voice(*slot, VoiceMessageKind::bend, event.frame, ratio);
    if (channel.pressure != 0) send_to_voice(*slot, VoiceMessageKind::pressure, event.frame, channel.pressure);
    if (channel.modulation != 0) send_to_voice(*slot, VoiceMessageKind::modulation, event.frame, channel.modulation);
    bump(state_.header().conductor.voices_started);
    const auto sounding = voices_.sounding_at(event.frame);
    if (auto& most = state_.header().conductor.most_voices; sounding > most.load(std::memory_order_relaxed))
        most.store(sounding, std::memory_order_relaxed);
    return Handled::yes;
}

// Offline only: hands over what is before the frame and lets the workers render everybody up to it.
void Conductor::wait_until_rendered(std::int64_t frame) {
    set_horizon(frame);
    wake_all();
    for (int tries = 0; !voices_.rendered_until(frame); ++tries) {
        if (tries > 200'000) throw std::runtime_error("workers have stopped rendering");
        std::this_thread::sleep_for(std::chrono::microseconds(20));
        set_horizon(frame);
        collect_reports();
    }
}

void Conductor::note_off(const Event& event) {
    const auto channel = static_cast<std::uint8_t>(event.channel % 16);
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        if (voice.channel != channel || voice.key != event.number || !voice.held) return;
        if (channels_[channel].sustain) {
            voice.held = false;
            voice.sustained = true;
        } else {
            release_voice(slot, event.frame);
        }
    });
}

void Conductor::release_voice(std::uint32_t slot, std::int64_t frame) {
    voices_[slot].held = voices_[slot].sustained = false;
    send_to_voice(slot, VoiceMessageKind::release, frame);
}

void Conductor::stop_voice(std::uint32_t slot, std::int64_t frame) {
    auto& voice = voices_[slot];
    if (voice.stop_frame != INT64_MAX) return;
    voice.stop_frame = frame;
    voice.held = voice.sustained = false;
    MixerCommand command;
    command.kind = MixerCommandKind::stop;
    command.frame = frame;
    command.serial = voice.serial;
    command.slot = static_cast<std::uint16_t>(slot);
    command.life = voice.life;
    mixer_.post(command);
    send_to_voice(slot, VoiceMessageKind::stop, frame);
}

void Conductor::drop_note(const Event& event, std::uint16_t instrument) {
    bump(state_.header().conductor.notes_dropped);
    Notification notification;
    notification.kind = NotificationKind::note_dropped;
    notification.channel = event.channel;
    notification.key = static_cast<std::uint8_t>(event.number);
    notification.instrument = instrument;
    notification.frame = event.frame;
    notifications_.push(notification);
}

void Conductor::control(const Event& event) {
    const auto index = static_cast<std::uint8_t>(event.channel % 16);
    using Change = ChannelState::Change;
    const auto change = channels_[index].control(event.number, event.value);
    switch (change) {
        case Change::nothing:
        case Change::sustain_down: return;
        case Change::bend: return send_all_to_channel(index, VoiceMessageKind::bend, event.frame);
        case Change::modulation: return send_all_to_channel(index, VoiceMessageKind::modulation, event.frame);
        default: break;
    }
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        if (voice.channel != index) return;
        if (change == Change::gains || change == Change::reset) send_gains(slot, event.frame);
        if (change == Change::all_sound_off) stop_voice(slot, event.frame);
        if (voice.sustained && (change == Change::sustain_up || change == Change::reset)) release_voice(slot, event.frame);
        if (voice.held && change == Change::all_notes_off) {
            voice.sustained = channels_[index].sustain;
            voice.held = false;
            if (!voice.sustained) release_voice(slot, event.frame);
        }
    });
    if (change == Change::reset) {
        channels_[index].sustain = false;
        send_all_to_channel(index, VoiceMessageKind::bend, event.frame);
        send_all_to_channel(index, VoiceMessageKind::modulation, event.frame);
        send_all_to_channel(index, VoiceMessageKind::pressure, event.frame);
    }
}

void Conductor::set_parameter(const Event& event) {
    if (event.number >= state_.header().parameter_count.load(std::memory_order_relaxed)) return;
    auto& entry = state_.parameter(event.number);
    const auto value = std::clamp(event.value, entry.minimum, entry.maximum);
    entry.value.store(value, std::memory_order_relaxed);
    const auto index = static_cast<std::uint16_t>(event.number - state_.node(entry.node).first_parameter);
    parameter_values_[entry.node][index] = value;
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        if (voice.instrument == entry.node) send_to_voice(slot, VoiceMessageKind::parameter, event.frame, value, index);
    });
}

double Conductor::value_for(VoiceMessageKind kind, const ConductedVoice& voice) const {
    const auto& channel = channels_[voice.channel];
    if (kind == VoiceMessageKind::bend) return channel.bend_ratio(rig_.instruments[voice.instrument]);
    return kind == VoiceMessageKind::pressure ? channel.pressure : channel.modulation;
}

void Conductor::send_all_to_channel(std::uint8_t channel, VoiceMessageKind kind, std::int64_t frame) {
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        if (voice.channel == channel % 16) send_to_voice(slot, kind, frame, value_for(kind, voice));
    });
}

void Conductor::send_to_voice(std::uint32_t slot, VoiceMessageKind kind, std::int64_t frame, double value, std::uint16_t index) {
    const auto& voice = voices_[slot];
    VoiceMessage message;
    message.kind = kind;
    message.frame = frame;
    message.serial = voice.serial;
    message.slot = static_cast<std::uint16_t>(slot);
    message.life = voice.life;
    message.instrument = voice.instrument;
    message.index = index;
    message.value = static_cast<float>(value);
    workers_[voice.worker].post(message);
}

void Conductor::send_gains(std::uint32_t slot, std::int64_t frame) {
    auto& voice = voices_[slot];
    const auto gains = channels_[voice.channel].gains(rig_.instruments[voice.instrument]);
    voice.gain = std::max(gains.left, gains.right);
    MixerCommand command;
    command.kind = MixerCommandKind::voice_gains;
    command.frame = frame;
    command.serial = voice.serial;
    command.slot = static_cast<std::uint16_t>(slot);
    command.life = voice.life;
    command.left = gains.left;
    command.right = gains.right;
    mixer_.post(command);
}

void Conductor::collect_reports() {
    MixerReport mixed;
    while (mixer_reports_.try_pop(mixed)) {
        if (mixed.kind == MixerReportKind::finished) {
            notify(NotificationKind::voice_stopped, mixed.slot, mixed.frame);
            continue;
        }
        Notification notification;
        notification.kind = NotificationKind::underrun;
        notification.slot = mixed.slot;
        notification.instrument = mixed.underrun.instrument;
        notification.serial = mixed.underrun.serial;
        notification.frame = mixed.underrun.frame;
        notification.value = mixed.underrun.frames_missing;
        notification.underrun = mixed.underrun;
        notifications_.push(notification);
    }
    WorkerReport report;
    for (auto& reports : worker_reports_) {
        while (reports.try_pop(report)) {
            if (report.kind == WorkerReportKind::started) {
                notify(NotificationKind::voice_started, report.slot, report.frame, report.value);
            } else if (report.kind == WorkerReportKind::quality) {
                notify(NotificationKind::quality_changed, report.slot, report.frame, report.value);
            } else if (report.kind == WorkerReportKind::error || report.kind == WorkerReportKind::silenced) {
                Notification notification;
                notification.kind = NotificationKind::error;
                notification.slot = report.slot;
                notification.instrument = report.instrument;
                notification.serial = report.serial;
                notification.frame = report.frame;
                std::memcpy(notification.text, report.text, sizeof notification.text);
                notifications_.push(notification);
            }
        }
    }
    voices_.free_released();
}

void Conductor::notify(NotificationKind kind, std::uint32_t slot, std::int64_t frame, std::int64_t value) {
    const auto& voice = voices_[slot];
    Notification notification;
    notification.kind = kind;
    notification.channel = voice.channel;
    notification.key = voice.key;
    notification.slot = static_cast<std::uint16_t>(slot);
    notification.instrument = voice.instrument;
    notification.serial = voice.serial;
    notification.frame = frame;
    notification.value = value;
    notifications_.push(notification);
}

void Conductor::publish_counts() {
    std::fill(voices_of_worker_.begin(), voices_of_worker_.end(), 0u);
    for (std::uint32_t s = 0; s < voices_.size(); ++s) {
        if (voices_[s].serial != 0)
            ++voices_of_worker_[voices_[s].worker];
        else if (slot_words_[s].serial.load(std::memory_order_relaxed) != 0)
            slot_words_[s].serial.store(0, std::memory_order_release);
    }
    used_slots_.store(voices_.used(), std::memory_order_relaxed);
    pending_events_.store(events_.size() + inbox_.queue.size_approx(), std::memory_order_relaxed);
}

}  // namespace forerun
