# SoundFile::SoundFile (libsndfile), by its own CMake package, by pkg-config, or by looking for header and library.

find_package(SndFile QUIET CONFIG)
set(SoundFile_target "")
if(TARGET SndFile::sndfile)
    set(SoundFile_target SndFile::sndfile)
endif()

if(NOT SoundFile_target)
    find_package(PkgConfig QUIET)
    if(PkgConfig_FOUND)
        pkg_check_modules(SoundFile_pc QUIET IMPORTED_TARGET sndfile)
        if(TARGET PkgConfig::SoundFile_pc)
            set(SoundFile_target PkgConfig::SoundFile_pc)
        endif()
    endif()
endif()

if(NOT SoundFile_target)
    find_path(SoundFile_INCLUDE_DIR sndfile.h)
    find_library(SoundFile_LIBRARY NAMES sndfile)
    mark_as_advanced(SoundFile_INCLUDE_DIR SoundFile_LIBRARY)
    if(SoundFile_INCLUDE_DIR AND SoundFile_LIBRARY)
        add_library(SoundFile_found UNKNOWN IMPORTED)
        set_target_properties(SoundFile_found PROPERTIES
            IMPORTED_LOCATION ${SoundFile_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${SoundFile_INCLUDE_DIR})
        set(SoundFile_target SoundFile_found)
    endif()
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(SoundFile
    REQUIRED_VARS SoundFile_target
    REASON_FAILURE_MESSAGE "Debian: libsndfile1-dev. Homebrew: libsndfile. vcpkg: libsndfile.")
if(SoundFile_FOUND AND NOT TARGET SoundFile::SoundFile)
    add_library(SoundFile::SoundFile INTERFACE IMPORTED)
    set_target_properties(SoundFile::SoundFile PROPERTIES INTERFACE_LINK_LIBRARIES ${SoundFile_target})
endif()
