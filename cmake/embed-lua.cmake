# Lua files as strings in the program. Included, it defines embed_lua(); run as a script (cmake -P), it writes the table:
#
#   cmake -D FOLDER=... -D FILES=a.lua|b.lua -D OUTPUT=... -P embed-lua.cmake
#
# A file's name is its path below FOLDER without ".lua". The lookup is declared in script-runtime/embedded_lua.h.

if(CMAKE_SCRIPT_MODE_FILE)
    string(REPLACE "|" ";" files "${FILES}")
    set(text "// Made by cmake/embed-lua.cmake.\n#include \"script-runtime/embedded_lua.h\"\n\nnamespace forerun {\n\n")
    string(APPEND text "std::string_view embedded_lua(std::string_view name) {\n")
    foreach(file IN LISTS files)
        string(REGEX REPLACE "[.]lua$" "" name "${file}")
        file(READ "${FOLDER}/${file}" hex HEX)
        # Numbers and not a raw string: any byte is allowed and compilers limit the length of literals.
        string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${hex}")
        string(APPEND text "    {\n        static constexpr char bytes[] = {${bytes}'\\0'};\n")
        string(APPEND text "        if (name == \"${name}\") return {bytes, sizeof bytes - 1};\n    }\n")
    endforeach()
    string(APPEND text "    (void)name;\n    return {};\n}\n\n}  // namespace forerun\n")
    file(WRITE "${OUTPUT}" "${text}")
    return()
endif()

function(embed_lua target folder)
    file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/${folder} ${folder}/*.lua)
    list(SORT files)
    list(TRANSFORM files PREPEND ${PROJECT_SOURCE_DIR}/${folder}/ OUTPUT_VARIABLE paths)
    string(REPLACE ";" "|" file_argument "${files}")
    set(output ${CMAKE_BINARY_DIR}/generated/embedded_lua.cpp)
    add_custom_command(OUTPUT ${output}
        COMMAND ${CMAKE_COMMAND} -D FOLDER=${PROJECT_SOURCE_DIR}/${folder} -D "FILES=${file_argument}" -D OUTPUT=${output}
            -P ${PROJECT_SOURCE_DIR}/cmake/embed-lua.cmake
        DEPENDS ${paths} ${PROJECT_SOURCE_DIR}/cmake/embed-lua.cmake
        COMMENT "Embedding ${folder}"
        VERBATIM)
    target_sources(${target} PRIVATE ${output})
endfunction()
