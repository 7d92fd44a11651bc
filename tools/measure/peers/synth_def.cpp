#include "tools/measure/peers/synth_def.h"

#include <algorithm>
#include <bit>
#include <string>

namespace forerun::measure {
namespace {

enum Rate : std::uint8_t { scalar = 0, control = 1, audio = 2 };
enum Operation : std::int16_t { add = 0, multiply = 2 };  // of BinaryOpUGen

class Writer {
public:
    struct Input {
        std::int32_t unit, index;  // unit −1: a constant
    };

    Input constant(float value) {
        const auto same = std::find(constants_.begin(), constants_.end(), value);
        const auto index = static_cast<std::int32_t>(same - constants_.begin());
        if (same == constants_.end()) constants_.push_back(value);
        return {-1, index};
    }
    // Its only output, or none.
    Input unit(const std::string& name, Rate rate, const std::vector<Input>& inputs, std::int16_t special = 0,
               std::int32_t outputs = 1) {
        put_text(units_, name);
        units_.push_back(rate);
        put(units_, static_cast<std::int32_t>(inputs.size()));
        put(units_, outputs);
        put(units_, special);
        for (const auto& input : inputs) {
            put(units_, input.unit);
            put(units_, input.index);
        }
        for (std::int32_t o = 0; o < outputs; ++o) units_.push_back(rate);
        return {count_++, 0};
    }
    // A file with this one definition, and one parameter.
    std::vector<std::uint8_t> file(const std::string& name, const std::string& parameter, float usual) const {
        std::vector<std::uint8_t> bytes{'S', 'C', 'g', 'f'};
        put(bytes, std::int32_t{2});
        put(bytes, std::int16_t{1});
        put_text(bytes, name);
        put(bytes, static_cast<std::int32_t>(constants_.size()));
        for (const float c : constants_) put(bytes, std::bit_cast<std::int32_t>(c));
        put(bytes, std::int32_t{1});
        put(bytes, std::bit_cast<std::int32_t>(usual));
        put(bytes, std::int32_t{1});
        put_text(bytes, parameter);
        put(bytes, std::int32_t{0});
        put(bytes, count_);
        bytes.insert(bytes.end(), units_.begin(), units_.end());
        put(bytes, std::int16_t{0});  // variants
        return bytes;
    }

private:
    template <typename Whole>
    static void put(std::vector<std::uint8_t>& bytes, Whole number) {
        for (int shift = 8 * sizeof number - 8; shift >= 0; shift -= 8)
            bytes.push_back(static_cast<std::uint8_t>(number >> shift));
    }
    static void put_text(std::vector<std::uint8_t>& bytes, const std::string& text) {
        bytes.push_back(static_cast<std::uint8_t>(text.size()));
        bytes.insert(bytes.end(), text.begin(), text.end());
    }

    std::vector<float> constants_;
    std::vector<std::uint8_t> units_;
    std::int32_t count_ = 0;
};

}  // namespace

std::vector<std::uint8_t> held_synth_def(float gain) {
    Writer w;
    const auto c = [&](float value) { return w.constant(value); };
    // Gate, level's scale and offset, time's scale, done action; then the envelope: its beginning, three segments, the one
    // at which it is held, no loop; each segment a level, a time, shape 5 (a curve) and the curve.
    const auto envelope = [&] {
        return w.unit("EnvGen", control,
                      {c(1), c(1),  c(0),    c(1),    c(0), c(0),  c(3), c(2),    c(-99), c(1), c(0.005f),
                       c(5), c(-4), c(0.7f), c(0.1f), c(5), c(-4), c(0), c(0.2f), c(5),   c(-4)});
    };
    const auto hz = w.unit("Control", control, {});
    const auto second_hz = w.unit("BinaryOpUGen", control, {hz, c(1.003f)}, multiply);
    const auto saw = w.unit("Saw", audio, {hz});
    const auto second_saw = w.unit("Saw", audio, {second_hz});
    const auto saws = w.unit("BinaryOpUGen", audio, {saw, second_saw}, add);
    const auto cutoff = w.unit("MulAdd", control, {envelope(), c(4000), c(500)});
    const auto filtered = w.unit("MoogFF", audio, {saws, cutoff, c(2), c(0)});
    const auto level = w.unit("BinaryOpUGen", control, {envelope(), c(gain)}, multiply);
    const auto voice = w.unit("BinaryOpUGen", audio, {filtered, level}, multiply);
    w.unit("Out", audio, {c(0), voice, voice}, 0, 0);
    return w.file(held_synth_name, "freq", 440);
}

}  // namespace forerun::measure
