# touchstone_embed_page(<output.cpp> <function> <page.html> <page.css> <page.js>) makes a source
# file with one function that returns the page: the style and the script in their places, the place
# of the data (@@report.json@@) left for run time. The page stays three files that an editor and a
# browser know.
function(touchstone_embed_page output function html css js)
  file(READ "${html}" page)
  file(READ "${css}" style)
  file(READ "${js}" script)
  string(REPLACE "@@page.css@@" "${style}" page "${page}")
  string(REPLACE "@@page.js@@" "${script}" page "${page}")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${html}" "${css}" "${js}")
  file(CONFIGURE OUTPUT "${output}" @ONLY CONTENT
"// Made from page.html, page.css and page.js by tools/cmake/TouchstoneEmbed.cmake.
#include <string_view>
namespace touchstone::conformance::harness {
std::string_view @function@() { return R\"page(@page@)page\"; }
}
")
endfunction()
