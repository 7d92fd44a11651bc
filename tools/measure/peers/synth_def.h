// A voice for SuperCollider's server, written in the server's own file format ("Synth Definition File Format", version 2), so
// that neither sclang nor a compiled file is needed.
#pragma once

#include <cstdint>
#include <vector>

namespace forerun::measure {

// The result of sclang for
//   SynthDef(\held, { |freq = 440|
//       var cutoff = EnvGen.kr(Env.adsr(0.005, 0.1, 0.7, 0.2)) * 4000 + 500;
//       var level = EnvGen.kr(Env.adsr(0.005, 0.1, 0.7, 0.2));
//       Out.ar(0, (MoogFF.ar(Saw.ar(freq) + Saw.ar(freq * 1.003), cutoff, 2) * level * gain) ! 2) })
std::vector<std::uint8_t> held_synth_def(float gain);
inline constexpr const char* held_synth_name = "held";

}  // namespace forerun::measure
