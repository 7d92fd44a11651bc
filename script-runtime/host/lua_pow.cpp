#include <cmath>

// The `pow` of LuaJIT: every call of libm's pow in its archive is renamed to this one (cmake/build-luajit.sh).
//
// LuaJIT's optimiser folds x^2 into x*x on a trace, while its interpreter calls pow, and glibc's pow differs from x*x by
// an ulp for about one argument in a thousand. A voice would then sound different before and after it is compiled, and a
// rewound note different from one that was not. With x^2 defined as x*x here, both agree. The optimiser's other folds
// (x^0 to 1, x^1 to x, constants through this same function) give what pow gives.
//
// Compiled into the LuaJIT archive, not into script-runtime's library, with -ffp-contract=off.
extern "C" double forerun_lua_pow(double x, double y) { return y == 2.0 ? x * x : std::pow(x, y); }
