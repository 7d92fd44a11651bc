# libFuzzer targets for what strangers hand in, tests/fuzz/fuzz_*.cpp: configure with -DFORERUN_FUZZ=ON
# -DCMAKE_CXX_COMPILER=clang++, build the target `fuzz`, then run tests/fuzz/run.sh BUILD_DIR SECONDS.
#
# What is under test is compiled here once more, with coverage and sanitizers. LuaJIT is the library that everything else
# is linked with: its machine code and its own memory are not instrumented.

option(FORERUN_FUZZ "Build the fuzz targets (clang++ only)" OFF)
if(NOT FORERUN_FUZZ)
    return()
endif()
if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "FORERUN_FUZZ needs clang++ with compiler-rt: -DCMAKE_CXX_COMPILER=clang++")
endif()
if(NOT FORERUN_SANITIZE STREQUAL "")
    message(FATAL_ERROR "FORERUN_FUZZ has its own sanitizers; leave FORERUN_SANITIZE empty")
endif()

set(fuzz_sanitizers -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
set(fuzz_folder ${PROJECT_SOURCE_DIR}/tests/fuzz)
add_custom_target(fuzz)

function(add_fuzz_target name)
    add_executable(${name} EXCLUDE_FROM_ALL ${ARGN})
    target_compile_options(${name} PRIVATE -O2 -g)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer ${fuzz_sanitizers})
    target_compile_definitions(${name} PRIVATE FORERUN_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
    target_link_libraries(${name} PRIVATE forerun_options fmt::fmt Threads::Threads)
    add_dependencies(fuzz ${name})
endfunction()

file(GLOB fuzz_midi_file CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/rt-engine/midi/midi_file*.cpp)
add_fuzz_target(fuzz_midi_file ${fuzz_folder}/fuzz_midi_file.cpp ${fuzz_midi_file}
    ${PROJECT_SOURCE_DIR}/rt-engine/midi/ignored_midi.cpp ${PROJECT_SOURCE_DIR}/shared/files/file_bytes.cpp)
add_fuzz_target(fuzz_midi_bytes ${fuzz_folder}/fuzz_midi_bytes.cpp)
add_fuzz_target(fuzz_command ${fuzz_folder}/fuzz_command.cpp ${PROJECT_SOURCE_DIR}/rt-engine/command.cpp)
# The conductor and all that it is made of; without devices.
file(GLOB fuzz_conductor CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/rt-engine/conductor/*.cpp)
add_fuzz_target(fuzz_conductor ${fuzz_folder}/fuzz_conductor.cpp ${fuzz_conductor}
    ${PROJECT_SOURCE_DIR}/shared/rig/rig_limits.cpp ${PROJECT_SOURCE_DIR}/shared/shared_state.cpp)
# Session logs behind right checksums, up to the point where an engine would start; stage files; results of measure.
file(GLOB fuzz_log CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/rt-engine/session/session_log_*.cpp)
add_fuzz_target(fuzz_session_log ${fuzz_folder}/fuzz_session_log.cpp ${fuzz_log}
    ${PROJECT_SOURCE_DIR}/rt-engine/session/session_header.cpp ${PROJECT_SOURCE_DIR}/rt-engine/session/session_header_reader.cpp
    ${PROJECT_SOURCE_DIR}/rt-engine/session/replayed_voice.cpp ${PROJECT_SOURCE_DIR}/rt-engine/session/sha256.cpp
    ${PROJECT_SOURCE_DIR}/rt-engine/session/message_table.cpp
    ${PROJECT_SOURCE_DIR}/tools/commands/log_list.cpp ${PROJECT_SOURCE_DIR}/shared/files/file_bytes.cpp)
target_link_libraries(fuzz_session_log PRIVATE Nettle::Nettle nlohmann_json::nlohmann_json)
add_fuzz_target(fuzz_stage_file ${fuzz_folder}/fuzz_stage_file.cpp
    ${PROJECT_SOURCE_DIR}/tools/live/stage_file.cpp ${PROJECT_SOURCE_DIR}/shared/files/file_bytes.cpp)
target_link_libraries(fuzz_stage_file PRIVATE nlohmann_json::nlohmann_json)
set(fuzz_result plan/plan plan/parameters plan/fault record/cell_fields record/csv record/gap statistics/bucketed statistics/incidents)
list(TRANSFORM fuzz_result PREPEND ${PROJECT_SOURCE_DIR}/tools/measure/)
list(TRANSFORM fuzz_result APPEND .cpp)
add_fuzz_target(fuzz_result ${fuzz_folder}/fuzz_result.cpp ${fuzz_result})
target_link_libraries(fuzz_result PRIVATE nlohmann_json::nlohmann_json)
foreach(name fuzz_midi_file fuzz_midi_bytes fuzz_command fuzz_conductor fuzz_session_log fuzz_stage_file fuzz_result)
    target_compile_options(${name} PRIVATE -fsanitize=fuzzer-no-link ${fuzz_sanitizers})
endforeach()

# script-runtime without the workers. Coverage without comparisons: the mutator for Lua has no use for them, and they cost.
file(GLOB_RECURSE fuzz_runtime CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/script-runtime/*.cpp)
list(FILTER fuzz_runtime EXCLUDE REGEX "/(worker/.*|script_runtime|script_reloads|lua_pow)[.]cpp$")
# What embed_lua() makes for forerun_script_runtime.
list(APPEND fuzz_runtime ${CMAKE_BINARY_DIR}/generated/embedded_lua.cpp
    ${PROJECT_SOURCE_DIR}/shared/files/file_bytes.cpp ${PROJECT_SOURCE_DIR}/shared/text/printed_lines.cpp
    ${PROJECT_SOURCE_DIR}/shared/rig/rig_limits.cpp ${PROJECT_SOURCE_DIR}/shared/files/script_path.cpp)
add_library(forerun_fuzz_runtime OBJECT EXCLUDE_FROM_ALL ${fuzz_runtime})
target_compile_options(forerun_fuzz_runtime PRIVATE
    -O2 -g -fPIC -fsemantic-interposition -fsanitize-coverage=inline-8bit-counters,pc-table ${fuzz_sanitizers})
target_include_directories(forerun_fuzz_runtime PRIVATE ${PROJECT_SOURCE_DIR})
target_link_libraries(forerun_fuzz_runtime PRIVATE forerun_options forerun_luajit fmt::fmt Threads::Threads)
add_dependencies(forerun_fuzz_runtime forerun_luajit_build)

# memory_files.cpp defines two functions of sandbox.cpp, too, and comes first: its own are linked, and sandbox.cpp calls them
# (-fsemantic-interposition lets it). What only tests is not instrumented.
add_library(forerun_fuzz_harness OBJECT EXCLUDE_FROM_ALL
    ${fuzz_folder}/memory_files.cpp ${fuzz_folder}/fuzz_host.cpp ${fuzz_folder}/lua_mutator.cpp)
target_compile_options(forerun_fuzz_harness PRIVATE -O2 -g)
target_compile_definitions(forerun_fuzz_harness PRIVATE FORERUN_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
target_include_directories(forerun_fuzz_harness PRIVATE ${PROJECT_SOURCE_DIR})
target_link_libraries(forerun_fuzz_harness PRIVATE forerun_options fmt::fmt)

foreach(name fuzz_rig fuzz_script)
    add_fuzz_target(${name} ${fuzz_folder}/${name}.cpp
        $<TARGET_OBJECTS:forerun_fuzz_harness> $<TARGET_OBJECTS:forerun_fuzz_runtime>)
    target_link_libraries(${name} PRIVATE forerun_luajit)
    target_link_options(${name} PRIVATE -Wl,-z,muldefs)
    set_target_properties(${name} PROPERTIES ENABLE_EXPORTS ON)
endforeach()
