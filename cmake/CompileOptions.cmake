# One place for the language, the warnings and the hardening of everything that is built here.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

option(GATEPOST_WERROR "Treat warnings as errors" ON)
set(GATEPOST_SANITIZE "" CACHE STRING
    "Sanitizers to build with: 'address,undefined', 'thread', and 'fuzzer-no-link' with clang")

find_program(CCACHE ccache)
if(CCACHE)
    # Without this sloppiness ccache turns precompiled headers away.
    set(CMAKE_CXX_COMPILER_LAUNCHER
        ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()

add_library(gatepost_options INTERFACE)
target_include_directories(gatepost_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(gatepost_options INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wcast-qual
    -Wimplicit-fallthrough -Woverloaded-virtual -Wformat=2 -Wundef
    $<$<BOOL:${GATEPOST_WERROR}>:-Werror>
    # g++ 12 warns falsely about what coroutine frames own, and where it inlines Asio's allocation of
    # a frame but not its deallocation.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized -Wno-mismatched-new-delete>
    -fPIE -fstack-protector-strong -fstack-clash-protection -fcf-protection -fno-plt
    -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
target_compile_definitions(gatepost_options INTERFACE
    _GLIBCXX_ASSERTIONS
    BOOST_ASIO_SEPARATE_COMPILATION
    BOOST_ASIO_NO_DEPRECATED
    BOOST_BEAST_SEPARATE_COMPILATION
    BOOST_BEAST_USE_STD_STRING_VIEW
    $<$<NOT:$<CONFIG:Debug>>:_FORTIFY_SOURCE=3>)
target_link_options(gatepost_options INTERFACE
    -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--as-needed)

if(GATEPOST_SANITIZE)
    target_compile_options(gatepost_options INTERFACE
        -fsanitize=${GATEPOST_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer
        -U_FORTIFY_SOURCE)
    if(GATEPOST_SANITIZE STREQUAL "thread")
        # g++ warns of a fence in Asio that the sanitizer does not follow.
        target_compile_options(gatepost_options INTERFACE -Wno-tsan)
    endif()
    target_link_options(gatepost_options INTERFACE -fsanitize=${GATEPOST_SANITIZE})
endif()

# gatepost_library(NAME SOURCES... LINK libraries...): one folder's static library.
function(gatepost_library name)
    cmake_parse_arguments(LIB "" "" "SOURCES;LINK" ${ARGN})
    add_library(${name} STATIC ${LIB_SOURCES})
    target_link_libraries(${name} PUBLIC gatepost_options ${LIB_LINK})
    if(NOT name STREQUAL "gatepost_core")
        target_precompile_headers(${name} REUSE_FROM gatepost_core)
    endif()
endfunction()
