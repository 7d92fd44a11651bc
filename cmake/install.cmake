# cmake --install: the program, the scripts, the library with its public headers and CMake package, documents.
#
#   bin/forerun
#   include/forerun/{rt-engine,shared}/   the same includes as in the source tree: "rt-engine/forerun.h"
#   lib/libforerun.a, lib/forerun/libluajit.a, lib/cmake/Forerun/
#   share/forerun/{dsp,voices,rigs}/      found by shared/files/script_path.h
#   share/doc/forerun/, share/man/man1/forerun.1.gz
include(CMakePackageConfigHelpers)

set(FORERUN_SCRIPTS_FOLDER ${CMAKE_INSTALL_DATADIR}/forerun)
set(FORERUN_LUAJIT_FOLDER ${CMAKE_INSTALL_LIBDIR}/forerun)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/Forerun)
set(public_headers forerun.h forerun_c.h device_host.h notifications.h snapshot.h command.h commands.h mixer/stem_ring.h
    audio-io/device.h audio-io/device_request.h audio-io/open_device.h audio-io/clock_device.h audio-io/portaudio_device.h
    threads/nonblocking.h threads/realtime_thread.h)

install(TARGETS forerun)
install(TARGETS forerun_library EXPORT ForerunTargets INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/forerun)
foreach(header IN LISTS public_headers)
    get_filename_component(folder ${header} DIRECTORY)
    install(FILES rt-engine/${header} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/forerun/rt-engine/${folder})
endforeach()
install(DIRECTORY shared DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/forerun FILES_MATCHING PATTERN *.h)
if(FORERUN_LUAJIT STREQUAL "source")
    install(FILES ${FORERUN_LUAJIT_DIR}/lib/libluajit.a DESTINATION ${FORERUN_LUAJIT_FOLDER})
    install(FILES ${FORERUN_LUAJIT_DIR}/source/COPYRIGHT DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME LuaJIT-copyright)
endif()

# The manual page is what the program says about itself.
if(NOT CMAKE_CROSSCOMPILING)
    set(man_page ${CMAKE_BINARY_DIR}/generated/forerun.1)
    find_program(GZIP gzip)
    if(GZIP)
        set(compress COMMAND ${GZIP} -9nf ${man_page})
        set(man_page_file ${man_page}.gz)
    else()
        set(man_page_file ${man_page})
    endif()
    add_custom_command(OUTPUT ${man_page_file} COMMAND sh -c "\"$1\" man >\"$2\"" sh $<TARGET_FILE:forerun> ${man_page}
        ${compress} DEPENDS forerun VERBATIM)
    add_custom_target(forerun_man_page ALL DEPENDS ${man_page_file})
    install(FILES ${man_page_file} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
endif()

install(DIRECTORY scripts/ DESTINATION ${FORERUN_SCRIPTS_FOLDER})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)
install(FILES README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DOCDIR})

install(EXPORT ForerunTargets NAMESPACE Forerun:: DESTINATION ${package_folder})
configure_package_config_file(cmake/ForerunConfig.cmake.in ${CMAKE_BINARY_DIR}/generated/ForerunConfig.cmake
    INSTALL_DESTINATION ${package_folder} PATH_VARS FORERUN_SCRIPTS_FOLDER FORERUN_LUAJIT_FOLDER)
# Until 1.0 a minor version may change the interface.
write_basic_package_version_file(${CMAKE_BINARY_DIR}/generated/ForerunConfigVersion.cmake
    COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/generated/ForerunConfig.cmake ${CMAKE_BINARY_DIR}/generated/ForerunConfigVersion.cmake
        cmake/package_scripts.cpp.in
    DESTINATION ${package_folder})
install(FILES cmake/modules/find_library_target.cmake cmake/modules/FindPortAudio.cmake cmake/modules/FindLuaJIT.cmake
        cmake/modules/FindNettle.cmake
        cmake/modules/FindRtMidi.cmake
        cmake/modules/FindJACK.cmake
    DESTINATION ${package_folder}/modules)

# ---- cpack: a .deb, and an archive for other systems

set(CPACK_PACKAGE_NAME forerun)
set(CPACK_PACKAGE_VENDOR "Forerun contributors")
set(CPACK_PACKAGE_CONTACT "Forerun contributors <forerun@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "real-time audio engine whose voices are Lua scripts")
set(CPACK_PACKAGE_DESCRIPTION "Forerun renders voices written in Lua ahead of time, on worker threads, into a ring
 buffer each; the audio callback only mixes. With the program, the library, its headers and the bundled voices.")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_GENERATOR "TGZ")
if(EXISTS /etc/debian_version)
    set(CPACK_GENERATOR "DEB")
endif()
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION sound)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# What a program that is built against the library needs besides.
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "g++, cmake, libfmt-dev, portaudio19-dev, nettle-dev, librtmidi-dev, libjack-jackd2-dev, jackd2")
include(CPack)
