# SoundFile::SoundFile (libsndfile).
include(${CMAKE_CURRENT_LIST_DIR}/find_library_target.cmake)
include(FindPackageHandleStandardArgs)

find_package(SndFile QUIET CONFIG)
find_library_target(SoundFile
    TARGETS SndFile::sndfile
    PC sndfile
    HEADER sndfile.h
    LIBRARIES sndfile)
find_package_handle_standard_args(SoundFile
    REQUIRED_VARS SoundFile_target
    REASON_FAILURE_MESSAGE "Debian: libsndfile1-dev. Homebrew and vcpkg: libsndfile.")
name_library_target(SoundFile)
