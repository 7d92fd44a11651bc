// Tunings in the formats of Scala (M. Op de Coul, https://www.huygens-fokker.org/scala/): a scale (.scl) has the pitches of
// one period, a keyboard map (.kbm) assigns them to keys and gives one key's frequency.
#pragma once

#include <string>
#include <vector>

namespace forerun {

struct Scale {
    std::vector<double> cents;  // of degrees 1, 2, ...; the last is the period. Not empty
};

struct KeyboardMap {
    static constexpr int unmapped = -1;

    int middle_key = 60;  // degree 0
    // The key with a given frequency. Scala's default without a map: C4 of equal temperament.
    int reference_key = 60;
    double reference_hz = 261.6255653005986;
    int octave_degrees = 0;    // period of the map in degrees; 0: that of the scale
    std::vector<int> degrees;  // of the keys from middle_key on, repeated; or unmapped. Empty: a degree for every key
};

// Both throw BadInput with line and reason; `shown` is the file's name in messages.
Scale read_scale(const std::string& text, const std::string& shown);
KeyboardMap read_keyboard_map(const std::string& text, const std::string& shown);

// Frequency of any key, also outside 0 to 127. An unmapped key has that of the next mapped key below.
double key_hz(const Scale& scale, const KeyboardMap& map, int key);

}  // namespace forerun
