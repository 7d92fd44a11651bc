// Opens a device of any kind by name, and lists all that are available. The kinds are one table, in open_device.cpp: a new
// one is a row there.
#pragma once

#include <memory>
#include <string>

#include "rt-engine/audio-io/device.h"
#include "rt-engine/audio-io/device_request.h"

namespace forerun {

// A name that a kind has for itself ("clock") opens a device of that kind, with the rate and block asked for or the usual
// ones; every other name is looked for among the sound cards and servers (portaudio_device.h). Throws BadInput with one line
// that says what there is instead.
std::unique_ptr<Device> open_device(const DeviceRequest& request);

// Throws BadInput when the request contradicts itself, before anything is opened.
void check(const DeviceRequest& request);

// What there is of every kind now, in the table's order. Throws BadInput when a kind cannot look.
DeviceList list_devices();

}  // namespace forerun
