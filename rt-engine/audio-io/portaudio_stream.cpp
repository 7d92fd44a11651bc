#include "rt-engine/audio-io/portaudio_stream.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <optional>
#include <thread>

#include "rt-engine/audio-io/block_counters.h"
#include "rt-engine/audio-io/portaudio_device.h"
#include "rt-engine/audio-io/portaudio_session.h"
#include "rt-engine/audio-io/quiet_stderr.h"
#include "shared/bad_input.h"
#include "shared/time/sample_clock.h"

namespace forerun {

namespace {

// How long a newly opened device is watched, and how much it may ask for in that time: a driver first fills its own buffer,
// but a device that nothing paces asks for hours.
constexpr std::int64_t watch_nanoseconds = 120'000'000;
constexpr std::int64_t give_up_nanoseconds = 2'000'000'000;
constexpr std::uint64_t least_watched_blocks = 3;
constexpr double most_watched_seconds = 5;

class PortAudioStream final : public Device {
public:
    PortAudioStream(PaDeviceIndex index, const DeviceRequest& request)
        : name_(full_device_name(index)), is_jack_(is_on_jack(index)), again_(request) {
        again_.device = device_name(index);
        again_.host_api = host_api_name(Pa_GetDeviceInfo(index)->hostApi);
        if (request.input_channels > 0) {
            input_ = matching_input(request, index);
            again_.input = *input_ == index ? "" : device_name(*input_);
            if (*input_ != index) name_ += " and " + full_device_name(*input_);
        }
        open(index, request);
        try {
            watch(request);
        } catch (...) {
            close();
            throw;
        }
    }
    ~PortAudioStream() override {
        stop();
        close();
    }

    std::string name() const override { return name_; }
    double rate_hz() const override { return rate_hz_; }
    std::uint32_t channels() const override { return again_.channels; }
    std::uint32_t input_channels() const override { return again_.input_channels; }
    std::int64_t block_frames() const override { return block_frames_; }
    double latency_seconds() const override { return latency_seconds_; }

    void start(Callback callback, void* user) override {
        if (Pa_IsStreamActive(stream_) != 1)
            throw BadInput("device " + name_ + " stopped; choose another with --device");
        user_ = user;
        counters_.reset();
        // Release: pairs with the acquire in call(), which then sees user_.
        callback_.store(callback, std::memory_order_release);
    }

    void stop() noexcept override {
        callback_.store(nullptr, std::memory_order_release);
        if (lost()) return;
        // Returns when no callback runs any more. Pa_StopStream instead would wait for what is already buffered to play.
        const QuietStderr quiet;
        Pa_AbortStream(stream_);
        stopped_ = true;
    }

    bool running() const noexcept override { return Pa_IsStreamActive(stream_) == 1; }

    Scheduling scheduling() const override {
        const int priority = priority_.load(std::memory_order_relaxed);
        return {priority > 0, priority};
    }

    DeviceStatistics statistics() const override { return counters_.statistics(); }

    // By its name: numbers change when PortAudio looks again. PortAudio's way to JACK does not lead back.
    Reopen reopen() const override {
        if (is_jack_) return {};
        return [again = again_, rate_hz = rate_hz_]() mutable {
            again.rate_hz = rate_hz;
            return open_portaudio_device(again);
        };
    }

private:
    void open(PaDeviceIndex index, const DeviceRequest& request);
    void watch(const DeviceRequest& request);
    void close() {
        if (lost()) {
            (void)session_.release();  // Pa_Terminate would close the stream
            return;
        }
        const QuietStderr quiet;
        Pa_CloseStream(stream_);
    }
    // PortAudio's JACK part waits for ever, or aborts the program, when it is asked to stop a stream whose server has gone.
    // Such a stream is left alone; no callback runs on it any more.
    bool lost() const noexcept { return is_jack_ && !stopped_ && Pa_IsStreamActive(stream_) != 1; }

    static int call(const void* in, void* out, unsigned long frames, const PaStreamCallbackTimeInfo*,
                    PaStreamCallbackFlags flags, void* self);

    std::unique_ptr<PortAudioSession> session_ = std::make_unique<PortAudioSession>();
    std::string name_;
    const bool is_jack_;
    DeviceRequest again_;                 // as it was asked for, with the names that were found
    std::optional<PaDeviceIndex> input_;  // none: only an output
    bool stopped_ = false;
    PaStream* stream_ = nullptr;
    double rate_hz_ = 0;
    std::int64_t block_frames_ = 0;
    double latency_seconds_ = 0;

    // Written by the owner, read by the audio thread. user_ before callback_.
    void* user_ = nullptr;
    std::atomic<Callback> callback_{nullptr};
    // Written by the audio thread (and reset by start() while it only plays silence), read by any.
    std::atomic<int> priority_{-1};  // −1: no callback yet
    Counter watched_frames_;
    BlockCounters counters_;
};

int PortAudioStream::call(const void* in, void* out, unsigned long frames, const PaStreamCallbackTimeInfo*,
                          PaStreamCallbackFlags flags, void* self) {
    auto& device = *static_cast<PortAudioStream*>(self);
    auto* samples = static_cast<float*>(out);
    const auto count = static_cast<std::int64_t>(frames);
    device.counters_.block(count);
    if (flags & (paOutputUnderflow | paOutputOverflow | paInputUnderflow | paInputOverflow))
        device.counters_.underflow();

    // Acquire: pairs with the release in start().
    if (const auto callback = device.callback_.load(std::memory_order_acquire)) {
        callback(device.user_, static_cast<const float*>(in), samples, count);
        return paContinue;
    }
    if (device.priority_.load(std::memory_order_relaxed) < 0) {
        // The very first callback plays silence, so it may make system calls; none after it does.
        if (!scheduling_of_this_thread().realtime) raise_to_realtime(audio_thread_priority);
        device.priority_.store(scheduling_of_this_thread().priority, std::memory_order_relaxed);
    }
    std::fill_n(samples, frames * device.channels(), 0.0f);
    bump(device.watched_frames_, frames);
    return paContinue;
}

void require_channels(const std::string& name, const char* end, int has, std::uint32_t needed, const char* option) {
    if (has >= static_cast<int>(needed)) return;
    throw DeviceRefusal("device " + name + " has " + std::to_string(has) + " " + end + " channels, not the " +
                        std::to_string(needed) + " that are needed; choose another with " + option);
}

void PortAudioStream::open(PaDeviceIndex index, const DeviceRequest& request) {
    const auto* info = Pa_GetDeviceInfo(index);
    require_channels(name_, "output", info->maxOutputChannels, request.channels, "--device");
    rate_hz_ = request.rate_hz > 0 ? request.rate_hz : info->defaultSampleRate;
    const double asked_latency = 2.0 * static_cast<double>(request.block_frames) / rate_hz_;
    const auto end = [&](PaDeviceIndex device, std::uint32_t channels, double latency) {
        PaStreamParameters p{};
        p.device = device;
        p.channelCount = static_cast<int>(channels);
        p.sampleFormat = paFloat32;
        p.suggestedLatency = std::max(latency, asked_latency);
        return p;
    };
    const auto output = end(index, request.channels, info->defaultLowOutputLatency);
    PaStreamParameters input{};
    if (input_) {
        const auto* source = Pa_GetDeviceInfo(*input_);
        require_channels(full_device_name(*input_), "input", source->maxInputChannels, request.input_channels,
                         "--input");
        input = end(*input_, request.input_channels, source->defaultLowInputLatency);
    }
    PaError error = paNoError;
    {
        const QuietStderr quiet;
        error = Pa_OpenStream(&stream_, input_ ? &input : nullptr, &output, rate_hz_,
                              static_cast<unsigned long>(request.block_frames),  // 0: unspecified
                              paClipOff | paDitherOff, call, this);
    }
    if (error == paNoError) return;
    throw DeviceRefusal(refusal_of(name_, request, rate_hz_, Pa_GetErrorText(error), output_rates(index)));
}

// Plays silence until the device has shown its block size and that it keeps time.
void PortAudioStream::watch(const DeviceRequest& request) {
    PaError error = paNoError;
    const auto begin = monotonic_nanoseconds();
    {
        const QuietStderr quiet;
        error = Pa_StartStream(stream_);
    }
    if (error != paNoError)
        throw DeviceRefusal("device " + name_ + " does not start (" + Pa_GetErrorText(error) +
                            "); choose another with --device");
    for (;;) {
        const auto passed = monotonic_nanoseconds() - begin;
        const auto frames = static_cast<double>(watched_frames_.load());
        if (frames > rate_hz_ * most_watched_seconds + 1e-9 * static_cast<double>(passed) * rate_hz_)
            throw DeviceRefusal("device " + name_ +
                                " takes sound without keeping time, so it is no real device; choose "
                                "another with --device");
        if (passed > watch_nanoseconds && counters_.blocks() >= least_watched_blocks) break;
        if (passed > give_up_nanoseconds || Pa_IsStreamActive(stream_) != 1)
            throw DeviceRefusal("device " + name_ + " never asks for sound; choose another with --device");
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    block_frames_ = request.block_frames > 0 ? request.block_frames : counters_.largest_block_frames();
    if (const auto* info = Pa_GetStreamInfo(stream_)) {
        rate_hz_ = info->sampleRate;
        latency_seconds_ = info->outputLatency;
    }
}

}  // namespace

std::string refusal_of(const std::string& name, const DeviceRequest& request, double rate_hz, const char* reason,
                       const std::vector<double>& rates_hz) {
    std::string wanted = std::to_string(std::llround(rate_hz)) + " Hz";
    if (request.block_frames > 0) wanted += " with blocks of " + std::to_string(request.block_frames) + " frames";
    if (request.input_channels > 0) wanted += " with an input";
    const auto rates = join_rates(rates_hz);
    return "device " + name + " refuses " + wanted + " (" + reason + "); " +
           (rates.empty() ? "choose another with --device"
                          : "it takes " + rates + " Hz; choose with --rate, --block or --device");
}

std::unique_ptr<Device> open_portaudio_stream(PaDeviceIndex output, const DeviceRequest& request) {
    return std::make_unique<PortAudioStream>(output, request);
}

}  // namespace forerun
