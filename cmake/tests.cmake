# One test program, forerun_tests, and one ctest entry per test file. A test file may say, in a line of its own:
#   // ctest: serial        runs with no other test beside it (what it looks at depends on time)
#   // ctest: jack          runs beside others, but not beside another one that starts the tests' JACK server
#   // ctest: timeout=120   seconds; 60 when nothing is said, five times that under a sanitizer
#   // ctest: plain         not under a sanitizer: it shares memory with a program that has none

find_package(Catch2 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(ebur128 REQUIRED IMPORTED_TARGET libebur128)
pkg_check_modules(jack REQUIRED IMPORTED_TARGET jack)
if(Catch2_VERSION VERSION_GREATER_EQUAL 3)
    set(catch_target Catch2::Catch2WithMain)
    set(catch_header <catch2/catch_all.hpp>)
    set(catch_arguments -\#)  # no test found is an error there
else()
    set(catch_target Catch2::Catch2)
    set(catch_header <catch2/catch.hpp>)
    set(catch_arguments --warn NoTests -\#)
endif()

file(GLOB test_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/main.cpp ${PROJECT_SOURCE_DIR}/tests/*/test_*.cpp)
file(GLOB bench_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/bench/*.cpp)

if(test_sources)
    add_executable(forerun_tests ${test_sources})
    target_link_libraries(forerun_tests PRIVATE forerun_tools forerun_luajit ${catch_target}
        PkgConfig::ebur128 PkgConfig::jack)
    add_dependencies(forerun_tests forerun_luajit_build)
    target_compile_definitions(forerun_tests PRIVATE
        FORERUN_SOURCE_DIR="${PROJECT_SOURCE_DIR}" FORERUN_PROGRAM="${CMAKE_BINARY_DIR}/forerun"
        # Drops two exception translators per assertion, and half the compile time.
        CATCH_CONFIG_FAST_COMPILE)
    # Assertions compile slowly when optimised, and what they look at is in the library.
    target_compile_options(forerun_tests PRIVATE -O0)
    target_precompile_headers(forerun_tests PRIVATE ${catch_header})
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        target_compile_options(forerun_tests PRIVATE -fpch-preprocess)
    endif()
    # The file that holds Catch's own main must see the header for the first time.
    set_source_files_properties(${PROJECT_SOURCE_DIR}/tests/main.cpp PROPERTIES
        SKIP_PRECOMPILE_HEADERS ON COMPILE_OPTIONS "-O0;-g0")
    set_target_properties(forerun_tests PROPERTIES ENABLE_EXPORTS ON)
    if(TARGET forerun)
        add_dependencies(forerun_tests forerun)
    endif()

    # Set here and not in .ci/run, so that ctest says the same for everyone.
    set(environment "")
    if(FORERUN_SANITIZE STREQUAL "thread")
        set(environment "TSAN_OPTIONS=halt_on_error=1 second_deadlock_stack=1 \
suppressions=${PROJECT_SOURCE_DIR}/cmake/tsan-suppressions.txt")
    elseif(FORERUN_SANITIZE STREQUAL "address")
        set(environment "ASAN_OPTIONS=detect_stack_use_after_return=1 strict_string_checks=1"
            "UBSAN_OPTIONS=print_stacktrace=1")
    endif()

    foreach(source IN LISTS test_sources)
        get_filename_component(name ${source} NAME_WE)
        if(NOT name MATCHES "^test_")
            continue()
        endif()
        # A changed "ctest:" line is seen at the next build.
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
        file(STRINGS ${source} notes REGEX "^// ctest:")
        if(notes MATCHES "plain" AND NOT FORERUN_SANITIZE STREQUAL "")
            continue()
        endif()
        set(timeout 60)
        if(notes MATCHES "timeout=([0-9]+)")
            set(timeout ${CMAKE_MATCH_1})
        endif()
        if(NOT FORERUN_SANITIZE STREQUAL "")
            math(EXPR timeout "${timeout} * 5")
        endif()
        add_test(NAME ${name} COMMAND forerun_tests ${catch_arguments} "[#${name}]" WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
        set_tests_properties(${name} PROPERTIES TIMEOUT ${timeout} ENVIRONMENT "${environment}")
        if(notes MATCHES "serial")
            set_tests_properties(${name} PROPERTIES RUN_SERIAL ON)
        endif()
        if(notes MATCHES "jack")
            set_tests_properties(${name} PROPERTIES RESOURCE_LOCK jack)
        endif()
    endforeach()
endif()

# Writes the page that tests/report/check.sh looks at in a browser.
add_executable(make_report EXCLUDE_FROM_ALL ${PROJECT_SOURCE_DIR}/tests/report/make_report.cpp)
target_link_libraries(make_report PRIVATE forerun_tools forerun_luajit)
add_dependencies(make_report forerun_luajit_build)

# What is installed and packaged, tried from outside. Not with a sanitizer, whose runtime would be missing there.
if(FORERUN_SANITIZE STREQUAL "")
    add_test(NAME install COMMAND ${PROJECT_SOURCE_DIR}/tests/install/check_install.sh
        ${CMAKE_BINARY_DIR} ${PROJECT_SOURCE_DIR} ${CMAKE_CXX_COMPILER})
    add_test(NAME package COMMAND ${PROJECT_SOURCE_DIR}/tests/install/check_package.sh
        ${CMAKE_BINARY_DIR} ${PROJECT_SOURCE_DIR} ${FORERUN_LUAJIT_DIR})
    add_test(NAME luajit_source COMMAND ${PROJECT_SOURCE_DIR}/tests/install/check_luajit_source.sh ${PROJECT_SOURCE_DIR})
    set_tests_properties(install package luajit_source PROPERTIES TIMEOUT 300)
    set_tests_properties(package luajit_source PROPERTIES SKIP_RETURN_CODE 77)
endif()

set(native_sources ${bench_sources})
list(FILTER native_sources INCLUDE REGEX "_native[.]cpp$")
list(FILTER bench_sources EXCLUDE REGEX "_native[.]cpp$")
set_source_files_properties(${native_sources} PROPERTIES COMPILE_OPTIONS "-O3;-march=native;-ffp-contract=fast")

add_custom_target(bench)
foreach(source IN LISTS bench_sources)
    get_filename_component(name ${source} NAME_WE)
    add_executable(bench_${name} EXCLUDE_FROM_ALL ${source} ${native_sources})
    target_link_libraries(bench_${name} PRIVATE forerun_tools forerun_luajit)
    target_compile_definitions(bench_${name} PRIVATE FORERUN_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    add_dependencies(bench_${name} forerun_luajit_build)
    set_target_properties(bench_${name} PROPERTIES ENABLE_EXPORTS ON)
    # One of them plays on the program itself.
    add_dependencies(bench_${name} forerun)
    add_dependencies(bench bench_${name})
endforeach()
