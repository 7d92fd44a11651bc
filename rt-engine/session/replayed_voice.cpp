#include "rt-engine/session/replayed_voice.h"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "shared/time/quantum.h"

namespace forerun {
namespace {

// A generation in the log, by timeline.
struct LoggedVoice {
    struct Timeline {
        std::int64_t seam_frame = 0, from_frame = 0, fail_frame = INT64_MAX;
        bool skip = false, withdrawn = false;
        std::vector<VoiceMessage> messages;
    };
    struct Take {
        std::uint32_t timeline;
        std::int64_t heard_frame, block_frame, old_written_to;
    };
    struct Dry {
        std::size_t takes;  // of the generation before it
        std::int64_t block_frame, written_to;
    };
    std::map<std::uint32_t, Timeline> timelines;
    std::vector<Take> takes;
    std::vector<Dry> dries;
    std::int64_t start_frame = 0;
};

class Reader {
public:
    Reader(RecordedSession& session, ReplayKind kind) : session_(session), kind_(kind) {}

    void read(const std::vector<LogRecord>& records) {
        for (const auto& r : records) {
            if (session_.lost) break;
            read(r);
        }
        for (std::size_t i = 0; i < logged_.size(); ++i) {
            // Behind the last mark the log may know the one and not the other.
            std::erase_if(logged_[i].takes, [&](const auto& t) { return t.block_frame >= session_.frames; });
            std::erase_if(logged_[i].dries, [&](const auto& d) { return d.block_frame >= session_.frames; });
            put_together(logged_[i], session_.voices[i]);
        }
        if (as_intended()) take_starts_in_time();
    }

private:
    void read(const LogRecord& r) {
        switch (r.kind) {
        case LogKind::event: ++session_.events; return;
        case LogKind::start: {
            auto& generation = session_.voices.emplace_back();
            generation.start = r.get<VoiceMessage>();
            generation.worker = r.worker;
            generation.posted_frame = r.value;
            logged_.emplace_back().start_frame = generation.start.frame;
            generation_of_[key(r)] = logged_.size() - 1;
            return;
        }
        case LogKind::parameters: {
            if (session_.voices.empty()) return;
            const auto values = r.get<std::array<float, log_parameters>>();
            auto& all = session_.voices.back().parameters;
            all.insert(all.end(), values.begin(), values.end());
            return;
        }
        case LogKind::command:
            session_.commands.push_back({r.get<MixerCommand>()});
            if (const auto& command = session_.commands.back().command; command.kind == MixerCommandKind::start) {
                posted_frame_[command.serial] = r.value;
                if (!command.stays) stopped_when_dry_.insert(command.serial);
            }
            return;
        case LogKind::commands:
            // Each was written down before this was: it is the conductor that writes both.
            for (; taken_ < std::min(session_.commands.size(), static_cast<std::size_t>(r.value)); ++taken_)
                session_.commands[taken_].taken_frame = r.frame;
            return;
        case LogKind::block: session_.blocks.push_back({r.frame, r.value}); return;
        case LogKind::mark:
        case LogKind::end: session_.frames = std::max(session_.frames, r.frame); return;
        case LogKind::lost: session_.lost = true; return;
        default: break;
        }
        const auto found = generation_of_.find(key(r));
        if (found == generation_of_.end()) return;
        auto& logged = logged_[found->second];
        auto& timeline = logged.timelines[r.timeline];
        switch (r.kind) {
        case LogKind::started: logged.start_frame = r.frame; break;
        case LogKind::message: timeline.messages.push_back(r.get<VoiceMessage>()); break;
        case LogKind::timeline: timeline.seam_frame = r.frame; break;
        case LogKind::skip:
            timeline.seam_frame = r.frame;
            timeline.from_frame = r.value;
            timeline.skip = true;
            break;
        case LogKind::withdrawn: timeline.withdrawn = true; break;
        case LogKind::failed: timeline.fail_frame = r.frame; break;
        case LogKind::taken: logged.takes.push_back({r.timeline, r.frame, r.value, r.get<std::int64_t>()}); break;
        case LogKind::dry: logged.dries.push_back({logged.takes.size(), r.frame, r.value}); break;
        default: break;
        }
    }

    static std::uint32_t key(const LogRecord& r) { return std::uint32_t{r.slot} << 16 | r.generation; }

    // Takes [first, last] become one stretch when all but the first of them were in time, or, as intended, when the state
    // did not stand still in between.
    void put_together(LoggedVoice& logged, ReplayedVoice& generation) {
        generation.start.frame = logged.start_frame;
        logged.timelines[0].seam_frame = logged.start_frame;
        count(logged, generation);
        std::uint32_t next_timeline = 0;
        std::size_t take = 0;
        do {
            auto& stretch = generation.stretches.emplace_back();
            const bool first = generation.stretches.size() == 1;
            if (take < logged.takes.size()) {
                begin(stretch, logged, logged.takes[take], first);
            } else {
                stretch.seam_frame = logged.start_frame;
                stretch.block_frame = INT64_MAX;  // never taken
            }
            auto last = take;
            while (last + 1 < logged.takes.size() && joins(logged, last + 1)) ++last;
            const auto last_timeline = last < logged.takes.size() ? logged.takes[last].timeline : UINT32_MAX;
            add_timelines(logged, next_timeline, last_timeline, stretch, first);
            if (last + 1 < logged.takes.size()) next_timeline = last_timeline + 1;
            if (as_intended())
                go_on(stretch, logged, last, !stopped_when_dry_.contains(generation.start.serial));
            else
                hold(stretch, logged, last);
            take = last + 1;
        } while (take < logged.takes.size());
    }

    void begin(ReplayedStretch& stretch, LoggedVoice& logged, const LoggedVoice::Take& take, bool first) const {
        stretch.seam_frame = logged.timelines[take.timeline].seam_frame;
        if (as_intended()) {
            // The first at once; where an underrun was, the old timeline plays up to the new one.
            if (!first) stretch.block_frame = stretch.old_written_to = stretch.seam_frame;
            return;
        }
        const bool late = stretch.seam_frame < take.block_frame;
        if (!first || late) stretch.block_frame = take.block_frame;
        stretch.old_written_to = std::min(take.old_written_to, take.block_frame + fade_frames);
    }

    bool joins(const LoggedVoice& logged, std::size_t take) const {
        return as_intended() ? !skips(logged, take)
                             : !dry_after(logged, take - 1) && in_time(logged, logged.takes[take]);
    }

    static void hold(ReplayedStretch& stretch, const LoggedVoice& logged, std::size_t last) {
        if (const auto* dry = dry_after(logged, last)) {
            stretch.timelines.back().hold_frame = dry->written_to;
            stretch.dry_block_frame = dry->block_frame;
        } else if (last + 1 < logged.takes.size()) {
            const auto& next = logged.takes[last + 1];
            if (next.old_written_to < next.block_frame + fade_frames)
                stretch.timelines.back().hold_frame = next.old_written_to;
        }
    }

    void go_on(ReplayedStretch& stretch, const LoggedVoice& logged, std::size_t last, bool stays) {
        const bool comes_back = last + 1 < logged.takes.size();
        stretch.timelines.back().ends = !comes_back;
        // That it was stopped was a decision.
        if (!comes_back && !stays) hold(stretch, logged, last);
        for (std::size_t i = 0; i < stretch.timelines.size(); ++i) {
            const auto& timeline = stretch.timelines[i];
            if (timeline.kind != ReplayedTimeline::Kind::skip) continue;
            auto back_to = timeline.from_frame;
            for (const auto& message : stretch.messages[i]) back_to = std::min(back_to, message.frame);
            session_.most_skipped_frames = std::max(session_.most_skipped_frames, stretch.seam_frame - back_to);
        }
    }

    void count(const LoggedVoice& logged, const ReplayedVoice& generation) {
        for (std::size_t i = 0; i < logged.takes.size(); ++i) {
            const auto& t = logged.takes[i];
            if (const auto* dry = dry_after(logged, i)) {
                const auto back = i + 1 < logged.takes.size() ? logged.takes[i + 1].heard_frame : INT64_MAX;
                session_.dry.push_back({generation.start.serial, std::max(dry->block_frame, dry->written_to), back});
            }
            const auto timeline = logged.timelines.find(t.timeline);
            if (i == 0 || timeline == logged.timelines.end()) continue;
            const auto seam = timeline->second.seam_frame;
            if (seam < t.heard_frame) session_.late.push_back({generation.start.serial, seam, t.heard_frame});
            if (!dry_after(logged, i - 1) && in_time(logged, t)) continue;
            session_.most_late_frames = std::max(session_.most_late_frames, t.block_frame - seam);
            ++(t.old_written_to != 0 ? session_.late_switches : session_.underruns);
        }
    }

    // Not after the voice's first frame: the mixer takes the command as soon as it was posted.
    void take_starts_in_time() {
        for (auto& [command, taken_frame] : session_.commands)
            if (command.kind == MixerCommandKind::start && taken_frame != INT64_MAX)
                if (const auto posted = posted_frame_.find(command.serial); posted != posted_frame_.end())
                    taken_frame = std::min(taken_frame, posted->second);
        std::ranges::stable_sort(session_.commands, {}, &ReplayedCommand::taken_frame);
    }

    bool as_intended() const { return kind_ == ReplayKind::as_intended; }
    // Something that was built since the take before lets time pass without the state.
    static bool skips(const LoggedVoice& logged, std::size_t take) {
        if (logged.takes[take].timeline <= logged.takes[take - 1].timeline) return false;
        const auto from = logged.timelines.upper_bound(logged.takes[take - 1].timeline);
        const auto to = logged.timelines.upper_bound(logged.takes[take].timeline);
        return std::any_of(from, to, [](const auto& named) { return named.second.skip && !named.second.withdrawn; });
    }

    static const LoggedVoice::Dry* dry_after(const LoggedVoice& logged, std::size_t take) {
        // In the order of the log, so of `takes`.
        const auto found = std::ranges::lower_bound(logged.dries, take + 1, {}, &LoggedVoice::Dry::takes);
        return found != logged.dries.end() && found->takes == take + 1 ? &*found : nullptr;
    }
    static bool in_time(const LoggedVoice& logged, const LoggedVoice::Take& take) {
        const auto found = logged.timelines.find(take.timeline);
        return found != logged.timelines.end() && found->second.seam_frame >= take.block_frame;
    }

    static void add_timelines(const LoggedVoice& logged, std::uint32_t from, std::uint32_t last,
                              ReplayedStretch& stretch, bool first) {
        ReplayedTimeline now;
        now.kind = first ? ReplayedTimeline::Kind::first : ReplayedTimeline::Kind::rewind;
        now.seam_frame = stretch.seam_frame;
        stretch.timelines.assign(1, now);
        stretch.messages.assign(1, {});
        for (const auto& [number, timeline] : logged.timelines) {
            if (number < from || timeline.withdrawn || number > last) continue;
            if (timeline.skip) {
                now.kind = ReplayedTimeline::Kind::skip;
                now.seam_frame = timeline.seam_frame;
                now.from_frame = timeline.from_frame;
                // What came on timelines that were built and never taken applies before the skip.
                if (stretch.timelines.back().kind == ReplayedTimeline::Kind::skip) {
                    stretch.timelines.back().heard = false;
                    stretch.timelines.push_back(now);
                    stretch.messages.emplace_back();
                } else {
                    stretch.timelines.back() = now;
                }
            }
            auto& messages = stretch.messages.back();
            messages.insert(messages.end(), timeline.messages.begin(), timeline.messages.end());
            if (number == last) stretch.timelines.back().fail_frame = timeline.fail_frame;
        }
        for (std::size_t i = 0; i < stretch.timelines.size(); ++i)
            stretch.timelines[i].messages = static_cast<std::uint32_t>(stretch.messages[i].size());
    }

    RecordedSession& session_;
    const ReplayKind kind_;
    std::vector<LoggedVoice> logged_;
    std::unordered_map<std::uint32_t, std::size_t> generation_of_;
    // Of start commands, by the voice's serial
    std::unordered_map<std::uint64_t, std::int64_t> posted_frame_;
    std::unordered_set<std::uint64_t> stopped_when_dry_;
    std::size_t taken_ = 0;  // commands that the mixer took
};

}  // namespace

RecordedSession::RecordedSession(const std::vector<LogRecord>& records, ReplayKind kind) {
    Reader(*this, kind).read(records);
}

}  // namespace forerun
