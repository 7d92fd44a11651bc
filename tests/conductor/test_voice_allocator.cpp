#include "rt-engine/conductor/voice_allocator.h"

#include "tests/scenes/catch.h"

using namespace forerun;

namespace {

struct House {
    static Configuration small() {
        Configuration c;
        c.workers = 2;
        c.voices = 4;
        c.reserve_voices = 2;
        return c;
    }
    // A note that sounds from a frame on; its slot.
    std::uint32_t play(std::uint16_t instrument, std::int64_t frame = 0) {
        const auto slot = allocator.take();
        REQUIRE(slot);
        voices[*slot].instrument = instrument;
        voices[*slot].start_frame = frame;
        voices[*slot].held = true;
        return *slot;
    }
    // Of these serial numbers the voices have to go for a note at frame 100.
    std::vector<std::uint64_t> stolen_for(std::uint16_t index, const InstrumentDescription& instrument) {
        std::vector<std::uint64_t> stolen;
        has_room = allocator.make_room(100, index, instrument, [&](std::uint32_t slot) {
            voices[slot].stop_frame = 100;
            stolen.push_back(voices[slot].serial);
        });
        return stolen;
    }
    static InstrumentDescription instrument(std::uint32_t polyphony, StealPolicy steal = StealPolicy::oldest) {
        InstrumentDescription i;
        i.polyphony = static_cast<decltype(i.polyphony)>(polyphony);
        i.steal = steal;
        return i;
    }

    SharedState state{small()};
    VoiceTable voices{state};
    VoiceAllocator allocator{voices, 4, 2};
    bool has_room = false;
};

}  // namespace

TEST_CASE("voices get serial numbers in turn, and go to the worker that has the fewest") {
    House h;
    std::vector<std::uint32_t> workers;
    for (std::uint64_t n = 1; n <= 4; ++n) {
        const auto slot = h.play(0);
        CHECK(h.voices[slot].serial == n);
        workers.push_back(h.voices[slot].worker);
    }
    CHECK(workers == std::vector<std::uint32_t>{0, 1, 0, 1});
    // Both voices of worker 0 are over: their slots are free, and it gets the next two.
    for (const std::uint32_t slot : {0u, 2u})
        h.state.worker_voice(slot).released_generation_plus_one = h.voices[slot].generation + 1u;
    h.voices.free_released();
    for (int times = 0; times < 3; ++times) h.allocator.count_voices();
    workers.clear();
    for (int n = 0; n < 4; ++n) workers.push_back(h.voices[h.play(0)].worker);
    CHECK(workers == std::vector<std::uint32_t>{0, 0, 0, 1});
}

TEST_CASE("when all slots are in use, one that was given back meanwhile is found, else none") {
    House h;
    for (std::uint32_t i = 0; i < h.voices.size(); ++i) h.play(0);
    CHECK_FALSE(h.allocator.take());
    h.state.worker_voice(3).released_generation_plus_one = h.voices[3].generation + 1u;
    CHECK(h.allocator.take() == 3u);
}

TEST_CASE("an instrument's polyphony takes from its own voices, the limit of all from anybody's") {
    House h;
    h.play(0);
    h.play(1);
    h.play(1);
    CHECK(h.allocator.is_full(100, 1, House::instrument(2)));
    CHECK_FALSE(h.allocator.is_full(100, 1, House::instrument(3)));
    CHECK(h.stolen_for(1, House::instrument(1)) == std::vector<std::uint64_t>{2, 3});
    CHECK(h.has_room);
    h.play(0);
    h.play(0);
    h.play(0);
    CHECK(h.allocator.is_full(100, 1, House::instrument(9)));
    CHECK(h.stolen_for(1, House::instrument(9)) == std::vector<std::uint64_t>{1});
    CHECK(h.has_room);
}

TEST_CASE("there is no room when no voice may be stolen") {
    House h;
    h.play(0);
    CHECK(h.stolen_for(0, House::instrument(1, StealPolicy::none)).empty());
    CHECK_FALSE(h.has_room);
}
