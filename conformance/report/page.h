#pragma once
// index.html: the page of conformance/harness/page with the report inside.

#include <string>
#include <string_view>

#include "conformance/harness/adapter.h"

namespace touchstone::conformance::report {

/// One self-contained document. Text of an implementation cannot end the script element that holds
/// the data.
[[nodiscard]] std::string make_page(const harness::Json& report);

}  // namespace touchstone::conformance::report
