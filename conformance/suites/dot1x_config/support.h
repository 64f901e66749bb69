#pragma once
// What the cases of this suite share.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/harness/case.h"
#include "conformance/harness/case_context.h"
#include "conformance/oracle/dot1x/wpa_conf.h"
#include "conformance/suites/verdict/file_verdict.h"

namespace touchstone::conformance::suites::dot1x_config {

using harness::CaseContext;
using harness::Json;
using harness::Response;

/// What a property draws: a text, and what was done to it.
struct Drawn {
  std::string what;
  std::string text;
  std::string more;
};
void to_json(Json& json, const Drawn& drawn);
void from_json(const Json& json, Drawn& drawn);

/// A file of fixtures/pki/mgu.
[[nodiscard]] std::string pki(std::string_view name);

/// A wpa_supplicant.conf without a remark.
[[nodiscard]] std::string plain_wpa_conf();

/// The implementation says of the file what the oracle says (file_verdict.h).
void expect_wpa(CaseContext& ctx, std::string_view requirement, const std::string& text);

void add_case(harness::Registry& registry, std::string id, std::vector<std::string> requirements,
              std::vector<std::string> needs, std::string title,
              std::function<void(CaseContext&)> body);

}  // namespace touchstone::conformance::suites::dot1x_config
