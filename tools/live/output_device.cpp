#include "tools/live/output_device.h"

#include "rt-engine/audio-io/open_device.h"
#include "shared/bad_input.h"

namespace forerun {

OpenedDevice open_output_device(const DeviceRequest& request) {
    const bool asked_for = !request.device.empty() || !request.host_api.empty();
    try {
        return {open_device(request), ""};
    } catch (const BadInput& error) {
        if (asked_for) throw;
        // A card that is there but refuses the rate or block is the user's business, not a missing card.
        if (request.rate_hz > 0 || request.block_frames > 0) {
            auto easier = request;
            easier.rate_hz = 0;
            easier.block_frames = 0;
            bool works = true;
            try {
                open_device(easier);
            } catch (const BadInput&) {
                works = false;
            }
            if (works) throw;
        }
        auto clock = request;
        clock.device = "clock";
        return {open_device(clock), std::string("no sound card, so nothing is heard and the clock keeps time (") +
                                        error.what() + "); --record FILE.wav keeps the sound"};
    }
}

}  // namespace forerun
