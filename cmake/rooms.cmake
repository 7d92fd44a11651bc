# add_room(TARGET FOLDER [EXCLUDE FILES]): an object library of all .cpp in FOLDER and the folders in it.
function(add_room target)
    cmake_parse_arguments(ROOM "" "" "EXCLUDE" ${ARGN})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR} ${ROOM_UNPARSED_ARGUMENTS}/*.cpp)
    # Part of the LuaJIT archive, see cmake/build-luajit.sh.
    list(REMOVE_ITEM sources script-runtime/host/lua_pow.cpp ${ROOM_EXCLUDE})
    if(NOT sources)
        file(WRITE ${CMAKE_BINARY_DIR}/empty_room.cpp "")
        set(sources ${CMAKE_BINARY_DIR}/empty_room.cpp)
    endif()
    add_library(${target} OBJECT ${sources})
    target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR})
    target_link_libraries(${target} PUBLIC forerun_options)
endfunction()
