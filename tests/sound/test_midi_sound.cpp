// ctest: timeout=300
// Every message that players use, from its bytes to the sound: an engine plays voices whose samples are what they were told.
#include "rt-engine/midi/midi_input.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/live_engine.h"

using namespace forerun;

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::int64_t first_frame = 1024, then_frame = 2048, heard_frame = 4000;

// A rig of one instrument with these fields, whose voice says `sample` of itself.
std::filesystem::path rig_of(const ScriptFolder& folder, const std::string& sample, const std::string& fields) {
    folder.write("teller.lua", R"(return {
        parameters = { level = { default = 0.25, minimum = 0, maximum = 1 } },
        start = function(self, note) self.velocity, self.let_go, self.key = note.velocity, 0, note.key end,
        release = function(self, note) self.let_go = note.release_velocity end,
        done = function() return false end,
        sample = function(self) local p = self.parameters return )" +
                                   sample + R"( end })");
    return folder.write("rig.lua",
                        "return { master_gain_db = 0, instruments = { { name = 'teller', voice = 'teller', " + fields +
                            " } }, presets = { { values = { teller = { level = 0.75 } } } } }");
}

// The left output at its end, pan to the middle undone: `first` is heard at one frame, `then` a little later.
double heard(const std::string& sample, const Bytes& first, const Bytes& then, const std::string& fields = "") {
    const ScriptFolder folder;
    LiveEngine live(rig_of(folder, sample, fields));
    MidiInput input(live.engine.make_producer(), 0xffff);
    input.take(first, 0, first_frame);
    input.take(then, 0, then_frame);
    const auto sent = input.events();
    REQUIRE(live.wait_until([&] { return live.engine.state().header().conductor.events == sent; }));
    const auto& state = live.engine.state();
    while (live.clock() < heard_frame) {
        live.wait_until(
            [&] {
                for (std::uint32_t slot = 0; slot < state.header().slots; ++slot)
                    if (const auto view = live.engine.slot(slot); view.serial != 0 && !view.stopped)
                        if (live.clock() + 128 > state.voice(slot).start_frame.load() && live.fill(slot) < 128)
                            return false;
                return true;
            },
            5000);
        live.process(64);
    }
    return static_cast<double>(live.left.back()) * std::sqrt(2.0);
}

const Bytes note = {0x90, 60, 100};
Bytes joined(Bytes first, const Bytes& then) {
    first.insert(first.end(), then.begin(), then.end());
    return first;
}

struct SoundRow {
    const char* what;
    std::string sample;
    Bytes first, then;
    double expected;
    const char* fields = "";
};

}  // namespace

TEST_CASE("every message has its audible effect") {
    const double c4 = 0.2616256;                      // kHz
    const Bytes zone = {0xb0, 101, 0, 100, 6, 6, 3};  // MPE's lower zone: channel 1 and three more
    const auto in_zone = [&](const Bytes& more) { return joined(zone, more); };
    const std::string hold = "0.3 + self.let_go * 0.5", hz = "self.frequency / 1000";
    const double held = 0.3, usual = 0.3 + 0.5 * 64 / 127;
    const std::vector<SoundRow> rows = {
        {"note on", "self.velocity", note, {}, 100 / 127.0},
        {"velocity curve", "self.velocity", note, {}, std::pow(100 / 127.0, 2), "velocity_curve = 2"},
        {"note off and its velocity", hold, note, {0x80, 60, 127}, 0.8},
        {"note on of velocity 0", hold, note, {0x90, 60, 0}, usual},
        {"running status", hold, {0x90, 60, 100, 60, 0}, {}, usual},
        {"pitch bend", "self.bend * 0.5", note, {0xe0, 0, 0x60}, 0.5 * std::exp2(2 * 4096 / 8191.0 / 12)},
        {"bend range by RPN 0", "self.bend * 0.25", note, {0xb0, 101, 0, 100, 0, 6, 12, 0xe0, 0x7f, 0x7f}, 0.5},
        {"coarse tuning by RPN 2", hz, joined({0xb0, 101, 0, 100, 2, 6, 76}, note), {}, 2 * c4},
        {"of a sounding note", hz, note, {0xb0, 101, 0, 100, 2, 6, 76}, 2 * c4},
        {"fine tuning by RPN 1", hz, note, {0xb0, 101, 0, 100, 1, 6, 96, 38, 0}, c4 * std::exp2(0.5 / 12)},
        {"bend range in cents",
         "self.bend * 0.25",
         note,
         {0xb0, 101, 0, 100, 0, 6, 11, 38, 100, 0xe0, 0x7f, 0x7f},
         0.5},
        {"data increment", "self.bend * 0.25", note, {0xb0, 101, 0, 100, 0, 6, 11, 96, 0, 0xe0, 0x7f, 0x7f}, 0.5},
        {"master volume", "0.5", note, {0xf0, 0x7f, 0x7f, 4, 1, 0, 32, 0xf7}, 0.5 * std::pow(32 / 127.0, 2)},
        {"master volume of GS",
         "0.5",
         note,
         {0xf0, 0x41, 0x10, 0x42, 0x12, 0x40, 0, 4, 64, 0x7c, 0xf7},
         0.5 * std::pow(64 / 127.0, 2)},
        {"master volume of XG",
         "0.5",
         note,
         {0xf0, 0x43, 0x10, 0x4c, 0, 0, 4, 64, 0xf7},
         0.5 * std::pow(64 / 127.0, 2)},
        {"master coarse tuning", hz, note, {0xf0, 0x7f, 0x7f, 4, 4, 0, 76, 0xf7}, 2 * c4},
        {"master fine tuning", hz, {0xf0, 0x7f, 0x7f, 4, 3, 0, 96, 0xf7}, note, c4 * std::exp2(0.5 / 12)},
        {"GM reset lets go", hold, note, {0xf0, 0x7e, 0x7f, 9, 1, 0xf7}, usual},
        {"also what a pedal holds", hold, note, {0xb0, 64, 127, 0x80, 60, 127, 0xf0, 0x7e, 0x7f, 9, 1, 0xf7}, 0.8},
        {"GS reset: usual volume",
         "0.5",
         {0xb0, 7, 1, 0xf0, 0x41, 0x10, 0x42, 0x12, 0x40, 0, 0x7f, 0, 0x41, 0xf7},
         note,
         0.5},
        {"XG on: usual tuning",
         hz,
         {0xb0, 101, 0, 100, 2, 6, 76, 0xf0, 0x43, 0x10, 0x4c, 0, 0, 0x7e, 0, 0xf7},
         note,
         c4},
        {"a part becomes drums",
         "0.5",
         {0xf0, 0x41, 0x10, 0x42, 0x12, 0x40, 0x11, 0x15, 1, 0x19, 0xf7},
         note,
         0.5,
         "channel = 10"},
        {"a part that is none",
         "0.5",
         {0xf0, 0x41, 0x10, 0x42, 0x12, 0x40, 0x11, 0x15, 0, 0x1a, 0xf7},
         note,
         0,
         "channel = 10"},
        {"and is none after a reset",
         "0.5",
         {0xf0, 0x41, 0x10, 0x42, 0x12, 0x40, 0x11, 0x15, 1, 0x19, 0xf7, 0xf0, 0x7e, 0x7f, 9, 1, 0xf7},
         note,
         0,
         "channel = 10"},
        {"drums of XG by bank", "0.5", {0xb0, 0, 127, 0xc0, 0}, note, 0.5, "channel = 10"},
        {"and back", "0.5", {0xb0, 0, 127, 0xc0, 0, 0xb0, 0, 0, 0xc0, 0}, note, 0, "channel = 10"},
        {"a bank of the rig's own",
         "0.5",
         {0xb0, 0, 127, 0xc0, 5},
         note,
         0.5,
         "channel = 1, programs = 5, bank = 16256 }, { name = 'drums', voice = 'teller', channel = 10, gain_db = -120"},
        {"a choke group",
         "self.key == 46 and 0.5 or 0.1",
         {0x90, 46, 100},
         {0x90, 42, 100},
         0.1,
         "choke = { hats = { 42, 46 } }"},
        {"not of others", "0.25", {0x90, 46, 100}, {0x90, 43, 100}, 0.5, "choke = { hats = { 42, 46 } }"},
        {"nor of another group",
         "0.25",
         {0x90, 46, 100},
         {0x90, 43, 100},
         0.5,
         "choke = { hats = { 42, 46 }, toms = 43 }"},
        {"channel pressure", "self.pressure", note, {0xd0, 64}, 64 / 127.0},
        {"key pressure", "self.pressure", note, {0xa0, 60, 32, 61, 99}, 32 / 127.0},
        {"modulation", "self.modulation", note, {0xb0, 1, 64}, 64 / 127.0},
        {"modulation in 14 bits", "self.modulation", note, {0xb0, 1, 64, 33, 64}, 64.5 / 127},
        {"volume", "0.5", note, {0xb0, 7, 50}, 0.5 * 0.25},
        {"expression", "0.5", note, {0xb0, 11, 0}, 0},
        {"pan", "0.5", note, {0xb0, 10, 127}, 0},
        {"sustain holds", hold, note, {0xb0, 64, 127, 0x80, 60, 127}, held},
        {"sustain lets go", hold, note, {0xb0, 64, 127, 0x80, 60, 127, 0xb0, 64, 0}, 0.8},
        {"sostenuto holds what it caught", hold, note, {0xb0, 66, 127, 0x80, 60, 127}, held},
        {"sostenuto lets others go", hold, {0xb0, 66, 127}, {0x90, 60, 100, 0x80, 60, 127}, 0.8},
        {"soft pedal", "self.velocity", {0xb0, 67, 127}, note, 100 / 127.0 * 2 / 3},
        {"legato pedal", hz, joined({0xb0, 68, 127}, note), {0x90, 72, 100}, 2 * c4},
        {"mono", hz, joined({0xb0, 126, 1}, note), {0x90, 72, 100}, 2 * c4},
        {"poly again", hz, joined({0xb0, 126, 1, 127, 0}, note), {0x90, 72, 100}, 3 * c4},
        {"portamento", "self.frequency > 500 and 0.5 or 0.1", {0xb0, 65, 127, 5, 127, 84, 72}, note, 0.5},
        {"program change", "0.5", {0xc0, 5}, note, 0.5, "programs = 5"},
        {"another program", "0.5", {0xc0, 6}, note, 0, "programs = 5"},
        {"bank", "0.5", {0xb0, 0, 1, 32, 2, 0xc0, 5}, note, 0.5, "programs = 5, bank = 130"},
        {"a preset by program", "p.level", note, {0xc0, 0}, 0.75},
        {"a controller of the rig's", "p.level", note, {0xb0, 74, 127}, 1, "controllers = { [74] = 'level' }"},
        {"NRPN", "p.level", note, {0xb0, 99, 2, 98, 44, 6, 127}, 1, "nrpn = { [300] = 'level' }"},
        {"all sound off", "0.5", note, {0xb0, 120, 0}, 0},
        {"all notes off", hold, note, {0xb0, 123, 0}, usual},
        {"reset of controllers",
         "0.3 + 0.1 * (self.pressure + self.modulation)",
         joined(note, {0xd0, 99, 0xb0, 1, 99}),
         {0xb0, 121, 0},
         0.3},
        {"song position", "self.clock.beat / 8", note, {0xf2, 8, 0}, 2 / 8.0},
        {"start", "self.clock.playing and 0.5 or 0.1", note, {0xfa, 0xf8}, 0.5},
        {"stop", "self.clock.playing and 0.5 or 0.1", joined(note, {0xfa, 0xf8}), {0xfc}, 0.1},
        {"continue", "self.clock.playing and 0.5 or 0.1", joined(note, {0xfa, 0xf8, 0xfc}), {0xfb, 0xf8}, 0.5},
        {"MPE: a bend for one note",
         "self.bend / 32",
         in_zone({0x91, 60, 100, 0x92, 72, 100}),
         {0xe1, 0x7f, 0x7f},
         17 / 32.0},
        {"MPE: a pressure for one note",
         "self.pressure",
         in_zone({0x91, 60, 100, 0x92, 72, 100}),
         {0xd2, 64},
         64 / 127.0},
        {"MPE: timbre", "self.timbre", in_zone({0x91, 60, 100}), {0xb1, 74, 127}, 1},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        CHECK(heard(row.sample, row.first, row.then, row.fields) == Approx(row.expected).margin(1e-3));
    }
}

TEST_CASE("song select chooses the rig of a set") {
    const ScriptFolder folder;
    for (const char* level : {"0.25", "0.5"})
        folder.write(
            "rig" + std::string(level) + ".lua",
            "return { instruments = { { voice = '" +
                folder.write("v" + std::string(level) + ".lua", ScriptFolder::voice("return " + std::string(level)))
                    .string() +
                "' } } }");
    LiveEngine live(folder.write("set.lua", "return { rigs = { 'rig0.25', 'rig0.5' } }"));
    MidiInput input(live.engine.make_producer(), 0xffff);
    input.take(Bytes{0xf3, 1}, 0, first_frame);
    input.take(note, 0, then_frame);
    REQUIRE(live.wait_until([&] { return live.fill(0) > 3000; }));
    while (live.clock() < heard_frame) live.process(64);
    CHECK(live.left.back() * std::sqrt(2.0) == Approx(0.5).margin(1e-3));
}
