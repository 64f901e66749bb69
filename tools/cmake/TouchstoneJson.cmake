# JSON for Modern C++ as the build reads it: the installed header, with its two literals (`_json`
# and `_json_pointer`) declared and not defined. Nobody here writes them, but their bodies are no
# templates, so every source that includes the header would instantiate a whole parser for them;
# docs/decisions/0011 has what that costs. A header that does not say what is expected here is read
# as it is.
find_package(nlohmann_json REQUIRED)

function(touchstone_make_json_header)
  find_file(TOUCHSTONE_JSON_HEADER nlohmann/json.hpp REQUIRED)
  mark_as_advanced(TOUCHSTONE_JSON_HEADER)
  file(READ "${TOUCHSTONE_JSON_HEADER}" lean)
  foreach(value IN ITEMS "parse(s, s + n)" "json_pointer(std::string(s, n))")
    set(body "(const char* s, std::size_t n)\n{\n    return nlohmann::json::${value};\n}")
    string(FIND "${lean}" "${body}" at)
    if(at EQUAL -1)
      message(STATUS "${TOUCHSTONE_JSON_HEADER} is read as it is: it lacks ${value}")
      return()
    endif()
    string(REPLACE "${body}" "(const char* s, std::size_t n);" lean "${lean}")
  endforeach()
  file(GENERATE OUTPUT "${CMAKE_BINARY_DIR}/lean/nlohmann/json.hpp" CONTENT "${lean}")
  target_include_directories(touchstone_options SYSTEM INTERFACE "${CMAKE_BINARY_DIR}/lean")
endfunction()
touchstone_make_json_header()
