// What is heard on a JACK server, sample by sample with the server's frame; and the floor, the answer of a client that does
// nothing but answer.
//
// Both are clients behind others in the same cycle: JACK runs sender, forerun and recorder one after the other, and a
// sample has in the recorder the frame that it has at its writer.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <vector>

#include "tests/bench/jack_client.h"

namespace forerun::bench {

// Counts MIDI messages, each at its very frame: the sample there is how many have come, so that none can hide another.
class EchoClient final : public JackClient {
public:
    static constexpr const char *in_name = "bench-echo:in", *out_name = "bench-echo:out";

    EchoClient()
        : JackClient("bench-echo"),
          in_(port("in", JACK_DEFAULT_MIDI_TYPE, JackPortIsInput)),
          out_(port("out", JACK_DEFAULT_AUDIO_TYPE, JackPortIsOutput)) {
        enter();
    }
    ~EchoClient() { leave(); }

private:
    void process(jack_nframes_t frames) override {
        auto* events = jack_port_get_buffer(in_, frames);
        auto* out = static_cast<float*>(jack_port_get_buffer(out_, frames));
        const auto count = jack_midi_get_event_count(events);
        std::uint32_t taken = 0;
        jack_midi_event_t event;
        for (jack_nframes_t f = 0; f < frames; ++f) {
            for (; taken < count && jack_midi_event_get(&event, events, taken) == 0 && event.time <= f; ++taken)
                ++come_;
            out[f] = static_cast<float>(come_);
        }
    }

    jack_port_t *const in_, *const out_;
    int come_ = 0;
};

class StepRecorder final : public JackClient {
public:
    static constexpr const char *sound_name = "bench-recorder:sound", *floor_name = "bench-recorder:floor";

    explicit StepRecorder(double seconds) : JackClient("bench-recorder") {
        const auto frames = static_cast<std::size_t>(seconds * jack_get_sample_rate(client_));
        // A frame whose cycle was left out stays NaN.
        for (auto* samples : {&sound, &floor}) samples->assign(frames, std::numeric_limits<float>::quiet_NaN());
        sound_ = port("sound", JACK_DEFAULT_AUDIO_TYPE, JackPortIsInput);
        floor_ = port("floor", JACK_DEFAULT_AUDIO_TYPE, JackPortIsInput);
        jack_set_xrun_callback(
            client_,
            [](void* self) {
                static_cast<StepRecorder*>(self)->xruns_.fetch_add(1, std::memory_order_relaxed);
                return 0;
            },
            this);
        enter();
    }
    ~StepRecorder() { leave(); }

    // Nothing is written any more.
    void stop() { leave(); }
    std::int64_t place_of(jack_nframes_t frame) const { return static_cast<std::int32_t>(frame - first_); }
    int xruns() const { return xruns_.load(std::memory_order_relaxed); }

    std::vector<float> sound, floor;  // read after stop()

private:
    void process(jack_nframes_t frames) override {
        const auto cycle = jack_last_frame_time(client_);
        if (!begun_) first_ = cycle;
        begun_ = true;
        const auto at = place_of(cycle);
        if (at < 0 || at + frames > static_cast<std::int64_t>(sound.size())) return;
        const auto keep = [&](jack_port_t* from, std::vector<float>& into) {
            const auto* samples = static_cast<const float*>(jack_port_get_buffer(from, frames));
            std::copy(samples, samples + frames, into.begin() + at);
        };
        keep(sound_, sound);
        keep(floor_, floor);
    }

    jack_port_t *sound_ = nullptr, *floor_ = nullptr;
    bool begun_ = false;
    jack_nframes_t first_ = 0;
    std::atomic<int> xruns_{0};
};

}  // namespace forerun::bench
