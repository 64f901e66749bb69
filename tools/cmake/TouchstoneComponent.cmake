# The five kinds of target. A folder's CMakeLists.txt is one call with every file listed.

# touchstone_component(<path> HEADERS ... SOURCES ... DEPENDS <component>... LIBRARIES <external>...)
# makes the library touchstone::<path> (slashes become underscores: ipsec/ike -> touchstone::ipsec_ike).
# Headers are a verified header set: the target all_verify_interface_header_sets compiles each alone.
function(touchstone_component path)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "HEADERS;SOURCES;DEPENDS;LIBRARIES")
  string(REPLACE "/" "_" name "${path}")
  set(target "touchstone_${name}")
  if(arg_SOURCES)
    add_library(${target} STATIC ${arg_SOURCES})
    set(scope PUBLIC)
    set_target_properties(${target} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(touchstone::${name} ALIAS ${target})
  if(arg_HEADERS)
    target_sources(${target} ${scope} FILE_SET HEADERS BASE_DIRS "${CMAKE_SOURCE_DIR}" FILES ${arg_HEADERS})
  endif()
  list(TRANSFORM arg_DEPENDS REPLACE "/" "_")
  list(TRANSFORM arg_DEPENDS PREPEND "touchstone::")
  target_link_libraries(${target} ${scope} touchstone_options ${arg_DEPENDS} ${arg_LIBRARIES})
endfunction()

# touchstone_command(<name> SOURCES ... DEPENDS <component>... [PYTHON_NAME]) makes bin/<name>;
# PYTHON_NAME adds bin/<name>.py beside it, the name that 004 prints for its utilities (OP-08).
function(touchstone_command name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "PYTHON_NAME" "" "SOURCES;DEPENDS;LIBRARIES")
  add_executable(${name} ${arg_SOURCES})
  list(TRANSFORM arg_DEPENDS REPLACE "/" "_")
  list(TRANSFORM arg_DEPENDS PREPEND "touchstone::")
  target_link_libraries(${name} PRIVATE touchstone_options ${arg_DEPENDS} ${arg_LIBRARIES})
  if(arg_PYTHON_NAME)
    add_custom_command(TARGET ${name} POST_BUILD
      COMMAND ${CMAKE_COMMAND} -E create_symlink ${name} "$<TARGET_FILE_DIR:${name}>/${name}.py" VERBATIM)
  endif()
endfunction()

# touchstone_test(<name> SOURCES ... DEPENDS ... LABELS ...) makes a GoogleTest program and one
# CTest entry of the same name. Every test program is one entry: the entries stay few and the
# program's own output names the test that failed.
function(touchstone_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT" "SOURCES;DEPENDS;LABELS;LIBRARIES")
  find_package(GTest REQUIRED)
  string(REPLACE "." "_" target "test_${name}")
  add_executable(${target} ${arg_SOURCES})
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  list(TRANSFORM arg_DEPENDS REPLACE "/" "_")
  list(TRANSFORM arg_DEPENDS PREPEND "touchstone::")
  target_link_libraries(${target} PRIVATE touchstone_options ${arg_DEPENDS} ${arg_LIBRARIES} GTest::gmock_main)
  target_compile_definitions(${target} PRIVATE
    "TOUCHSTONE_SOURCE_DIR=\"${CMAKE_SOURCE_DIR}\"" "TOUCHSTONE_BIN_DIR=\"${CMAKE_BINARY_DIR}/bin\"")
  add_test(NAME ${name} COMMAND ${target} --gtest_brief=1)
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT})
endfunction()

# touchstone_fuzz_target(<name> SOURCES ... DEPENDS ...) makes tests/fuzz_<name> in the preset fuzz
# and nothing elsewhere.
function(touchstone_fuzz_target name)
  if(NOT TOUCHSTONE_FUZZ)
    return()
  endif()
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS")
  add_executable(fuzz_${name} ${arg_SOURCES})
  set_target_properties(fuzz_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/fuzz")
  list(TRANSFORM arg_DEPENDS REPLACE "/" "_")
  list(TRANSFORM arg_DEPENDS PREPEND "touchstone::")
  target_link_libraries(fuzz_${name} PRIVATE touchstone_options ${arg_DEPENDS})
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
endfunction()

# touchstone_bench(<name> SOURCES ... DEPENDS ...) makes bench/<name>. A bench prints its figure and
# the baseline of the same run; tests/bench/CMakeLists.txt says which of them gate.
function(touchstone_bench name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS;LIBRARIES")
  add_executable(bench_${name} ${arg_SOURCES})
  set_target_properties(bench_${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bench" OUTPUT_NAME ${name})
  list(TRANSFORM arg_DEPENDS REPLACE "/" "_")
  list(TRANSFORM arg_DEPENDS PREPEND "touchstone::")
  target_link_libraries(bench_${name} PRIVATE touchstone_options ${arg_DEPENDS} ${arg_LIBRARIES})
endfunction()
