// MIDI from bytes to events: every message; what an input passes on; a driver's frames and the engine's.
#include <random>

#include "rt-engine/audio-io/jack_blocks.h"
#include "rt-engine/midi/driver_frames.h"
#include "rt-engine/midi/midi_bytes.h"
#include "rt-engine/midi/midi_event.h"
#include "rt-engine/midi/midi_input.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/live_engine.h"
#include "tools/options/midi_options.h"

using namespace forerun;

namespace {

using Bytes = std::vector<std::uint8_t>;

std::vector<Bytes> messages_of(const Bytes& bytes, MidiBytes& parser) {
    std::vector<Bytes> found;
    parser.take(bytes, [&](const MidiBytesMessage& m) { found.push_back({m.status, m.data1, m.data2}); });
    return found;
}
std::vector<Bytes> messages_of(const Bytes& bytes) {
    MidiBytes parser;
    return messages_of(bytes, parser);
}

}  // namespace

TEST_CASE("bytes become messages") {
    CHECK(messages_of({0x90, 60, 100}) == std::vector<Bytes>{{0x90, 60, 100}});
    CHECK(messages_of({0xc5, 7, 0xd5, 9}) == std::vector<Bytes>{{0xc5, 7, 0}, {0xd5, 9, 0}});
    // Running status, also over real-time bytes, which stand anywhere.
    CHECK(messages_of({0x91, 60, 0xf8, 100, 64, 0xfe, 90}) ==
          std::vector<Bytes>{{0xf8, 0, 0}, {0x91, 60, 100}, {0xfe, 0, 0}, {0x91, 64, 90}});
    CHECK(messages_of({0xc2, 1, 2, 3}) == std::vector<Bytes>{{0xc2, 1, 0}, {0xc2, 2, 0}, {0xc2, 3, 0}});
    // System common messages end it.
    CHECK(messages_of({0xf2, 1, 2, 3}) == std::vector<Bytes>{{0xf2, 1, 2}});
    CHECK(messages_of({0xf6, 0xf3, 5, 0xf1, 6}) == std::vector<Bytes>{{0xf6, 0, 0}, {0xf3, 5, 0}, {0xf1, 6, 0}});
    // Exclusive data is skipped, whatever ends it.
    CHECK(messages_of({0xf0, 1, 2, 0xf8, 3, 0xf7, 0x80, 1, 2}) == std::vector<Bytes>{{0xf8, 0, 0}, {0x80, 1, 2}});
    CHECK(messages_of({0xf0, 1, 2, 0x90, 1, 2}) == std::vector<Bytes>{{0x90, 1, 2}});
    CHECK(messages_of({0xf4, 0xf5, 0xf9, 0xfd, 0xf7}).empty());
}

TEST_CASE("incomplete messages and stray data are dropped and counted") {
    MidiBytes parser;
    CHECK(messages_of({1, 2, 0x90, 60, 0x80, 60, 1}, parser) == std::vector<Bytes>{{0x80, 60, 1}});
    CHECK(parser.dropped() == 3);
    CHECK(messages_of({0xf2, 5, 0xff}, parser) == std::vector<Bytes>{{0xff, 0, 0}});
    CHECK(messages_of({6, 7}, parser) == std::vector<Bytes>{{0xf2, 5, 6}});
    CHECK(parser.dropped() == 4);
    // In any pieces.
    MidiBytes piecewise;
    std::vector<Bytes> found;
    for (const auto byte : Bytes{0x93, 1, 2, 3, 4}) {
        const auto some = messages_of({byte}, piecewise);
        found.insert(found.end(), some.begin(), some.end());
    }
    CHECK(found == std::vector<Bytes>{{0x93, 1, 2}, {0x93, 3, 4}});
}

TEST_CASE("channel messages become events") {
    Event e;
    REQUIRE(midi_event(0x9f, 127, 127, e));
    CHECK((e.kind == EventKind::note_on && e.channel == 15 && e.number == 127 && e.value == 1));
    REQUIRE(midi_event(0x90, 60, 0, e));
    CHECK((e.kind == EventKind::note_off && e.number == 60));
    REQUIRE(midi_event(0x81, 61, 127, e));
    CHECK((e.kind == EventKind::note_off && e.channel == 1 && e.value == 1));
    REQUIRE(midi_event(0xa2, 62, 127, e));
    CHECK((e.kind == EventKind::key_pressure && e.number == 62 && e.value == 1));
    REQUIRE(midi_event(0xb3, 74, 127, e));
    CHECK((e.kind == EventKind::controller && e.number == 74 && e.value == 1));
    REQUIRE(midi_event(0xc4, 5, 99, e));
    CHECK((e.kind == EventKind::program && e.number == 5 && e.value == 0));
    REQUIRE(midi_event(0xd5, 127, 99, e));
    CHECK((e.kind == EventKind::channel_pressure && e.number == 0 && e.value == 1));
    for (const auto& [low, high, value] : {std::tuple{0, 0, -1.0f}, {0, 64, 0.0f}, {127, 127, 1.0f}}) {
        REQUIRE(midi_event(0xe6, static_cast<std::uint8_t>(low), static_cast<std::uint8_t>(high), e));
        CHECK((e.kind == EventKind::pitch_bend && e.value == value));
    }
    CHECK_FALSE(midi_event(0xf8, 0, 0, e));
}

TEST_CASE("the offset of a driver's frames from the engine's is right despite late wake-ups") {
    DriverFrames frames(48000);
    std::mt19937 random(1);
    const auto cycle = [&](std::int64_t n, std::int64_t offset, std::int64_t engine_block = 256) {
        // JACK says when the cycle began; our callback stamped its block later, now and then much later. In every third cycle
        // it has not run yet.
        const auto began = [](std::int64_t m) { return m * 256 * 1'000'000'000 / 48000; };
        const std::int64_t late = random() % 50 == 0 ? 3'000'000 : random() % 900'000;
        const auto of = n - (n % 3 == 0 ? 1 : 0);
        const auto into_block = of * 256 % engine_block;
        frames.update(n * 256, began(n), 256,
                      {of * 256 + offset - into_block, began(of) + late - into_block * 1'000'000'000 / 48000});
    };
    for (std::int64_t n = 0; n < 72; ++n) cycle(n, 10'000);
    for (std::int64_t n = 72; n < 5000; ++n) {
        cycle(n, 10'000);
        REQUIRE(frames.locked());
        REQUIRE(frames.engine_frame(n) == n + 10'000);
    }
    // A cycle was left out, as JACK does when it is overrun.
    for (std::int64_t n = 5000; n < 5008; ++n) cycle(n, 10'000 - 256);
    CHECK(frames.engine_frame(0) == 10'000 - 256);
    // Blocks that are no periods.
    for (std::int64_t n = 5008; n < 5264; ++n) cycle(n, 10'000, 400);
    CHECK_FALSE(frames.locked());
    CHECK(std::abs(frames.engine_frame(0) - 10'000) <= 40);
}

TEST_CASE("values of --midi") {
    const auto wishes = [](std::vector<std::string> ports) {
        return midi_port_requests({.ports = std::move(ports), .api = {}});
    };
    CHECK(wishes({}).ports.size() == 1);
    CHECK(wishes({}).ports[0].port.empty());
    CHECK(wishes({"all@10"}).ports[0].channel_mask == 1 << 9);
    CHECK(wishes({"Key@1-3,16"}).ports[0].channel_mask == 0x8007);
    CHECK(wishes({"virtual"}).virtual_port);
    CHECK(wishes({"virtual"}).ports.empty());
    for (const char* wrong : {"k@", "k@0", "k@17", "k@3-1", "k@1-", "k@1,", "k@x", "k@1x"})
        CHECK_THAT(bad_input([&] { wishes({wrong}); }), Catch::Contains("after @ come channels from 1 to 16"));
    CHECK_THAT(bad_input([&] { wishes({"none", "all"}); }), Catch::Contains("--midi none"));
}

TEST_CASE("an input passes its channels only, and knows which channels it has used") {
    const ScriptFolder folder;
    LiveEngine live(folder.write("voice.lua", ScriptFolder::voice("return 0")));
    MidiInput input(live.engine.make_producer(), 0x0005);
    input.take(Bytes{0x90, 60, 100, 0x91, 61, 100, 0x92, 62, 100, 0xf6, 0xf8}, 1);
    CHECK(input.messages() == 5);
    CHECK(input.events() == 3);  // the time is for all
    CHECK(input.used_channels() == 0x0005);
    CHECK(input.sensed_nanoseconds() == 0);
    input.take(Bytes{0xfe}, 77);
    input.take(Bytes{0x80, 60, 0}, 99);
    CHECK(input.sensed_nanoseconds() == 99);
    input.forget_sensing();
    input.take(Bytes{0x80, 62, 0}, 100);
    CHECK(input.sensed_nanoseconds() == 0);
    REQUIRE(live.wait_until([&] { return live.engine.state().header().conductor.events == 5; }));
}

TEST_CASE("a known offset of the driver's frames is not estimated, until it is outdated") {
    DriverFrames frames(48000);
    frames.set(1000);
    CHECK(frames.known());
    // Times that would say a period more.
    const auto guess = [&](std::int64_t cycle) {
        frames.update(cycle * 64, cycle * 64 * 1'000'000 / 48, 64, {cycle * 64 + 1064, cycle * 64 * 1'000'000 / 48});
    };
    for (std::int64_t cycle = 0; cycle < DriverFrames::cycles_trusted; ++cycle) guess(cycle);
    CHECK(frames.engine_frame(0) == 1000);
    for (std::int64_t cycle = 0; cycle < 20; ++cycle) guess(DriverFrames::cycles_trusted + cycle);
    CHECK(frames.engine_frame(0) == 1064);
    frames.set(1001);
    CHECK(frames.engine_frame(0) == 1001);
}

TEST_CASE("a stamp of the engine belongs to JACK's block if it is within it") {
    SampleClock engine;
    JackBlocks blocks;
    engine.stamp({500, 90});
    CHECK_FALSE(blocks.newest(engine));  // JACK never asked
    blocks.begins(7000, 100);
    CHECK_FALSE(blocks.newest(engine));  // the engine's is of the block before
    engine.stamp({564, 110});
    const auto within = blocks.newest(engine);
    REQUIRE(within);
    CHECK(within->jack_frame == 7000);
    CHECK(within->engine_frame == 564);
    blocks.ends(120);
    CHECK(blocks.newest(engine));
    engine.stamp({628, 130});  // somebody else plays it now
    CHECK_FALSE(blocks.newest(engine));
    blocks.begins(0xffffffc0u, 140);  // the count of 32 bits goes round
    engine.stamp({692, 141});
    CHECK(blocks.newest(engine)->jack_frame == 0xffffffc0u);
}

TEST_CASE("the engine advances by one cycle where JACK's count jumps") {
    const JackBlocks::Pair pair{0xffffffc0u, 692};
    CHECK(pair.engine_frame_at(0xffffffc0u, 64) == 692);       // it has played this cycle
    CHECK(pair.engine_frame_at(0xffffffb0u, 64) == 692 - 16);  // in pieces
    CHECK(pair.engine_frame_at(0, 64) == 692 + 64);            // it plays this one next
    CHECK(pair.engine_frame_at(5000, 64) == 692 + 64);         // and JACK has lost some
}
