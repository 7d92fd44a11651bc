# What every target is compiled with: forerun_options.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O3 -g1 -DNDEBUG")

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # The sloppiness is what ccache needs to work with precompiled headers.
    set(CMAKE_CXX_COMPILER_LAUNCHER
        ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE_PROGRAM})
endif()

add_library(forerun_options INTERFACE)
target_compile_options(forerun_options INTERFACE
    -Wall -Wextra -Wno-missing-field-initializers -Wpedantic -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
    # No a*b+c becomes one fused operation in one place and two in another: rendering is bit-identical.
    -ffp-contract=off)
# Shadowing of locals only: a constructor's parameter may be called as the member it sets.
target_compile_options(forerun_options INTERFACE $<IF:$<CXX_COMPILER_ID:GNU>,-Wshadow=local,-Wshadow>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # What it says about libstdc++'s stable_sort and Catch's __COUNTER__ is not ours to mend.
    target_compile_options(forerun_options INTERFACE
        -Wno-deprecated-declarations -Wno-unknown-warning-option -Wno-c2y-extensions)
endif()
if(FORERUN_WERROR)
    # g++ 12 gives false alarms of these kinds from inside the standard library; they stay warnings.
    target_compile_options(forerun_options INTERFACE -Werror -Wno-error=array-bounds -Wno-error=stringop-overflow
        -Wno-error=stringop-overread -Wno-error=maybe-uninitialized -Wno-error=restrict)
endif()

# Hardening, as Debian builds its own programs: what a fault in a library or in compiled Lua can reach is less. Not in
# instrumented builds, whose runtimes check more.
if(FORERUN_SANITIZE STREQUAL "" AND CMAKE_SYSTEM_NAME STREQUAL "Linux")
    target_compile_options(forerun_options INTERFACE -fstack-protector-strong)
    # Not where nothing is optimised (Debug, tests): there it is a warning.
    if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
        target_compile_options(forerun_options INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
    endif()
    add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack)
    include(CheckPIESupported)
    check_pie_supported()
endif()
# No folder of the machine that built it in what is handed out.
target_compile_options(forerun_options INTERFACE "-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=" "-ffile-prefix-map=${CMAKE_BINARY_DIR}=build"
    "-ffile-prefix-map=${FORERUN_LUAJIT_DIR}=luajit")

if(FORERUN_SANITIZE STREQUAL "")
    set(sanitizers "")
elseif(FORERUN_SANITIZE STREQUAL "thread")
    set(sanitizers -fsanitize=thread)
elseif(FORERUN_SANITIZE STREQUAL "address")
    set(sanitizers -fsanitize=address,undefined -fno-sanitize-recover=undefined)
elseif(FORERUN_SANITIZE STREQUAL "realtime")
    if(NOT (CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 20))
        message(FATAL_ERROR "FORERUN_SANITIZE=realtime needs clang++ 20 or later: -DCMAKE_CXX_COMPILER=clang++-22")
    endif()
    set(sanitizers -fsanitize=realtime)
else()
    message(FATAL_ERROR "FORERUN_SANITIZE=${FORERUN_SANITIZE}: choose thread, address, realtime or nothing")
endif()
if(sanitizers)
    # Asserts are on in these builds; -O1 keeps the reports' line numbers honest, -g1 has them and compiles a quarter faster.
    set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1 -fno-omit-frame-pointer")
    target_compile_options(forerun_options INTERFACE ${sanitizers})
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        # False alarms in std::function that only instrumented code gives.
        target_compile_options(forerun_options INTERFACE -Wno-maybe-uninitialized)
    endif()
    if(FORERUN_SANITIZE STREQUAL "thread")
        # atomic_thread_fence in ConcurrentQueue, see tsan-suppressions.txt. Our own code uses none.
        target_compile_options(forerun_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)
    endif()
    target_link_options(forerun_options INTERFACE ${sanitizers})
    target_compile_definitions(forerun_options INTERFACE FORERUN_SANITIZE_${FORERUN_SANITIZE})
endif()
