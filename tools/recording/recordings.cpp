#include "tools/recording/recordings.h"

#include <algorithm>
#include <cmath>
#include <system_error>
#include <utility>

#include "shared/bad_input.h"

namespace forerun {

namespace {

// How far the stems' thread may fall behind while so many instruments sound; further with fewer.
constexpr double stem_ring_seconds = 4;
constexpr std::size_t sounding_instruments = 16;

int rate_of(const Engine& engine) { return static_cast<int>(std::lround(engine.configuration().rate_hz)); }

}  // namespace

Recordings::Recordings(const RecordingOptions& options, Engine& engine, const std::vector<NamedFile>& others,
                       StemRecorder::How how)
    : options_(options), engine_(engine), how_(how) {
    if (!options.midi.empty()) engine.keep_live_events();
    if (!options.log.empty()) {
        log_.emplace(NamedFile{"--log", options.log}, OutputFile::Until::recorded);
        engine.log_session(log_->path());
    }
    if (options.stems.empty()) return;
    const auto instruments = engine.rig().instruments.size();
    stem_paths_ = stem_paths(options, engine.rig());
    require_stem_files(others);
    const auto samples_of_one = 2 * stem_ring_seconds * engine.configuration().rate_hz;
    // At least one block of all instruments, which a rendering writes at once.
    const auto a_block = 2 * static_cast<std::uint64_t>(engine.configuration().max_block_frames + 2) * instruments;
    stem_ring_ = std::make_shared<StemRing>(
        instruments,
        std::max(a_block, static_cast<std::uint64_t>(samples_of_one) * std::min(instruments, sounding_instruments)));
    engine.send_stems_to(stem_ring_);
}

// Only an existing folder can contain files that are in the way.
void Recordings::require_stem_files(const std::vector<NamedFile>& others) const {
    std::error_code ignored;
    if (!std::filesystem::is_directory(options_.stems, ignored)) return;
    std::vector<NamedFile> stems;
    for (const auto& path : stem_paths_) {
        const NamedFile stem{"--stems", path};
        if (std::filesystem::exists(path, ignored)) require_sound_output(stem);
        require_different({stem}, others);
    }
}

// Without finish() something has failed. If that was before the first frame, nothing is left behind.
Recordings::~Recordings() {
    if (finished_) return;
    if (log_ && engine_.state().clock().frame() > 0) finish_log();
    std::error_code ignored;
    stems_.reset();
    if (made_folder_) std::filesystem::remove(options_.stems, ignored);  // if it is empty
}

void Recordings::begin() {
    if (!options_.master.empty())
        master_.emplace(options_.master, master_format(options_), rate_of(engine_), engine_.configuration().channels);
    if (!options_.midi.empty()) midi_.emplace(options_.midi, engine_);
    if (options_.stems.empty()) return;
    std::error_code error;
    made_folder_ = std::filesystem::create_directory(options_.stems, error);
    if (error)
        throw BadInput("--stems " + options_.stems + ": cannot be made (" + error.message() +
                       "); choose another folder");
    stems_.emplace(stem_paths_, stems_format(options_), rate_of(engine_), stem_ring_, how_);
}

void Recordings::finish() {
    if (finished_) return;
    finished_ = true;
    if (master_) master_->finish();
    if (stems_) stems_->finish();
    if (midi_) midi_->finish();
    if (log_) finish_log();
}

void Recordings::finish_log() {
    try {
        log_->keep();
    } catch (const std::exception& error) {
        log_failure_ = error.what();
    }
}

std::vector<std::string> Recordings::take_failures() {
    std::vector<std::string> all;
    if (master_) all.push_back(master_->take_failure());
    if (stems_) all.push_back(stems_->take_failure());
    if (midi_) all.push_back(midi_->take_failure());
    auto log = engine_.log_failure();
    // The log reports the temporary name; users know the final one.
    if (const auto path = log_ ? log_->path().string() : ""; log.starts_with(path) && !path.empty())
        log.replace(0, path.size(), options_.log);
    all.push_back(log);
    all.push_back(std::exchange(log_failure_, ""));
    std::erase(all, "");
    return all;
}

void Recordings::describe(RunReport& r) const {
    if (master_) {
        r.recording = options_.master;
        r.recorded_frames = master_->recorded_frames();
        r.recording_dropped_frames = master_->dropped_frames();
    }
    if (stems_) {
        r.stems_folder = options_.stems;
        const auto& instruments = engine_.rig().instruments;
        for (const auto& stem : stems_->recorded())
            r.stems.push_back(
                {instruments[stem.instrument].name, stem.path.filename().string(), stem.frames, stem.dropped_frames});
        r.unheard_instruments = instruments.size() - r.stems.size();
    }
    if (midi_) {
        r.midi_recording = options_.midi;
        r.midi_recorded_messages = midi_->messages();
        r.midi_recorded_frames = midi_->frames();
    }
}

}  // namespace forerun
