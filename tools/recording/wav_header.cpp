#include "tools/recording/wav_header.h"

#include <utility>

namespace forerun {

namespace {

constexpr std::uint32_t not_in_32_bits = 0xffffffff;
constexpr std::int64_t most_riff_bytes = 0xffffffff;  // after "RIFF" and the size
constexpr std::int64_t chunk_head = 8;
constexpr std::uint32_t ds64_bytes = 28;
constexpr std::uint32_t ieee_float = 3, extensible = 0xfffe;
constexpr std::uint32_t extension_bytes = 22;
// The rest of a subformat after its format tag: KSDATAFORMAT_SUBTYPE_...
constexpr unsigned char subformat[] = {0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71};

class Bytes {
public:
    void name(const char* four) { bytes_.insert(bytes_.end(), four, four + 4); }
    void number(std::uint64_t value, int count) {
        for (int i = 0; i < count; ++i) bytes_.push_back(static_cast<unsigned char>(value >> (8 * i)));
    }
    void fill(std::size_t count) { bytes_.resize(bytes_.size() + count); }
    void add(const unsigned char* bytes, std::size_t count) { bytes_.insert(bytes_.end(), bytes, bytes + count); }
    std::vector<unsigned char> take() { return std::move(bytes_); }

private:
    std::vector<unsigned char> bytes_;
};

// Loudspeaker positions, where the order of channels is standard: left and right, or a single centre.
std::uint32_t speakers(std::uint32_t channels) { return channels == 1 ? 4 : channels == 2 ? 3 : 0; }

}  // namespace

std::vector<unsigned char> WavHeader::bytes(std::int64_t frames) const {
    const bool wide = !float32 || channels > 2;
    const std::uint32_t format_bytes = wide ? 40 : 18;
    const auto data_bytes = frames * bytes_per_frame();
    const auto riff_bytes = file_bytes(frames) - chunk_head;
    const bool rf64 = always_rf64 || riff_bytes > most_riff_bytes;
    const auto in_32_bits = [&](std::int64_t value) {
        return rf64 ? not_in_32_bits : static_cast<std::uint32_t>(value);
    };

    Bytes out;
    out.name(rf64 ? "RF64" : "RIFF");
    out.number(in_32_bits(riff_bytes), 4);
    out.name("WAVE");
    out.name(rf64 ? "ds64" : "JUNK");
    out.number(ds64_bytes, 4);
    if (rf64) {
        for (const auto size : {riff_bytes, data_bytes, frames}) out.number(static_cast<std::uint64_t>(size), 8);
        out.number(0, 4);  // sizes of other chunks
    } else {
        out.fill(ds64_bytes);
    }
    out.name("fmt ");
    out.number(format_bytes, 4);
    out.number(wide ? extensible : ieee_float, 2);
    out.number(channels, 2);
    out.number(static_cast<std::uint32_t>(rate_hz), 4);
    out.number(static_cast<std::uint64_t>(rate_hz) * bytes_per_frame(), 4);
    out.number(bytes_per_frame(), 2);
    out.number(float32 ? 32 : 24, 2);
    out.number(wide ? extension_bytes : 0, 2);
    if (wide) {
        out.number(float32 ? 32 : 24, 2);
        out.number(speakers(channels), 4);
        out.number(float32 ? ieee_float : 1, 2);
        out.add(subformat, sizeof subformat);
    }
    out.name("fact");
    out.number(4, 4);
    out.number(in_32_bits(frames), 4);
    out.name("data");
    out.number(in_32_bits(data_bytes), 4);
    return out.take();
}

std::int64_t WavHeader::file_bytes(std::int64_t frames) const {
    const std::int64_t head =
        12 + chunk_head + ds64_bytes + chunk_head + (!float32 || channels > 2 ? 40 : 18) + chunk_head + 4 + chunk_head;
    const auto data = frames * bytes_per_frame();
    return head + data + data % 2;
}

std::int64_t WavHeader::most_riff_frames() const {
    return (most_riff_bytes + chunk_head - file_bytes(0) - 1) / bytes_per_frame();
}

}  // namespace forerun
