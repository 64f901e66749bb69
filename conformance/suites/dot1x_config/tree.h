#pragma once
// Runs of net8021x and localNTP, and what they leave below /etc. The etc of the sandbox is the /etc
// that the command sees (docs/formats/tsp-1.md).

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "conformance/suites/dot1x_config/support.h"

namespace touchstone::conformance::suites::dot1x_config {

inline constexpr std::string_view wpa_conf_file = "etc/wpa_supplicant.conf";
inline constexpr std::string_view wpa_cert_folder = "etc/wpa_cert";

/// What net8021x is given; certificates and keys are files of fixtures/pki/mgu.
struct PortSetup {
  std::string ca = "ca";
  std::string client = "client";
  std::string key = "client_key";
  std::string identity = "test@test.se";
  std::string password = {};  ///< of the key; empty for none
  std::string server_name = {};
  std::string interface = {};
  std::string profile = {};
  bool activate = true;
  bool allow_weak = false;
  bool force = false;
  bool dry_run = false;
  std::string now = {};
};

/// The password of encrypted_key.pem.
inline constexpr std::string_view key_password = "Client key words 42";

/// Options by their long names, a switch as true; `umask` is that of the command.
using Options = Json;

/// The folders of the sandbox that are /etc and /run of a command.
void make_machine(CaseContext& ctx);
/// Puts the files of the setup into the folder `in` of the sandbox and gives the options of
/// net8021x. Keys and passwords are secrets from now on.
[[nodiscard]] Options options_of(CaseContext& ctx, const PortSetup& setup);
/// cmd.net8021x and cmd.localNTP with these options, in the letters of the document where it has
/// some.
Response net8021x(CaseContext& ctx, const Options& options);
Response local_ntp(CaseContext& ctx, const Options& options);
Response set_up(CaseContext& ctx, const PortSetup& setup);

/// A text file of the sandbox; empty when it is not there.
[[nodiscard]] std::string text_at(CaseContext& ctx, std::string_view name);

/// The configuration says what was given, for a wire, and names files of /etc/wpa_cert alone.
void expect_conf(CaseContext& ctx, std::string_view requirement, const PortSetup& setup);
/// The files that it names are those that were given, octet for octet.
void expect_copies(CaseContext& ctx, std::string_view requirement, const PortSetup& setup);
/// Nobody but the owner can read what was installed.
void expect_closed(CaseContext& ctx, std::string_view requirement);

/// The command line of the service that is started with the gateway and runs wpa_supplicant; blanks
/// behind -c, -D and -i left out. Nothing when none is.
[[nodiscard]] std::optional<std::string> service_at_start(CaseContext& ctx);
/// It is there, or not, as the setup says.
void expect_service(CaseContext& ctx, std::string_view requirement, const PortSetup& setup);

/// Each of the switches has a line of the help that begins with it.
void expect_help(CaseContext& ctx, std::string_view requirement, const Response& response,
                 std::initializer_list<std::string_view> switches);

/// No program of this name was started, as far as the tier can tell.
void expect_not_started(CaseContext& ctx, std::string_view requirement, const Response& response,
                        std::string_view program);

}  // namespace touchstone::conformance::suites::dot1x_config
