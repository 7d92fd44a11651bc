# PortAudio::PortAudio. Installed beside Forerun's package, too, so it names no folder of the project.
include(${CMAKE_CURRENT_LIST_DIR}/find_library_target.cmake)
include(FindPackageHandleStandardArgs)

find_package(portaudio QUIET CONFIG)
find_library_target(PortAudio
    TARGETS PortAudio::portaudio portaudio portaudio_static
    PC portaudio-2.0
    HEADER portaudio.h
    LIBRARIES portaudio portaudio_x64)
find_package_handle_standard_args(PortAudio
    REQUIRED_VARS PortAudio_target
    REASON_FAILURE_MESSAGE "Debian: portaudio19-dev. Homebrew and vcpkg: portaudio.")
name_library_target(PortAudio)
