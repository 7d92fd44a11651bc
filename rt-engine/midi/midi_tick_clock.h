// Ticks of a MIDI file to seconds, over all its tempo changes, without accumulated rounding.
//
// Every tick of a segment is `units_per_tick` long and the whole file has one `units_per_second`, so all sums are
// integers and only the last division rounds. With ticks per quarter note, a unit is 1 / (10^6 * division) seconds and
// a tick is (microseconds per quarter) of them; with SMPTE division a tick is one unit, or 1001 of them where the frame
// rate is 30000/1001.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <vector>

namespace forerun {

constexpr std::uint32_t kMidiDefaultMicrosecondsPerQuarter = 500000;

// Up to this many ticks, sums fit into 62 bits at the slowest tempo (24 bits). A day at 500 quarters per minute and the
// finest division is 2^34.4 ticks.
constexpr std::uint64_t kMidiMaxTicks = std::uint64_t{1} << 38;

struct MidiTickTempo {
    std::uint64_t tick;
    std::uint32_t microseconds_per_quarter;  // 1 .. 2^24 - 1
};

class MidiTickClock {
public:
    // Division in ticks per quarter note. `tempos` ordered by tick; of several at one tick the last counts.
    MidiTickClock(std::uint32_t ticks_per_quarter, const std::vector<MidiTickTempo>& tempos)
        : units_per_second_(1e6 * ticks_per_quarter), segments_{{0, 0, kMidiDefaultMicrosecondsPerQuarter}} {
        for (const MidiTickTempo& tempo : tempos) {
            const Segment last = segments_.back();
            const std::uint64_t units = last.units + (tempo.tick - last.tick) * last.units_per_tick;
            if (tempo.tick == last.tick) segments_.pop_back();
            segments_.push_back({tempo.tick, units, tempo.microseconds_per_quarter});
        }
    }

    // SMPTE division. Frames per second are 24, 25, 30, or 29, which stands for 30000/1001. Tempo does not matter.
    static MidiTickClock smpte(std::uint32_t frames_per_second, std::uint32_t ticks_per_frame) {
        const bool drop_frame = frames_per_second == 29;
        MidiTickClock clock(1, {});
        clock.units_per_second_ = (drop_frame ? 30000.0 : frames_per_second) * ticks_per_frame;
        clock.segments_ = {{0, 0, drop_frame ? 1001u : 1u}};
        return clock;
    }

    double seconds(std::uint64_t tick) const {
        const auto after = std::upper_bound(segments_.begin(), segments_.end(), tick,
                                            [](std::uint64_t t, const Segment& s) { return t < s.tick; });
        const Segment& segment = *std::prev(after);
        const std::uint64_t units = segment.units + (tick - segment.tick) * segment.units_per_tick;
        return static_cast<double>(units) / units_per_second_;
    }

private:
    struct Segment {
        std::uint64_t tick;
        std::uint64_t units;  // from the start of the piece to `tick`
        std::uint32_t units_per_tick;
    };
    double units_per_second_;
    std::vector<Segment> segments_;  // never empty, the first at tick 0
};

}  // namespace forerun
