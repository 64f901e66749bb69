#include "conformance/suites/verdict/file_verdict.h"

#include <algorithm>

#include "conformance/harness/base64.h"

namespace touchstone::conformance::suites {

using harness::CaseContext;
using harness::Json;
using harness::Response;
using oracle::ipsec::Remark;
using oracle::ipsec::Verdict;

namespace {

/// One oracle remark against the findings of a response.
void expect_told(CaseContext& ctx, std::string_view requirement, const Response& response,
                 const Remark& remark) {
  ctx.expect_finding(response, requirement, remark.code);
  if (remark.line == 0 || !response.obs.contains("findings")) return;
  const bool there = std::ranges::any_of(response.obs.at("findings"), [&](const Json& finding) {
    return finding.value("code", "") == remark.code &&
           finding.value("line", std::uint64_t{0}) == remark.line;
  });
  ctx.expect(there, requirement, remark.code + " at line " + std::to_string(remark.line),
             response.obs.at("findings").dump());
}

void expect_no_other(CaseContext& ctx, std::string_view requirement, const Response& response,
                     const Verdict& verdict) {
  if (!response.obs.contains("findings")) return;
  for (const Json& finding : response.obs.at("findings"))
    ctx.expect(verdict.has(finding.value("code", "")), requirement,
               "no finding that the file does not earn", finding.dump());
}

}  // namespace

std::string base64(std::string_view text) {
  return harness::to_base64(as_octets(text));
}

std::string text_of(const Response& response, const char* member) {
  const auto octets = harness::from_base64(response.obs.value(member, ""));
  return std::string(as_text(octets.value_or(Octets())));
}

void expect_verdict(CaseContext& ctx, std::string_view requirement, const Judgement& judgement,
                    const Verdict& verdict, const Json& model) {
  const auto call = [&](const char* profile) {
    Json args = judgement.args;
    args["profile"] = profile;
    return ctx.call(judgement.op, std::move(args), judgement.options);
  };
  const Response strict = call("strict");
  if (verdict.strict_takes())
    ctx.expect_accepted(strict, requirement);
  else
    ctx.expect_rejected(strict, requirement);
  if (ctx.has("lint.codes")) {
    // A fault of syntax may hide what was said on the way to it.
    const std::size_t first = verdict.stopped ? verdict.remarks.size() - 1 : 0;
    for (std::size_t i = first; i < verdict.remarks.size(); ++i)
      expect_told(ctx, requirement, strict, verdict.remarks[i]);
    if (!verdict.stopped) expect_no_other(ctx, requirement, strict, verdict);
  }
  if (judgement.daemon != nullptr) {
    const Response daemon = call(judgement.daemon);
    if (verdict.daemon_takes())
      ctx.expect_accepted(daemon, requirement);
    else
      ctx.expect_rejected(daemon, requirement);
  }
  if (!ctx.has(judgement.model_capability) || !judgement.has_model || !verdict.daemon_takes())
    return;
  ctx.expect_equal(requirement, judgement.member, model,
                   strict.obs.value(judgement.member, Json()));
}

}  // namespace touchstone::conformance::suites
