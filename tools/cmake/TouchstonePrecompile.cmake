# What makes a cold build bearable on two cores. docs/decisions/0011 has the reasons and figures.
#
# TOUCHSTONE_FAST_BUILD, in the presets release, defects and coverage:
#   Precompiled headers  What nearly every source includes is read once a set instead of once a
#                        source. A target must be compiled with the flags of its set; the compiler
#                        refuses a set that does not fit.
#   Joined sources       The files of the judge, and of components that say JOINED, are compiled
#                        eight at a time, because the templates that each needs cost more than what
#                        it says itself. Two helpers of one folder need two names therefore.
# The other presets compile what is written: a source that forgets an #include fails there.
#
# QUICK: what waits for people, files and the judged is compiled in two thirds of the time with -Og.
include(TouchstoneJson)

option(TOUCHSTONE_FAST_BUILD "Precompiled headers and joined sources (g++)" OFF)
if(TOUCHSTONE_FAST_BUILD AND NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  message(FATAL_ERROR "TOUCHSTONE_FAST_BUILD is for g++; this is ${CMAKE_CXX_COMPILER_ID}. "
    "Configure with -DTOUCHSTONE_FAST_BUILD=OFF.")
endif()
if(TOUCHSTONE_FAST_BUILD)
  # ccache wants the first. The next three: g++ forgets in a precompiled header that libstdc++
  # silences these warnings about its own strings. The last: among joined sources a local name may
  # be that of another file's helper.
  target_compile_options(touchstone_options INTERFACE -fpch-preprocess
    -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-shadow)
endif()

# g++ sees less of a std::optional with -Og, and takes guesses for findings.
add_library(touchstone_quick INTERFACE)
if(TOUCHSTONE_OPTIMISE MATCHES "-O2")
  target_compile_options(touchstone_quick INTERFACE -Og
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
endif()

# touchstone_precompiled_set(<set> HEADERS ... LIBRARIES ...): these and the common ones.
function(touchstone_precompiled_set name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "HEADERS;LIBRARIES")
  if(NOT TOUCHSTONE_FAST_BUILD)
    return()
  endif()
  set(source "${CMAKE_BINARY_DIR}/precompiled.cpp")
  file(CONFIGURE OUTPUT "${source}" CONTENT "// Here for CMake alone, which wants a source.\n")
  add_library(touchstone_precompiled_${name} OBJECT "${source}")
  target_link_libraries(touchstone_precompiled_${name} PRIVATE
    touchstone_options fmt::fmt ${arg_LIBRARIES})
  target_precompile_headers(touchstone_precompiled_${name} PRIVATE
    <algorithm> <array> <charconv> <chrono> <cstdint> <cstring> <expected>
    <fmt/format.h> <functional> <map> <memory> <optional> <set> <span> <string> <string_view>
    <system_error> <utility> <vector> ${arg_HEADERS})
endfunction()

touchstone_precompiled_set(common)
touchstone_precompiled_set(quick
  HEADERS <nlohmann/json.hpp> LIBRARIES nlohmann_json::nlohmann_json touchstone_quick)
touchstone_precompiled_set(tests HEADERS <gmock/gmock.h> <gtest/gtest.h> LIBRARIES GTest::gmock)

# touchstone_use_precompiled(<target> [<set>]): without a set the common one. Sources that the build
# itself makes include too little to gain.
function(touchstone_use_precompiled target)
  if(NOT TOUCHSTONE_FAST_BUILD)
    return()
  endif()
  set(names common ${ARGN})
  list(GET names -1 name)
  target_precompile_headers(${target} REUSE_FROM touchstone_precompiled_${name})
  get_target_property(sources ${target} SOURCES)
  list(FILTER sources INCLUDE REGEX "^/")
  set_property(SOURCE ${sources} PROPERTY SKIP_PRECOMPILE_HEADERS ON)
endfunction()

function(touchstone_compile_quickly target)
  target_link_libraries(${target} PRIVATE touchstone_quick)
  touchstone_use_precompiled(${target} quick)
endfunction()

function(touchstone_join_sources target)
  if(TOUCHSTONE_FAST_BUILD)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  endif()
endfunction()
