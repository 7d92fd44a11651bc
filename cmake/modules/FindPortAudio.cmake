# PortAudio::PortAudio, by PortAudio's own CMake package, by pkg-config, or by looking for header and library. Installed
# beside Forerun's package, too, so it names no folder of the project.

find_package(portaudio QUIET CONFIG)
set(PortAudio_target "")
foreach(candidate PortAudio::portaudio portaudio portaudio_static)
    if(TARGET ${candidate} AND NOT PortAudio_target)
        set(PortAudio_target ${candidate})
    endif()
endforeach()

if(NOT PortAudio_target)
    find_package(PkgConfig QUIET)
    if(PkgConfig_FOUND)
        pkg_check_modules(PortAudio_pc QUIET IMPORTED_TARGET portaudio-2.0)
        if(TARGET PkgConfig::PortAudio_pc)
            set(PortAudio_target PkgConfig::PortAudio_pc)
        endif()
    endif()
endif()

if(NOT PortAudio_target)
    find_path(PortAudio_INCLUDE_DIR portaudio.h)
    find_library(PortAudio_LIBRARY NAMES portaudio portaudio_x64)
    mark_as_advanced(PortAudio_INCLUDE_DIR PortAudio_LIBRARY)
    if(PortAudio_INCLUDE_DIR AND PortAudio_LIBRARY)
        add_library(PortAudio_found UNKNOWN IMPORTED)
        set_target_properties(PortAudio_found PROPERTIES
            IMPORTED_LOCATION ${PortAudio_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${PortAudio_INCLUDE_DIR})
        set(PortAudio_target PortAudio_found)
    endif()
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(PortAudio
    REQUIRED_VARS PortAudio_target
    REASON_FAILURE_MESSAGE "Debian: portaudio19-dev. Homebrew and vcpkg: portaudio.")
if(PortAudio_FOUND AND NOT TARGET PortAudio::PortAudio)
    add_library(PortAudio::PortAudio INTERFACE IMPORTED)
    set_target_properties(PortAudio::PortAudio PROPERTIES INTERFACE_LINK_LIBRARIES ${PortAudio_target})
endif()
