# LuaJIT::LuaJIT, an installed LuaJIT 2.1, by pkg-config or by looking for header and library. Only for
# FORERUN_LUAJIT=system; see cmake/luajit.cmake.

set(LuaJIT_target "")
find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
    pkg_check_modules(LuaJIT_pc QUIET IMPORTED_TARGET luajit)
    if(TARGET PkgConfig::LuaJIT_pc)
        set(LuaJIT_target PkgConfig::LuaJIT_pc)
        set(LuaJIT_VERSION ${LuaJIT_pc_VERSION})
    endif()
endif()

if(NOT LuaJIT_target)
    find_path(LuaJIT_INCLUDE_DIR luajit.h PATH_SUFFIXES luajit-2.1 luajit)
    find_library(LuaJIT_LIBRARY NAMES luajit-5.1 luajit lua51)
    mark_as_advanced(LuaJIT_INCLUDE_DIR LuaJIT_LIBRARY)
    if(LuaJIT_INCLUDE_DIR AND LuaJIT_LIBRARY)
        add_library(LuaJIT_found UNKNOWN IMPORTED)
        set_target_properties(LuaJIT_found PROPERTIES
            IMPORTED_LOCATION ${LuaJIT_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${LuaJIT_INCLUDE_DIR})
        set(LuaJIT_target LuaJIT_found)
    endif()
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LuaJIT
    REQUIRED_VARS LuaJIT_target
    VERSION_VAR LuaJIT_VERSION
    REASON_FAILURE_MESSAGE "Debian: libluajit-5.1-dev. Homebrew and vcpkg: luajit.")
if(LuaJIT_FOUND AND NOT TARGET LuaJIT::LuaJIT)
    add_library(LuaJIT::LuaJIT INTERFACE IMPORTED)
    set_target_properties(LuaJIT::LuaJIT PROPERTIES INTERFACE_LINK_LIBRARIES ${LuaJIT_target})
endif()
