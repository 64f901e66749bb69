# The kinds of target. A folder's CMakeLists.txt is one call with every file listed.
#
# Two families of collecting targets save CI from building what a preset does not need:
#   commands         every program of bin/, which is all that tools/run needs
#   tests-<label>    every test program with that label, and the commands that they run
find_package(GTest REQUIRED)
include(TouchstonePrecompile)
add_custom_target(commands)
foreach(label unit property tidy triangle)  # the labels that tools/test builds by name
  add_custom_target(tests-${label})
endforeach()

# What a test runs besides itself; its labels decide in which collecting targets it is.
function(touchstone_collect_test target commands labels)
  foreach(command IN LISTS commands)
    add_dependencies(${target} ${command})
  endforeach()
  foreach(label IN LISTS labels)
    if(NOT TARGET tests-${label})
      add_custom_target(tests-${label})
    endif()
    add_dependencies(tests-${label} ${target})
  endforeach()
endfunction()

# touchstone_component(<path> HEADERS ... SOURCES ... DEPENDS <component>...
#                      LIBRARIES <external>... [JOINED] [QUICK | PRECOMPILED <set>])
# makes the library touchstone::<path>; slashes become underscores: ipsec/ike is
# touchstone::ipsec_ike. TouchstonePrecompile.cmake says what JOINED, QUICK and PRECOMPILED are.
# Headers are a verified header set: all_verify_interface_header_sets compiles each alone.
function(touchstone_component path)
  cmake_parse_arguments(PARSE_ARGV 1 arg "QUICK;JOINED" "PRECOMPILED"
    "HEADERS;SOURCES;DEPENDS;LIBRARIES")
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
    target_sources(${target} ${scope}
      FILE_SET HEADERS BASE_DIRS "${CMAKE_SOURCE_DIR}" FILES ${arg_HEADERS})
  endif()
  list(TRANSFORM arg_DEPENDS REPLACE "/" "_")
  list(TRANSFORM arg_DEPENDS PREPEND "touchstone::")
  target_link_libraries(${target} ${scope} touchstone_options ${arg_DEPENDS} ${arg_LIBRARIES})
  if(arg_SOURCES AND (arg_QUICK OR path MATCHES "^conformance/"))
    touchstone_compile_quickly(${target})
  elseif(arg_SOURCES)
    touchstone_use_precompiled(${target} ${arg_PRECOMPILED})
  endif()
  if(arg_SOURCES AND (arg_JOINED OR path MATCHES "^conformance/"))
    touchstone_join_sources(${target})
  endif()
endfunction()

# touchstone_command(<name> SOURCES ... DEPENDS <component>... [JOINED] [QUICK]
#                    [INSTALL | PYTHON_NAME])
# makes bin/<name>. INSTALL installs it into kms-utils (OP-05). PYTHON_NAME does so too and adds
# bin/<name>.py beside it, the name that 004 prints for its utilities (OP-08).
function(touchstone_command name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "JOINED;QUICK;INSTALL;PYTHON_NAME" ""
    "SOURCES;DEPENDS;LIBRARIES")
  add_executable(${name} ${arg_SOURCES})
  list(TRANSFORM arg_DEPENDS REPLACE "/" "_")
  list(TRANSFORM arg_DEPENDS PREPEND "touchstone::")
  target_link_libraries(${name} PRIVATE touchstone_options ${arg_DEPENDS} ${arg_LIBRARIES})
  if(arg_QUICK)
    touchstone_compile_quickly(${name})
  endif()
  if(arg_JOINED)
    touchstone_join_sources(${name})
  endif()
  if(arg_PYTHON_NAME)
    add_custom_command(TARGET ${name} POST_BUILD
      COMMAND ${CMAKE_COMMAND} -E create_symlink
        ${name} "$<TARGET_FILE_DIR:${name}>/${name}.py" VERBATIM)
    install(FILES "${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/${name}.py" DESTINATION kms-utils)
  endif()
  if(arg_INSTALL OR arg_PYTHON_NAME)
    install(TARGETS ${name} RUNTIME DESTINATION kms-utils)
  endif()
  add_dependencies(commands ${name})
endfunction()

# touchstone_test(<name> SOURCES ... DEPENDS ... LABELS ...
#                 [COMMANDS <command>...] [TIMEOUT s] [SERIAL])
# makes a GoogleTest program and one CTest entry of the same name. Every test program is one entry:
# the entries stay few and the program's own output names the test that failed. COMMANDS are the
# programs of bin/ that the test starts. SERIAL keeps every other test away while it runs.
function(touchstone_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "SERIAL" "TIMEOUT"
    "SOURCES;DEPENDS;LABELS;LIBRARIES;COMMANDS")
  string(REPLACE "." "_" target "test_${name}")
  add_executable(${target} ${arg_SOURCES})
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  list(TRANSFORM arg_DEPENDS REPLACE "/" "_")
  list(TRANSFORM arg_DEPENDS PREPEND "touchstone::")
  target_link_libraries(${target} PRIVATE
    touchstone_options ${arg_DEPENDS} ${arg_LIBRARIES} GTest::gmock_main)
  touchstone_use_precompiled(${target} tests)
  add_test(NAME ${name} COMMAND ${target} --gtest_brief=1)
  touchstone_test_properties(${name})
  touchstone_collect_test(${target} "${arg_COMMANDS}" "${arg_LABELS}")
endfunction()

# touchstone_script_test(<name> COMMAND <program> <argument>... LABELS ... [COMMANDS <command>...]
#                        [ENVIRONMENT NAME=value...] [TIMEOUT s] [SERIAL])
# makes a CTest entry of a Python or shell script. Exit status 0 is passed, 77 is skipped (and then
# needs a line in tests/allowed_skips), anything else failed. The script finds the tree in
# TOUCHSTONE_SOURCE_DIR, the build in TOUCHSTONE_BUILD_DIR and the commands in TOUCHSTONE_BIN_DIR.
function(touchstone_script_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "SERIAL" "TIMEOUT" "COMMAND;LABELS;COMMANDS;ENVIRONMENT")
  add_test(NAME ${name} COMMAND ${arg_COMMAND} WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}")
  touchstone_test_properties(${name})
  set_tests_properties(${name} PROPERTIES SKIP_RETURN_CODE 77)
  string(REPLACE "." "_" target "script_${name}")
  add_custom_target(${target})
  touchstone_collect_test(${target} "${arg_COMMANDS}" "${arg_LABELS}")
endfunction()

# The properties that both kinds share; reads the caller's arg_* variables.
macro(touchstone_test_properties name)
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  set_tests_properties(${name} PROPERTIES
    LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT} RUN_SERIAL "${arg_SERIAL}")
  set_property(TEST ${name} PROPERTY ENVIRONMENT
    "TOUCHSTONE_SOURCE_DIR=${CMAKE_SOURCE_DIR}" "TOUCHSTONE_BUILD_DIR=${CMAKE_BINARY_DIR}"
    "TOUCHSTONE_BIN_DIR=${CMAKE_BINARY_DIR}/bin" "PYTHONDONTWRITEBYTECODE=1" ${arg_ENVIRONMENT})
endmacro()

# touchstone_fuzz_target(<name> SOURCES ... DEPENDS ...) makes fuzz/fuzz_<name> in the preset fuzz
# and nothing elsewhere. Its corpus is fixtures/fuzz/<name>.
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
  set_property(GLOBAL APPEND PROPERTY TOUCHSTONE_FUZZ_TARGETS ${name})
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
