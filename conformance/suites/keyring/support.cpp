#include "conformance/suites/keyring/support.h"

#include "conformance/harness/base64.h"
#include "conformance/suites/keyring/data.h"
#include "reference/base/result.h"

namespace touchstone::conformance::suites::keyring {

Response decode(CaseContext& ctx, OctetView file, Mode mode, bool accept_short_hex) {
  Json args = {{"octets_b64", harness::to_base64(file)},
               {"mode", mode == Mode::strict ? "strict" : "tolerant"}};
  if (accept_short_hex) args["accept_short_hex"] = true;
  return ctx.call("keyring.decode", std::move(args));
}

Octets encode(CaseContext& ctx, const oracle::Keyring& keyring, std::string_view requirement) {
  const Response response = ctx.call("keyring.encode", Json(keyring));
  ctx.expect_accepted(response, requirement);
  return octets_of(ctx, response, "octets_b64", requirement);
}

Octets octets_of(CaseContext& ctx, const Response& response, std::string_view member,
                 std::string_view requirement) {
  const auto found = response.obs.find(member);
  if (found == response.obs.end() || !found->is_string())
    ctx.fail(requirement, "obs with " + std::string(member), "no such member");
  auto octets = harness::from_base64(found->get<std::string>());
  if (!octets) ctx.fail(requirement, "base64 in " + std::string(member), "something else");
  return *octets;
}

void expect_keyring(CaseContext& ctx, const Response& response, const oracle::Keyring& keyring,
                    std::string_view requirement) {
  const Json wanted(keyring);
  ctx.expect_equal(requirement, "network", wanted.at("network"),
                   response.obs.value("network", Json()));
  ctx.expect_equal(requirement, "nodes", wanted.at("nodes"), response.obs.value("nodes", Json()));
}

harness::RejectClass reject_class_of(std::string_view word) {
  return harness::parse_reject_class(word).value_or(harness::RejectClass::unspecified);
}

void expect_as_oracle(CaseContext& ctx, const Response& response, OctetView file, Mode mode,
                      std::string_view requirement, bool one_fault) {
  const auto reading = oracle::read_keyring(file, {.strict = mode == Mode::strict});
  if (reading.accepted()) {
    ctx.expect_accepted(response, requirement);
    expect_keyring(ctx, response, reading.keyring, requirement);
    return;
  }
  const auto reject_class = reject_class_of(reading.reject_class);
  if (one_fault && reject_class != harness::RejectClass::unspecified)
    ctx.expect_rejected(response, requirement, {reject_class});
  else
    ctx.expect_rejected(response, requirement);
}

void expect_refused(CaseContext& ctx, std::string_view requirement, std::string_view text) {
  ctx.counterexample("file", as_octets(text));
  ctx.expect_rejected(decode(ctx, as_octets(text), Mode::strict), requirement);
  if (ctx.has("keyring.tolerant"))
    ctx.expect_rejected(decode(ctx, as_octets(text), Mode::tolerant), requirement);
}

void expect_taken(CaseContext& ctx, std::string_view requirement, std::string_view text) {
  ctx.counterexample("file", as_octets(text));
  const auto reading = oracle::read_keyring(as_octets(text), {.strict = true});
  TOUCHSTONE_CHECK(reading.accepted());
  const Response strict = decode(ctx, as_octets(text), Mode::strict);
  ctx.expect_accepted(strict, requirement);
  expect_keyring(ctx, strict, reading.keyring, requirement);
  if (!ctx.has("keyring.tolerant")) return;
  const Response tolerant = decode(ctx, as_octets(text), Mode::tolerant);
  ctx.expect_accepted(tolerant, requirement);
  expect_keyring(ctx, tolerant, reading.keyring, requirement);
}

void expect_tolerated(CaseContext& ctx, std::string_view requirement, std::string_view text,
                      std::string_view code, const oracle::Keyring& keyring) {
  ctx.counterexample("file", as_octets(text));
  ctx.expect_rejected(decode(ctx, as_octets(text), Mode::strict), requirement);
  if (!ctx.has("keyring.tolerant")) return;
  const Response response = decode(ctx, as_octets(text), Mode::tolerant);
  ctx.expect_accepted(response, requirement);
  ctx.expect_finding(response, requirement, code);
  expect_keyring(ctx, response, keyring, requirement);
}

std::string vector_text(std::string_view from, std::string_view to) {
  std::string text = oracle::print_keyring(vector_keyring());
  const auto at = text.find(from);
  TOUCHSTONE_CHECK(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

void add_case(harness::Registry& registry, std::string id, std::vector<std::string> requirements,
              std::vector<std::string> needs, std::string title,
              std::function<void(CaseContext&)> body, int time_limit_s) {
  registry.add({.id = std::move(id),
                .suite = "keyring",
                .requirements = std::move(requirements),
                .needs = std::move(needs),
                .title = std::move(title),
                .body = std::move(body),
                .time_limit_s = time_limit_s});
}

void add_decode_case(harness::Registry& registry, std::string id,
                     std::vector<std::string> requirements, std::string title,
                     std::function<void(CaseContext&)> body) {
  add_case(registry, std::move(id), std::move(requirements), {"keyring.decode"}, std::move(title),
           std::move(body));
}

}  // namespace touchstone::conformance::suites::keyring
