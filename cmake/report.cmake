# What the page of `forerun measure` is made of, embedded into the program: the files of tools/measure/report/, and the
# libraries that draw its plots (Observable Plot and d3). npm brings those at build time, in the versions and with the
# hashes of package-lock.json. Without npm the program builds all the same, and its reports have tables instead of plots.
#
# Run as a script (cmake -P), it makes the libraries' file:
#
#   cmake -D NPM=... -D SOURCE=tools/measure/report -D FOLDER=... -D OUTPUT=... -P report.cmake

if(CMAKE_SCRIPT_MODE_FILE)
    set(plotless "forerun measure: reports will have tables and no plots, since `npm ci` failed in ${FOLDER}; run cmake again to retry")
    file(MAKE_DIRECTORY ${FOLDER})
    file(COPY ${SOURCE}/package.json ${SOURCE}/package-lock.json ${SOURCE}/.npmrc DESTINATION ${FOLDER})
    file(WRITE ${OUTPUT} "")
    execute_process(COMMAND ${NPM} ci --prefer-offline WORKING_DIRECTORY ${FOLDER}
        RESULT_VARIABLE failed OUTPUT_FILE ${FOLDER}/npm.log ERROR_FILE ${FOLDER}/npm.log TIMEOUT 240)
    if(failed)
        message(WARNING "${plotless}")
        return()
    endif()

    # Both libraries contain others: every licence goes along, a text that several share once. The parts of d3's command
    # line are not in its built file.
    file(GLOB licences RELATIVE ${FOLDER}/node_modules ${FOLDER}/node_modules/*/LICENSE ${FOLDER}/node_modules/@*/*/LICENSE)
    list(FILTER licences EXCLUDE REGEX "^(commander|iconv-lite|rw|safer-buffer)/")
    list(SORT licences)
    set(keys "")
    foreach(licence IN LISTS licences)
        file(SHA1 ${FOLDER}/node_modules/${licence} key)
        list(APPEND keys ${key})
        string(REPLACE "/LICENSE" "" package ${licence})
        list(APPEND packages_${key} ${package})
        set(path_${key} ${FOLDER}/node_modules/${licence})
    endforeach()
    list(REMOVE_DUPLICATES keys)
    file(APPEND ${OUTPUT} "/*! The plots are drawn by Observable Plot and d3. Their licences, and those of what they contain:\n")
    foreach(key IN LISTS keys)
        string(REPLACE ";" ", " packages "${packages_${key}}")
        file(READ ${path_${key}} text)
        string(REPLACE "*/" "* /" text "${text}")
        file(APPEND ${OUTPUT} "\n---- ${packages}\n\n${text}")
    endforeach()
    file(APPEND ${OUTPUT} "*/\n")
    foreach(library d3/dist/d3.min.js @observablehq/plot/dist/plot.umd.min.js)
        file(READ ${FOLDER}/node_modules/${library} text)
        file(APPEND ${OUTPUT} "${text}\n")
    endforeach()
    return()
endif()

option(FORERUN_REPORT_PLOTS "Plots in the reports of `forerun measure`; npm brings what draws them" ON)

function(embed_report target folder)
    set(libraries ${CMAKE_BINARY_DIR}/generated/report_libraries.js)
    # A failure is tried again when CMake runs again.
    if(EXISTS ${libraries})
        file(SIZE ${libraries} bytes)
        if(bytes EQUAL 0)
            file(REMOVE ${libraries})
        endif()
    endif()
    if(FORERUN_REPORT_PLOTS)
        find_program(FORERUN_NPM npm)
    endif()
    if(FORERUN_REPORT_PLOTS AND FORERUN_NPM)
        set(source ${PROJECT_SOURCE_DIR}/${folder})
        add_custom_command(OUTPUT ${libraries}
            COMMAND ${CMAKE_COMMAND} -D NPM=${FORERUN_NPM} -D SOURCE=${source} -D FOLDER=${CMAKE_BINARY_DIR}/report-libraries
                -D OUTPUT=${libraries} -P ${PROJECT_SOURCE_DIR}/cmake/report.cmake
            DEPENDS ${source}/package.json ${source}/package-lock.json ${source}/.npmrc ${PROJECT_SOURCE_DIR}/cmake/report.cmake
            COMMENT "Fetching the libraries of the report"
            VERBATIM)
    else()
        set(libraries ${CMAKE_BINARY_DIR}/generated/no_report_libraries.js)
        file(TOUCH ${libraries})
        if(FORERUN_REPORT_PLOTS)
            message(WARNING "npm is not installed: the reports of `forerun measure` will have tables and no plots")
        endif()
    endif()

    file(GLOB paths CONFIGURE_DEPENDS ${folder}/*.html ${folder}/*.css ${folder}/*.js)
    list(TRANSFORM paths REPLACE "^.*/" "" OUTPUT_VARIABLE names)
    embed_files(${target} forerun::measure::embedded_report_file tools/measure/report/report_files.h
        NAMES ${names} libraries.js PATHS ${paths} ${libraries})
endfunction()
