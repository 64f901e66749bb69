#include "conformance/suites/diameter_conf/support.h"

#include <algorithm>

#include "conformance/harness/base64.h"
#include "reference/base/result.h"

namespace touchstone::conformance::suites::diameter_conf {

namespace {

constexpr std::string_view server = R"(URI=aaa://kms.example
StackType=SERVER
Realm=example
VendorId=27611
ProductName=KMS
SupportedApplicationIds.0.ApplicationIdType=Auth
SupportedApplicationIds.0.ApplicationId=2
SupportedApplicationIds.0.VendorId=0
InbandSecurityIds.0.SecurityId=NO_INBAND_SECURITY
PeerTable.0.URI=aaa://gateway.example:3868
PeerTable.0.Realm=example
PeerTable.0.PeerConnecting=false
)";
constexpr std::string_view client = R"(URI=aaa://gateway.example
StackType=CLIENT
Realm=example
VendorId=27611
ProductName=KMC
SupportedApplicationIds.0.ApplicationIdType=Auth
SupportedApplicationIds.0.ApplicationId=2
SupportedApplicationIds.0.VendorId=0
InbandSecurityIds.0.SecurityId=NO_INBAND_SECURITY
PeerTable.0.URI=aaas://kms.example
PeerTable.0.Realm=example
PeerTable.0.PeerConnecting=true
)";

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  TOUCHSTONE_CHECK(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

Json ports_of(const Conf& conf, std::string_view profile) {
  Json ports = Json::array({oracle::diameter::port_of(conf.uri, profile)});
  for (const auto& peer : conf.peers)
    ports.push_back(oracle::diameter::port_of(peer.uri, profile));
  return ports;
}

bool tells(const Response& response, const Finding& wanted) {
  for (const Json& finding : response.obs.value("findings", Json::array()))
    if (finding.value("code", "") == wanted.code &&
        (wanted.line == 0 || finding.value("line", std::uint64_t{0}) == wanted.line))
      return true;
  return false;
}

bool is_error(const Finding& finding) {
  return finding.severity == Severity::error;
}

void expect_told(CaseContext& ctx, const Response& response, const Findings& findings,
                 std::string_view requirement) {
  const std::string told = response.obs.value("findings", Json::array()).dump();
  if (findings.empty()) ctx.expect_equal(requirement, "findings", "[]", told);
  if (std::ranges::any_of(findings, is_error)) {
    const bool one = std::ranges::any_of(findings, [&](const Finding& finding) {
      return is_error(finding) && tells(response, finding);
    });
    return ctx.expect(one, requirement, "one of the errors, with its line", told);
  }
  for (const Finding& finding : findings)
    ctx.expect(tells(response, finding), requirement,
               std::string(finding.code) + " at line " + std::to_string(finding.line), told);
}

}  // namespace

ConfUse calm_use(bool strict) {
  return {.strict = strict, .role = {}, .certificate = true, .ipsec = true, .hosts = {}};
}

Response decode(CaseContext& ctx, OctetView file, const ConfUse& use, std::string_view profile) {
  Json args = {{"octets_b64", harness::to_base64(file)},
               {"mode", use.strict ? "strict" : "tolerant"},
               {"certificate", use.certificate},
               {"ipsec", use.ipsec},
               {"profile", profile}};
  if (!use.role.empty()) args["role"] = use.role;
  if (!use.hosts.empty()) args["hosts"] = use.hosts;
  return ctx.call("diameter_conf.decode", std::move(args));
}

void expect_as_oracle(CaseContext& ctx, OctetView file, const ConfUse& use,
                      std::string_view requirement) {
  const auto reading = oracle::diameter::read_conf(file, use);
  const Response response = decode(ctx, file, use);
  if (!reading.accepted()) {
    ctx.expect_rejected(response, requirement);
  } else {
    ctx.expect_accepted(response, requirement);
    ctx.expect_equal(requirement, "configuration", Json(reading.conf),
                     response.obs.value("conf", Json()));
    ctx.expect_equal(requirement, "ports", ports_of(reading.conf, "6733"),
                     response.obs.value("ports", Json()));
  }
  if (ctx.has("lint.codes")) expect_told(ctx, response, reading.findings, requirement);
}

void expect_taken(CaseContext& ctx, std::string_view requirement, std::string_view text) {
  ctx.counterexample("file", as_octets(text));
  const auto reading = oracle::diameter::read_conf(as_octets(text), calm_use(true));
  TOUCHSTONE_CHECK(reading.accepted());
  for (const bool strict : {true, false})
    expect_as_oracle(ctx, as_octets(text), calm_use(strict), requirement);
}

void expect_refused(CaseContext& ctx, std::string_view requirement, std::string_view text,
                    std::string_view code, const ConfUse& use) {
  ctx.counterexample("file", as_octets(text));
  for (const bool strict : {true, false}) {
    ConfUse reading = use;
    reading.strict = strict;
    const Response response = decode(ctx, as_octets(text), reading);
    ctx.expect_rejected(response, requirement);
    ctx.expect_finding(response, requirement, code);
  }
}

void expect_tolerated(CaseContext& ctx, std::string_view requirement, std::string_view text,
                      std::string_view code, const ConfUse& use) {
  ctx.counterexample("file", as_octets(text));
  ConfUse reading = use;
  reading.strict = true;
  ctx.expect_rejected(decode(ctx, as_octets(text), reading), requirement);
  reading.strict = false;
  const Response response = decode(ctx, as_octets(text), reading);
  ctx.expect_accepted(response, requirement);
  ctx.expect_finding(response, requirement, code);
}

std::string server_text(std::string_view from, std::string_view to) {
  return replaced(std::string(server), from, to);
}

std::string client_text(std::string_view from, std::string_view to) {
  return replaced(std::string(client), from, to);
}

void add_case(harness::Registry& registry, std::string id, std::vector<std::string> requirements,
              std::vector<std::string> needs, std::string title,
              std::function<void(CaseContext&)> body) {
  registry.add({.id = std::move(id),
                .suite = "diameter-conf",
                .requirements = std::move(requirements),
                .needs = std::move(needs),
                .title = std::move(title),
                .body = std::move(body)});
}

void add_decode_case(harness::Registry& registry, std::string id,
                     std::vector<std::string> requirements, std::string title,
                     std::function<void(CaseContext&)> body) {
  add_case(registry, std::move(id), std::move(requirements), {"diameter_conf.decode"},
           std::move(title), std::move(body));
}

}  // namespace touchstone::conformance::suites::diameter_conf
