# forerun_luajit: headers and library of LuaJIT. forerun_luajit_build: what has to run before either is used.

add_library(forerun_luajit INTERFACE)

if(FORERUN_LUAJIT STREQUAL "system")
    find_package(LuaJIT 2.1 REQUIRED)
    target_link_libraries(forerun_luajit INTERFACE LuaJIT::LuaJIT)
    target_compile_definitions(forerun_luajit INTERFACE FORERUN_SYSTEM_LUAJIT)
    add_custom_target(forerun_luajit_build)
    message(WARNING "Using the installed LuaJIT ${LuaJIT_VERSION}. Lost by that:\n"
        "  - the watchdog cannot interrupt a script inside a compiled loop (no CHECKHOOK)\n"
        "  - x^2 may differ by an ulp between interpreted and compiled code, so a rewound note may differ\n"
        "  - string hashing is seeded per run, so iteration order of tables is not repeatable\n")
elseif(FORERUN_LUAJIT STREQUAL "source")
    set(luajit_stamp ${CMAKE_BINARY_DIR}/luajit.stamp)
    set(luajit_library ${FORERUN_LUAJIT_DIR}/lib/libluajit.a)
    set(luajit_recipe ${PROJECT_SOURCE_DIR}/cmake/build-luajit.sh ${PROJECT_SOURCE_DIR}/cmake/fetch-luajit.sh
        ${PROJECT_SOURCE_DIR}/script-runtime/host/lua_pow.cpp)
    cmake_host_system_information(RESULT cores QUERY NUMBER_OF_LOGICAL_CORES)
    add_custom_command(OUTPUT ${luajit_stamp}
        BYPRODUCTS ${luajit_library}
        COMMAND ${PROJECT_SOURCE_DIR}/cmake/build-luajit.sh ${FORERUN_LUAJIT_DIR}
            ${PROJECT_SOURCE_DIR}/script-runtime/host/lua_pow.cpp ${cores}
        COMMAND ${CMAKE_COMMAND} -E touch ${luajit_stamp}
        DEPENDS ${luajit_recipe}
        COMMENT "LuaJIT in ${FORERUN_LUAJIT_DIR}"
        VERBATIM)
    add_custom_target(forerun_luajit_build DEPENDS ${luajit_stamp})
    target_include_directories(forerun_luajit SYSTEM INTERFACE ${FORERUN_LUAJIT_DIR}/include)
    target_link_libraries(forerun_luajit INTERFACE ${luajit_library} m ${CMAKE_DL_LIBS})
else()
    message(FATAL_ERROR "FORERUN_LUAJIT=${FORERUN_LUAJIT}: choose source or system")
endif()
