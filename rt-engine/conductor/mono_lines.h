// The state of each instrument's melody on each channel: which keys are down, and the current pitch glide.
//
// Monophonic instruments need all of it; polyphonic ones only the pitch, for portamento.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include "rt-engine/conductor/channel_state.h"
#include "shared/messages/event.h"
#include "shared/rig/gliding_pitch.h"
#include "shared/rig/rig.h"
#include "shared/time/quantum.h"

namespace forerun {

// What an instrument remembers of a channel. Keys are kept in the order in which they were pressed: when the newest is let go,
// the one before it sounds again.
struct MelodyLine {
    struct Key {
        std::uint8_t number = 0;
        std::uint8_t channel = 0;  // of an MPE zone each has its own
        bool operator==(const Key&) const = default;
    };
    std::vector<Key> keys;
    std::uint64_t serial = 0;        // of the newest note; 0: none yet
    std::uint32_t slot = 0;          // where it is, as long as the slot has that serial
    GlidingPitch pitch;              // of that note; in engine frames
    std::int64_t pressed_frame = 0;  // of the newest key that was pressed

    void press(Key key, std::int64_t frame) {
        std::erase(keys, key);
        keys.push_back(key);
        pressed_frame = frame;
    }
    // Letting it go would bring another key back.
    bool is_newest_of_several(Key key) const { return keys.size() > 1 && keys.back() == key; }
    // Whether it was down.
    bool let_go(Key key) { return std::erase(keys, key) != 0; }
};

// A voice's glide to a note's pitch: where to begin, unless it is there already, and how long it takes.
struct Slide {
    std::optional<double> from_hz;
    bool is_sent = false;  // else it has the pitch already
    double seconds = 0;
};

// [conductor] Channels: of an MPE zone its master.
class MonoLines {
public:
    explicit MonoLines(std::size_t instruments) : lines_(instruments * channels) {}

    MelodyLine& of(std::size_t instrument, std::uint8_t channel) {
        return lines_[instrument * channels + channel % channels];
    }

    // A note of no length in a melody, whose end would bring another key back. (A voice that ends with
    // its key is handled by its worker.)
    bool is_too_short(MelodyLine::Key key, std::uint8_t channel, std::int64_t off_frame, double rate_hz) const {
        for (std::size_t i = channel % channels; i < lines_.size(); i += channels) {
            if (!lines_[i].is_newest_of_several(key)) continue;
            const auto length = static_cast<double>(off_frame - lines_[i].pressed_frame);
            if (length >= 0 && length < no_length_seconds * rate_hz) return true;
        }
        return false;
    }

    // Channel, or all_channels.
    void forget_keys(std::uint8_t channel) {
        for (std::size_t i = 0; i < lines_.size(); ++i)
            if (channel == all_channels || i % channels == channel) lines_[i].keys.clear();
    }

    // Pitches on their way follow the tuning of their channels.
    void retune(const std::array<double, 16>& moved_by) {
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            lines_[i].pitch.from_hz *= moved_by[i % channels];
            lines_[i].pitch.to_hz *= moved_by[i % channels];
        }
    }

private:
    static constexpr std::size_t channels = 16;

    std::vector<MelodyLine> lines_;
};

// The line goes to `hz` at a frame: from the note before, or from the pitch of the channel's portamento key.
// A voice that has just been started (is_new) has its pitch.
inline Slide begin_slide(MelodyLine& line, double hz, std::optional<double> requested_hz, const ChannelState& channel,
                         const InstrumentDescription& instrument, std::int64_t frame, double rate_hz, bool is_new) {
    // In legato mode a phrase begins at its own pitch, unless portamento was asked for.
    const bool ties = !is_new || channel.mode(instrument) != NoteMode::legato || channel.portamento.value_or(false) ||
                      channel.portamento_key;
    const auto seconds = ties ? channel.glide_seconds(instrument) : 0;
    const auto frames = std::llround(seconds * rate_hz);
    if (requested_hz)
        line.pitch.go_to(*requested_hz, frame, 0);
    else if (line.serial == 0)
        line.pitch.go_to(hz, frame, 0);
    const bool slides = frames > 0 && line.pitch.hz_at(frame) != hz;
    Slide slide;
    if (slides && (is_new || requested_hz)) slide.from_hz = line.pitch.hz_at(frame);
    slide.is_sent = slides || !is_new;
    slide.seconds = slides ? seconds : 0;
    line.pitch.go_to(hz, frame, frames);
    return slide;
}

}  // namespace forerun
