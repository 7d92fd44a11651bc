#include "tools/output_device.h"

#include "rt-engine/clock_device.h"
#include "shared/bad_input.h"
#include "shared/configuration.h"

namespace forerun {

namespace {

std::unique_ptr<Device> open_clock(const DeviceRequest& request) {
    const Configuration usual;
    return std::make_unique<ClockDevice>(request.rate_hz > 0 ? request.rate_hz : usual.rate_hz,
                                         request.block_frames > 0 ? request.block_frames : usual.block_frames,
                                         request.channels);
}

}  // namespace

OpenedDevice open_output_device(const DeviceRequest& request) {
    if (request.device == "clock") return {open_clock(request), ""};
    const bool asked_for = !request.device.empty() || !request.host_api.empty();
    try {
        return {open_portaudio_device(request), ""};
    } catch (const BadInput& error) {
        if (asked_for) throw;
        // A card that is there but refuses the rate or block is the user's business, not a missing card.
        if (request.rate_hz > 0 || request.block_frames > 0) {
            auto easier = request;
            easier.rate_hz = 0;
            easier.block_frames = 0;
            bool works = true;
            try {
                open_portaudio_device(easier);
            } catch (const BadInput&) {
                works = false;
            }
            if (works) throw;
        }
        return {open_clock(request), std::string("no sound card, so nothing is heard and the clock keeps time (") +
                                         error.what() + "); --record FILE.wav keeps the sound"};
    }
}

}  // namespace forerun
