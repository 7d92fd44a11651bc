// Two readers of one voice's timelines, as the mixer and a worker that runs a bus's effect would be, behind the worker's own
// way of building and publishing. Everything but the last test happens on one thread, when the test says so.
#include "shared/timeline/timeline_reader.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include "tests/scenes/catch.h"
#include "tests/scenes/two_readers.h"

using namespace forerun;
using namespace forerun::two_readers;

TEST_CASE(
    "Two readers at different frames take a rewind at its seam; the old ring is written when both have acknowledged") {
    TwoReaders scene(start + 2000);
    auto& [worker, mixer, bus] = scene;
    check_heard(bus.read(512), start, 0, never, 0);
    check_heard(mixer.read(64), start, 0, never, 0);
    CHECK(worker.acknowledged());

    REQUIRE(worker.rewind(start + 150, start + 1200));
    // The bus is beyond the seam: it goes back to it, and reads on from there.
    REQUIRE(bus.reader.look()->seam_frame == start + 150);
    bus.at = start + 150;
    check_heard(bus.read(300), start + 150, 1, never, 1);
    CHECK(bus.reader.state() == TimelineReader::State::reading);
    CHECK_FALSE(bus.taken->late());
    CHECK_FALSE(worker.acknowledged());  // the mixer still reads the ring before
    check_heard(mixer.read(64), start + 64, 0, never, 0);
    CHECK_FALSE(mixer.taken);
    check_heard(mixer.read(64), start + 128, 0, start + 150, 1);
    CHECK(mixer.taken->number == 1);
    CHECK_FALSE(worker.acknowledged());  // a part of this block came from there
    CHECK_FALSE(worker.rewind(start + 400, start + 1300));
    check_heard(mixer.read(64), start + 192, 1, never, 1);
    CHECK(worker.acknowledged());
    CHECK(worker.rewind(start + 400, start + 1300));
}

TEST_CASE("What one reader has taken is not replaced any more, and the others adopt it") {
    TwoReaders scene(start + 2000);
    auto& [worker, mixer, bus] = scene;
    bus.read(256);
    mixer.read(64);
    REQUIRE(worker.rewind(start + 100, start + 1200));
    REQUIRE(worker.rewind(start + 90, start + 1200));  // nobody has taken the one before
    CHECK(worker.spare != 8);

    const bool taken_meanwhile = GENERATE(false, true);
    const auto spare = worker.spare;
    if (taken_meanwhile) {
        TimelineBuild build(worker.side, worker.voice, worker.word(), 80, worker.spare);
        worker.write(build.writer(), build.number(), start + 1200);
        bus.at = start + 90;
        check_heard(bus.read(64), start + 90, 2, never, 2);
        CHECK_FALSE(build.publish(0));
    } else {
        bus.at = start + 90;
        check_heard(bus.read(64), start + 90, 2, never, 2);
        CHECK_FALSE(worker.rewind(start + 80, start + 1200));
    }
    CHECK(worker.spare == spare);
    check_heard(mixer.read(64), start + 64, 0, start + 90, 2);
    CHECK(mixer.taken->number == 2);
    CHECK(VoiceWord::unpacked(worker.word()).state == WordState::taken);
}

TEST_CASE(
    "A reader that is not attached takes nothing and is not waited for; one added later reads the present timeline") {
    TwoReaders scene(start + 2000, 1u << mixer_reader);
    auto& [worker, mixer, bus] = scene;
    CHECK(bus.read(64).empty());
    CHECK_FALSE(bus.reader.look());
    mixer.read(64);
    CHECK(worker.acknowledged());
    REQUIRE(worker.rewind(start + 70, start + 1200));
    mixer.read(128);

    worker.voice.timeline.readers = both;
    CHECK_FALSE(worker.acknowledged());
    CHECK(bus.read(64).empty());  // until the line says so
    worker.state.voice(0).readers.store(worker.voice.attached().packed(), std::memory_order_release);
    bus.at = start + 100;
    check_heard(bus.read(64), start + 100, 1, never, 1);
    mixer.read(64);
    CHECK(worker.acknowledged());
    REQUIRE(worker.rewind(start + 300, start + 1300));
    mixer.read(128);
    mixer.read(128);
    CHECK_FALSE(worker.acknowledged());
}

TEST_CASE("The mask of an old generation attaches nobody to the next") {
    Writing worker(both);
    worker.write(start + 500);
    worker.publish_first();
    Reading next(worker.state, bus_reader, generation + 1);
    CHECK(next.read(64).empty());
    // A reader that looks at the mask, is held up, and finds the next generation's word, to which it does not belong.
    const auto old_mask = worker.voice.attached().packed();
    worker.voice.note.generation = generation + 1;
    worker.voice.timeline.readers = 1u << mixer_reader;
    worker.begin();
    worker.write(start + 500);
    worker.publish_first();
    worker.state.voice(0).readers.store(old_mask);
    CHECK(next.read(64).empty());
}

TEST_CASE("Who has released is not waited for, and the voice is over when all have") {
    TwoReaders scene(start + 2000);
    auto& [worker, mixer, bus] = scene;
    mixer.read(64);
    bus.read(64);
    REQUIRE(worker.rewind(start + 70, start + 1200));
    SECTION("the bus first") {
        bus.reader.release();
        mixer.read(64);
        CHECK_FALSE(worker.acknowledged());
        mixer.read(64);
        CHECK(worker.acknowledged());
        CHECK_FALSE(worker.readers().released());
        mixer.reader.release();
    }
    SECTION("the mixer first") {
        mixer.reader.release();
        CHECK_FALSE(worker.acknowledged());
        CHECK_FALSE(worker.readers().released());
        bus.read(64);
        bus.read(64);
        CHECK(worker.acknowledged());
        bus.reader.release();
    }
    CHECK(worker.readers().released());
    CHECK(worker.state.reader(0, mixer_reader).acknowledged_seam() == -1);
    CHECK(worker.state.reader(0, bus_reader).acknowledged_seam() == -1);
    // Nothing of it counts in the next generation.
    worker.voice.note.generation = generation + 1;
    worker.begin();
    CHECK_FALSE(worker.acknowledged());
    CHECK_FALSE(worker.readers().released());
}

TEST_CASE("A late seam is crossfaded by the reader that is late, and the worker waits for its fade alone") {
    TwoReaders scene(start + 2000);
    auto& [worker, mixer, bus] = scene;
    mixer.read(192);
    bus.read(64);
    REQUIRE(worker.rewind(start + 100, start + 1200));
    check_heard(bus.read(64), start + 64, 0, start + 100, 1);
    check_heard(bus.read(64), start + 128, 1, never, 1);
    mixer.read(32);
    REQUIRE(mixer.taken);
    CHECK(mixer.taken->late());
    CHECK(mixer.taken->heard_from == start + 192);
    CHECK(mixer.reader.crossfade_frame() == start + 192);
    std::array<float, 32> old{};
    CHECK(mixer.reader.copy_old(0, start + 192, start + 224, old.data()) == start + 224);
    check_heard({old.begin(), old.end()}, start + 192, 0, never, 0);
    CHECK_FALSE(worker.acknowledged());
    mixer.read(32);
    CHECK_FALSE(worker.acknowledged());
    mixer.read(32);  // the fade is over before it
    CHECK(worker.acknowledged());
    CHECK(mixer.reader.crossfade_frame() == never);
}

TEST_CASE("One reader's underrun is a skip for both; a reader that had all frames reads silence") {
    TwoReaders scene(start + 256);
    auto& [worker, mixer, bus] = scene;
    bus.read(256);
    mixer.read(256);
    mixer.reader.run_dry(true);
    CHECK(worker.readers().any_dry());
    REQUIRE(worker.rewind(start + 448, start + 1000));

    CHECK(bus.read(256).empty());
    CHECK_FALSE(bus.taken);  // it reads on a timeline of which there is no more
    CHECK(bus.reader.look()->seam_frame == start + 448);
    bus.reader.run_dry(false);
    bus.at = start + 448;
    check_heard(bus.read(64), start + 448, 1, never, 1);
    CHECK(worker.readers().any_dry());  // it had not asked; the mixer has

    mixer.at = start + 400;
    check_heard(mixer.read(64), start + 448, 1, never, 1);
    CHECK(mixer.taken->heard_from == start + 448);
    CHECK_FALSE(worker.readers().any_dry());
    CHECK(worker.acknowledged());
}

TEST_CASE("A dry reader adopts a skip that another has taken and the clock has overtaken, and is given the next one") {
    TwoReaders scene(start + 256);
    auto& [worker, mixer, bus] = scene;
    bus.read(256);
    mixer.read(256);
    mixer.reader.run_dry(true);
    REQUIRE(worker.rewind(start + 320, start + 384));
    bus.reader.run_dry(false);
    bus.at = start + 320;
    check_heard(bus.read(64), start + 320, 1, never, 1);

    mixer.at = start + 512;  // nothing of it can be heard
    CHECK_FALSE(worker.may_build());
    mixer.read(64);
    CHECK_FALSE(mixer.taken);
    CHECK(mixer.reader.state() == TimelineReader::State::dry);
    CHECK(worker.readers().any_dry());
    REQUIRE(worker.may_build());
    REQUIRE(worker.rewind(start + 640, start + 1000));
    check_heard(mixer.read(128), start + 640, 2, never, 2);
    CHECK(mixer.reader.state() == TimelineReader::State::reading);
    CHECK_FALSE(worker.readers().any_dry());
}

TEST_CASE("Two readers on threads of their own read whole timelines while the worker rewinds and replaces") {
    Writing worker(both);
    constexpr std::int64_t length = 60000;
    std::array<std::atomic<std::int64_t>, 2> heard_to{start, start};
    std::atomic<std::int64_t> wrong{0}, taken{0};
    const auto clock = [&] {
        return std::min(heard_to[0].load(std::memory_order_acquire), heard_to[1].load(std::memory_order_acquire));
    };
    worker.write(start + 600);
    worker.publish_first();
    const auto listen = [&](std::size_t which, std::uint32_t index, std::int64_t block) {
        Reading reading(worker.state, index);
        std::uint32_t number = 0;
        while (reading.at < start + length) {
            const auto from = reading.at;
            const auto heard = reading.read(block);
            if (heard.empty()) std::this_thread::yield();
            const auto old_number = number;
            auto seam = from;
            if (reading.taken) {
                number = reading.taken->number;
                seam = reading.taken->heard_from;
                taken.fetch_add(1, std::memory_order_relaxed);
            }
            for (std::size_t i = 0; i < heard.size(); ++i) {
                const auto frame = from + static_cast<std::int64_t>(i);
                if (heard[i] != sample(frame < seam ? old_number : number, frame)) wrong.fetch_add(1);
            }
            reading.at = from + static_cast<std::int64_t>(heard.size());
            heard_to[which].store(reading.at, std::memory_order_release);
        }
        reading.reader.release();
    };
    std::thread mixer(listen, 0, mixer_reader, 64), bus(listen, 1, bus_reader, 96);
    std::int64_t rewinds = 0, next_rewind = start + 1000;
    while (!worker.readers().released()) {
        const auto now = clock();
        worker.write(now + 600, now);
        // The second of two replaces the first, if nobody was faster.
        if (now >= next_rewind && worker.may_build()) {
            for (const std::int64_t behind : {200, 150})
                rewinds += worker.rewind(std::min(now + behind, start + worker.voice.timeline.writer.position()),
                                         now + 600, now);
            next_rewind = now + 2000;
        }
        std::this_thread::yield();
    }
    mixer.join();
    bus.join();
    CHECK(wrong.load() == 0);
    CHECK(rewinds > 15);
    CHECK(taken.load() > 20);
}
