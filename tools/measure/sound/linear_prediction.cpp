#include "tools/measure/sound/linear_prediction.h"

namespace forerun::measure {

LinearPrediction::LinearPrediction(std::span<const float> samples) : weights_(order) {
    std::vector<double> products(order + 1);
    for (std::size_t lag = 0; lag <= order; ++lag) {
        double sum = 0;
        for (auto n = lag; n < samples.size(); ++n)
            sum += static_cast<double>(samples[n]) * static_cast<double>(samples[n - lag]);
        products[lag] = sum;
    }
    // As if there were noise at −90 dB: sounds without any would make the recursion divide by nothing.
    double error = products[0] *= 1 + 1e-9;
    if (error <= 0) return;
    for (std::size_t i = 0; i < weights_.size(); ++i) {
        double reflection = products[i + 1];
        for (std::size_t k = 0; k < i; ++k) reflection -= weights_[k] * products[i - k];
        reflection /= error;
        const auto before = weights_;
        weights_[i] = reflection;
        for (std::size_t k = 0; k < i; ++k) weights_[k] = before[k] - reflection * before[i - 1 - k];
        error *= 1 - reflection * reflection;
    }
}

double LinearPrediction::surprise(std::span<const float> samples, std::int64_t n) const {
    double left = samples[static_cast<std::size_t>(n)];
    for (std::size_t k = 0; k < weights_.size(); ++k)
        left -= weights_[k] * static_cast<double>(samples[static_cast<std::size_t>(n) - 1 - k]);
    return left;
}

}  // namespace forerun::measure
