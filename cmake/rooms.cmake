# add_room(TARGET FOLDER [EXCLUDE FILES]): an object library of all .cpp directly in FOLDER.
function(add_room target folder)
    cmake_parse_arguments(ROOM "" "" "EXCLUDE" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR} ${folder}/*.cpp ${folder}/measure/*.cpp)
    # Part of the LuaJIT archive, see cmake/build-luajit.sh.
    list(REMOVE_ITEM sources script-runtime/lua_pow.cpp ${ROOM_EXCLUDE})
    if(NOT sources)
        file(WRITE ${CMAKE_BINARY_DIR}/empty_room.cpp "")
        set(sources ${CMAKE_BINARY_DIR}/empty_room.cpp)
    endif()
    add_library(${target} OBJECT ${sources})
    target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR})
    target_link_libraries(${target} PUBLIC forerun_options)
endfunction()
