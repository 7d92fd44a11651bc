// Keeps PortAudio initialised while an instance exists, and finds its devices by name. Private to the PortAudio files.
#pragma once

#include <portaudio.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rt-engine/audio-io/jack_presence.h"

namespace forerun {

// PortAudio counts its own users. Throws BadInput when it does not start, or JACK's clients must be closed first.
//
// Where a JACK server runs PortAudio becomes its client, whatever device is played on. When that server has gone it is never
// ended: it would end the program (assertions in pa_jack.c).
class PortAudioSession {
public:
    PortAudioSession();
    ~PortAudioSession();
    PortAudioSession(const PortAudioSession&) = delete;
    PortAudioSession& operator=(const PortAudioSession&) = delete;

private:
    std::unique_ptr<JackPresence> presence_;  // none: it is no client
};

struct DeviceRequest;

std::string host_api_name(PaHostApiIndex index);
std::string device_name(PaDeviceIndex index);
// With its host API, as shown to users.
std::string full_device_name(PaDeviceIndex index);
bool is_on_jack(PaDeviceIndex index);

// Outputs that a request can mean, best first. Throws BadInput (one line, with what there is) when there is none.
std::vector<PaDeviceIndex> matching_outputs(const DeviceRequest& request);

// The input that a request means beside this output. A stream has both ends at one host API. Without a name it is the output's
// own device: a cable is likeliest there, and two cards would have two clocks. Throws BadInput.
PaDeviceIndex matching_input(const DeviceRequest& request, PaDeviceIndex output);

// The usual rates that an output says it takes with two channels, or with the one it has.
std::vector<double> output_rates(PaDeviceIndex index);

// "44100, 48000".
std::string join_rates(const std::vector<double>& rates);

}  // namespace forerun
