// Catch's own main. Nothing else: it compiles for ten seconds and is never touched.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
