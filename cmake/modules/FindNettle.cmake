# Nettle::Nettle (SHA-256).
include(${CMAKE_CURRENT_LIST_DIR}/find_library_target.cmake)
include(FindPackageHandleStandardArgs)

find_library_target(Nettle
    PC nettle
    HEADER nettle/sha2.h
    LIBRARIES nettle)
find_package_handle_standard_args(Nettle
    REQUIRED_VARS Nettle_target
    REASON_FAILURE_MESSAGE "Debian: nettle-dev. Homebrew and vcpkg: nettle.")
name_library_target(Nettle)
