#include "tools/live/performance.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

#include "shared/time/quantum.h"
#include "tools/live/music_source.h"
#include "tools/live/notifications.h"
#include "tools/live/terminal.h"
#include "tools/process/stop_signal.h"

namespace forerun {

namespace {

constexpr int pause_milliseconds = 5;
constexpr std::int64_t picture_period_nanoseconds = 66'000'000;
// How much further than the depth the file's events are handed over: longer than this thread is ever kept from running.
constexpr double lead_seconds = 1;
constexpr double longest_fade_out_seconds = 0.3;

std::string key_name(int key) {
    static constexpr const char* names[] = {"C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"};
    return fmt::format("{}{}", names[key % 12], key / 12 - 1);
}

}  // namespace

Performance::Performance(Parts parts)
    : parts_(parts),
      rate_hz_(parts.engine.configuration().rate_hz),
      channels_(parts.engine.configuration().channels),
      largest_block_(parts.engine.configuration().max_block_frames),
      hands_(parts.engine.make_producer()),
      news_(parts.engine),
      fills_(parts.engine),
      instruments_(parts.engine) {}

void Performance::call(void* self, const float*, float* out, std::int64_t frames) noexcept {
    auto& p = *static_cast<Performance*>(self);
    while (frames > 0) {
        const auto piece = std::min(frames, p.largest_block_);
        p.parts_.engine.process(out, piece);
        p.parts_.recordings.push_rt(out, piece);
        out += piece * p.channels_;
        frames -= piece;
    }
}

void Performance::run() {
    std::optional<RawInput> raw;
    if (parts_.stage) raw.emplace();
    hand_events_on();
    parts_.output.start(call, this);
    watcher_.emplace(parts_.engine);
    if (!parts_.output.scheduling().realtime) picture_.message(realtime_advice());
    while (!stop_requested() && !(parts_.stage && parts_.stage->end_requested()) && !at_end()) {
        if (raw) raw->renew_if_continued();
        if (parts_.stage)
            take_keys(monotonic_nanoseconds());
        else
            std::this_thread::sleep_for(std::chrono::milliseconds(pause_milliseconds));
        housekeeping(monotonic_nanoseconds());
    }
    if (!parts_.engine.idle()) fade_out();
    parts_.output.stop();
    next_picture_nanoseconds_ = 0;
    housekeeping(monotonic_nanoseconds());
}

void Performance::hand_events_on() {
    const auto& engine = parts_.engine;
    if (parts_.player)
        parts_.player->advance_to(engine.state().clock().frame() + engine.configuration().depth_frames +
                                  std::llround(lead_seconds * rate_hz_));
}

void Performance::housekeeping(std::int64_t now) {
    hand_events_on();
    picture_.write_held_lines();
    for (const auto& line : parts_.output.update(now)) {
        if (line.is_loss) problems_.add(line.text);
        picture_.message(line.text);
    }
    const auto news = read_notifications(news_, parts_.engine, problems_);
    for (const auto& line : news.lines) picture_.message(line);
    if (!news.newest_underrun.empty()) newest_underrun_ = news.newest_underrun;
    if (parts_.stage) {
        parts_.stage->tick();
        for (const auto& line : parts_.stage->take_lines()) picture_.message(line);
    }
    if (watcher_)
        for (const auto& line : watcher_->take_lines()) picture_.message(line);
    if (parts_.midi)
        for (const auto& line : parts_.midi->update(now)) picture_.message(line);
    for (const auto& failure : parts_.recordings.take_failures()) {
        problems_.add(failure);
        picture_.message(failure);
    }
    fills_.sample();
    instruments_.look(fills_.voices());
    const auto peak = parts_.engine.peak_level();
    largest_peak_ = std::max(largest_peak_, peak);
    shown_peak_ = std::max(shown_peak_, peak);
    if (!picture_.visible() || now < next_picture_nanoseconds_) return;
    next_picture_nanoseconds_ = now + picture_period_nanoseconds;
    take_snapshot(parts_.engine, now_);
    loads_.update(now_, now, process_cpu_seconds());
    picture_.show(figures());
    shown_peak_ *= 0.9f;  // falls by 14 dB in a second
}

// Waits for keys: that is the pause of the loop, and a key ends it at once.
void Performance::take_keys(std::int64_t now) {
    bool input_ended = false;
    const auto typed = read_keys(pause_milliseconds, input_ended);
    std::vector<PlayerCommand> commands;
    for (const auto& key : key_presses(typed)) {
        const bool controls = parts_.stage->press(key);
        // Backspace lets go of the piano's keys, too.
        if (parts_.keys && (!controls || key.key == Key::backspace))
            keyboard_.type(key.bytes, monotonic_nanoseconds(), commands);
    }
    if (input_ended) {
        parts_.keys = false;
        parts_.stage = nullptr;
    }
    keyboard_.tick(now, commands);
    // A full queue counts the refusal itself; a live key that could not be taken is not played later.
    for (const auto& command : commands) parts_.commands.perform(command);
}

// Lets what sounds end with the mixer's short fade, so that neither ear nor recording ends with a step.
void Performance::fade_out() {
    const auto& clock = parts_.engine.state().clock();
    hands_.try_send({.kind = EventKind::all_sound_off, .channel = all_channels});
    const auto& c = parts_.engine.configuration();
    const auto faded = clock.frame() + c.event_delay_frames + c.block_frames + 2 * stop_fade_frames;
    const auto give_up = monotonic_nanoseconds() + static_cast<std::int64_t>(longest_fade_out_seconds * 1e9);
    while (clock.frame() < faded && monotonic_nanoseconds() < give_up)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

bool Performance::at_end() const {
    const auto frame = parts_.engine.state().clock().frame();
    if (parts_.seconds > 0 && seconds_played() >= parts_.seconds) return true;
    if (!parts_.player || parts_.keys || parts_.midi || frame < parts_.player->end_frame() ||
        !parts_.player->finished())
        return false;
    return parts_.engine.idle() ||
           static_cast<double>(frame - parts_.player->end_frame()) > longest_ringing_seconds * rate_hz_;
}

double Performance::seconds_played() const {
    return static_cast<double>(parts_.engine.state().clock().frame()) / rate_hz_;
}

PictureFigures Performance::figures() {
    const auto& instruments = now_.rig->instruments;
    PictureFigures f;
    f.seconds = seconds_played();
    if (parts_.seconds > 0)
        f.total_seconds = parts_.seconds;
    else if (parts_.player && !parts_.keys && !parts_.midi)
        f.total_seconds = static_cast<double>(parts_.player->end_frame()) / rate_hz_;
    for (const auto& v : now_.voices) {
        const auto name = v.instrument < instruments.size() ? instruments[v.instrument].name : std::string();
        f.voices.push_back({.slot = v.slot,
                            .name = name + " " + key_name(v.key),
                            .fill = static_cast<double>(v.fill_frames) / static_cast<double>(now_.depth_frames),
                            .ended = v.ended,
                            .quality = v.quality});
    }
    f.underrun_events = now_.underrun_events;
    f.underrun_frames = now_.underrun_frames;
    f.stolen = now_.voices_stolen;
    f.dropped = now_.notes_dropped;
    f.worker_loads = loads_.workers();
    f.audio_load = loads_.audio();
    f.process_load = loads_.process();
    f.peak_db = shown_peak_ > 0 ? 20 * std::log10(static_cast<double>(shown_peak_)) : -200;
    f.newest_underrun = newest_underrun_;
    f.tempo = now_.tempo;
    f.instruments = instruments_.rows(now_, f.seconds);
    if (parts_.stage) parts_.stage->mark(f.instruments);
    if (parts_.keys)
        f.status.push_back(fmt::format("piano a to ;  octave {} (z x)  velocity {} (c v)  sustain {} (space)  q ends",
                                       keyboard_.octave(), keyboard_.velocity(), keyboard_.sustained() ? "on" : "off"));
    if (parts_.stage)
        for (auto& line : parts_.stage->status()) f.status.push_back(std::move(line));
    return f;
}

void Performance::describe(RunReport& r) const {
    for (const auto& least : fills_.least()) r.least_fill.push_back({least, ""});
    r.fill_samples = fills_.samples();
    r.problems = problems_.lines();
    r.problems_left_out = problems_.left_out();
    r.peak = static_cast<double>(largest_peak_);
    r.played_seconds = seconds_played();
    r.device = parts_.output.statistics();
    r.scheduling = parts_.output.scheduling().name();
    r.device_latency_seconds = parts_.output.latency_seconds();
    r.event_delay_seconds = static_cast<double>(parts_.engine.configuration().event_delay_frames) / rate_hz_;
}

}  // namespace forerun
