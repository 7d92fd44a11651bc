#include "tools/recording/scaled_copy.h"

#include <sndfile.h>

#include <memory>
#include <stdexcept>
#include <vector>

#include "tools/process/stop_signal.h"

namespace forerun {

bool copy_scaled(const std::filesystem::path& source, std::uint32_t channels, float gain, SoundFile& to) {
    constexpr sf_count_t piece_frames = 4096;
    SF_INFO info{};
    const std::unique_ptr<SNDFILE, int (*)(SNDFILE*)> file(sf_open(source.c_str(), SFM_READ, &info), sf_close);
    if (!file || info.channels != static_cast<int>(channels))
        throw std::runtime_error(source.string() + ": cannot be read again (" + sf_strerror(file.get()) +
                                 "); render it again");
    std::vector<float> samples(static_cast<std::size_t>(piece_frames) * channels);
    sf_count_t done = 0;
    while (const auto frames = sf_readf_float(file.get(), samples.data(), piece_frames)) {
        if (stop_requested()) return false;
        for (sf_count_t i = 0; i < frames * info.channels; ++i) samples[static_cast<std::size_t>(i)] *= gain;
        if (!to.write(samples.data(), frames)) throw std::runtime_error(to.name() + " cannot be written " + to.error());
        done += frames;
    }
    if (done != info.frames) throw std::runtime_error(source.string() + ": cannot be read again; render it again");
    return true;
}

}  // namespace forerun
