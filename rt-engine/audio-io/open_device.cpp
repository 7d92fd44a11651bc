#include "rt-engine/audio-io/open_device.h"

#include "rt-engine/audio-io/clock_device.h"
#include "rt-engine/audio-io/portaudio_device.h"

namespace forerun {
namespace {

struct DeviceKind {
    std::string_view name;  // what --device says for it; empty: whatever no other kind is called
    std::unique_ptr<Device> (*open)(const DeviceRequest& request);
    DeviceList (*list)();
};

constexpr DeviceKind kinds[] = {
    {"", open_portaudio_device, list_portaudio_devices},
    {"clock", open_clock_device, list_clock_devices},
};

const DeviceKind& kind_of(const DeviceRequest& request) {
    const DeviceKind* any = nullptr;
    for (const auto& kind : kinds) {
        if (!kind.name.empty() && kind.name == request.device) return kind;
        if (kind.name.empty()) any = &kind;
    }
    return *any;
}

// What else a person could have named.
std::string with_named_kinds(std::string text, const DeviceRequest& request) {
    for (const auto& kind : kinds) {
        if (kind.name.empty()) continue;
        text += request.device.empty() ? "; --device " : "; or ";
        text += kind.name;
        if (request.device.empty()) text += " plays without one";
    }
    return text;
}

}  // namespace

void check(const DeviceRequest& request) {
    if (!kind_of(request).name.empty() && !request.host_api.empty())
        throw BadInput("--host-api " + request.host_api + ": goes with a sound card, not with --device " +
                       request.device + "; leave one out");
}

std::unique_ptr<Device> open_device(const DeviceRequest& request) {
    check(request);
    try {
        return kind_of(request).open(request);
    } catch (const NoSuchDevice& none) {
        throw NoSuchDevice(with_named_kinds(none.what(), request));
    }
}

DeviceList list_devices() {
    DeviceList all;
    for (const auto& kind : kinds) {
        auto list = kind.list();
        all.host_apis.insert(all.host_apis.end(), list.host_apis.begin(), list.host_apis.end());
        all.devices.insert(all.devices.end(), list.devices.begin(), list.devices.end());
    }
    return all;
}

}  // namespace forerun
