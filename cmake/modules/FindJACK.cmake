# JACK::JACK, of either JACK.
include(${CMAKE_CURRENT_LIST_DIR}/find_library_target.cmake)
include(FindPackageHandleStandardArgs)

find_library_target(JACK
    PC jack
    HEADER jack/jack.h
    LIBRARIES jack)
find_package_handle_standard_args(JACK
    REQUIRED_VARS JACK_target
    REASON_FAILURE_MESSAGE "Debian: libjack-jackd2-dev. Homebrew: jack.")
name_library_target(JACK)
