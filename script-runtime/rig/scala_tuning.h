// Tunings in the formats of Scala (M. Op de Coul, https://www.huygens-fokker.org/scala/): a scale (.scl) says which pitches
// there are up to where it begins again, a keyboard map (.kbm) which key plays which of them, and one key's frequency.
#pragma once

#include <string>
#include <vector>

namespace forerun {

struct Scale {
    std::vector<double> cents;  // of degrees 1, 2, ...; the last is where it begins again. Not empty
};

struct KeyboardMap {
    int middle_key = 60;  // degree 0
    int reference_key =
        60;  // the key whose frequency is given: what Scala takes without a map, C4 of equal temperament
    double reference_hz = 261.6255653005986;
    int octave_degrees = 0;  // how many the map goes up when it begins again; 0: as many as the scale has
    std::vector<int>
        degrees;  // of the keys from middle_key on, then again; unmapped: none. Empty: a degree for every key
    static constexpr int unmapped = -1;
};

// Both throw BadInput with line and reason; `shown` is the file as messages name it.
Scale read_scale(const std::string& text, const std::string& shown);
KeyboardMap read_keyboard_map(const std::string& text, const std::string& shown);

// Hz of any key, also beyond 0 to 127. A key that the map leaves out sounds as the mapped one below it.
double key_hz(const Scale& scale, const KeyboardMap& map, int key);

}  // namespace forerun
