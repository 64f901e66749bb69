# Language level, warnings and the switches that the presets set. Every target of the tree is made
# by TouchstoneComponent.cmake and links touchstone_options, so a flag is written here once.

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")

set(TOUCHSTONE_OPTIMISE "-O2 -g1" CACHE STRING "Optimisation and debug flags")
set(TOUCHSTONE_SANITIZE "" CACHE STRING "Value of -fsanitize=")
option(TOUCHSTONE_DEFECTS "Compile the seeded defects in, switched at run time" OFF)
option(TOUCHSTONE_FUZZ "Build the libFuzzer targets (clang)" OFF)
option(TOUCHSTONE_COVERAGE "Instrument for gcovr" OFF)
option(TOUCHSTONE_CHECKED_LIBRARY "Bounds checks of libstdc++" OFF)

# The optimisation is ours alone to say: RelWithDebInfo would add its own.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "")

add_library(touchstone_options INTERFACE)
separate_arguments(optimise UNIX_COMMAND "${TOUCHSTONE_OPTIMISE}")
target_compile_options(touchstone_options INTERFACE ${optimise}
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough -Werror
  -fno-omit-frame-pointer -fstack-protector-strong
  "-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=" -ffile-prefix-map=../../=)
target_include_directories(touchstone_options INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_definitions(touchstone_options INTERFACE
  OPENSSL_API_COMPAT=30000 OPENSSL_NO_DEPRECATED
  "TOUCHSTONE_VERSION=\"${PROJECT_VERSION}\"")

if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # libstdc++ 12 hides std::expected from clang 16 unless this feature macro says otherwise.
  target_compile_options(touchstone_options INTERFACE
    -D__cpp_concepts=202002L -Wno-builtin-macro-redefined -Wno-macro-redefined
    -Wreserved-identifier)
endif()
if(TOUCHSTONE_SANITIZE)
  target_compile_options(touchstone_options INTERFACE
    "-fsanitize=${TOUCHSTONE_SANITIZE}" -fno-sanitize-recover=all)
  target_link_options(touchstone_options INTERFACE "-fsanitize=${TOUCHSTONE_SANITIZE}")
  if(TOUCHSTONE_SANITIZE STREQUAL "thread")
    # It does not see fences; the locks of Asio order what these would.
    target_compile_definitions(touchstone_options INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
  endif()
else()
  target_compile_definitions(touchstone_options INTERFACE
    $<$<NOT:$<BOOL:${TOUCHSTONE_COVERAGE}>>:_FORTIFY_SOURCE=2>)
endif()
if(TOUCHSTONE_SANITIZE MATCHES "address" AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # What libFuzzer follows. The tests need it not, but their objects are those of the fuzz targets.
  target_compile_options(touchstone_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(TOUCHSTONE_COVERAGE)
  target_compile_options(touchstone_options INTERFACE --coverage -fprofile-update=atomic)
  target_link_options(touchstone_options INTERFACE --coverage)
endif()
if(TOUCHSTONE_DEFECTS)
  target_compile_definitions(touchstone_options INTERFACE TOUCHSTONE_DEFECTS=1)
endif()
if(TOUCHSTONE_CHECKED_LIBRARY)
  target_compile_definitions(touchstone_options INTERFACE _GLIBCXX_ASSERTIONS)
endif()

# ccache and mold make two cores bearable; the tree builds without them too. What one checkout has
# compiled serves every other one: paths below the tree count as relative to it, so no source may be
# given an absolute path as a definition.
find_program(TOUCHSTONE_CCACHE ccache)
if(TOUCHSTONE_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER
    env "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" CCACHE_NOHASHDIR=1
    CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_INODECACHE=1 "${TOUCHSTONE_CCACHE}")
endif()
find_program(TOUCHSTONE_MOLD mold)
if(TOUCHSTONE_MOLD)
  target_link_options(touchstone_options INTERFACE -fuse-ld=mold)
endif()

find_package(OpenSSL 3.0 REQUIRED)
find_package(fmt REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(Threads REQUIRED)
