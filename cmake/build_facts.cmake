# Writes build_facts.h: which commit this is, looked at with every build. cmake -DSOURCE=... -DFLAGS=... -DOUT=... -P
execute_process(COMMAND git -C ${SOURCE} describe --always --dirty --abbrev=12 --exclude=*
    OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
if(failed)
    set(commit "")
endif()
set(text "// Written by cmake/build_facts.cmake.\n#define FORERUN_COMMIT \"${commit}\"\n#define FORERUN_BUILD_FLAGS \"${FLAGS}\"\n")
if(EXISTS ${OUT})
    file(READ ${OUT} old)
endif()
if(NOT "${old}" STREQUAL "${text}")
    file(WRITE ${OUT} "${text}")
endif()
