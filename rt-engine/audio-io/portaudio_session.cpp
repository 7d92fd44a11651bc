#include "rt-engine/audio-io/portaudio_session.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>

#include "rt-engine/audio-io/device_request.h"
#include "rt-engine/audio-io/name_match.h"
#include "rt-engine/audio-io/quiet_stderr.h"
#include "shared/bad_input.h"

namespace forerun {

namespace {

bool is_output(PaDeviceIndex index) { return Pa_GetDeviceInfo(index)->maxOutputChannels > 0; }
bool is_input(PaDeviceIndex index) { return Pa_GetDeviceInfo(index)->maxInputChannels > 0; }

// A name that is a number.
std::optional<int> number_of(const std::string& name) {
    int number = -1;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error != std::errc() || end != name.data() + name.size()) return std::nullopt;
    return number;
}

std::string list_outputs() {
    std::string list;
    for (PaDeviceIndex d = 0; d < Pa_GetDeviceCount(); ++d)
        if (is_output(d))
            list += (list.empty() ? "" : ", ") + std::to_string(d) + " \"" + device_name(d) + "\" (" +
                    host_api_name(Pa_GetDeviceInfo(d)->hostApi) + ")";
    return list.empty() ? "there is no output device" : "there are " + list;
}

std::string list_host_apis() {
    std::string list;
    for (PaHostApiIndex a = 0; a < Pa_GetHostApiCount(); ++a) list += (a ? ", " : "") + host_api_name(a);
    return list.empty() ? "there is none" : "there are " + list;
}

// Host APIs that the request allows.
std::vector<PaHostApiIndex> matching_host_apis(const DeviceRequest& request) {
    std::vector<PaHostApiIndex> result;
    for (PaHostApiIndex a = 0; a < Pa_GetHostApiCount(); ++a)
        if (has_part(host_api_name(a), request.host_api)) result.push_back(a);
    if (result.empty() && !request.host_api.empty())
        throw BadInput("--host-api " + request.host_api + ": no such host API; " + list_host_apis());
    return result;
}

}  // namespace

PortAudioSession::PortAudioSession() : presence_(JackPresence::try_enter()) {
    if (!presence_) throw BadInput("the JACK server has gone; what used it must be closed first");
    const QuietStderr quiet;
    if (const auto error = Pa_Initialize(); error != paNoError)
        throw NoSuchDevice(std::string("PortAudio does not start (") + Pa_GetErrorText(error) + ")");
    if (Pa_HostApiTypeIdToHostApiIndex(paJACK) < 0) presence_.reset();
}

PortAudioSession::~PortAudioSession() {
    if (presence_ && JackPresence::server_gone()) {
        (void)presence_.release();  // its client is never closed
        return;
    }
    const QuietStderr quiet;
    Pa_Terminate();
}

std::string host_api_name(PaHostApiIndex index) {
    const auto* info = Pa_GetHostApiInfo(index);
    return printable(info && info->name ? info->name : "");
}

std::string device_name(PaDeviceIndex index) {
    const auto* info = Pa_GetDeviceInfo(index);
    return printable(info && info->name ? info->name : "");
}

std::string full_device_name(PaDeviceIndex index) {
    return device_name(index) + " (" + host_api_name(Pa_GetDeviceInfo(index)->hostApi) + ")";
}

bool is_on_jack(PaDeviceIndex index) { return Pa_GetHostApiInfo(Pa_GetDeviceInfo(index)->hostApi)->type == paJACK; }

std::vector<PaDeviceIndex> matching_outputs(const DeviceRequest& request) {
    const auto apis = matching_host_apis(request);
    const auto allowed = [&](PaDeviceIndex d) {
        return is_output(d) && std::find(apis.begin(), apis.end(), Pa_GetDeviceInfo(d)->hostApi) != apis.end();
    };
    std::vector<PaDeviceIndex> result;
    const auto add = [&](PaDeviceIndex d) {
        if (d >= 0 && allowed(d) && std::find(result.begin(), result.end(), d) == result.end()) result.push_back(d);
    };
    const auto& wanted = request.device;

    if (wanted.empty()) {
        add(Pa_GetDefaultOutputDevice());
        for (const auto a : apis) add(Pa_GetHostApiInfo(a)->defaultOutputDevice);
        if (result.empty())
            throw request.host_api.empty()
                ? NoSuchDevice("there is no sound device")
                : NoSuchDevice("--host-api " + request.host_api + ": it has no output device; " + list_outputs());
        return result;
    }

    if (const auto number = number_of(wanted)) {
        if (*number >= 0 && *number < Pa_GetDeviceCount()) add(*number);
    } else {
        for (PaDeviceIndex d = 0; d < Pa_GetDeviceCount(); ++d)
            if (is_name(device_name(d), wanted)) add(d);
        for (PaDeviceIndex d = 0; d < Pa_GetDeviceCount(); ++d)
            if (has_part(device_name(d), wanted)) add(d);
    }
    if (result.empty()) throw NoSuchDevice("--device " + wanted + ": no such output device; " + list_outputs());
    result.resize(1);  // a named device is that one or an error
    return result;
}

PaDeviceIndex matching_input(const DeviceRequest& request, PaDeviceIndex output) {
    const auto api = Pa_GetDeviceInfo(output)->hostApi;
    const auto& wanted = request.input;
    if (wanted.empty()) {
        if (is_input(output)) return output;
        if (const auto usual = Pa_GetHostApiInfo(api)->defaultInputDevice; usual >= 0) return usual;
        throw BadInput("device " + full_device_name(output) +
                       " has no input, and its host API none either; name one with --input");
    }
    const auto number = number_of(wanted);
    std::optional<PaDeviceIndex> found;
    std::string list;
    for (PaDeviceIndex d = 0; d < Pa_GetDeviceCount(); ++d) {
        if (!is_input(d) || Pa_GetDeviceInfo(d)->hostApi != api) continue;
        const auto name = device_name(d);
        if (number ? d == *number : is_name(name, wanted)) return d;
        if (!number && !found && has_part(name, wanted)) found = d;
        list += (list.empty() ? "" : ", ") + std::to_string(d) + " \"" + name + "\"";
    }
    if (found) return *found;
    throw BadInput("--input " + wanted + ": no such input at " + host_api_name(api) +
                   (list.empty() ? "; there is none" : "; there are " + list));
}

std::vector<double> output_rates(PaDeviceIndex index) {
    const QuietStderr quiet;
    const auto* info = Pa_GetDeviceInfo(index);
    PaStreamParameters output{};
    output.device = index;
    output.channelCount = std::min(2, info->maxOutputChannels);
    output.sampleFormat = paFloat32;
    output.suggestedLatency = info->defaultLowOutputLatency;
    std::vector<double> rates;
    for (const double rate : {22050.0, 32000.0, 44100.0, 48000.0, 88200.0, 96000.0, 176400.0, 192000.0})
        if (Pa_IsFormatSupported(nullptr, &output, rate) == paFormatIsSupported) rates.push_back(rate);
    return rates;
}

std::string join_rates(const std::vector<double>& rates) {
    std::string list;
    for (const double rate : rates) list += (list.empty() ? "" : ", ") + std::to_string(std::llround(rate));
    return list;
}

}  // namespace forerun
