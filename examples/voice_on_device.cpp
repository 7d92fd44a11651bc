// One voice on a sound device, in real time:  voice_on_device VOICE.lua [DEVICE]     DEVICE "clock" is silent
#include <chrono>
#include <cstdio>
#include <thread>

#include "rt-engine/audio-io/open_device.h"
#include "rt-engine/device_host.h"
#include "rt-engine/forerun.h"

int main(int argc, char** argv) {
    using namespace forerun;
    if (argc < 2) {
        std::fprintf(stderr, "usage: voice_on_device VOICE.lua [DEVICE]\n");
        return 2;
    }
    try {
        auto device = open_device({.device = argc > 2 ? argv[2] : ""});
        std::printf("%s, %.0f Hz, blocks of %lld frames\n", device->name().c_str(), device->rate_hz(),
                    static_cast<long long>(device->block_frames()));

        Engine engine(fitted_to(*device));
        engine.load_voice(argv[1]);
        auto fingers = engine.make_producer();
        DeviceHost host(engine, std::move(device));
        for (const std::uint16_t key : {60, 63, 67, 72}) {
            fingers.try_send({.kind = EventKind::note_on, .number = key, .value = 0.7f});
            std::this_thread::sleep_for(std::chrono::milliseconds(300));
            fingers.try_send({.kind = EventKind::note_off, .number = key});
        }
        std::this_thread::sleep_for(std::chrono::seconds(1));

        Notification happened;
        while (engine.next_notification(happened))
            if (happened.kind == NotificationKind::voice_started)
                std::printf("key %d sounded from frame %lld\n", happened.key, static_cast<long long>(happened.frame));
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "voice_on_device: %s\n", error.what());
        return 1;
    }
}
