// Catch's own main, where Catch2 2 leaves it to us. Nothing else: it compiles for ten seconds and is never touched.
#if !__has_include(<catch2/catch_all.hpp>)
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
#endif
