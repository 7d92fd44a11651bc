// Pd: a patch with a voice, and one that contains it for every voice.
#include <fmt/format.h>

#include <fstream>

#include "tools/measure/peers/other_system.h"

namespace forerun::measure {
namespace {

// Objects are counted from 0, and the connections at the end name them. vcf~'s second outlet is its low-pass.
constexpr const char* voice = R"(#N canvas 0 0 600 400 10;
#X obj 20 20 phasor~ \$1;
#X obj 160 20 phasor~ \$2;
#X obj 20 60 *~ 2;
#X obj 20 90 -~ 2;
#X obj 300 20 loadbang;
#X msg 300 50 1 5 \, 0.7 100 5;
#X obj 300 80 vline~;
#X obj 420 80 vline~;
#X obj 420 110 *~ 4000;
#X obj 420 140 +~ 500;
#X obj 20 180 vcf~ 2;
#X obj 20 220 *~;
#X obj 20 250 outlet~;
#X connect 0 0 2 0;
#X connect 1 0 2 0;
#X connect 2 0 3 0;
#X connect 3 0 10 0;
#X connect 4 0 5 0;
#X connect 5 0 6 0;
#X connect 5 0 7 0;
#X connect 7 0 8 0;
#X connect 8 0 9 0;
#X connect 9 0 10 1;
#X connect 10 1 11 0;
#X connect 6 0 11 1;
#X connect 11 0 12 0;
)";

class Pd final : public OtherSystem {
public:
    Pd(const HeldVoices& voices, const std::filesystem::path& folder) : OtherSystem("pd") {
        std::ofstream(folder / "voice.pd") << voice;
        const auto file = folder / "voices.pd";
        std::ofstream out(file);
        out << "#N canvas 0 0 600 400 10;\n"
            << fmt::format("#X obj 20 300 *~ {};\n#X obj 20 330 dac~;\n", other_voice_gain);
        for (std::uint32_t n = 0; n < voices.count; ++n)
            out << fmt::format("#X obj 20 {} voice {:.6f} {:.6f};\n", 20 * n, voices.hz(n), voices.hz(n) * 1.003);
        out << "#X connect 0 0 1 0;\n#X connect 0 0 1 1;\n";
        for (std::uint32_t n = 0; n < voices.count; ++n) out << fmt::format("#X connect {} 0 0 0;\n", n + 2);
        out.close();
        // In the callback its latency is one block, like the others'; otherwise it would buffer 25 ms.
        start({"pd", "-nogui", "-noprefs", "-jack", "-jackname", client(), "-nomidi", "-noadc", "-outchannels", "2",
               "-r", fmt::format("{}", static_cast<int>(voices.rate_hz)), "-callback", voices.realtime ? "-rt" : "-nrt",
               "-send", "pd dsp 1", file.string()},
              "-version", folder);
    }
};

}  // namespace

std::unique_ptr<OtherSystem> start_pd(const HeldVoices& voices, const std::filesystem::path& folder) {
    return std::make_unique<Pd>(voices, folder);
}

}  // namespace forerun::measure
