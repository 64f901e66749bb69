# touchstone_embed_text(<output.cpp> <namespace> <function> <file>) makes a source file with one
# function that returns the file's text. A suite carries its data so: the tool needs no tree beside
# it, and the fixture stays one file that other tests read too.
function(touchstone_embed_text output namespace function file)
  file(READ "${file}" text)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
  file(CONFIGURE OUTPUT "${output}" @ONLY CONTENT
"// Made from a fixture by tools/cmake/TouchstoneEmbedText.cmake.
#include <string_view>
namespace @namespace@ {
std::string_view @function@() { return R\"fixture(@text@)fixture\"; }
}
")
endfunction()
