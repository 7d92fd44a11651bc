// Tails of the distributions that intervals and tests here are made of, without a library of statistics.
//
// Sums start at the term next to the bound and run outwards until nothing is added, so that small tails are exact to
// about nine digits and large counts cost some thousand steps. All functions: any thread, no errors, arguments in the
// stated range.
#pragma once

#include <cstdint>

namespace forerun::measure {

double normal_below(double z);  // P(Z <= z), standard normal

// P(T <= t), Student's t with `freedom` >= 1 degrees of freedom.
// M. Abramowitz, I. A. Stegun: Handbook of Mathematical Functions (1964), 26.7.3 and 26.7.4 (finite series).
double student_t_below(double t, int freedom);
// The t with P(T <= t) = p, 0.5 <= p < 1.
double student_t_quantile(double p, int freedom);

double poisson_at_most(std::uint64_t count, double mean);   // P(N <= count), mean > 0; exact where mean >= count
double poisson_at_least(std::uint64_t count, double mean);  // P(N >= count), mean > 0; exact where mean <= count

// P(successes >= count) among `trials`, each with `probability`.
double binomial_at_least(std::uint64_t count, std::uint64_t trials, double probability);

// P(X² >= x), `freedom` >= 1. Abramowitz and Stegun 26.4.4 and 26.4.5 (finite series).
double chi_squared_at_least(double x, int freedom);

}  // namespace forerun::measure
