# Files as bytes in the program. Included, it defines embed_files() and embed_lua(); run as a script (cmake -P), it writes
# the table:
#
#   cmake -D FUNCTION=forerun::embedded_lua -D HEADER=... -D NAMES=a|b -D PATHS=a.lua|b.lua -D OUTPUT=... -P embed-files.cmake
#
# FUNCTION is declared in HEADER as `std::string_view FUNCTION(std::string_view name)`; it is empty for an unknown name.

if(CMAKE_SCRIPT_MODE_FILE)
    string(REPLACE "|" ";" names "${NAMES}")
    string(REPLACE "|" ";" paths "${PATHS}")
    set(text "// Made by cmake/embed-files.cmake.\n#include \"${HEADER}\"\n\n")
    string(APPEND text "std::string_view ${FUNCTION}(std::string_view name) {\n")
    foreach(name path IN ZIP_LISTS names paths)
        file(READ "${path}" hex HEX)
        # Numbers and not a raw string: any byte is allowed and compilers limit the length of literals.
        string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${hex}")
        string(APPEND text "    {\n        static constexpr char bytes[] = {${bytes}'\\0'};\n")
        string(APPEND text "        if (name == \"${name}\") return {bytes, sizeof bytes - 1};\n    }\n")
    endforeach()
    string(APPEND text "    (void)name;\n    return {};\n}\n")
    file(WRITE "${OUTPUT}" "${text}")
    return()
endif()

# embed_files(TARGET FUNCTION HEADER NAMES name... PATHS path...): the n-th name gives the n-th file's bytes.
function(embed_files target function header)
    cmake_parse_arguments(EMBED "" "" "NAMES;PATHS" ${ARGN})
    string(REPLACE ";" "|" names "${EMBED_NAMES}")
    string(REPLACE ";" "|" paths "${EMBED_PATHS}")
    string(REGEX REPLACE "^.*::" "" name ${function})
    set(output ${CMAKE_BINARY_DIR}/generated/${name}.cpp)
    add_custom_command(OUTPUT ${output}
        COMMAND ${CMAKE_COMMAND} -D FUNCTION=${function} -D HEADER=${header} -D "NAMES=${names}" -D "PATHS=${paths}"
            -D OUTPUT=${output} -P ${PROJECT_SOURCE_DIR}/cmake/embed-files.cmake
        DEPENDS ${EMBED_PATHS} ${PROJECT_SOURCE_DIR}/cmake/embed-files.cmake
        COMMENT "Embedding the files of ${name}"
        VERBATIM)
    target_sources(${target} PRIVATE ${output})
endfunction()

# A Lua file's name is its path below the folder without ".lua".
function(embed_lua target folder)
    file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/${folder} ${folder}/*.lua)
    list(SORT files)
    list(TRANSFORM files PREPEND ${PROJECT_SOURCE_DIR}/${folder}/ OUTPUT_VARIABLE paths)
    list(TRANSFORM files REPLACE "[.]lua$" "" OUTPUT_VARIABLE names)
    embed_files(${target} forerun::embedded_lua script-runtime/sandbox/embedded_lua.h NAMES ${names} PATHS ${paths})
endfunction()
