// Values of net8021x that nobody should believe: what would be read as something else than a value
// is refused, and everything else arrives as it was given.

#include <fmt/format.h>

#include <algorithm>

#include "conformance/generators/dot1x.h"
#include "conformance/generators/keyring.h"
#include "conformance/harness/property.h"
#include "conformance/suites/dot1x_config/cases.h"
#include "conformance/suites/dot1x_config/tree.h"

namespace touchstone::conformance::suites::dot1x_config {

namespace {

using generators::draw_below;

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

/// What PA-18 lets into a configuration.
bool may_be_identity(const std::string& text) {
  return !text.empty() && text.size() <= 253 && !text.contains('"') &&
         std::ranges::none_of(text, is_control);
}

/// Accepted and told as it is, or refused with nothing changed.
void expect_identity(CaseContext& ctx, const std::string& identity) {
  ctx.start_afresh();
  ctx.counterexample("identity", as_octets(identity));
  PortSetup setup;
  setup.identity = identity;
  const Json args = options_of(ctx, setup);
  const auto before = ctx.sandbox().snapshot();
  const Response response = net8021x(ctx, args);
  if (may_be_identity(identity)) {
    ctx.expect_accepted(response, "PA-18");
    expect_conf(ctx, "PA-18", setup);
  } else {
    ctx.expect_exit(response, "PA-18", {2});
    ctx.expect_unchanged(before, "PA-18");
  }
}

void check_identities(CaseContext& ctx) {
  for (const char* identity : {"x\"",       "\"",       "a\"\n\tca_cert=NULL\n#",
                               "a\nb",      "a\r",      "a\tb",
                               "\x7F",      "",         "#x",
                               "x # y",     "a'b",      "$(reboot)",
                               "a;b",       "{}",       "}",
                               "network={", "\xC3\xA5", "a\\x41",
                               "NULL",      "hash:00"})
    expect_identity(ctx, identity);
  for (const std::size_t size : {252U, 253U, 254U, 1000U})
    expect_identity(ctx, std::string(size, 'i'));
  harness::property<Drawn>(
      ctx, "identity", {.classes = {{"refused", 0.1}, {"taken", 0.3}}, .cost = 4},
      [] {
        std::string text = generators::draw_name();
        constexpr std::string_view bad = "\"\n\r\t\x01\x1B\x7F";
        if (draw_below(3) == 0)
          text.insert(draw_below(static_cast<std::uint32_t>(text.size())), 1,
                      bad[draw_below(static_cast<std::uint32_t>(bad.size()))]);
        return Drawn{"", text, ""};
      },
      [](CaseContext& at, const Drawn& drawn) {
        harness::classify(at, may_be_identity(drawn.text) ? "taken" : "refused");
        expect_identity(at, drawn.text);
      });
}

/// Values that would end a line of the configuration, of the unit, or of a shell.
void check_others(CaseContext& ctx) {
  const auto refused = [&](const char* name, const std::string& value) {
    ctx.start_afresh();
    ctx.counterexample(name, as_octets(value));
    Json args = options_of(ctx, {});
    args[name] = value;
    const auto before = ctx.sandbox().snapshot();
    ctx.expect_exit(net8021x(ctx, args), "PA-18", {2});
    ctx.expect_unchanged(before, "PA-18");
  };
  for (const char* value : {"a\"b", "a\nb", "a b", "", "radius;example", "*", "a/b"})
    refused("server-name", value);
  for (const char* value :
       {"eth0\nExecStart=/bin/sh", "eth0 -s", "", "a/b", "eth0;x", "-i", "sixteen-letters-"})
    refused("interface", value);
  for (const char* value : {"newest", "", "Legacy"})
    refused("profile", value);
}

/// A name of a file becomes a line of the configuration.
void check_file_names(CaseContext& ctx) {
  for (const char* name : {"a\"b.pem", "a\nca_cert=x.pem", ".pem", "tab\t.pem"}) {
    ctx.start_afresh();
    Json args = options_of(ctx, {});
    ctx.counterexample("name", as_octets(std::string_view(name)));
    args["client-cert"] = std::string("in/") + name;
    ctx.sandbox().write(args.at("client-cert").get<std::string>(), pki("client"));
    const auto before = ctx.sandbox().snapshot();
    ctx.expect_exit(net8021x(ctx, args), "PA-18", {2});
    ctx.expect_unchanged(before, "PA-18");
  }
  for (const char* name : {"a b.pem", "a#b.pem", "a'b;$(x).pem", "-a.pem", "\xC3\xA5.pem"}) {
    ctx.start_afresh();
    Json args = options_of(ctx, {});
    ctx.counterexample("name", as_octets(std::string_view(name)));
    args["client-cert"] = std::string("in/") + name;
    ctx.sandbox().write(args.at("client-cert").get<std::string>(), pki("client"));
    ctx.expect_accepted(net8021x(ctx, args), "PA-18");
    expect_copies(ctx, "PA-18", {});
  }
}

/// The password stands in the configuration and nowhere else: the harness looks for it in whatever
/// the command said, started or left open.
void check_passwords(CaseContext& ctx) {
  PortSetup setup;
  setup.key = "encrypted_key";
  setup.password = key_password;
  ctx.expect_accepted(set_up(ctx, setup), "PA-15");
  expect_conf(ctx, "PA-15", setup);
  expect_copies(ctx, "PA-15", setup);
  const auto stays = ctx.sandbox().snapshot();
  const auto refused = [&](const char* key, const std::string& password, int exit) {
    PortSetup wrong;
    wrong.key = key;
    wrong.password = password;
    ctx.expect_exit(set_up(ctx, wrong), "PA-15", {exit});
    ctx.expect_unchanged(stays, "PA-15", {"in/privateKey.pem", "in/password"});
  };
  refused("encrypted_key", "", 2);
  refused("encrypted_key", "Another password 17", 7);
  refused("client_key", "A password too many", 2);
  refused("encrypted_key", "two\nlines of words", 2);
  PortSetup open;
  ctx.expect_accepted(set_up(ctx, open), "PA-15");
  expect_conf(ctx, "PA-15", open);
}

/// The dry run tells what it would write, the password left out.
void check_dry_run(CaseContext& ctx) {
  PortSetup setup;
  setup.key = "encrypted_key";
  setup.password = key_password;
  setup.dry_run = true;
  const Json args = options_of(ctx, setup);
  const auto before = ctx.sandbox().snapshot();
  const Response response = net8021x(ctx, args);
  ctx.expect_accepted(response, "PA-15");
  ctx.expect(response.obs.value("stdout", "").contains("wpa_supplicant.conf"), "PA-15",
             "what it would write", "nothing");
  ctx.expect_unchanged(before, "PA-15");
}

/// One of each.
void check_exit_codes(CaseContext& ctx) {
  const auto expect = [&](const PortSetup& setup, int exit) {
    ctx.start_afresh();
    ctx.expect_exit(set_up(ctx, setup), "PA-22", {exit});
  };
  expect({}, 0);
  expect({.identity = "\""}, 2);
  expect({.client = "torn"}, 6);
  expect({.key = "stranger_key"}, 7);
  ctx.start_afresh();
  Json args = options_of(ctx, {});
  args["ca-cert"] = "in/none.pem";
  ctx.expect_exit(net8021x(ctx, args), "PA-22", {3});
  args = options_of(ctx, {});
  ctx.sandbox().write(wpa_conf_file, "network={\n\teap=PEAP\n}\n");
  ctx.expect_exit(net8021x(ctx, args), "PA-22", {9});
}

}  // namespace

void add_value_cases(harness::Registry& registry) {
  const std::string op = "cmd.net8021x";
  const std::string more = "net8021x.extended";
  add_case(registry, "PA-18.KeepsIdentitiesOrRefusesThem", {"PA-18"}, {op},
           "An identity arrives as it was given, or changes nothing", check_identities);
  add_case(registry, "PA-18.RefusesOtherValues", {"PA-18"}, {op, more},
           "No value of a switch ends a line of a file", check_others);
  add_case(registry, "PA-18.LooksAtFileNames", {"PA-18"}, {op},
           "No name of a file ends a line of a file", check_file_names);
  add_case(registry, "PA-15.StoresThePassword", {"PA-15"}, {op, more},
           "The password of the key stands in the configuration alone", check_passwords);
  add_case(registry, "PA-15.HidesThePassword", {"PA-15"}, {op, more},
           "A dry run does not tell the password", check_dry_run);
  add_case(registry, "PA-22.EndsWithItsCodes", {"PA-22"}, {op, "exit.codes"},
           "Each fault has its exit code", check_exit_codes);
}

}  // namespace touchstone::conformance::suites::dot1x_config
