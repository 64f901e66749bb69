#include "conformance/report/page.h"

namespace touchstone::conformance::harness {
// Made by touchstone_embed_page from conformance/harness/page.
std::string_view report_page();
}  // namespace touchstone::conformance::harness

namespace touchstone::conformance::report {

std::string make_page(const harness::Json& report) {
  constexpr std::string_view place = "@@report.json@@";
  std::string page(harness::report_page());
  const std::string data = report.dump(-1, ' ', true, harness::Json::error_handler_t::replace);
  std::string safe;
  for (const char letter : data)
    if (letter == '<')
      safe += "\\u003c";
    else
      safe += letter;
  if (const std::size_t at = page.find(place); at != std::string::npos)
    page.replace(at, place.size(), safe);
  return page;
}

}  // namespace touchstone::conformance::report
