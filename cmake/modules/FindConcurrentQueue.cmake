# ConcurrentQueue::ConcurrentQueue (moodycamel's, headers only), included as <concurrentqueue/concurrentqueue.h>. Packages
# put it there (Debian, vcpkg, Homebrew) or one folder deeper (its own installation).

find_path(ConcurrentQueue_INCLUDE_DIR concurrentqueue/concurrentqueue.h)
if(NOT ConcurrentQueue_INCLUDE_DIR)
    find_path(ConcurrentQueue_OWN_DIR moodycamel/concurrentqueue.h PATH_SUFFIXES concurrentqueue)
    mark_as_advanced(ConcurrentQueue_OWN_DIR)
    if(ConcurrentQueue_OWN_DIR)
        set(ConcurrentQueue_INCLUDE_DIR ${CMAKE_BINARY_DIR}/generated/moodycamel)
        foreach(header concurrentqueue blockingconcurrentqueue lightweightsemaphore)
            file(WRITE ${ConcurrentQueue_INCLUDE_DIR}/concurrentqueue/${header}.h
                "#include \"${ConcurrentQueue_OWN_DIR}/moodycamel/${header}.h\"\n")
        endforeach()
    endif()
endif()
mark_as_advanced(ConcurrentQueue_INCLUDE_DIR)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(ConcurrentQueue
    REQUIRED_VARS ConcurrentQueue_INCLUDE_DIR
    REASON_FAILURE_MESSAGE "Debian: libconcurrentqueue-dev. Homebrew and vcpkg: concurrentqueue.")
if(ConcurrentQueue_FOUND AND NOT TARGET ConcurrentQueue::ConcurrentQueue)
    add_library(ConcurrentQueue::ConcurrentQueue INTERFACE IMPORTED)
    set_target_properties(ConcurrentQueue::ConcurrentQueue PROPERTIES
        INTERFACE_SYSTEM_INCLUDE_DIRECTORIES ${ConcurrentQueue_INCLUDE_DIR}
        INTERFACE_INCLUDE_DIRECTORIES ${ConcurrentQueue_INCLUDE_DIR})
endif()
