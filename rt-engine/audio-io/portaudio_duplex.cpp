#include "rt-engine/audio-io/portaudio_duplex.h"

#include <atomic>
#include <charconv>
#include <cmath>

#include "rt-engine/audio-io/name_match.h"
#include "rt-engine/audio-io/portaudio_device.h"
#include "rt-engine/audio-io/portaudio_session.h"
#include "rt-engine/audio-io/quiet_stderr.h"
#include "shared/bad_input.h"

namespace forerun {
namespace {

bool is_input(PaDeviceIndex index) { return Pa_GetDeviceInfo(index)->maxInputChannels > 0; }

// A stream has both ends at one host API. Without a name the output's own device is best: a cable is likeliest there, and
// two cards would have two clocks.
PaDeviceIndex matching_input(const std::string& wanted, PaDeviceIndex output) {
    const auto api = Pa_GetDeviceInfo(output)->hostApi;
    if (wanted.empty()) {
        if (is_input(output)) return output;
        if (const auto usual = Pa_GetHostApiInfo(api)->defaultInputDevice; usual >= 0) return usual;
        throw BadInput("device " + full_device_name(output) +
                       " has no input, and its host API none either; name one with --input");
    }
    int number = -1;
    const auto [end, error] = std::from_chars(wanted.data(), wanted.data() + wanted.size(), number);
    const bool is_number = error == std::errc() && end == wanted.data() + wanted.size();
    std::string list;
    for (PaDeviceIndex d = 0; d < Pa_GetDeviceCount(); ++d) {
        if (!is_input(d) || Pa_GetDeviceInfo(d)->hostApi != api) continue;
        if (is_number ? d == number : has_part(device_name(d), wanted)) return d;
        list += (list.empty() ? "" : ", ") + std::to_string(d) + " \"" + device_name(d) + "\"";
    }
    throw BadInput("--input " + wanted + ": no such input at " + host_api_name(api) +
                   (list.empty() ? "; there is none" : "; there are " + list));
}

class PortAudioDuplex final : public DuplexStream {
public:
    explicit PortAudioDuplex(const DuplexRequest& request) {
        const auto output =
            matching_outputs({.device = request.device, .host_api = request.host_api, .channels = 1}).front();
        const auto input = matching_input(request.input, output);
        name_ = full_device_name(output) + (input == output ? "" : " and " + full_device_name(input));
        const auto* info = Pa_GetDeviceInfo(output);
        const double rate_hz = request.rate_hz > 0 ? request.rate_hz : info->defaultSampleRate;
        const auto end = [&](PaDeviceIndex device, double latency) {
            PaStreamParameters p{};
            p.device = device;
            p.channelCount = 1;
            p.sampleFormat = paFloat32 | paNonInterleaved;
            p.suggestedLatency = latency;
            return p;
        };
        const auto in = end(input, Pa_GetDeviceInfo(input)->defaultLowInputLatency);
        const auto out = end(output, info->defaultLowOutputLatency);
        const QuietStderr quiet;
        auto error = Pa_OpenStream(&stream_, &in, &out, rate_hz, static_cast<unsigned long>(request.block_frames),
                                   paClipOff | paDitherOff, call, this);
        if (error == paNoError && (error = Pa_StartStream(stream_)) != paNoError) Pa_CloseStream(stream_);
        if (error != paNoError)
            throw BadInput("device " + name_ + " does not play and record at " + std::to_string(std::llround(rate_hz)) +
                           " Hz (" + Pa_GetErrorText(error) + "); choose with --device, --input, --rate or --block");
        rate_hz_ = Pa_GetStreamInfo(stream_)->sampleRate;
        asked_block_frames_ = request.block_frames;
    }
    ~PortAudioDuplex() override { stop(); }

    std::string name() const override { return name_; }
    double rate_hz() const override { return rate_hz_; }
    std::int64_t block_frames() const override {
        const auto seen = largest_block_.load(std::memory_order_relaxed);
        return seen > 0 ? seen : asked_block_frames_;
    }
    void start(Callback callback, void* user) override {
        user_ = user;
        // Release: pairs with the acquire in call(), which then sees user_.
        callback_.store(callback, std::memory_order_release);
    }
    void stop() noexcept override {
        if (!stream_) return;
        const QuietStderr quiet;
        Pa_AbortStream(stream_);
        Pa_CloseStream(stream_);
        stream_ = nullptr;
    }
    bool running() const noexcept override { return stream_ && Pa_IsStreamActive(stream_) == 1; }
    std::uint64_t xruns() const noexcept override { return xruns_.load(std::memory_order_relaxed); }

private:
    static int call(const void* in, void* out, unsigned long count, const PaStreamCallbackTimeInfo*,
                    PaStreamCallbackFlags flags, void* user) {
        auto& self = *static_cast<PortAudioDuplex*>(user);
        const auto frames = static_cast<std::int64_t>(count);
        if (flags & (paInputUnderflow | paInputOverflow | paOutputUnderflow | paOutputOverflow))
            self.xruns_.fetch_add(1, std::memory_order_relaxed);
        if (frames > self.largest_block_.load(std::memory_order_relaxed))
            self.largest_block_.store(frames, std::memory_order_relaxed);
        const auto* const* ins = static_cast<const float* const*>(in);
        auto* const* outs = static_cast<float* const*>(out);
        // Acquire: pairs with the release in start().
        if (const auto callback = self.callback_.load(std::memory_order_acquire)) {
            callback(self.user_, {{ins, 1}, {outs, 1}, frames, self.frame_});
            self.frame_ += frames;
        } else {
            std::fill_n(outs[0], count, 0.0f);
        }
        return paContinue;
    }

    const PortAudioSession session_;  // longer than stream_
    std::string name_;
    PaStream* stream_ = nullptr;
    double rate_hz_ = 0;
    std::int64_t asked_block_frames_ = 0;
    // Written by the owner, read by the driver's thread. user_ before callback_.
    void* user_ = nullptr;
    std::atomic<Callback> callback_{nullptr};
    std::int64_t frame_ = 0;  // [driver's thread]
    // Written by the driver's thread, read by anybody.
    std::atomic<std::uint64_t> xruns_{0};
    std::atomic<std::int64_t> largest_block_{0};
};

}  // namespace

std::unique_ptr<DuplexStream> open_portaudio_duplex(const DuplexRequest& request) {
    return std::make_unique<PortAudioDuplex>(request);
}

}  // namespace forerun
