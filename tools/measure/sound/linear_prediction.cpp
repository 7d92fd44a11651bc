#include "tools/measure/sound/linear_prediction.h"

namespace forerun::measure {

LinearPrediction::LinearPrediction(std::span<const float> samples) : coefficients_(order) {
    std::vector<double> products(order + 1);
    for (std::size_t lag = 0; lag <= order; ++lag) {
        double sum = 0;
        for (auto n = lag; n < samples.size(); ++n)
            sum += static_cast<double>(samples[n]) * static_cast<double>(samples[n - lag]);
        products[lag] = sum;
    }
    // White noise correction of −90 dB: for a sound without noise the recursion would divide by zero.
    double error = products[0] *= 1 + 1e-9;
    if (error <= 0) return;
    for (std::size_t i = 0; i < coefficients_.size(); ++i) {
        double reflection = products[i + 1];
        for (std::size_t k = 0; k < i; ++k) reflection -= coefficients_[k] * products[i - k];
        reflection /= error;
        const auto before = coefficients_;
        coefficients_[i] = reflection;
        for (std::size_t k = 0; k < i; ++k) coefficients_[k] = before[k] - reflection * before[i - 1 - k];
        error *= 1 - reflection * reflection;
    }
}

double LinearPrediction::residual(std::span<const float> samples, std::int64_t n) const {
    double left = samples[static_cast<std::size_t>(n)];
    for (std::size_t k = 0; k < coefficients_.size(); ++k)
        left -= coefficients_[k] * static_cast<double>(samples[static_cast<std::size_t>(n) - 1 - k]);
    return left;
}

}  // namespace forerun::measure
