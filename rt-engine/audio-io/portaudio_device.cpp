#include "rt-engine/audio-io/portaudio_device.h"

#include "rt-engine/audio-io/portaudio_session.h"
#include "rt-engine/audio-io/portaudio_stream.h"
#ifdef FORERUN_JACK
#include "rt-engine/audio-io/jack_device.h"
#endif

namespace forerun {

namespace {

#ifdef FORERUN_JACK
// PortAudio's own way to JACK cannot be closed when the server has gone (jack_device.h).
std::unique_ptr<Device> open_on_jack(PaDeviceIndex output, const DeviceRequest& request) {
    JackRequest on_jack{.name = full_device_name(output),
                        .channels = request.channels,
                        .input_channels = request.input_channels,
                        .plays_on = Pa_GetDeviceInfo(output)->name};
    if (request.input_channels > 0) on_jack.listens_to = Pa_GetDeviceInfo(matching_input(request, output))->name;
    auto device = open_jack_device(on_jack);
    if (request.rate_hz > 0 && request.rate_hz != device->rate_hz())
        throw DeviceRefusal(
            refusal_of(device->name(), {}, request.rate_hz, "Invalid sample rate", {device->rate_hz()}));
    if (request.block_frames > 0 && request.block_frames != device->block_frames())
        throw DeviceRefusal("device " + device->name() + " has blocks of " + std::to_string(device->block_frames()) +
                            " frames, as its server was started; leave --block out, or start that with another");
    return device;
}
#endif

std::unique_ptr<Device> open_candidate(PaDeviceIndex output, const DeviceRequest& request) {
#ifdef FORERUN_JACK
    if (is_on_jack(output)) return open_on_jack(output, request);
#endif
    return open_portaudio_stream(output, request);
}

}  // namespace

std::unique_ptr<Device> open_portaudio_device(const DeviceRequest& request) {
    const PortAudioSession session;
    const auto candidates = matching_outputs(request);
    for (std::size_t i = 0;; ++i) {
        try {
            return open_candidate(candidates[i], request);
        } catch (const BadInput&) {
            if (i + 1 == candidates.size()) throw;
        }
    }
}

DeviceList list_portaudio_devices() {
    const PortAudioSession session;
    DeviceList list;
    for (PaHostApiIndex a = 0; a < Pa_GetHostApiCount(); ++a) list.host_apis.push_back(host_api_name(a));
    const auto default_output = Pa_GetDefaultOutputDevice();
    for (PaDeviceIndex d = 0; d < Pa_GetDeviceCount(); ++d) {
        const auto& info = *Pa_GetDeviceInfo(d);
        DeviceDescription device{.index = d,
                                 .host_api = host_api_name(info.hostApi),
                                 .name = device_name(d),
                                 .output_channels = info.maxOutputChannels,
                                 .input_channels = info.maxInputChannels,
                                 .default_rate_hz = info.defaultSampleRate,
                                 .rates_hz = {},
                                 .low_latency_seconds = info.defaultLowOutputLatency,
                                 .is_default = d == default_output,
                                 .is_host_api_default = d == Pa_GetHostApiInfo(info.hostApi)->defaultOutputDevice,
                                 .remark = {}};
        if (device.output_channels > 0) device.rates_hz = output_rates(d);
        list.devices.push_back(std::move(device));
    }
    return list;
}

}  // namespace forerun
