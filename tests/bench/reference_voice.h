// The reference voice in C++: scripts/voices/subtractive.lua at quality 2, the same algorithm with the same double
// state, written for speed and compiled with -O3 -march=native. `make bench` divides by it.
//
// Formulas: scripts/dsp/saw.lua, prewarp.lua, ladder.lua and adsr.lua. What is constant over a note lies outside the
// loop's expressions, where the compiler hoists it; the state stays in registers over a render, since `out` is float
// and cannot alias it. With -ffp-contract=off the samples equal the script's bit for bit; with FMA they differ in the
// last bits.
#pragma once

#include <algorithm>
#include <cmath>

namespace forerun {

class ReferenceVoice {
public:
    // hz: the note's frequency. velocity: 0..1. rate_hz: sample rate.
    void start(double hz, double velocity, double rate_hz) {
        *this = ReferenceVoice();
        hz_ = hz;
        seconds_per_frame_ = 1.0 / rate_hz;
        pi_per_rate_ = 3.141592653589793 / rate_hz;
        loudness_ = 0.5 * velocity;
        const double attack = std::max(0.005 * rate_hz, 1.0);
        const double decay = std::max(0.1 * rate_hz, 1.0);
        release_frames_ = std::max(0.2 * rate_hz, 1.0);
        rise_ = 0;
        rise_step_ = 1 / attack;
        rest_ = 0.7;
        fall_step_ = (1 - rest_) / decay;
        fall_ = 1 + fall_step_ * attack;
    }

    // The 200 ms from the present level down to 0 begin with the next frame.
    void release() {
        const double level = envelope(t_);
        t_ = 0;
        rise_ = 2;
        rise_step_ = 0;
        fall_ = level;
        fall_step_ = level / release_frames_;
        rest_ = 0;
    }

    // Writes the next n frames, mono.
    void render(float* out, int n) {
        for (int i = 0; i < n; ++i) {
            const double x = saw(phase1_, hz_) + saw(phase2_, hz_ * 1.003);
            const double level = envelope(t_);
            t_ += 1;
            out[i] = static_cast<float>(ladder(x, 500 + 4000 * level, 0.5) * level * loudness_);
        }
    }

private:
    double envelope(double t) const {
        return std::min(rise_ + rise_step_ * t, std::max(fall_ - fall_step_ * t, rest_));
    }

    double saw(double& phase, double hz) {
        const double step = std::min(std::max(hz * seconds_per_frame_, 1e-7), 0.5);
        const double p = phase, following = p + step;
        phase = following - std::floor(following + 0.5);
        const double e = p * (2 / step);
        double a = 4 - std::min(std::abs(e), 4.0), b = std::max(a - 2, 0.0);
        a *= a;
        b *= b;
        const double jump = 1 - (a * a - 4 * (b * b)) * (1.0 / 192);
        return p + p - std::max(std::min(e, jump), -jump);
    }

    double ladder(double x, double cutoff_hz, double resonance) {
        const double w = std::min(std::max(cutoff_hz, 5.0) * pi_per_rate_, 1.5), z = w * w;
        const double top = w * (0.9999602851193258 - z * (0.07167539179979969 + z * 0.0020493478235040913));
        const double g = top / (top + 1 - 0.4052847345693511 * z), g2 = g * g;
        const double k = 4 * std::min(std::max(resonance, 0.0), 0.99);
        const double feedback = (s4_ + g * s3_) + g2 * (s2_ + g * s1_);
        const double inverse = 1 / (1 + k * (g2 * g2)), u = (x - (k - k * g) * feedback) * inverse;
        double v = g * (u - s1_);
        double y = v + s1_;
        s1_ = y + v;
        v = g * (y - s2_);
        y = v + s2_;
        s2_ = y + v;
        v = g * (y - s3_);
        y = v + s3_;
        s3_ = y + v;
        v = g * (y - s4_);
        y = v + s4_;
        s4_ = y + v;
        return y;
    }

    double hz_ = 0, seconds_per_frame_ = 0, pi_per_rate_ = 0, loudness_ = 0;
    double phase1_ = 0, phase2_ = 0, s1_ = 0, s2_ = 0, s3_ = 0, s4_ = 0;
    double t_ = 0, rise_ = 0, rise_step_ = 0, fall_ = 0, fall_step_ = 0, rest_ = 0, release_frames_ = 1;
};

}  // namespace forerun
