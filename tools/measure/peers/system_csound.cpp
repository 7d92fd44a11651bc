// Csound: an orchestra with one instrument, and a score that plays it for every voice.
#include <fmt/format.h>

#include <fstream>
#include <numeric>

#include "tools/measure/peers/other_system.h"

namespace forerun::measure {
namespace {

constexpr int priority = 60;  // of its performing thread, below JACK's

constexpr const char* orchestra = R"(sr = {rate}
ksmps = {ksmps}
nchnls = 2
0dbfs = 1

instr 1
  kcutoff madsr 0.005, 0.1, 0.7, 0.2
  alevel  madsr 0.005, 0.1, 0.7, 0.2
  asaw1   vco2 1, p4
  asaw2   vco2 1, p4 * 1.003
  aout    moogladder2 asaw1 + asaw2, 500 + 4000 * kcutoff, 0.5
  aout    = aout * alevel * {gain}
  outs aout, aout
endin
)";

class Csound final : public OtherSystem {
public:
    Csound(const HeldVoices& voices, const std::filesystem::path& folder) : OtherSystem("csound") {
        const auto file = folder / "voices.csd";
        std::ofstream out(file);
        out << "<CsoundSynthesizer>\n<CsInstruments>\n"
            << fmt::format(fmt::runtime(orchestra), fmt::arg("rate", static_cast<int>(voices.rate_hz)),
                           fmt::arg("ksmps", std::gcd(voices.block_frames, 64)), fmt::arg("gain", other_voice_gain))
            << "</CsInstruments>\n<CsScore>\n"
            << "f 0 1000000\n";  // without this the program would end with the score
        for (std::uint32_t n = 0; n < voices.count; ++n)
            out << fmt::format("i 1.{:04} 0 -1 {:.6f}\n", n + 1, voices.hz(n));
        out << "</CsScore>\n</CsoundSynthesizer>\n";
        out.close();
        // Its driver requires at least two blocks.
        std::vector<std::string> words{"csound",
                                       "-d",
                                       "-m0",
                                       "-+rtaudio=jack",
                                       "-+jack_client=" + client(),
                                       "-odac",
                                       fmt::format("-b{}", voices.block_frames),
                                       fmt::format("-B{}", 2 * voices.block_frames)};
        if (voices.realtime) words.push_back(fmt::format("--sched={}", priority));
        words.push_back(file.string());
        start(std::move(words), "--version", folder);
    }
};

}  // namespace

std::unique_ptr<OtherSystem> start_csound(const HeldVoices& voices, const std::filesystem::path& folder) {
    return std::make_unique<Csound>(voices, folder);
}

}  // namespace forerun::measure
