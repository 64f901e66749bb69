// What net8021x holds against its certificates before it writes anything.

#include "conformance/harness/base64.h"
#include "conformance/suites/dot1x_config/cases.h"
#include "conformance/suites/dot1x_config/tree.h"

namespace touchstone::conformance::suites::dot1x_config {

namespace {

/// Exit 0 and whole, or this exit and nothing changed.
void expect_judged(CaseContext& ctx, std::string_view requirement, const PortSetup& setup, int exit,
                   const char* code = "") {
  ctx.start_afresh();
  ctx.counterexample("files", Json::array({setup.ca, setup.client, setup.key, setup.profile}));
  const Json args = options_of(ctx, setup);
  const auto before = ctx.sandbox().snapshot();
  const Response response = net8021x(ctx, args);
  ctx.expect_exit(response, requirement, {exit});
  if (*code != 0) ctx.expect_finding(response, requirement, code);
  if (exit != 0) return ctx.expect_unchanged(before, requirement);
  expect_conf(ctx, requirement, setup);
  expect_copies(ctx, requirement, setup);
}

void check_certificates(CaseContext& ctx) {
  const auto expect = [&](const PortSetup& setup, int exit, const char* code = "") {
    expect_judged(ctx, "PA-17", setup, exit, code);
  };
  expect({}, 0);
  expect({.client = "ec", .key = "ec_key"}, 0);
  expect({.client = "several"}, 0);
  for (const char* file : {"no_pem", "torn", "client_key"})
    expect({.client = file}, 6);
  expect({.ca = "no_pem"}, 6);
  expect({.key = "client"}, 6);
  expect({.key = "stranger_key"}, 7);
  expect({.client = "of_other_ca"}, 7);
  expect({.ca = "other_ca"}, 7);
  expect({.client = "self_signed"}, 7);
  expect({.ca = "client"}, 7);
}

void check_dates(CaseContext& ctx) {
  const std::string now = "2026-11-28 12:00:00";
  expect_judged(ctx, "PA-17", {.now = now}, 0);
  expect_judged(ctx, "PA-17", {.client = "expired", .now = now}, 6);
  expect_judged(ctx, "PA-17", {.client = "not_yet_valid", .now = now}, 6);
  expect_judged(ctx, "PA-17", {.now = "2051-01-01 00:00:00"}, 6);
}

void check_strength(CaseContext& ctx) {
  PortSetup setup{.client = "short", .key = "short_key"};
  expect_judged(ctx, "PA-17", setup, 0, "ML-WEAKKEY");
  setup.profile = "legacy";
  expect_judged(ctx, "PA-17", setup, 0, "ML-WEAKKEY");
  setup.profile = "modern";
  expect_judged(ctx, "PA-17", setup, 6);
  setup.allow_weak = true;
  expect_judged(ctx, "PA-17", setup, 0, "ML-WEAKKEY");
  expect_judged(ctx, "PA-17", {.profile = "modern"}, 0);
  if (ctx.reading("Y-11") != "A") ctx.info("1024 bits are taken without a remark");
}

/// DER is the body of PEM.
std::string der_of(const std::string& pem) {
  std::string body;
  for (std::size_t at = 0; at < pem.size();) {
    const auto end = std::min(pem.find('\n', at), pem.size());
    const std::string line = pem.substr(at, end - at);
    if (!line.starts_with("-----")) body += line;
    at = end + 1;
  }
  const auto octets = harness::from_base64(body);
  return octets ? std::string(as_text(*octets)) : std::string();
}

void check_form(CaseContext& ctx) {
  expect_judged(ctx, "PA-11", {.client = "v1"}, 6);
  Json args = options_of(ctx, {});
  ctx.sandbox().write("in/clientCert.pem", der_of(pki("client")));
  const auto before = ctx.sandbox().snapshot();
  ctx.expect_exit(net8021x(ctx, args), "PA-11", {6});
  ctx.expect_unchanged(before, "PA-11");
  ctx.start_afresh();
  args = options_of(ctx, {});
  ctx.expect_no_finding(net8021x(ctx, args), "PA-11", "ML-EXT");
  args["client-cert"] = "in/client.crt";
  ctx.sandbox().write("in/client.crt", pki("client"));
  const Response response = net8021x(ctx, args);
  ctx.expect_accepted(response, "PA-11");
  ctx.expect_finding(response, "PA-11", "ML-EXT");
}

}  // namespace

void add_certificate_cases(harness::Registry& registry) {
  const std::string op = "cmd.net8021x";
  const std::string more = "net8021x.extended";
  add_case(registry, "PA-17.ChecksCertificates", {"PA-17"}, {op},
           "Root, certificate and key belong together, or nothing is written", check_certificates);
  add_case(registry, "PA-17.ChecksDates", {"PA-17"}, {op, "clock.fixed"},
           "A certificate is valid now, or nothing is written", check_dates);
  add_case(registry, "PA-17.ChecksStrength", {"PA-17"}, {op, more},
           "An RSA key of 1024 bits is told, and refused by the profile modern", check_strength);
  add_case(registry, "PA-11.ChecksTheForm", {"PA-11"}, {op},
           "Certificates are of version 3, in PEM, in files that end in .pem", check_form);
}

}  // namespace touchstone::conformance::suites::dot1x_config
