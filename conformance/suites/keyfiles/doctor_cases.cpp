// kms_doctor over an installation in the sandbox: OP-03 and OP-04.

#include <fmt/format.h>

#include "conformance/suites/keyfiles/case_groups.h"

namespace touchstone::conformance::suites::keyfiles {
namespace {

/// An installation as it should be.
void put_installation(CaseContext& ctx) {
  ctx.start_afresh();
  ctx.sandbox().make_folder("onramp");
  ctx.sandbox().make_folder("onramp/kms-utils");
  const oracle::Keyring keyring{passphrase_network(), known_rows()};
  put_keyring(ctx, keyring, "onramp/keyring.csv");
  put_keyring(ctx, keyring, "onramp/keyring.110222172503.csv");
  ctx.sandbox().write("onramp/kms-utils/kms.pem", kms_key().private_pem());
}

Response examine(CaseContext& ctx) {
  return ctx.call("cmd.kms_doctor", {{"root", "onramp"}});
}

/// The line that names `place`, or nothing.
std::string line_about(const Response& response, std::string_view place) {
  const std::string text = response.obs.value("stdout", "");
  const std::size_t at = text.find(place);
  if (at == std::string::npos) return {};
  const std::size_t begin = text.rfind('\n', at);
  const std::size_t start = begin == std::string::npos ? 0 : begin + 1;
  return text.substr(start, text.find('\n', at) - start);
}

void expect_fault(CaseContext& ctx, std::string_view place) {
  const Response response = examine(ctx);
  ctx.counterexample("place", Json(place));
  ctx.expect_exit(response, "OP-04", {13});
  ctx.expect(!line_about(response, place).empty(), "OP-04", fmt::format("a line about {}", place),
             "none");
}

void open_files_are_found(CaseContext& ctx) {
  for (const char* name :
       {"onramp/keyring.csv", "onramp/keyring.110222172503.csv", "onramp/kms-utils/kms.pem"}) {
    put_installation(ctx);
    ctx.sandbox().set_mode(name, 0640);
    expect_fault(ctx, name);
  }
  put_installation(ctx);
  ctx.sandbox().set_mode("onramp/kms-utils", 0777);
  expect_fault(ctx, "onramp/kms-utils");
}

constexpr std::string_view server_start =
    "URI=aaa://kms.example.net:3868\nStackType=SERVER\nRealm=example.net\n"
    "SupportedApplicationIds.0.ApplicationIdType=Auth\n"
    "SupportedApplicationIds.0.ApplicationId=2\nSupportedApplicationIds.0.VendorId=0\n"
    "PeerTable.0.URI=aaa://gw.example.net\nPeerTable.0.Realm=example.net\n";

/// What the doctor says of a server that allows `security`.
Response examine_server(CaseContext& ctx, std::string_view security) {
  put_installation(ctx);
  ctx.sandbox().write("onramp/diameter_server.conf",
                      fmt::format("{}InbandSecurityIds.0.SecurityId={}\n", server_start, security),
                      0644);
  return examine(ctx);
}

void clear_diameter_is_found(CaseContext& ctx) {
  const Response clear = examine_server(ctx, "NO_INBAND_SECURITY");
  ctx.expect_exit(clear, "OP-04", {13});
  ctx.expect_finding(clear, "OP-04", "KL-CLEARTEXT");
  ctx.expect_no_finding(examine_server(ctx, "TLS"), "OP-04", "KL-CLEARTEXT");
}

/// On a machine without listeners for telnet and FTP all is well; with them the doctor says so.
void sound_installation_has_no_fault(CaseContext& ctx) {
  put_installation(ctx);
  const Response response = examine(ctx);
  const std::string text = response.obs.value("stdout", "");
  const bool listens = text.find("fail listeners") != std::string::npos;
  ctx.expect_exit(response, "OP-04", {listens ? 13 : 0});
  ctx.expect(text.find("listeners") != std::string::npos, "OP-04",
             "a line about the listeners for telnet and FTP", "none");
}

void backup_is_asked_for(CaseContext& ctx) {
  put_installation(ctx);
  const std::string with = line_about(examine(ctx), "backup:");
  ctx.sandbox().remove("onramp/keyring.110222172503.csv");
  const std::string without = line_about(examine(ctx), "backup:");
  ctx.expect(with.starts_with("ok"), "OP-03", "no warning where a backup lies", "a warning");
  ctx.expect(without.starts_with("warn"), "OP-03", "a warning to make a backup before uninstalling",
             "none");
}

const std::vector<std::string> examines{"cmd.kms_doctor", "exit.codes"};

}  // namespace

void add_doctor_cases(harness::Registry& registry) {
  add_rows(registry, {{"OP-03.ABackupIsAskedFor",
                       {"OP-03"},
                       examines,
                       "kms_doctor warns of an installation without a backup of its keyring",
                       backup_is_asked_for},
                      {"OP-04.OpenFilesAreFound",
                       {"OP-04"},
                       examines,
                       "Secret files and folders that others may use are exit 13",
                       open_files_are_found},
                      {"OP-04.ClearDiameterIsFound",
                       {"OP-04"},
                       examines,
                       "Keys that would cross the network in clear are exit 13",
                       clear_diameter_is_found},
                      {"OP-04.ASoundInstallationHasNoFault",
                       {"OP-04"},
                       examines,
                       "Nothing is reported where nothing is wrong",
                       sound_installation_has_no_fault}});
}

}  // namespace touchstone::conformance::suites::keyfiles
