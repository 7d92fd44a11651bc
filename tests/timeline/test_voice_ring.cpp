// The plain parts that lie between threads: voice ring, voice word, queue, histogram, clock; at their edges.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <thread>
#include <vector>

#include "shared/messages/spsc_queue.h"
#include "shared/metrics/histogram.h"
#include "shared/time/quantum.h"
#include "shared/time/sample_clock.h"
#include "shared/timeline/voice_ring.h"
#include "tests/scenes/catch.h"

using namespace forerun;

namespace {

struct Ring {
    explicit Ring(std::int64_t frames) : samples(static_cast<std::size_t>(2 * frames), -1.0f) {
        memory = {samples.data(), frames, frames};
    }
    std::vector<float> samples;
    RingMemory memory;
    std::atomic<std::uint64_t> written{0};
};

void fill(RingWriter& writer, const RingWriter::Reservation& space) {
    for (const auto span : {space.first, space.second})
        for (std::int64_t f = span.frame; f < span.frame + span.frames; ++f)
            for (std::uint32_t c = 0; c < 2; ++c) *writer.samples(c, f) = static_cast<float>(2 * (f % 1000000) + c);
}

}  // namespace

TEST_CASE("A ring of one quantum passes quanta on, one at a time") {
    Ring ring(quantum_frames);
    RingWriter writer(ring.memory, ring.written, 0);
    RingReader reader(ring.memory, ring.written);
    for (std::int64_t clock = 0; clock < 20 * quantum_frames; clock += quantum_frames) {
        const auto space = writer.reserve(1000, clock);
        REQUIRE(space.frames() == quantum_frames);
        fill(writer, space);
        REQUIRE(reader.written().frames == clock);  // nothing is visible before the commit
        writer.commit(quantum_frames);
        REQUIRE(reader.written().frames == clock + quantum_frames);
        REQUIRE(writer.reserve(1000, clock).frames() == 0);      // full
        REQUIRE(writer.reserve(1000, clock + 1).frames() == 1);  // one frame was played
        REQUIRE(*reader.samples(1, clock + 63) == static_cast<float>(2 * (clock + 63) + 1));
    }
}

TEST_CASE("A reservation wraps into two spans, and never reaches what may still be read") {
    Ring ring(256);
    RingWriter writer(ring.memory, ring.written, 200);
    auto space = writer.reserve(100, 180);
    CHECK(space.first.frame == 200);
    CHECK(space.first.frames == 56);
    CHECK(space.second.frame == 256);
    CHECK(space.second.frames == 44);
    fill(writer, space);
    writer.commit(100);
    CHECK(ring.samples[255] == 510.0f);
    CHECK(ring.samples[0] == 512.0f);
    CHECK(ring.samples[256 + 43] == 2 * 299 + 1.0f);
    RingReader reader(ring.memory, ring.written);
    CHECK(reader.contiguous(255) == 1);
    CHECK(reader.contiguous(256) == 256);
    CHECK(writer.reserve(1000, 180).frames() == 180 + 256 - 300);
    CHECK(writer.reserve(1000, -500).frames() == 0);  // before the voice's start nothing is read: frames 0.. are kept
    CHECK(writer.reserve(-5, 180).frames() == 0);
    CHECK(writer.reserve(0, 180).frames() == 0);
    space = writer.reserve(44 + 256, 300);
    CHECK(space.first.frames == 212);
    CHECK(space.second.frames == 44);
}

TEST_CASE("The end is part of what is written, at any position") {
    Ring ring(64);
    const std::int64_t far = (1ll << 36) - 64;
    RingWriter writer(ring.memory, ring.written, far);
    RingReader reader(ring.memory, ring.written);
    CHECK(reader.written().frames == far);
    CHECK_FALSE(reader.written().ended);
    REQUIRE(writer.reserve(63, far).frames() == 63);
    writer.commit(63, true);
    CHECK(reader.written().frames == far + 63);
    CHECK(reader.written().ended);
    RingWriter moved = std::move(writer);
    CHECK(moved);
    CHECK_FALSE(writer);
}

TEST_CASE("Frames reach another thread in order and whole") {
    Ring ring(256);
    std::atomic<std::int64_t> clock{0};
    constexpr std::int64_t length = 200000;
    std::thread worker([&] {
        RingWriter writer(ring.memory, ring.written, 0);
        while (writer.position() < length) {
            const auto space = writer.reserve(1 + writer.position() % 97, clock.load(std::memory_order_acquire));
            if (space.frames() == 0) std::this_thread::yield();
            fill(writer, space);
            if (space.frames() != 0) writer.commit(space.frames());
        }
    });
    RingReader reader(ring.memory, ring.written);
    std::int64_t wrong = 0;
    for (std::int64_t frame = 0; frame < length;) {
        const std::int64_t there = std::min(reader.written().frames, length);
        if (there == frame) std::this_thread::yield();
        for (; frame < there; ++frame)
            for (std::uint32_t c = 0; c < 2; ++c)
                wrong += *reader.samples(c, frame) != static_cast<float>(2 * (frame % 1000000) + c);
        clock.store(frame, std::memory_order_release);
    }
    worker.join();
    CHECK(wrong == 0);
}

TEST_CASE("Every field of a voice word keeps to its bits") {
    for (const auto state : {WordState::empty, WordState::published, WordState::taken})
        for (const std::uint8_t lane : {0, 1, 2})
            for (const std::uint16_t ring : {0, 1, VoiceWord::max_rings - 1})
                for (const std::uint16_t generation : {0, 1, VoiceWord::generation_count - 1})
                    for (const std::int64_t seam : {std::int64_t{0}, std::int64_t{63}, (std::int64_t{1} << 36) - 1}) {
                        const VoiceWord word{state, lane, ring, generation, seam};
                        REQUIRE(VoiceWord::unpacked(word.packed()) == word);
                    }
    CHECK(VoiceWord{}.packed() == 0);  // zeroed memory is an empty word
}

TEST_CASE("A queue is full at its capacity, counts what it refused, and goes on") {
    QueueHeader header;
    header.capacity = 4;
    std::uint32_t messages[4] = {};
    QueueWriter<std::uint32_t> writer(&header, messages);
    QueueReader<std::uint32_t> reader(&header, messages);
    std::uint32_t got = 99;
    CHECK_FALSE(reader.try_pop(got));
    CHECK(got == 99);
    for (std::uint32_t lap = 0; lap < 5; ++lap) {
        for (std::uint32_t i = 0; i < 4; ++i) REQUIRE(writer.try_push(10 * lap + i));
        REQUIRE_FALSE(writer.try_push(1000));
        REQUIRE(header.refused.load() == lap + 1);
        REQUIRE(reader.try_pop(got));
        REQUIRE(got == 10 * lap);
        REQUIRE(writer.try_push(500));
        for (const std::uint32_t expected : {10 * lap + 1, 10 * lap + 2, 10 * lap + 3, 500u}) {
            REQUIRE(reader.try_pop(got));
            REQUIRE(got == expected);
        }
        REQUIRE_FALSE(reader.try_pop(got));
    }
}

TEST_CASE("A queue hands messages to another thread whole and in order") {
    struct Message {
        std::uint64_t a, b, c;
    };
    QueueHeader header;
    header.capacity = 8;
    std::vector<Message> messages(8);
    constexpr std::uint64_t count = 200000;
    std::thread sender([&] {
        QueueWriter<Message> writer(&header, messages.data());
        for (std::uint64_t i = 0; i < count;) writer.try_push({i, ~i, 3 * i}) ? void(++i) : std::this_thread::yield();
    });
    QueueReader<Message> reader(&header, messages.data());
    std::uint64_t wrong = 0;
    for (std::uint64_t i = 0; i < count;) {
        Message m{};
        if (!reader.try_pop(m)) {
            std::this_thread::yield();
            continue;
        }
        wrong += m.a != i || m.b != ~i || m.c != 3 * i;
        ++i;
    }
    sender.join();
    CHECK(wrong == 0);
}

TEST_CASE("A histogram's buckets are exact below 16 and within 1/16 above") {
    for (std::uint64_t v = 0; v < 16; ++v) CHECK(Histogram::upper_edge(Histogram::bucket_of(v)) == v);
    for (std::uint64_t v = 16; v < (1ull << 47); v += v / 7 + 1) {
        const int bucket = Histogram::bucket_of(v);
        const auto edge = Histogram::upper_edge(bucket);
        REQUIRE(edge >= v);
        REQUIRE(edge - v <= v / 16);
        REQUIRE(Histogram::bucket_of(edge) == bucket);
        REQUIRE(Histogram::bucket_of(edge + 1) == bucket + 1);
    }
    CHECK(Histogram::bucket_of(~0ull) == Histogram::bucket_count - 1);
}

TEST_CASE("Percentiles are ranks, never above the largest value") {
    Histogram histogram;
    CHECK(histogram.percentile(0.5) == 0);
    for (std::uint64_t v = 1; v <= 1000; ++v) histogram.add(v);
    CHECK(histogram.count() == 1000);
    CHECK(histogram.mean() == Approx(500.5));
    CHECK(histogram.max() == 1000);
    for (const double q : {0.01, 0.5, 0.9, 0.99}) {
        const auto exact = static_cast<double>(q * 1000);
        CHECK(static_cast<double>(histogram.percentile(q)) >= exact);
        CHECK(static_cast<double>(histogram.percentile(q)) <= exact * 17 / 16 + 1);
    }
    CHECK(histogram.percentile(1.0) == 1000);
    CHECK(histogram.percentile(0.0) == 1);
}

TEST_CASE("The clock's readings are consistent pairs while another thread writes") {
    SampleClock clock;
    std::atomic<bool> ended{false};
    std::thread audio([&] {
        for (std::int64_t f = 0; !ended.load(); f += 64) {
            clock.stamp({f, 3 * f + 5});
            clock.advance(f + 64);
        }
    });
    std::int64_t wrong = 0, last = 0;
    for (int i = 0; i < 100000; ++i) {
        const auto r = clock.read();
        wrong += r.frame != 0 && r.nanoseconds != 3 * r.frame + 5;
        wrong += r.frame < last;
        last = r.frame;
    }
    ended.store(true);
    audio.join();
    CHECK(wrong == 0);
    CHECK(clock.frame() % 64 == 0);
}

TEST_CASE("A clock follower smooths jitter and finds the rate") {
    ClockFollower follower(48000);
    const double rate_hz = 48010;  // the device's crystal
    std::uint32_t random = 3;
    double squares_raw = 0, squares = 0;
    for (std::int64_t block = 0; block < 20000; ++block) {
        const std::int64_t frame = block * 256;
        const double exact = 1e9 * static_cast<double>(frame) / rate_hz;
        random = random * 1664525u + 1013904223u;
        const double jitter = static_cast<double>(random >> 16) / 65536.0 * 1e6 - 5e5;  // ±0.5 ms
        follower.update({frame, static_cast<std::int64_t>(exact + jitter)});
        if (block < 10000) continue;
        const double error = follower.nanoseconds_at(static_cast<double>(frame)) - exact;
        squares_raw += jitter * jitter;
        squares += error * error;
    }
    CHECK(std::sqrt(squares) < std::sqrt(squares_raw) / 5);
    CHECK(follower.frame_at(follower.nanoseconds_at(12345)) == Approx(12345));
}
