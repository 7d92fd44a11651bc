// For research only, and deliberately outside the proofs about callbacks: see script-runtime/host/direct_voices.h.
//
// Each voice is rendered as far as the block asks, so that an event takes effect at the next block's first frame. Only what may not
// be cut (a script that renders whole quanta, a glide) is rendered to the end of its quantum, and the rest is kept for the
// next block: there an event may wait for up to 63 frames more.
#include "script-runtime/host/direct_voices.h"

#include <algorithm>
#include <array>
#include <bit>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "script-runtime/host/lua_host.h"
#include "script-runtime/host/rendered_quantum.h"
#include "script-runtime/host/sounding_voice.h"
#include "script-runtime/host/voice_report.h"
#include "script-runtime/sandbox/script_thread.h"
#include "script-runtime/sandbox/watchdog.h"
#include "shared/messages/owned_queue.h"
#include "shared/rig/gains.h"
#include "shared/threads/flush_denormals.h"
#include "shared/threads/single_writer.h"
#include "shared/time/sample_clock.h"

namespace forerun {
namespace {

constexpr std::uint32_t most_reports = 256;
// A plug-in leaves LuaJIT's own pace as it is: a cycle begins when the memory has doubled, and goes on by a step for each
// KiB that was taken since.
constexpr std::uint64_t garbage_pause = 2, bytes_per_garbage_step = 1024;

struct DirectVoice : SoundingVoice {
    StereoGains gains;
    std::array<std::array<float, quantum_frames>, 2> samples{};  // of the present quantum
    int rendered = 0, heard = 0;                                 // frames of it
    std::int64_t nanoseconds = 0;                                // that it took so far
    bool ended = false;                                          // behind what is rendered there is nothing
    bool silenced = false;                                       // was reported once
};

class LuaDirectVoices : public DirectVoices {
public:
    LuaDirectVoices(const Configuration& configuration, const Rig& rig)
        : configuration_(configuration),
          rig_(rig),
          messages_(std::bit_ceil(configuration.worker_messages)),
          reports_(most_reports),
          watchdog_(configuration.watchdog_milliseconds),
          left_(static_cast<std::size_t>(configuration.max_block_frames)),
          right_(left_.size()) {}

    // Throws BadInput.
    void load() {
        bytes_after_cycle_ = bytes_ = on_script_thread(configuration_.trust, [this](const ReadScript& read) {
            const FlushDenormals flush;  // before anything of Lua is loaded
            auto options = LuaHostOptions::of(configuration_);
            options.read = read;
            host_ = std::make_unique<LuaHost>(options);
            const Watchdog::Guard guard(watchdog_, *host_);
            for (std::size_t i = 0; i < rig_.instruments.size(); ++i)
                host_->load_instrument(static_cast<std::uint16_t>(i), rig_.instruments[i]);
            for (std::size_t i = 0; i < rig_.instruments.size(); ++i)
                host_->warm(static_cast<std::uint16_t>(i),
                            std::min(rig_.instruments[i].polyphony, configuration_.voices));
            host_->collect_all();
            return host_->lua_bytes();
        });
    }

    bool try_send(const VoiceMessage& message) noexcept override { return messages_.writer.try_push(message); }
    bool next_report(WorkerReport& report) noexcept override { return reports_.reader.try_pop(report); }
    const DirectFigures& figures() const noexcept override { return figures_; }

    void render(float* out, std::int64_t frames, std::uint32_t channels) noexcept override {
        const FlushDenormals flush;
        watch_this_thread();
        take_messages(monotonic_nanoseconds());
        figures_.voices_rendered.add(voices_.size());
        const auto longest = static_cast<std::int64_t>(left_.size());
        for (std::int64_t done = 0; done < frames; done += longest)
            render_piece(out + done * channels, std::min(longest, frames - done), channels);
        std::erase_if(voices_, [this](const auto& voice) {
            if (!voice->ended || voice->heard < voice->rendered) return false;
            host_->give_back(voice->instance);
            return true;
        });
        collect_garbage();
        host_->refill_pools();  // by one at most
        figures_.voices.store(voices_.size(), std::memory_order_relaxed);
        bump(figures_.blocks);
    }

private:
    // The watchdog looks at the CPU time of the thread that makes the calls.
    void watch_this_thread() {
        if (guard_ && thread_ == std::this_thread::get_id()) return;
        guard_.reset();
        guard_.emplace(watchdog_, *host_);
        thread_ = std::this_thread::get_id();
    }

    // ---- Messages

    void take_messages(std::int64_t now) {
        VoiceMessage message;
        while (messages_.reader.try_pop(message)) {
            if (message.arrival_nanoseconds != 0)
                figures_.response_nanoseconds.add(
                    static_cast<std::uint64_t>(std::max<std::int64_t>(0, now - message.arrival_nanoseconds)));
            const auto found = std::find_if(voices_.begin(), voices_.end(),
                                            [&](const auto& voice) { return voice->note.slot == message.slot; });
            const bool ends = message.kind == VoiceMessageKind::start || message.kind == VoiceMessageKind::stop;
            if (found == voices_.end()) {
                if (message.kind == VoiceMessageKind::start)
                    start(message);
                else if (message.kind != VoiceMessageKind::stop)
                    bump(figures_.lost_messages);
            } else if (ends) {
                host_->give_back((*found)->instance);
                voices_.erase(found);
                if (message.kind == VoiceMessageKind::start) start(message);
            } else {
                auto& voice = **found;
                message.frame = voice.start_frame + voice.position + voice.rendered;
                voice.add_event(message);
            }
        }
    }

    void start(const VoiceMessage& message) {
        if (message.instrument >= rig_.instruments.size()) return bump(figures_.lost_messages);
        const auto& instrument = rig_.instruments[message.instrument];
        auto voice = std::make_unique<DirectVoice>();
        voice->note = message;
        voice->start = message.get<VoiceStart>();
        voice->start_frame = frame_;
        voice->channels = instrument.channels;
        voice->whole_quanta = instrument.whole_quanta;
        voice->gains = pan_gains(linear_gain(instrument.gain_db), instrument.pan);
        voice->pitch.go_to(voice->start.frequency_hz, 0, 0);
        auto note = voice->start_note();
        std::vector<float> parameters;
        for (const auto& parameter : instrument.parameters) parameters.push_back(parameter.value);
        note.parameters = parameters;
        voice->instance = host_->take(message.instrument);
        if (!voice->instance || !host_->start(*voice->instance, note)) fail(*voice);
        voices_.push_back(std::move(voice));
    }

    // ---- Rendering

    void render_piece(float* out, std::int64_t frames, std::uint32_t channels) {
        std::fill_n(left_.data(), frames, 0.0f);
        std::fill_n(right_.data(), frames, 0.0f);
        for (auto& voice : voices_) add(*voice, frames);
        const float master = linear_gain(rig_.master_gain_db);
        std::fill_n(out, frames * channels, 0.0f);
        for (std::int64_t i = 0; i < frames; ++i) {
            const float left = left_[static_cast<std::size_t>(i)], right = right_[static_cast<std::size_t>(i)];
            out[i * channels] = (channels == 1 ? 0.5f * (left + right) : left) * master;
            if (channels > 1) out[i * channels + 1] = right * master;
        }
        frame_ += frames;
    }

    void add(DirectVoice& voice, std::int64_t frames) {
        for (std::int64_t at = 0; at < frames;) {
            if (voice.heard == voice.rendered) {
                if (voice.ended) return;
                if (voice.rendered == quantum_frames) {
                    voice.position += quantum_frames;
                    voice.rendered = voice.heard = 0;
                }
                render_more(voice, frames - at);
            }
            const auto count = std::min<std::int64_t>(frames - at, voice.rendered - voice.heard);
            const float* left = voice.samples[0].data() + voice.heard;
            const float* right = voice.samples[voice.channels - 1].data() + voice.heard;
            float *const to_left = left_.data() + at, *const to_right = right_.data() + at;
            for (std::int64_t i = 0; i < count; ++i) {
                to_left[i] += left[i] * voice.gains.left;
                to_right[i] += right[i] * voice.gains.right;
            }
            voice.heard += static_cast<int>(count);
            at += count;
        }
    }

    void render_more(DirectVoice& voice, std::int64_t frames) {
        const auto began = monotonic_nanoseconds();
        const auto& events = voice.events;
        const bool glides = voice.pitch.gliding() || std::any_of(events.begin(), events.end(), [](const auto& event) {
                                return event.kind == VoiceMessageKind::pitch;
                            });
        const bool is_whole = voice.whole_quanta || glides;
        const auto whole = static_cast<int>(quantum_frames);
        const int first = voice.rendered;
        const int end = is_whole ? whole : static_cast<int>(std::min<std::int64_t>(whole, first + frames));
        auto& instance = *voice.instance;
        bool works = render_parts(
            voice, voice.rendered, end,
            [&](const VoiceMessage& event, std::int64_t frame) { return apply(voice, event, frame); },
            [&](std::int64_t frame) { host_->set_pitch(instance, voice.pitch.hz_at(frame), voice.bend); },
            [&](int part, int part_frames) { return host_->render(instance, voice.position, part, part_frames); });
        voice.events.erase(voice.events.begin(), voice.events.begin() + static_cast<std::ptrdiff_t>(voice.applied));
        voice.applied = 0;
        keep_samples(voice, first);
        const bool is_full = works && voice.rendered == whole;
        if (is_full) works = host_->done(instance, voice.ended);
        if (!works) fail(voice);
        voice.nanoseconds += monotonic_nanoseconds() - began;
        if (!is_full) return;
        figures_.quantum_nanoseconds.add(static_cast<std::uint64_t>(voice.nanoseconds));
        voice.nanoseconds = 0;
        bump(figures_.quanta_rendered);
    }

    bool apply(DirectVoice& voice, const VoiceMessage& event, std::int64_t frame) {
        if (event.is<VoiceTime>()) {
            host_->set_time(*voice.instance, voice.time_of(event));
            return true;
        }
        if (!voice.change(event, frame, configuration_.rate_hz)) return apply_event(*host_, *voice.instance, event);
        host_->set_pitch(*voice.instance, voice.pitch.hz_at(frame), voice.bend);
        return true;
    }

    // From the host's quantum, which the next voice overwrites.
    void keep_samples(DirectVoice& voice, int first) {
        const int frames = voice.rendered - first;
        float peak = 0;
        const auto to = [&](std::uint32_t channel) { return voice.samples[channel].data() + first; };
        if (copy_rendered(*host_, voice.channels, first, frames, to, peak) || voice.silenced) return;
        voice.silenced = true;
        report(voice, WorkerReportKind::silenced,
               silenced_text(*host_, *voice.instance, voice.channels, first, frames));
    }

    void fail(DirectVoice& voice) {
        voice.ended = true;
        bump(figures_.failed_voices);
        report(voice, WorkerReportKind::error, host_->error());
    }

    void report(const DirectVoice& voice, WorkerReportKind kind, const std::string& text) {
        const auto frame = voice.start_frame + voice.position + voice.rendered;
        if (!reports_.writer.try_push(voice_report(voice, kind, frame, text))) bump(figures_.lost_reports);
    }

    // ---- Garbage

    void collect_garbage() {
        auto taken = host_->lua_bytes() > bytes_ ? host_->lua_bytes() - bytes_ : 0;
        collecting_ |= host_->lua_bytes() > garbage_pause * bytes_after_cycle_;
        for (std::uint64_t steps = 1 + taken / bytes_per_garbage_step; collecting_ && steps > 0; --steps) {
            const auto began = monotonic_nanoseconds();
            collecting_ = !host_->collect_step();
            figures_.garbage_nanoseconds.add(static_cast<std::uint64_t>(monotonic_nanoseconds() - began));
            if (!collecting_) bytes_after_cycle_ = host_->lua_bytes();
        }
        bytes_ = host_->lua_bytes();
        figures_.lua_bytes.store(bytes_, std::memory_order_relaxed);
    }

    const Configuration configuration_;
    const Rig rig_;
    OwnedQueue<VoiceMessage> messages_;
    OwnedQueue<WorkerReport> reports_;
    DirectFigures figures_;
    Watchdog watchdog_;
    std::unique_ptr<LuaHost> host_;
    std::optional<Watchdog::Guard> guard_;  // of the thread that renders
    std::thread::id thread_;
    std::vector<std::unique_ptr<DirectVoice>> voices_;  // in the order in which they began
    std::vector<float> left_, right_;
    std::int64_t frame_ = 0;  // of the next block
    std::uint64_t bytes_ = 0, bytes_after_cycle_ = 0;
    bool collecting_ = false;
};

}  // namespace

std::unique_ptr<DirectVoices> make_direct_voices(const Configuration& configuration, const Rig& rig) {
    auto voices = std::make_unique<LuaDirectVoices>(configuration, rig);
    voices->load();
    return voices;
}

}  // namespace forerun
