// A slot's timelines between a worker that writes them and two readers, the mixer and a bus, without threads.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "script-runtime/worker/timeline_build.h"
#include "shared/shared_state.h"
#include "shared/timeline/timeline_reader.h"
#include "shared/worker_side.h"
#include "tests/scenes/catch.h"

namespace forerun::two_readers {

inline constexpr std::uint32_t bus_reader = 2;  // any but the mixer's
inline constexpr std::uint8_t both = 1u << mixer_reader | 1u << bus_reader;
inline constexpr std::int64_t start = 1000;  // engine frame of voice frame 0
inline constexpr std::uint16_t generation = 5;

// What a timeline has at an engine frame.
inline float sample(std::uint32_t number, std::int64_t frame) {
    return static_cast<float>(number << 18 | static_cast<std::uint32_t>(frame - start));
}

inline Configuration small() {
    Configuration c;
    c.voices = 4;
    c.depth_frames = 3000;
    c.workers = 1;
    return c;
}

// The worker's part, in the order in which VoiceOutput and Rewinder do it.
struct Writing {
    explicit Writing(std::uint8_t readers) : state(small()) {
        voice.note.generation = generation;
        voice.start_frame = start;
        voice.timeline.readers = readers;
        begin();
    }
    void begin() {
        voice.timeline.ring = 0;
        voice.timeline.other_ring = 1;
        voice.timeline.lane = voice.timeline.playing_lane = 0;
        voice.timeline.seam_frame = 0;
        auto& line = state.voice(0);
        line.start_frame.store(start, std::memory_order_relaxed);
        line.readers.store(voice.attached().packed(), std::memory_order_relaxed);
        voice.timeline.writer = RingWriter(state.ring(0), line.written[0], 0);
    }
    void publish_first() {
        TimelineBuild::name(side, voice, voice.timeline.lane, voice.timeline.number, 0);
        state.voice(0).word.store(voice.word(WordState::published).packed(), std::memory_order_release);
    }
    // Up to an engine frame, as far as `clock` lets it.
    void write(RingWriter& writer, std::uint32_t number, std::int64_t until, std::int64_t clock = start) {
        const auto space = writer.reserve(until - start - writer.position(), clock - start);
        for (const auto span : {space.first, space.second})
            for (auto f = span.frame; f < span.frame + span.frames; ++f)
                *writer.samples(0, f) = sample(number, start + f);
        if (space.frames() != 0) writer.commit(space.frames());
    }
    void write(std::int64_t until, std::int64_t clock = start) {
        write(voice.timeline.writer, voice.timeline.number, until, clock);
    }

    ReaderLines readers() const { return side.readers(0, voice.attached()); }
    bool acknowledged() const { return readers().acknowledged(voice.word(WordState::taken)); }
    std::uint64_t word() const { return state.voice(0).word.load(std::memory_order_acquire); }
    bool may_build() const { return TimelineBuild::replaces(word()) || acknowledged(); }
    // With a seam at an engine frame. False: it must wait, or somebody took what was to be replaced.
    bool rewind(std::int64_t seam, std::int64_t until, std::int64_t clock = start) {
        // Looked at once: it may be taken at any moment.
        const auto present = word();
        if (TimelineBuild::replaces(present))
            seam = std::min(seam, start + voice.timeline.seam_frame);
        else if (!acknowledged())
            return false;
        TimelineBuild build(side, voice, present, seam - start, spare);
        write(build.writer(), build.number(), until, clock);
        return build.publish(0);
    }

    SharedState state;
    WorkerSide side{state, 0};
    WorkedVoice voice;
    std::uint16_t spare = 8;  // behind the two rings of each slot
};

struct Reading {
    Reading(SharedState& state, std::uint32_t index, std::uint16_t of_generation = generation)
        : reader(state.timeline_lines(0, index), of_generation, start) {}

    // The next frames, as many as are there.
    std::vector<float> read(std::int64_t frames) {
        std::vector<float> heard(static_cast<std::size_t>(frames));
        taken = reader.take(at, at + frames);
        if (reader.state() == TimelineReader::State::waiting) return {};
        const auto first = taken && taken->old_written_to == 0 ? taken->heard_from : at;  // behind a start or a skip
        const auto written_to = start + reader.ring().written().frames;
        const auto end = reader.copy(0, first, at + frames, written_to, heard.data());
        heard.resize(static_cast<std::size_t>(end - first));
        reader.acknowledge_from(at);
        at += frames;
        return heard;
    }

    TimelineReader reader;
    std::int64_t at = start;
    std::optional<TimelineReader::Taken> taken;
};

// Whether these are frames from `from` on, of timeline `before` up to the seam and of `after` behind it.
inline void check_heard(const std::vector<float>& heard, std::int64_t from, std::uint32_t before, std::int64_t seam,
                        std::uint32_t after) {
    for (const float x : heard) {
        REQUIRE(x == sample(from < seam ? before : after, from));
        ++from;
    }
}

// Both read the first timeline, which is written so far.
struct TwoReaders {
    explicit TwoReaders(std::int64_t written_until, std::uint8_t attached = both) : worker(attached) {
        worker.write(written_until);
        worker.publish_first();
    }

    Writing worker;
    Reading mixer{worker.state, mixer_reader};
    Reading bus{worker.state, bus_reader};
};

}  // namespace forerun::two_readers
