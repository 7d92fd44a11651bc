// forerun measure loopback: the round-trip latency from the program to the outside and back.
//
// With --host-api jack it is a JACK client of its own (rt-engine/audio-io/jack_device.h), which can be connected to itself
// (--connect) and to other clients by name. Any other device is opened as play opens it, with an input.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <memory>
#include <thread>

#include "rt-engine/audio-io/jack_device.h"
#include "rt-engine/audio-io/name_match.h"
#include "rt-engine/audio-io/open_device.h"
#include "shared/bad_input.h"
#include "shared/version.h"
#include "tools/commands/commands.h"
#include "tools/commands/measure_options.h"
#include "tools/options/option_range.h"
#include "tools/process/stop_signal.h"
#include "tools/recording/output_file.h"
#include "tools/report/json_output.h"
#include "tools/report/loopback_figures.h"
#include "tools/report/print_line.h"

namespace forerun {

namespace {

struct LoopbackOptions {
    std::string device, input, host_api, json;
    bool connect = false;
    double seconds = 10;
    double rate_hz = 0;
    std::int64_t block_frames = 0;
};

constexpr double longest_seconds = 2;  // latency that is looked for
constexpr double cable_settling_seconds =
    0.3;  // a graph changes some cycles after the request; a card's input begins with a click

// What is played, and what comes back at the same frames. The callback owns it until the device is stopped.
struct Tape {
    std::vector<float> play, record;
    const Device* device = nullptr;
    std::int64_t turned = 0;
    std::atomic<bool> ended{false};

    // One channel each way.
    static void turn(void* user, const float* in, float* out, std::int64_t frames) noexcept {
        auto& tape = *static_cast<Tape*>(user);
        const auto length = std::ssize(tape.play);
        const auto at = std::min(tape.turned + tape.device->statistics().lost_frames, length);
        const auto left = std::min(length - at, frames);
        std::copy_n(in, left, tape.record.begin() + at);
        std::copy_n(tape.play.begin() + at, left, out);
        std::fill(out + left, out + frames, 0.0f);
        tape.turned += frames;
        if (left < frames) tape.ended.store(true, std::memory_order_release);
    }
};

bool on_jack(const LoopbackOptions& o) { return !o.host_api.empty() && has_part("jack", o.host_api); }

std::unique_ptr<Device> open_on_jack(const LoopbackOptions& o) {
    auto jack = open_jack_device({.client = "forerun-loopback", .channels = 1, .input_channels = 1});
    if (o.connect) {
        if (!jack->try_connect(jack->output_port(0), jack->input_port(0)))
            throw BadInput("--connect: the JACK server refuses to connect an output to an input");
        return jack;
    }
    const auto player = o.device.empty() ? "system" : o.device, listener = o.input.empty() ? "system" : o.input;
    const auto to = jack->inputs_of(player), from = jack->outputs_of(listener);
    if (to.empty()) throw BadInput(fmt::format("--device {}: no JACK client of this name takes sound", player));
    if (from.empty()) throw BadInput(fmt::format("--input {}: no JACK client of this name gives sound", listener));
    if (!jack->try_connect(jack->output_port(0), to[0]) || !jack->try_connect(from[0], jack->input_port(0)))
        throw BadInput(fmt::format("the JACK server refuses to connect {} or {}", to[0], from[0]));
    return jack;
}

std::unique_ptr<Device> open(const LoopbackOptions& o) {
    if (on_jack(o)) return open_on_jack(o);
    if (o.connect) throw BadInput("--connect: goes with --host-api jack; elsewhere a cable connects output and input");
    return open_device({.device = o.device,
                        .host_api = o.host_api,
                        .rate_hz = o.rate_hz,
                        .block_frames = o.block_frames,
                        .channels = 1,
                        .input_channels = 1,
                        .input = o.input});
}

nlohmann::ordered_json json_of(const LoopbackOptions& o, const Device& device, const LoopbackFigures& f,
                               const std::vector<std::optional<FoundBurst>>& bursts) {
    const double ms = 1000 / device.rate_hz();
    nlohmann::ordered_json j;
    j["program"] = {{"name", "forerun"}, {"version", FORERUN_VERSION}};
    j["measurement"] = "loopback";
    j["configuration"] = {{"device", device.name()},
                          {"connected", o.connect},
                          {"rate_hz", device.rate_hz()},
                          {"block_frames", device.block_frames()},
                          {"seconds", o.seconds}};
    j["bursts"] = f.bursts;
    j["found"] = f.found;
    j["xruns"] = device.statistics().underflows;
    if (f.found == 0) return j;
    const auto both = [&](double frames) { return nlohmann::ordered_json{{"frames", frames}, {"ms", frames * ms}}; };
    j["latency"] = {{"p50", both(f.p50)},
                    {"min", both(f.least)},
                    {"max", both(f.greatest)},
                    {"mean", both(f.mean)},
                    {"standard_deviation", both(f.standard_deviation)},
                    {"jitter", both(f.jitter())}};
    j["gain_db"] = f.gain_decibels;
    j["inverted"] = f.upside_down;
    auto& each = j["latency_frames"] = nlohmann::ordered_json::array();
    for (const auto& b : bursts) each.push_back(b ? nlohmann::ordered_json(b->latency_frames) : nullptr);
    return j;
}

void print(const Device& device, const LoopbackFigures& f) {
    const double ms = 1000 / device.rate_hz();
    const auto blocks = f.p50 / static_cast<double>(std::max<std::int64_t>(1, device.block_frames()));
    print_line("{}, {:g} Hz, blocks of {} frames", device.name(), device.rate_hz(), device.block_frames());
    print_line("{:<12}p50 {:.2f} frames ({:.3f} ms, {:.2f} blocks), min {:.2f}, max {:.2f}", "round trip", f.p50,
               f.p50 * ms, blocks, f.least, f.greatest);
    print_line("{:<12}{:.2f} frames ({:.4f} ms) from min to max, standard deviation {:.3f}", "jitter", f.jitter(),
               f.jitter() * ms, f.standard_deviation);
    // Rounded first: not "-0.0".
    print_line("{:<12}{:.1f} dB of what was played{}", "level", std::round(10 * f.gain_decibels) / 10 + 0.0,
               f.upside_down ? ", upside down: a wire or an amplifier turns it" : "");
    print_line("{:<12}{} of {} found, {} xruns", "bursts", f.found, f.bursts, device.statistics().underflows);
}

int measure_loopback(const LoopbackOptions& o) {
    const NamedFile json{"--json", o.json};
    if (!o.json.empty()) require_text_output(json);
    if (o.json == "-") throw BadInput("--json -: name a file");
    Tape tape;  // longer than the device
    const auto device = open(o);
    tape.device = device.get();
    std::this_thread::sleep_for(std::chrono::duration<double>(cable_settling_seconds));

    const auto room = static_cast<std::int64_t>(longest_seconds * device->rate_hz());
    const auto frames = static_cast<std::int64_t>(o.seconds * device->rate_hz()) + burst_frames + room;
    tape.play.resize(static_cast<std::size_t>(frames));
    tape.record.resize(tape.play.size());
    const auto starts = burst_starts(frames, room, 1);
    const auto burst = loopback_burst();
    for (const auto start : starts) std::copy(burst.begin(), burst.end(), tape.play.begin() + start);
    device->start(&Tape::turn, &tape);
    while (!tape.ended.load(std::memory_order_acquire)) {
        if (stop_requested()) return exit_interrupted;
        if (!device->running())
            throw BadInput("device " + device->name() + " stopped; choose another with --device or --host-api");
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }

    const auto bursts = find_bursts(tape.record, starts, room);
    const auto figures = loopback_figures(bursts);
    if (!o.json.empty()) write_text(json, json_text(json_of(o, *device, figures, bursts), 2) + "\n");
    if (figures.found == 0) {
        float peak = 0;
        for (const float s : tape.record) peak = std::max(peak, std::abs(s));
        const auto heard = peak > 0 ? fmt::format("the input's peak is {:.0f} dB", 20 * std::log10(peak))
                                    : std::string("the input is silent");
        throw std::runtime_error(fmt::format(
            "measure loopback: none of {} bursts came back ({}); connect the output to the input{}", figures.bursts,
            heard, on_jack(o) ? ", with a cable or --connect" : " with a cable, and turn both up"));
    }
    print(*device, figures);
    return exit_fine;
}

}  // namespace

void add_measure_loopback(CLI::App& measure, Run& run) {
    auto* loopback = measure.add_subcommand("loopback", "From output to input and back: round trip and its jitter");
    auto o = std::make_shared<LoopbackOptions>();
    loopback->add_option("--device", o->device, "Output, as for play; with JACK: a client (default system)")
        ->check(not_empty());
    loopback->add_option("--input", o->input, "Input (default: of the same device)")->check(not_empty());
    loopback->add_option("--host-api", o->host_api, "As for play")->check(not_empty());
    loopback->add_flag("--connect", o->connect,
                       "With --host-api jack: connect the output to the input, without a cable");
    loopback->add_option("--seconds", o->seconds, "How long (default 10)")->check(between(0.5, 3600.0));
    loopback->add_option("--rate", o->rate_hz, "Frames per second (default: the device's; JACK has its own)")
        ->check(between(8000.0, 384000.0));
    loopback->add_option("--block", o->block_frames, "Frames per callback (default: the device's; JACK has its own)")
        ->check(between<std::int64_t>(1, 8192));
    loopback->add_option("--json", o->json, "Write the figures, and every burst's, to FILE")->check(not_empty());
    loopback->callback([&run, o] { run = [o] { return measure_loopback(*o); }; });
}

}  // namespace forerun
