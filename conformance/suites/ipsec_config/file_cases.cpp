// The commands that judge files: exit status, and what only a whole tree tells.

#include <fmt/format.h>

#include "conformance/suites/ipsec_config/cases.h"
#include "conformance/suites/ipsec_config/support.h"

namespace touchstone::conformance::suites::ipsec_config {

namespace {

Response racoon_lint(CaseContext& ctx, const char* file, const char* profile, bool strict) {
  return ctx.call("cmd.racoon_lint",
                  {{"files", Json::array({file})}, {"profile", profile}, {"strict", strict}});
}

std::string without(std::string text, std::string_view part) {
  return text.erase(text.find(part), part.size());
}

void check_racoon_lint(CaseContext& ctx) {
  const std::string plain =
      without(plain_racoon(), "\tcertificate_type x509 \"own.pem\" \"own.key\";\n");
  ctx.sandbox().write("good.conf", plain);
  ctx.sandbox().write("warned.conf", without(plain, "main") + "# \r\n");
  std::string warned = plain;
  warned.insert(warned.find("hash_algorithm sha1"), "hash_algorithm md5;\n");
  ctx.sandbox().write("warned.conf", warned);
  ctx.sandbox().write("odd.conf", plain + "}\n");
  ctx.sandbox().write("bad.conf", plain + "remote {\n");
  const auto before = ctx.sandbox().snapshot();
  const auto expect = [&](const char* file, const char* profile, bool strict, int exit) {
    ctx.counterexample("file", Json(file));
    ctx.expect_exit(racoon_lint(ctx, file, profile, strict), "RF-07", {exit});
  };
  expect("good.conf", "strict", true, 0);
  expect("warned.conf", "strict", false, 0);
  expect("warned.conf", "strict", true, 6);
  expect("odd.conf", "strict", false, 6);
  expect("odd.conf", "racoon-0.8", false, 0);
  expect("bad.conf", "racoon-0.8", false, 6);
  expect("none.conf", "strict", false, 3);
  expect("good.conf", "racoon-0.7", false, 2);
  ctx.expect_unchanged(before, "RF-07");
}

void check_setkey_lint(CaseContext& ctx) {
  ctx.sandbox().write("good.conf", plain_setkey());
  ctx.sandbox().write("odd.conf",
                      plain_setkey() + "spdadd 10.9.0.0/33 10.8.0.1 any -P out none;\n");
  ctx.sandbox().write("bad.conf", plain_setkey() + "spdadd\n");
  const auto before = ctx.sandbox().snapshot();
  const auto expect = [&](const char* file, const char* profile, int exit) {
    ctx.counterexample("file", Json(file));
    ctx.expect_exit(ctx.call("cmd.setkey_lint", {{"file", file}, {"profile", profile}}), "IC-07",
                    {exit});
  };
  expect("good.conf", "strict", 0);
  expect("odd.conf", "strict", 6);
  expect("odd.conf", "setkey-0.8", 0);
  expect("bad.conf", "setkey-0.8", 6);
  expect("none.conf", "strict", 3);
  ctx.expect_unchanged(before, "IC-07");
}

void write_tree(CaseContext& ctx, const std::string& racoon, unsigned keys_mode) {
  for (const char* name : {"etc", "etc/racoon", "etc/sysconfig", "etc/sysconfig/network-scripts"})
    ctx.sandbox().make_folder(name);
  ctx.sandbox().write("etc/racoon/racoon.conf", racoon);
  const std::string folder = "etc/sysconfig/network-scripts/";
  ctx.sandbox().write(folder + "ifcfg-ipsec0", plain_ifcfg().ifcfg, 0644);
  ctx.sandbox().write(folder + "keys-ipsec0", *plain_ifcfg().keys, keys_mode);
}

void expect_tree(CaseContext& ctx, std::string_view requirement, int exit, const char* code) {
  const Response response =
      ctx.call("cmd.ifcfg_lint", {{"folder", ctx.sandbox().folder().string()}});
  ctx.expect_exit(response, requirement, {exit});
  if (*code != 0) ctx.expect_finding(response, requirement, code);
}

/// racoon.conf includes the file of each peer once.
void check_tree(CaseContext& ctx) {
  const std::string include = "include \"/etc/racoon/10.0.0.2.conf\";\n";
  const auto expect = [&](const std::string& racoon, int exit) {
    ctx.start_afresh();
    ctx.counterexample("racoon.conf", as_octets(racoon));
    write_tree(ctx, racoon, 0600);
    expect_tree(ctx, "IP-02", exit, exit == 0 ? "" : "IF-INCLUDE");
  };
  expect(include, 0);
  expect("log info;\n", 6);
  expect(include + include, 6);
  expect("include \"/etc/racoon/10.0.0.20.conf\";\n", 6);
}

void check_tree_modes(CaseContext& ctx) {
  write_tree(ctx, "include \"/etc/racoon/10.0.0.2.conf\";\n", 0644);
  expect_tree(ctx, "IP-08", 6, "IF-KEYMODE");
}

}  // namespace

void add_file_cases(harness::Registry& registry) {
  add_case(registry, "RF-07.LintJudgesFiles", {"RF-07"}, {"cmd.racoon_lint"},
           "The lint of racoon.conf ends with 0 or 6 by its profile", check_racoon_lint);
  add_case(registry, "IC-07.LintJudgesScripts", {"IC-07"}, {"cmd.setkey_lint"},
           "The lint of setkey scripts ends with 0 or 6 by its profile", check_setkey_lint);
  add_case(registry, "IP-02.LintComparesTheInclude", {"IP-02"}, {"cmd.ifcfg_lint"},
           "A tree whose racoon.conf includes a peer not at all or twice is refused", check_tree);
  add_case(registry, "IP-08.LintLooksAtModes", {"IP-08"}, {"cmd.ifcfg_lint"},
           "A tree with a keys file for everybody is refused", check_tree_modes);
}

}  // namespace touchstone::conformance::suites::ipsec_config
