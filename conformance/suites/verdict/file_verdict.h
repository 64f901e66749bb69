#pragma once
// A file held before an implementation and before the oracle: what the suites of configuration
// files share.

#include <string>
#include <string_view>

#include "conformance/harness/case_context.h"
#include "conformance/oracle/ipsec/remarks.h"

namespace touchstone::conformance::suites {

/// base64.
[[nodiscard]] std::string base64(std::string_view text);
/// The octets of a member of obs.
[[nodiscard]] std::string text_of(const harness::Response& response, const char* member);

struct Judgement {
  const char* op;
  const char* daemon;  ///< the profile of the program; null: there is none
  const char* member;  ///< of obs, with the model
  harness::Json args;
  harness::CallOptions options = {};
  bool has_model = true;
  const char* model_capability = "ipsec.model";
};

/// The implementation says of a file what the oracle says: taken or refused, in each profile; every
/// remark of the oracle is told with its line, and in the profile strict no other code; and where
/// the program takes it, what it means.
void expect_verdict(harness::CaseContext& ctx, std::string_view requirement,
                    const Judgement& judgement, const oracle::ipsec::Verdict& verdict,
                    const harness::Json& model);

}  // namespace touchstone::conformance::suites
