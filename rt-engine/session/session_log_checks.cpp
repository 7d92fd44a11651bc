#include "rt-engine/session/session_log_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "rt-engine/session/message_table.h"
#include "shared/shared_state.h"

namespace forerun {
namespace {

// The conductor marks how far the log goes whenever it looks, many times a second, and what it has not marked is not
// replayed. It may stand still for a while (a machine that swaps): that much once, and a little more with each mark.
constexpr double longest_pause_seconds = 60, longest_usual_pause_seconds = 0.1;
// How far behind the last mark a record may lie: what was known ahead, and what was not marked any more.
constexpr double beyond_last_mark_seconds = 60;

constexpr double most_gain = 1e6;

class Checker {
public:
    explicit Checker(const Configuration& c)
        : c_(c), slots_(c.voices + c.reserve_voices), pause_frames_(frames_of(longest_pause_seconds)) {}

    std::optional<LogFault> check(const std::vector<LogRecord>& records) {
        const char* what = nullptr;
        for (std::size_t i = 0; i < records.size(); ++i)
            if ((what = wrong_with_marks(records[i]))) return LogFault{i, what};
        last_frame_ = marked_frame_ + frames_of(beyond_last_mark_seconds) + c_.depth_frames + 2 * c_.max_block_frames;
        for (std::size_t i = 0; i < records.size(); ++i)
            if ((what = wrong_with(records[i]))) return LogFault{i, what};
        // The mixer's reports may come before the worker's.
        for (const auto& generation : generations_)
            for (const auto timeline : generation.taken)
                if (timeline != 0 && !generation.built.contains(timeline))
                    return LogFault{records.size(), "it says that a timeline was heard which nobody built"};
        return std::nullopt;
    }

private:
    struct Generation {
        std::int64_t start_frame = 0;
        bool begun = false;
        std::unordered_set<std::uint32_t> built;  // timelines
        std::vector<std::uint32_t> taken;
    };

    std::int64_t frames_of(double seconds) const { return std::llround(seconds * c_.rate_hz); }
    bool is_frame(std::int64_t frame) const { return frame >= 0 && frame <= last_frame_; }
    MessageBounds bounds() const { return {c_, last_frame_}; }
    bool is_frame_or_older(std::int64_t frame) const { return bounds().is_frame_or_older(frame); }

    const char* wrong_with_marks(const LogRecord& r) {
        if (r.kind >= LogKind::count) return "is of no kind";
        if (r.kind != LogKind::mark && r.kind != LogKind::end) return nullptr;
        if (r.frame < marked_frame_) return "goes back in time";
        pause_frames_ += frames_of(longest_usual_pause_seconds) + 2 * c_.max_block_frames;
        if (r.frame - marked_frame_ > pause_frames_) return "lies too far ahead of what the log holds";
        pause_frames_ = std::min(pause_frames_ - (r.frame - marked_frame_), frames_of(longest_pause_seconds));
        marked_frame_ = r.frame;
        return nullptr;
    }

    const char* wrong_with(const LogRecord& r) {
        switch (r.kind) {
        case LogKind::event: return wrong_with(r.get<Event>());
        case LogKind::start: return wrong_with_start(r);
        case LogKind::parameters: return wrong_with_parameters(r);
        case LogKind::command: return wrong_with_command(r);
        case LogKind::commands:
            if (!is_frame(r.frame) || r.frame < taken_frame_ || r.value < taken_ ||
                r.value > static_cast<std::int64_t>(commands_))
                return "counts commands that there are not";
            taken_frame_ = r.frame;
            taken_ = r.value;
            return nullptr;
        case LogKind::block:
            if (!is_frame(r.frame) || r.frame < block_frame_ || r.value < 1 || r.value > c_.max_block_frames)
                return "has blocks of no possible size";
            block_frame_ = r.frame;
            return nullptr;
        case LogKind::lost: lost_ = true; return nullptr;
        case LogKind::mark:
        case LogKind::end:
        case LogKind::count: return nullptr;
        case LogKind::started:
        case LogKind::message:
        case LogKind::timeline:
        case LogKind::skip:
        case LogKind::withdrawn:
        case LogKind::failed:
        case LogKind::taken:
        case LogKind::dry: return wrong_with_generation(r);
        }
        return "is of no kind";
    }

    const char* wrong_with(const Event& e) const {
        if (e.kind >= EventKind::count) return "is an event of no kind";
        if (!is_frame_or_older(e.frame)) return "is an event at no possible frame";
        if (!is_within(e.value, -most_logged_value, most_logged_value)) return "is an event whose value is no number";
        return nullptr;
    }

    const char* wrong_with_start(const LogRecord& r) {
        const auto m = r.get<VoiceMessage>();
        if (!m.is<VoiceStart>()) return "is no start";
        if (m.slot != r.slot || m.generation != r.generation || m.slot >= slots_ ||
            m.generation >= VoiceWord::generation_count)
            return "is a note in a place that its engine did not have";
        if (m.instrument >= c_.instruments) return "is a note of no instrument";
        if (r.worker >= c_.workers) return "is a note of no worker";
        if (m.instrument != r.instrument) return "is a note of two instruments";
        // Its command comes first: the conductor writes both in one go.
        if (m.serial != commanded_.serial || m.slot != commanded_.slot || m.generation != commanded_.generation)
            return "is a note that the mixer was not told of";
        commanded_.serial = 0;
        if (!is_frame(m.frame) || !is_frame(r.value)) return "is a note at no possible frame";
        if (const auto* wrong = fault_of(m, bounds())) return wrong;
        generation_of_[key(r)] = generations_.size();
        generations_.push_back({.start_frame = m.frame});
        parameters_ = 0;
        return nullptr;
    }

    const char* wrong_with_parameters(const LogRecord& r) {
        if (generations_.empty() || r.value != static_cast<std::int64_t>(parameters_) ||
            parameters_ >= c_.voice_parameters)
            return "holds parameters of no note";
        parameters_ += log_parameters;
        const auto values = r.get<std::array<float, log_parameters>>();
        const bool numbers = std::all_of(values.begin(), values.end(),
                                         [](float x) { return is_within(x, -most_logged_value, most_logged_value); });
        return numbers ? nullptr : "holds a parameter that is no number";
    }

    const char* wrong_with_command(const LogRecord& r) {
        // A bool of another value than these two must not be read as one.
        if (static_cast<unsigned>(r.body[offsetof(MixerCommand, stays)]) > 1) return "is a command of no kind";
        const auto m = r.get<MixerCommand>();
        ++commands_;
        if (m.kind > MixerCommandKind::master_gain) return "is a command of no kind";
        if (!is_frame_or_older(m.frame) || !is_frame(r.value)) return "is a command at no possible frame";
        if (!is_within(m.left, -most_gain, most_gain) || !is_within(m.right, -most_gain, most_gain))
            return "is a command with a gain that is no number";
        if (m.kind == MixerCommandKind::bus_gain || m.kind == MixerCommandKind::master_gain)
            return m.bus < c_.buses ? nullptr : "is a command for no bus";
        if (m.slot >= slots_ || m.generation >= VoiceWord::generation_count) return "is a command for no voice";
        if (m.kind != MixerCommandKind::start) return nullptr;
        if (m.serial <= newest_serial_) return "starts a voice that was there before";
        commanded_ = m;
        newest_serial_ = m.serial;
        if (m.bus >= c_.buses || m.instrument >= c_.instruments || m.worker >= c_.workers)
            return "starts a voice on no bus";
        return nullptr;
    }

    const char* wrong_with_generation(const LogRecord& r) {
        if (r.slot >= slots_ || r.generation >= VoiceWord::generation_count) return "is of no voice";
        if (r.kind == LogKind::message) return wrong_with_message(r);
        if (r.kind == LogKind::withdrawn) return nullptr;
        if (!is_frame(r.frame)) return "has no possible frame";
        const auto found = generation_of_.find(key(r));
        if (found == generation_of_.end()) return nullptr;  // a replay passes over it
        auto& generation = generations_[found->second];
        switch (r.kind) {
        case LogKind::started:
            if (r.frame < generation.start_frame) return "begins before it was asked to";
            if (std::exchange(generation.begun, true) || !generation.built.empty()) return "begins when it has begun";
            generation.start_frame = r.frame;
            return nullptr;
        case LogKind::skip:
            if (!is_frame(r.value) || r.value > r.frame || r.value < generation.start_frame)
                return "skips back in time";
            [[fallthrough]];
        case LogKind::timeline:
            if (r.frame < generation.start_frame) return "is a timeline before its voice";
            if (!lost_) generation.built.insert(r.timeline);  // a replay reads no further
            return nullptr;
        case LogKind::dry: return is_frame(r.value) ? nullptr : "was written to no possible frame";
        case LogKind::taken:
            if (!is_frame(r.value) || !is_frame(r.get<std::int64_t>())) return "was heard at no possible frame";
            if (!generation.taken.empty() && r.timeline <= generation.taken.back())
                return "is heard behind a timeline that came later";
            if (!lost_ && r.value < marked_frame_) generation.taken.push_back(r.timeline);
            return nullptr;
        default: return nullptr;
        }
    }

    const char* wrong_with_message(const LogRecord& r) const {
        const auto m = r.get<VoiceMessage>();
        if (!is_frame_or_older(m.frame)) return "is a message at no possible frame";
        if (m.kind == VoiceMessageKind::start || m.kind == VoiceMessageKind::timeline) return "is a message of no kind";
        return fault_of(m, bounds());
    }

    static std::uint32_t key(const LogRecord& r) { return std::uint32_t{r.slot} << 16 | r.generation; }

    const Configuration& c_;
    const std::uint32_t slots_;
    std::int64_t pause_frames_;  // that the next mark may be ahead
    std::int64_t marked_frame_ = 0, last_frame_ = 0, taken_frame_ = 0, block_frame_ = 0, taken_ = 0;
    std::uint64_t newest_serial_ = 0, commands_ = 0;
    std::size_t parameters_ = 0;
    bool lost_ = false;
    MixerCommand commanded_;  // the newest start, until its note has come
    std::vector<Generation> generations_;
    std::unordered_map<std::uint32_t, std::size_t> generation_of_;
};

}  // namespace

std::optional<LogFault> fault_of(const std::vector<LogRecord>& records, const Configuration& configuration) {
    return Checker(configuration).check(records);
}

std::string fault_of(const std::vector<LogRecord>& records, const std::vector<ScriptReload>& reloads, const Rig& rig) {
    for (const auto& r : records)
        if (r.kind == LogKind::start && r.instrument >= rig.instruments.size())
            return fmt::format("a note is of instrument {}, and its rig has {}", r.instrument, rig.instruments.size());
    std::size_t versions = rig.instruments.size();
    std::set<std::pair<std::uint16_t, std::uint16_t>> known;
    for (const auto& reload : reloads) {
        for (const auto& [index, description] : reload.instruments) {
            if (index >= rig.instruments.size())
                return fmt::format("a new script is of instrument {}, and its rig has {}", index,
                                   rig.instruments.size());
            if (!known.emplace(index, description.version).second)
                return fmt::format("version {} of instrument {} is there twice", description.version, index);
            if (++versions > UINT16_MAX) return "it holds more versions of scripts than there can be";
        }
    }
    return {};
}

}  // namespace forerun
