// The files of the fixtures, through the reader and through the command that judges files.

#include "conformance/suites/diameter_conf/cases.h"
#include "conformance/suites/diameter_conf/support.h"

namespace touchstone::conformance::suites::diameter_conf {

/// fixtures/diameter/conf/files.json, embedded.
std::string_view files_json();

namespace {

const Json& files() {
  static const Json list = Json::parse(files_json()).at("files");
  return list;
}

ConfUse use_of(const Json& file) {
  ConfUse use;
  use.certificate = file.value("certificate", false);
  use.ipsec = file.value("ipsec", false);
  use.role = file.value("role", "");
  use.hosts = file.value("hosts", std::vector<std::string>{});
  return use;
}

void check_read(CaseContext& ctx) {
  for (const Json& file : files()) {
    const auto text = file.at("text").get<std::string>();
    ctx.counterexample("file", as_octets(text));
    for (const char* mode : {"tolerant", "strict"}) {
      ConfUse use = use_of(file);
      use.strict = std::string_view(mode) == "strict";
      const Response response = decode(ctx, as_octets(text), use);
      if (file.at(mode).get<int>() == 0)
        ctx.expect_accepted(response, "DC-18");
      else
        ctx.expect_rejected(response, "DC-18");
      for (const Json& code : file.at("codes"))
        ctx.expect_finding(response, "DC-18", code.get<std::string>());
    }
  }
}

void check_linted(CaseContext& ctx) {
  for (const Json& file : files()) {
    ctx.sandbox().write("diameter.conf", file.at("text").get<std::string>());
    ctx.counterexample("case", file.at("name"));
    Json args = {{"file", "diameter.conf"}};
    for (const char* name : {"certificate", "ipsec", "role", "hosts"})
      if (file.contains(name)) args[name] = file.at(name);
    const auto before = ctx.sandbox().snapshot();
    const Response tolerant = ctx.call("cmd.diameter_conf_lint", args);
    ctx.expect_exit(tolerant, "DC-18", {file.at("tolerant").get<int>()});
    for (const Json& code : file.at("codes"))
      ctx.expect_finding(tolerant, "DC-18", code.get<std::string>());
    args["strict"] = true;
    const Response strict = ctx.call("cmd.diameter_conf_lint", args);
    ctx.expect_exit(strict, "DC-18", {file.at("strict").get<int>()});
    ctx.expect_unchanged(before, "DC-18");
  }
}

}  // namespace

void add_file_cases(harness::Registry& registry) {
  add_decode_case(registry, "DC-18.ReadsTheFixtures", {"DC-18"},
                  "Each file of the fixtures is judged as its table says", check_read);
  add_case(registry, "DC-18.LintAgreesOnTheFixtures", {"DC-18"}, {"cmd.diameter_conf_lint"},
           "The lint command ends with the exit status of each file of the fixtures", check_linted);
}

}  // namespace touchstone::conformance::suites::diameter_conf
