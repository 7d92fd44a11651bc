// The table of devices: what a name opens, what is said when there is none of that name, what there is.
#include <algorithm>

#include "rt-engine/audio-io/open_device.h"
#include "tests/scenes/catch.h"

using namespace forerun;

namespace {

std::string refusal(const DeviceRequest& request) {
    try {
        open_device(request);
    } catch (const BadInput& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("a kind's own name opens it, with what was asked for or what is usual") {
    const auto usual = open_device({.device = "clock"});
    CHECK(usual->name() == "clock");
    CHECK(usual->rate_hz() == Configuration{}.rate_hz);
    CHECK(usual->block_frames() == Configuration{}.block_frames);
    CHECK(usual->input_channels() == 0);
    const auto other =
        open_device({.device = "clock", .rate_hz = 44100, .block_frames = 99, .channels = 6, .input_channels = 2});
    CHECK(other->rate_hz() == 44100);
    CHECK(other->block_frames() == 99);
    CHECK(other->channels() == 6);
    CHECK(other->input_channels() == 2);
}

TEST_CASE("an unknown name is refused with a list of what there is, of every kind, in one line") {
    for (const auto* name : {"no-such-device", "9999", "CLOCK", "clock2"}) {
        const auto line = refusal({.device = name});
        CAPTURE(line);
        CHECK_THAT(line, Catch::StartsWith("--device " + std::string(name) + ": no such output device; there "));
        CHECK_THAT(line, Catch::EndsWith("; or clock"));
        CHECK(std::count(line.begin(), line.end(), '\n') == 0);
    }
}

TEST_CASE("a kind that is no sound card has no host API") {
    CHECK_THAT(refusal({.device = "clock", .host_api = "alsa"}),
               Catch::Contains("--host-api alsa: goes with a sound card, not with --device clock"));
    CHECK_NOTHROW(check(DeviceRequest{.device = "card", .host_api = "alsa"}));
}

TEST_CASE("every kind lists what there is, and what has no number is opened by its name") {
    const auto list = list_devices();
    const auto clock =
        std::find_if(list.devices.begin(), list.devices.end(), [](const auto& d) { return d.name == "clock"; });
    REQUIRE(clock != list.devices.end());
    CHECK(clock->index == -1);
    CHECK_FALSE(clock->remark.empty());
    for (const auto& device : list.devices)
        if (device.index < 0) CHECK(open_device({.device = device.name})->name() == device.name);
}
