#pragma once
// What the cases of this suite share.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/harness/case.h"
#include "conformance/harness/case_context.h"
#include "conformance/oracle/diameter/conf.h"

namespace touchstone::conformance::suites::diameter_conf {

using harness::CaseContext;
using harness::Json;
using harness::Response;
using oracle::diameter::Conf;
using oracle::diameter::ConfUse;

/// With a certificate and IPsec, so that only what a case is about is told.
[[nodiscard]] ConfUse calm_use(bool strict = false);

/// diameter_conf.decode.
[[nodiscard]] Response decode(CaseContext& ctx, OctetView file, const ConfUse& use,
                              std::string_view profile = "6733");

/// What came of `file` is what the oracle makes of it: taken or refused, the same configuration.
/// Every finding of the oracle is told at its line; where there is an error, which may hide others,
/// one of the errors.
void expect_as_oracle(CaseContext& ctx, OctetView file, const ConfUse& use,
                      std::string_view requirement);

/// Taken in both modes, without a finding, as `conf`.
void expect_taken(CaseContext& ctx, std::string_view requirement, std::string_view text);
/// Refused in both modes; with lint codes for `code`.
void expect_refused(CaseContext& ctx, std::string_view requirement, std::string_view text,
                    std::string_view code, const ConfUse& use = calm_use());
/// Taken with `code` by a tolerant reader, refused by a strict one.
void expect_tolerated(CaseContext& ctx, std::string_view requirement, std::string_view text,
                      std::string_view code, const ConfUse& use = calm_use());

/// A KMS and a gateway without a finding, each with every property; the first `from`, which must be
/// there, is replaced.
[[nodiscard]] std::string server_text(std::string_view from = {}, std::string_view to = {});
[[nodiscard]] std::string client_text(std::string_view from = {}, std::string_view to = {});

void add_case(harness::Registry& registry, std::string id, std::vector<std::string> requirements,
              std::vector<std::string> needs, std::string title,
              std::function<void(CaseContext&)> body);
/// A case whose body calls diameter_conf.decode alone.
void add_decode_case(harness::Registry& registry, std::string id,
                     std::vector<std::string> requirements, std::string title,
                     std::function<void(CaseContext&)> body);

}  // namespace touchstone::conformance::suites::diameter_conf
