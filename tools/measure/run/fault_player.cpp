#include "tools/measure/run/fault_player.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "shared/bad_input.h"
#include "shared/files/real_path.h"
#include "tools/measure/run/injected_faults.h"
#include "tools/report/file_text.h"

namespace forerun::measure {
namespace {

namespace fs = std::filesystem;

constexpr double burst_seconds = 0.1;
constexpr int modulation_controller = 1;

// Every voice is tried before it plays: this one hangs at a key that no trial plays.
constexpr int hanging_key = 1;
constexpr const char* hanging_voice = R"(return {
    polyphony = 1,
    start = function(self, note) self.key = note.key end,
    sample = function(self)
        while self.key == 1 do end
        return 0
    end,
    done = function() return false end,
}
)";

bool has(const std::vector<Fault>& faults, FaultKind kind) {
    return std::any_of(faults.begin(), faults.end(), [kind](const Fault& f) { return f.kind == kind; });
}

void write(const fs::path& file, const std::string& text) {
    if (!(std::ofstream(file, std::ios::binary) << text)) throw BadInput(file.string() + ": cannot be written");
}

}  // namespace

FaultScene::FaultScene(std::vector<Fault> faults, fs::path script, bool is_rig)
    : faults_(std::move(faults)), loaded_(absolute_path(script)), is_rig_(is_rig) {
    const bool reloads = has(faults_, FaultKind::reload), hangs = has(faults_, FaultKind::hang);
    if (is_rig && (reloads || hangs))
        throw BadInput("fault reload, fault hang: need a voice, not a rig; leave the rig out");
    if (reloads) {
        copy_ = folder_.path() / script.filename();
        write(copy_, text_of_file(script));
        loaded_ = copy_;
    }
    if (!hangs) return;
    write(folder_.path() / "hangs.lua", hanging_voice);
    const auto rig = folder_.path() / "scene.lua";
    write(rig, fmt::format(
                   "return {{ instruments = {{\n    {{ voice = [[{}]], channel = {{ 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, "
                   "12, 13, 14, 15 }} }},\n    {{ voice = [[{}]], channel = 16 }},\n}} }}\n",
                   loaded_.string(), (folder_.path() / "hangs.lua").string()));
    loaded_ = rig;
    is_rig_ = true;
}

FaultPlayer::FaultPlayer(const FaultScene& scene, Engine& engine, double seconds)
    : scene_(scene), engine_(engine), producer_(engine.make_producer()) {
    for (const auto& fault : scene.faults()) {
        if (is_of_workers(fault.kind)) continue;
        played_[fault.kind] = 0;
        for (int time = 1; time * fault.period_seconds < seconds; ++time) {
            const double due = time * fault.period_seconds;
            timetable_.push_back({due, fault, false});
            if (fault.kind == FaultKind::burst) timetable_.push_back({due + burst_seconds, fault, true});
        }
    }
    std::stable_sort(timetable_.begin(), timetable_.end(),
                     [](const Due& a, const Due& b) { return a.seconds < b.seconds; });
}

void FaultPlayer::play_until(double seconds) {
    for (; next_ < timetable_.size() && timetable_[next_].seconds <= seconds; ++next_) {
        const auto& due = timetable_[next_];
        play(due);
        if (!due.lets_go) ++played_[due.fault.kind];
    }
}

void FaultPlayer::follow_time(std::int64_t begin) {
    if (!timetable_.empty())
        thread_ = GuardedThread([this, begin] { run(begin); }, [this](const char* why) { failure_ = why; });
}

void FaultPlayer::stop() {
    stopping_.store(true);
    if (thread_.joinable()) thread_.join();
}

void FaultPlayer::require_played() const {
    if (!failure_.empty()) throw std::runtime_error("faults could not be played: " + failure_);
}

void FaultPlayer::run(std::int64_t begin) {
    while (!stopping_.load() && next_ < timetable_.size()) {
        play_until(static_cast<double>(monotonic_nanoseconds() - begin) / 1e9);
        if (next_ == timetable_.size()) return;
        const auto due = begin + static_cast<std::int64_t>(1e9 * timetable_[next_].seconds) + 1;
        const auto until = std::min(due, monotonic_nanoseconds() + 20'000'000);
        std::this_thread::sleep_until(std::chrono::steady_clock::time_point(std::chrono::nanoseconds(until)));
    }
}

void FaultPlayer::play(const Due& due) {
    const int size = static_cast<int>(due.fault.size);
    switch (due.fault.kind) {
    case FaultKind::flood:
        for (int i = 0; i < size; ++i)
            send(EventKind::controller, i % fault_channel, modulation_controller, (i / fault_channel % 128) / 127.0);
        break;
    case FaultKind::burst:
        for (int i = 0; i < size; ++i)
            send(due.lets_go ? EventKind::note_off : EventKind::note_on, fault_channel, i % 128, due.lets_go ? 0 : 0.1);
        break;
    case FaultKind::hang: send(EventKind::note_on, fault_channel, hanging_key, 0.1); break;
    case FaultKind::reload: {
        const auto& file = scene_.written_again();
        write(file, text_of_file(file) + fmt::format("-- saved {}\n", played_[FaultKind::reload] + 1));
        engine_.reload(file);
        break;
    }
    default: break;
    }
}

void FaultPlayer::send(EventKind kind, int channel, int number, double value) {
    Event event;
    event.kind = kind;
    event.channel = static_cast<std::uint8_t>(channel);
    event.number = static_cast<std::uint16_t>(number);
    event.value = static_cast<float>(value);
    producer_.try_send(event);
}

}  // namespace forerun::measure
