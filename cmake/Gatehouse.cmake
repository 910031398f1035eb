# gatehouse_room(NAME DEPS...)      a static library of every .cpp in the current folder (its subfolders are rooms of their own)
# gatehouse_program(NAME DEPS...)   a program of every .cpp in the current folder
# gatehouse_tests(NAME LABEL DEPS...)  a GoogleTest program of every .cpp in the current folder, one ctest entry
#
# Room names are folder names; a room's headers are included by "room/header.hpp".

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_UNITY_BUILD_BATCH_SIZE 10) # where the preset joins files: reading the headers is most of what a file costs

find_program(CCACHE ccache)
if(CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(gatehouse_flags INTERFACE)
target_compile_options(gatehouse_flags INTERFACE
    -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
    -Wno-missing-field-initializers) # designated initializers with defaults are the house's way
target_compile_definitions(gatehouse_flags INTERFACE
    BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_COROUTINE BOOST_ALLOW_DEPRECATED_HEADERS)
target_link_libraries(gatehouse_flags INTERFACE Threads::Threads)

if(CMAKE_UNITY_BUILD)
    # Where several files are one unit, a local may have the name of another file's helper (-Wshadow=local sees the rest), and a
    # coroutine's frame may hold what is local to its file.
    target_compile_options(gatehouse_flags INTERFACE -Wno-shadow -Wshadow=local -Wno-subobject-linkage)
endif()

if(CMAKE_BUILD_TYPE STREQUAL "Release" OR GATEHOUSE_SANITIZE)
    # Optimizing, GCC 12 takes the frames of Asio's coroutines, which recycle their memory, for a mismatch of new and delete.
    target_compile_options(gatehouse_flags INTERFACE -Wno-mismatched-new-delete)
endif()

set(GATEHOUSE_SANITIZE "" CACHE STRING "address,undefined or thread: instrument everything")
if(GATEHOUSE_SANITIZE)
    add_compile_options(-fsanitize=${GATEHOUSE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    if(GATEHOUSE_SANITIZE MATCHES "undefined") # a quarter of what it costs to compile, for what the address sanitizer or the machine sees as well
        add_compile_options(-fno-sanitize=null,object-size,alignment,vptr)
    endif()
    add_link_options(-fsanitize=${GATEHOUSE_SANITIZE})
    add_compile_definitions(_GLIBCXX_ASSERTIONS)
    if(GATEHOUSE_SANITIZE STREQUAL "thread") # g++ refuses fences there; Asio's locks order what its fences do
        add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
    endif()
    add_compile_options(-Wno-maybe-uninitialized) # g++ 12 sees ghosts in instrumented code
endif()

function(gatehouse_room name)
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
    if(sources)
        add_library(${name} STATIC ${sources})
        target_include_directories(${name} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR}/..)
        target_link_libraries(${name} PUBLIC gatehouse_flags ${ARGN})
    else()
        add_library(${name} INTERFACE)
        target_include_directories(${name} INTERFACE ${CMAKE_CURRENT_SOURCE_DIR}/..)
        target_link_libraries(${name} INTERFACE gatehouse_flags ${ARGN})
    endif()
endfunction()

function(gatehouse_program name)
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
    add_executable(${name} ${sources})
    target_link_libraries(${name} PRIVATE gatehouse_flags ${ARGN})
endfunction()

# A program whose turns must be short allocates with jemalloc (docs/decisions/0010); a sanitiser brings its own.
function(gatehouse_allocator name)
    if(NOT GATEHOUSE_SANITIZE)
        target_link_libraries(${name} PRIVATE PkgConfig::JEMALLOC)
    endif()
endfunction()

# What a suite takes of the places `scripts/test` gives out, which are a few more than twice the cores: a suite that computes
# takes two, one that mostly waits for real processes one. So the cores stay busy behind those that wait.
function(gatehouse_test_needs name label)
    set(places 2)
    if(label MATCHES "^(driver|walk)$")
        set(places 1)
    endif()
    set_tests_properties(${name} PROPERTIES LABELS ${label} PROCESSORS ${places} TIMEOUT 600) # time for a sanitised build
    if(label STREQUAL walk) # the longest begins first
        set_tests_properties(${name} PROPERTIES TIMEOUT 1500 COST 1000)
    endif()
endfunction()

function(gatehouse_tests name label)
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
    if(NOT sources)
        return()
    endif()
    add_executable(${name} ${sources})
    target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
    target_link_libraries(${name} PRIVATE gatehouse_flags GTest::gmock_main ${ARGN})
    target_compile_options(${name} PRIVATE -O0) # what is tested is optimised; the tests need not be
    add_test(NAME ${name} COMMAND ${name})
    gatehouse_test_needs(${name} ${label})
endfunction()
