# LuaJIT::LuaJIT, an installed LuaJIT 2.1. Only for FORERUN_LUAJIT=system; see cmake/luajit.cmake.
include(${CMAKE_CURRENT_LIST_DIR}/find_library_target.cmake)
include(FindPackageHandleStandardArgs)

find_library_target(LuaJIT
    PC luajit
    HEADER luajit.h
    LIBRARIES luajit-5.1 luajit lua51
    SUFFIXES luajit-2.1 luajit)
find_package_handle_standard_args(LuaJIT
    REQUIRED_VARS LuaJIT_target
    VERSION_VAR LuaJIT_VERSION
    REASON_FAILURE_MESSAGE "Debian: libluajit-5.1-dev. Homebrew and vcpkg: luajit.")
name_library_target(LuaJIT)
