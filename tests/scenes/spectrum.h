// Power spectra of rendered sound: a radix-2 transform of a Hann window (Cooley and Tukey 1965), and what is read from it.
#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <numbers>
#include <vector>

namespace forerun {

struct Spectrum {
    double bin_hz = 0;
    std::vector<double> power;

    double between(double low_hz, double high_hz) const {
        double sum = 0;
        for (auto i = bin(low_hz); i < bin(high_hz); ++i) sum += power[i];
        return sum;
    }
    double strongest(double low_hz, double high_hz) const {
        double most = 0;
        for (auto i = bin(low_hz); i < bin(high_hz); ++i) most = std::max(most, power[i]);
        return most;
    }
    // The mean frequency, weighed by power.
    double centroid_hz(double low_hz, double high_hz) const {
        double sum = 0, weighed = 0;
        for (auto i = bin(low_hz); i < bin(high_hz); ++i) {
            sum += power[i];
            weighed += power[i] * bin_hz * static_cast<double>(i);
        }
        return sum > 0 ? weighed / sum : 0;
    }

private:
    std::size_t bin(double hz) const {
        return std::min(static_cast<std::size_t>(std::ceil(std::max(hz, 0.0) / bin_hz)), power.size());
    }
};

inline void transform(std::vector<std::complex<double>>& x) {
    const std::size_t n = x.size();
    for (std::size_t i = 1, j = 0; i < n; ++i) {
        std::size_t bit = n / 2;
        for (; j & bit; bit /= 2) j ^= bit;
        j |= bit;
        if (i < j) std::swap(x[i], x[j]);
    }
    for (std::size_t length = 2; length <= n; length *= 2) {
        const auto turn = std::polar(1.0, -2 * std::numbers::pi / static_cast<double>(length));
        for (std::size_t at = 0; at < n; at += length) {
            std::complex<double> w = 1;
            for (std::size_t i = 0; i < length / 2; ++i, w *= turn) {
                const auto even = x[at + i], odd = w * x[at + i + length / 2];
                x[at + i] = even + odd;
                x[at + i + length / 2] = even - odd;
            }
        }
    }
}

// Of the mean of both sides of interleaved stereo, `frames` from `first` on.
inline Spectrum spectrum_of(const std::vector<float>& stereo, std::size_t first, std::size_t frames, double rate_hz) {
    std::size_t size = 1;
    while (size < frames) size *= 2;
    std::vector<std::complex<double>> x(size);
    for (std::size_t i = 0; i < frames && 2 * (first + i) + 1 < stereo.size(); ++i) {
        const double turns = static_cast<double>(i) / static_cast<double>(frames - 1);
        const double mean = 0.5 * (stereo[2 * (first + i)] + stereo[2 * (first + i) + 1]);
        x[i] = mean * (0.5 - 0.5 * std::cos(2 * std::numbers::pi * turns));
    }
    transform(x);
    Spectrum result{rate_hz / static_cast<double>(size), std::vector<double>(size / 2)};
    for (std::size_t i = 0; i < size / 2; ++i) result.power[i] = std::norm(x[i]);
    return result;
}

}  // namespace forerun
