// The report of a run, as plain figures: collected from the engine's shared state, printed as text or as JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rt-engine/audio-io/device.h"
#include "rt-engine/midi/midi_inputs.h"
#include "shared/configuration.h"
#include "shared/figures.h"
#include "shared/rig/rig.h"
#include "shared/shared_state.h"
#include "tools/report/fill_sampler.h"
#include "tools/report/problems.h"

namespace forerun {

struct VoiceLeastFill {
    LeastFill fill;
    std::string instrument;
};

struct RecordedStem {
    std::string instrument;
    std::string file;  // in the folder of stems
    std::int64_t frames = 0;
    std::uint64_t dropped_frames = 0;  // silence instead
};

struct RunReport {
    // How it was run
    std::string program_version;
    std::string source;  // what was played
    std::string rig;
    std::string script_runtime;
    std::string output;      // file or device
    std::string scheduling;  // of the audio thread, as granted; empty offline
    double rate_hz = 0;
    std::uint32_t channels = 0;
    std::int64_t block_frames = 0;
    std::int64_t depth_frames = 0;
    std::uint32_t workers = 0;
    std::uint32_t voices = 0;
    std::uint64_t seed = 0;
    bool jit = true;
    bool trust = false;
    bool quality_scaling = true;
    bool offline = false;
    double device_latency_seconds = 0;
    double event_delay_seconds = 0;

    // What happened
    double played_seconds = 0;  // frames / rate
    double wall_seconds = 0;
    double process_cpu_seconds = 0;
    Figures figures;  // of the whole engine
    std::vector<Figures> worker;
    std::optional<double> normalized_by_db;
    double peak = 0;  // linear, the largest that was seen

    std::optional<DeviceStatistics> device;
    std::vector<MidiInputs::Port> midi_ports;
    std::vector<VoiceLeastFill> least_fill;  // by serial; sampled
    std::uint64_t fill_samples = 0;

    std::string recording;  // file; empty: none
    std::int64_t recorded_frames = 0;
    std::uint64_t recording_dropped_frames = 0;
    std::string stems_folder;  // empty: none
    std::vector<RecordedStem> stems;
    std::uint64_t unheard_instruments = 0;  // have no stem
    std::string midi_recording;             // file; empty: none
    std::uint64_t midi_recorded_messages = 0;
    std::int64_t midi_recorded_frames = 0;  // how long it lasts
    std::vector<Problems::Line> problems;
    std::uint64_t problems_left_out = 0;
};

// Fills in what shared state, configuration and rig know.
void collect(RunReport& report, const SharedState& state, const Configuration& configuration, const Rig& rig);

// Of one worker: the part of the wall time in which it was busy.
double load_of(const RunReport& report, const Figures& worker);
// Frames rendered over the workers' CPU time: how many voices of this piece one core plays at once. 0: nothing was rendered.
double voice_seconds_per_cpu_second(const RunReport& report);

// CPU time of the whole process, all threads, since it began; 0 where the system does not say.
double process_cpu_seconds();

std::string text_of(const RunReport& report);
std::string json_of(const RunReport& report);

}  // namespace forerun
