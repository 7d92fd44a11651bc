#include "rt-engine/conductor/drum_parts.h"
#include "tests/scenes/catch.h"

using namespace forerun;

namespace {

InstrumentDescription on(std::uint16_t channels, int first_program = 0, int last_program = 127) {
    InstrumentDescription i;
    i.channel_mask = channels;
    i.first_program = static_cast<std::uint8_t>(first_program);
    i.last_program = static_cast<std::uint8_t>(last_program);
    return i;
}
// A sound with a program on channels 1 to 9, drums on channel 10.
Rig sounds_and_drums() {
    Rig rig;
    rig.instruments = {on(0x1ff, 0, 10), on(0x200)};
    return rig;
}

}  // namespace

TEST_CASE("a channel that became drums is played by those of channel 10, and channel 10 that became none by sounds") {
    const auto rig = sounds_and_drums();
    DrumParts parts;
    CHECK(parts.part_of(2, rig, 0) == 2);
    CHECK(parts.part_of(9, rig, 0) == 9);
    parts.set(2, true);
    CHECK(parts.part_of(2, rig, 0) == 9);
    parts.set(9, false);
    CHECK(parts.part_of(9, rig, 0) == 0);
    CHECK(parts.part_of(9, rig, 1) == 9);  // of another rig of the set, which has nobody
    parts.reset(false);
    CHECK(parts.part_of(2, rig, 0) == 2);
    CHECK(parts.part_of(9, rig, 0) == 9);
}

TEST_CASE("a drum bank makes a channel drums until it chooses another bank; not in GS, nor where a rig has that bank") {
    auto rig = sounds_and_drums();
    constexpr std::uint16_t xg_drums = 127 << 7, gm2_drums = 120 << 7;
    DrumParts parts;
    for (const auto bank : {xg_drums, gm2_drums}) {
        parts.choose_by_bank(3, bank, rig, 0);
        CHECK(parts.part_of(3, rig, 0) == 9);
        parts.choose_by_bank(3, 0, rig, 0);
        CHECK(parts.part_of(3, rig, 0) == 3);
    }
    parts.set(4, true);  // by a message: no bank takes that back
    parts.choose_by_bank(4, 0, rig, 0);
    CHECK(parts.part_of(4, rig, 0) == 9);

    parts.reset(true);
    parts.choose_by_bank(3, xg_drums, rig, 0);
    CHECK(parts.part_of(3, rig, 0) == 3);

    parts.reset(false);
    rig.instruments[0].bank = xg_drums;
    parts.choose_by_bank(3, xg_drums, rig, 0);
    CHECK(parts.part_of(3, rig, 0) == 3);
}
