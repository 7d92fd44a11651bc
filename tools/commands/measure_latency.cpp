// forerun measure latency: one figure in ten seconds, without a plan and without a folder.
//
// Many held voices, live events at random times, each for one voice; from the arrival of an event to the
// first block that holds its change. Every voice is a note of its own channel and key, and an event is a pressure of that
// key, which sends the voice back whether its script listens or not.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>
#include <random>
#include <thread>

#include "rt-engine/forerun.h"
#include "shared/bad_input.h"
#include "shared/version.h"
#include "tools/commands/commands.h"
#include "tools/commands/measure_options.h"
#include "tools/live/output_device.h"
#include "tools/measure/run/cell_probes.h"
#include "tools/options/engine_options.h"
#include "tools/options/memory_need.h"
#include "tools/options/rewind_options.h"
#include "tools/process/stop_signal.h"
#include "tools/recording/output_file.h"
#include "tools/report/error_line.h"
#include "tools/report/json_output.h"
#include "tools/report/percentiles.h"
#include "tools/report/print_line.h"
#include "tools/report/reported_figures.h"

namespace forerun {

namespace {

constexpr double settling_seconds = 1.5;  // until every ring is full
constexpr int first_key = 36, keys = 60;

struct LatencyOptions {
    EngineOptions engine;
    RewindOptions rewind;
    std::string voice = "subtractive";
    std::string device = "clock";
    std::string host_api;
    std::uint32_t notes = 64;
    double events_hz = 50;
    double seconds = 10;
    double stall_milliseconds = 0;
};

struct Outcome {
    double events_hz = 0;
    std::uint64_t events = 0;
    double seconds = 0;
    double rendered_per_played = 0;
    double cpu_share = 0;  // of one core, all workers
    Figures figures;
};

Event note(std::uint32_t number, std::int64_t frame) {
    Event event;
    event.kind = EventKind::note_on;
    event.frame = frame;
    event.channel = static_cast<std::uint8_t>(number % 16);
    event.number = static_cast<std::uint16_t>(first_key + number / 16 % keys);
    event.value = 0.1f;
    return event;
}

// Sends events until the time is over: exponential intervals, so that they come at any phase of the blocks.
std::uint64_t send_events(const LatencyOptions& o, Producer& producer, std::uint64_t seed) {
    using clock = std::chrono::steady_clock;
    std::mt19937_64 random(seed);
    std::exponential_distribution<double> interval(o.events_hz);
    std::uint64_t sent = 0;
    auto due = clock::now();
    const auto end = due + std::chrono::duration_cast<clock::duration>(std::chrono::duration<double>(o.seconds));
    while (due < end && !stop_requested()) {
        due += std::chrono::duration_cast<clock::duration>(std::chrono::duration<double>(interval(random)));
        std::this_thread::sleep_until(std::min(due, end));
        if (due >= end) break;
        Event event = note(static_cast<std::uint32_t>(random() % o.notes), now_frame);
        event.kind = EventKind::key_pressure;
        event.value = static_cast<float>(random() % 1000) / 1000.0f;
        if (producer.try_send(event)) ++sent;
    }
    return sent;
}

Outcome run(const LatencyOptions& o, Device& device, Engine& engine) {
    auto producer = engine.make_producer();
    engine.start();
    const auto callback = [](void* e, const float*, float* out, std::int64_t frames) noexcept {
        static_cast<Engine*>(e)->process(out, frames);
    };
    device.start(callback, &engine);
    const auto& state = engine.state();
    const auto first = state.clock().frame() + state.header().depth_frames / 2;
    for (std::uint32_t n = 0; n < o.notes; ++n)
        while (!producer.try_send(note(n, first))) std::this_thread::yield();
    std::this_thread::sleep_for(std::chrono::duration<double>(settling_seconds));

    Outcome outcome;
    outcome.events_hz = o.events_hz;
    const auto before = figures_of(state);
    const auto frame = state.clock().frame();
    const auto began = monotonic_nanoseconds();
    outcome.events = o.events_hz > 0 ? send_events(o, producer, o.engine.seed) : 0;
    if (o.events_hz <= 0) std::this_thread::sleep_for(std::chrono::duration<double>(o.seconds));
    outcome.seconds = static_cast<double>(monotonic_nanoseconds() - began) * 1e-9;
    const auto meanwhile = since(before, figures_of(state));
    outcome.cpu_share = static_cast<double>(meanwhile.busy_nanoseconds) * 1e-9 / outcome.seconds;
    outcome.rendered_per_played =
        static_cast<double>(meanwhile.frames_rendered) / (static_cast<double>(state.clock().frame() - frame) * o.notes);
    // What is still on its way belongs to the events that were sent.
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    outcome.figures = since(before, figures_of(state));
    device.stop();
    engine.stop();
    return outcome;
}

std::string json_of(const LatencyOptions& o, const Configuration& c, const Device& device, const Outcome& r) {
    nlohmann::ordered_json j;
    j["program"] = {{"name", "forerun"}, {"version", FORERUN_VERSION}};
    j["measurement"] = "latency";
    j["configuration"] = {{"voice", o.voice},
                          {"voices", o.notes},
                          {"events_per_second", o.events_hz},
                          {"seconds", o.seconds},
                          {"device", device.name()},
                          {"rate_hz", c.rate_hz},
                          {"block_frames", c.block_frames},
                          {"depth_frames", c.depth_frames},
                          {"event_delay_frames", c.event_delay_frames},
                          {"workers", c.workers},
                          {"rewind", c.rewind},
                          {"floor_seconds", c.floor_seconds},
                          {"load_ceiling", c.load_ceiling},
                          {"stall_milliseconds", o.stall_milliseconds},
                          {"seed", o.engine.seed}};
    j["events_sent"] = r.events;
    j["measured_seconds"] = r.seconds;
    j[figure_name("rendered_per_played")] = r.rendered_per_played;
    j[figure_name("cpu_share")] = r.cpu_share;
    put_figures(j, r.figures);
    return json_text(j, 2) + "\n";
}

void print(const LatencyOptions& o, const Configuration& c, const Outcome& r) {
    const auto row = [](const char* name, const Distribution& distribution, MetricUnit unit) {
        const auto p = percentiles_of(distribution, scale_of(unit));
        if (p.count > 0)
            print_line("{:<12}p50 {:.2f}, p99 {:.2f}, p99.9 {:.2f}, max {:.2f} {} ({})", name, p.p50, p.p99, p.p999,
                       p.max, word_of(unit), p.count);
    };
    const auto& f = r.figures;
    print_line("{} voices of {}, {:g} events/s for {:.1f} s, blocks of {} frames, {} ahead, event delay {} frames",
               o.notes, o.voice, o.events_hz, r.seconds, c.block_frames, c.depth_frames, c.event_delay_frames);
    row("response", response_nanoseconds(f), MetricUnit::ms);
    row("waiting", f.waiting_nanoseconds, MetricUnit::ms);
    row("lateness", f.lateness_frames, MetricUnit::frames);
    row("rewind", f.rewind_nanoseconds, MetricUnit::us);
    row("floor", f.floor_nanoseconds, MetricUnit::ms);
    row("checkpoint", f.checkpoint_nanoseconds, MetricUnit::us);
    print_line("{:<12}{} events, {} frames", "underruns", f.underrun_events, f.underrun_frames);
    print_line("{:<12}{:.2f} frames rendered per frame played, {:.0f} % of a core, {} rewinds, {} late", "cost",
               r.rendered_per_played, 100 * r.cpu_share, f.rewinds, f.late_switches);
}

int measure_latency(const LatencyOptions& o) {
    if (o.engine.json == "-") throw BadInput("--json -: name a file");
    const NamedFile json{"--json", o.engine.json};
    if (!o.engine.json.empty()) require_text_output(json);
    const auto opened = open_output_device({.device = o.device,
                                            .host_api = o.host_api,
                                            .rate_hz = static_cast<double>(o.engine.rate_hz),
                                            .block_frames = o.engine.block,
                                            .channels = Configuration{}.channels});
    if (!opened.remark.empty()) print_error(opened.remark);
    auto c = fitted_to(*opened.device, configuration_of(o.engine));
    apply(o.rewind, c);
    c.voices = std::max(o.notes, 1u);
    require_memory(c);
    std::vector<measure::Fault> stalls;
    if (o.stall_milliseconds > 0) stalls.push_back({measure::FaultKind::stall, o.stall_milliseconds, 1});
    measure::CellProbes probes(stalls, c.rate_hz, false);
    Engine engine(c, &probes);
    engine.load_voice(find_script(o.voice, "voices", "--voice"));
    catch_stop_signals();
    const auto outcome = run(o, *opened.device, engine);
    print(o, engine.configuration(), outcome);
    if (!o.engine.json.empty()) write_text(json, json_of(o, engine.configuration(), *opened.device, outcome));
    return exit_fine;
}

}  // namespace

void add_measure_latency(CLI::App& measure, Run& run) {
    auto* latency = measure.add_subcommand("latency", "From the arrival of an event to the block that holds it");
    auto o = std::make_shared<LatencyOptions>();
    latency->add_option("--voice", o->voice, "Voice script (default subtractive)")->check(not_empty());
    latency->add_option("--notes", o->notes, "Voices that are held (default 64)")
        ->check(between<std::uint32_t>(1, 960));
    latency->add_option("--events", o->events_hz, "Events per second, all voices together (default 50; 0: none)")
        ->check(between(0.0, 100000.0));
    latency->add_option("--seconds", o->seconds, "How long (default 10)")->check(between(0.1, 86400.0));
    latency->add_option("--stall", o->stall_milliseconds, "Stop every worker for so many milliseconds once a second")
        ->check(between(0.0, 900.0));
    latency->add_option("--device", o->device, "As for play (default clock)")->check(not_empty());
    latency->add_option("--host-api", o->host_api, "As for play")->check(not_empty());
    add_engine_options(*latency, o->engine);
    add_rewind_options(*latency, o->rewind);
    latency->callback([&run, o] { run = [o] { return measure_latency(*o); }; });
}

}  // namespace forerun
