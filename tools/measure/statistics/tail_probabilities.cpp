#include "tools/measure/statistics/tail_probabilities.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace forerun::measure {

namespace {

constexpr double negligible = 1e-17;  // of the sum

double as_double(std::uint64_t n) { return static_cast<double>(n); }

double poisson_exactly(std::uint64_t count, double mean) {
    return std::exp(as_double(count) * std::log(mean) - mean - std::lgamma(as_double(count) + 1));
}

double binomial_exactly(std::uint64_t count, std::uint64_t trials, double probability) {
    const double k = as_double(count), n = as_double(trials);
    return std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) + k * std::log(probability) +
                    (n - k) * std::log1p(-probability));
}

}  // namespace

double normal_below(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

double student_t_below(double t, int freedom) {
    const double angle = std::atan(t / std::sqrt(freedom));
    const double cosine_squared = 1 / (1 + t * t / freedom);
    const bool odd = freedom % 2 == 1;
    double term = odd ? std::sqrt(cosine_squared) : 1;
    double sum = freedom > 1 ? term : 0;
    for (int k = odd ? 3 : 2; k < freedom; k += 2) {
        term *= cosine_squared * (k - 1) / k;
        sum += term;
    }
    const double between = odd ? 2 / std::numbers::pi * (angle + std::sin(angle) * sum) : std::sin(angle) * sum;
    return 0.5 + 0.5 * between;  // `between`: P(-t <= T <= t), with the sign of t
}

double student_t_quantile(double p, int freedom) {
    double low = 0, high = 1;
    while (student_t_below(high, freedom) < p && high < 1e9) high *= 2;
    for (int step = 0; step < 100; ++step) {
        const double middle = 0.5 * (low + high);
        (student_t_below(middle, freedom) < p ? low : high) = middle;
    }
    return high;
}

double poisson_at_most(std::uint64_t count, double mean) {
    double term = poisson_exactly(count, mean), sum = 0;
    for (std::uint64_t k = count;; --k) {
        sum += term;
        if (k == 0 || term < sum * negligible) return std::min(1.0, sum);
        term *= as_double(k) / mean;
    }
}

double poisson_at_least(std::uint64_t count, double mean) {
    double term = poisson_exactly(count, mean), sum = 0;
    for (std::uint64_t k = count;; ++k) {
        sum += term;
        if (as_double(k) > mean && term <= sum * negligible) return std::min(1.0, sum);
        term *= mean / as_double(k + 1);
    }
}

double binomial_at_least(std::uint64_t count, std::uint64_t trials, double probability) {
    if (count == 0 || probability >= 1) return 1;
    if (probability <= 0 || count > trials) return 0;
    const double odds = probability / (1 - probability);
    double sum = 0;
    if (as_double(count) > as_double(trials) * probability) {
        double term = binomial_exactly(count, trials, probability);
        for (std::uint64_t k = count;; ++k) {
            sum += term;
            if (k == trials || term <= sum * negligible) return std::min(1.0, sum);
            term *= as_double(trials - k) / as_double(k + 1) * odds;
        }
    }
    double term = binomial_exactly(count - 1, trials, probability);
    for (std::uint64_t k = count - 1;; --k) {
        sum += term;
        if (k == 0 || term <= sum * negligible) return std::max(0.0, 1 - sum);
        term *= as_double(k) / as_double(trials - k + 1) / odds;
    }
}

double chi_squared_at_least(double x, int freedom) {
    if (x <= 0) return 1;
    const bool odd = freedom % 2 == 1;
    // The terms are e^(-x/2) x^(k/2) / (2·4·…·k or 1·3·…·k), k even or odd.
    double term = odd ? std::sqrt(2 * x / std::numbers::pi) * std::exp(-x / 2) : std::exp(-x / 2);
    double sum = odd ? std::erfc(std::sqrt(x / 2)) : 0;
    for (int k = odd ? 1 : 0; k <= freedom - 2; k += 2) {
        sum += term;
        term *= x / (k + 2);
    }
    return std::min(1.0, sum);
}

}  // namespace forerun::measure
