# RtMidi::RtMidi.
include(${CMAKE_CURRENT_LIST_DIR}/find_library_target.cmake)
include(FindPackageHandleStandardArgs)

find_package(RtMidi QUIET CONFIG)
find_library_target(RtMidi
    TARGETS RtMidi::rtmidi rtmidi
    PC rtmidi
    HEADER RtMidi.h
    LIBRARIES rtmidi
    SUFFIXES rtmidi)
find_package_handle_standard_args(RtMidi
    REQUIRED_VARS RtMidi_target
    REASON_FAILURE_MESSAGE "Debian: librtmidi-dev. Homebrew and vcpkg: rtmidi.")
name_library_target(RtMidi)
