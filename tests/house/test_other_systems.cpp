// What other systems are told to play, without starting them.
#include <cstring>

#include "tests/scenes/catch.h"
#include "tests/scenes/program.h"
#include "tools/measure/peers/osc_peer.h"
#include "tools/measure/peers/other_system.h"
#include "tools/measure/peers/synth_def.h"

using namespace forerun;
using namespace forerun::measure;

namespace {

// Reads a definition as the server does; every read is checked against the file's end.
struct Definition {
    explicit Definition(std::vector<std::uint8_t> file) : bytes(std::move(file)) {}

    template <int size>
    std::int32_t whole() {
        REQUIRE(at + size <= bytes.size());
        std::uint32_t number = 0;
        for (int i = 0; i < size; ++i) number = number << 8 | bytes[at++];
        return size == 2 ? static_cast<std::int16_t>(number) : static_cast<std::int32_t>(number);
    }
    std::string text() {
        const auto length = static_cast<std::size_t>(whole<1>());
        REQUIRE(at + length <= bytes.size());
        at += length;
        return {bytes.begin() + static_cast<std::ptrdiff_t>(at - length),
                bytes.begin() + static_cast<std::ptrdiff_t>(at)};
    }

    const std::vector<std::uint8_t> bytes;
    std::size_t at = 0;
};

ProgramOutcome measured(const std::string& words) {
    const ScriptFolder folder;
    return run_shell("PATH=/nowhere " FORERUN_PROGRAM " measure --grid \"" + words +
                         "\" --seconds 0.2 --repeats 1 -o " + (folder.path() / "result").string(),
                     "2>&1");
}

}  // namespace

TEST_CASE("messages of Open Sound Control are padded and big end first") {
    // The example of the OSC 1.0 specification.
    const auto bytes = osc_message("/foo", {1000, -1, std::string("hello"), 1.234f, 5.678f});
    const std::string expected(
        "/foo\0\0\0\0,iisff\0\0\0\0\x03\xe8\xff\xff\xff\xffhello\0\0\0\x3f\x9d\xf3\xb6\x40\xb5\xb2\x2d", 40);
    CHECK(std::string(bytes.begin(), bytes.end()) == expected);
    CHECK(osc_message("/d_recv", {OscBlob{1, 2, 3, 4, 5}}).size() == 8 + 4 + 4 + 8);
}

TEST_CASE("the definition for SuperCollider is whole: every input is a constant or a unit before it") {
    Definition d(held_synth_def(0.05f));
    CHECK(std::memcmp(d.bytes.data(), "SCgf", 4) == 0);
    d.at = 4;
    CHECK(d.whole<4>() == 2);
    CHECK(d.whole<2>() == 1);
    CHECK(d.text() == held_synth_name);
    const auto constants = d.whole<4>();
    d.at += 4 * static_cast<std::size_t>(constants);
    CHECK(d.whole<4>() == 1);
    CHECK(d.whole<4>() == 0x43dc0000);  // 440
    CHECK(d.whole<4>() == 1);
    CHECK(d.text() == "freq");
    CHECK(d.whole<4>() == 0);
    const auto units = d.whole<4>();
    std::vector<std::int32_t> outputs_of;
    std::string names;
    for (int u = 0; u < units; ++u) {
        names += d.text() + " ";
        d.whole<1>();
        const auto inputs = d.whole<4>(), outputs = d.whole<4>();
        d.whole<2>();
        for (int i = 0; i < inputs; ++i) {
            const auto unit = d.whole<4>(), index = d.whole<4>();
            CAPTURE(u, i);
            CHECK(unit < u);
            CHECK(index < (unit < 0 ? constants : outputs_of[static_cast<std::size_t>(unit)]));
        }
        for (int o = 0; o < outputs; ++o) d.whole<1>();
        outputs_of.push_back(outputs);
    }
    CHECK(d.whole<2>() == 0);
    CHECK(d.at == d.bytes.size());
    CHECK(names ==
          "Control BinaryOpUGen Saw Saw BinaryOpUGen EnvGen MulAdd MoogFF EnvGen BinaryOpUGen BinaryOpUGen Out ");
}

TEST_CASE("other systems play the keys that held notes have") {
    const HeldVoices voices{.count = 64};
    CHECK(voices.hz(0) == Approx(65.406).epsilon(1e-4));
    CHECK(voices.hz(63) == Approx(voices.hz(0) * std::exp2(4 / 12.0)));
    CHECK(is_other_system("pd"));
    CHECK_FALSE(is_other_system("rewind"));
}

TEST_CASE("what another system cannot do here is said in a line") {
    const std::string on_jack = "host_api=jack device=system ";
    const auto says = [](const std::string& words, const std::string& line) {
        const auto outcome = measured(words);
        CHECK(outcome.code == 1);
        CHECK_THAT(outcome.text, Catch::Contains(line));
    };
    says("mode=csound", "mode csound: plays on a JACK server; write host_api=jack device=system, and start jackd");
    says(on_jack + "mode=pd events_hz=5", "mode pd: its voices are held without events; write events_hz=0");
    says(on_jack + "mode=pd fault='stall 100 ms every 1 s'", "mode pd: faults are put only into Forerun itself");
    says(on_jack + "mode=supercollider", "supercollider: scsynth is not installed; install it, or leave the mode out");
}
