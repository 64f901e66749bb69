#include <algorithm>
#include <array>
#include <iterator>

#include "reference/base/octets.h"
#include "reference/commands/all_commands.h"
#include "reference/commands/config_lint.h"
#include "reference/crypto/certificate.h"
#include "reference/host/process.h"
#include "reference/ipsec/config/psk.h"
#include "reference/ipsec/config/racoon.h"

namespace touchstone::commands {
namespace {

namespace config = ipsec::config;

constexpr std::array<Option, 4> options = {{
    {.name = "profile",
     .argument = "NAME",
     .help = "strict (default), or racoon-0.8: what that program refuses, nothing else",
     .clause = "RF-07"},
    {.name = "strict", .help = "exit 6 for a warning too", .clause = "RF-07"},
    {.name = "include-folder",
     .argument = "DIR",
     .help = "where relative includes are before path include; /etc/racoon without it",
     .clause = "RF-02"},
    {.name = "FILE",
     .argument = "FILE",
     .help = "racoon.conf, a file that it includes, or psk.txt",
     .clause = "RF-07",
     .need = Option::Need::required,
     .repeatable = true},
}};

constexpr std::size_t max_pem = std::size_t{64} << 10;  // octets

constexpr std::array exit_codes = {1, 2, 3, 6};

/// Names in a file of lines `name:...`; without the file every name is known.
std::function<bool(std::string_view)> names_in(host::ConfigFiles& files, const std::string& path) {
  const auto text = files.read(path, std::size_t{4} << 20);
  if (!text) return {};
  std::vector<std::string> names;
  for (std::string_view rest = as_text(*text); !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    names.emplace_back(line.substr(0, line.find(':')));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  }
  return [names = std::move(names)](std::string_view name) {
    return std::ranges::find(names, name) != names.end();
  };
}

int lint_keys(Context& context, const std::string& file, OctetView text, config::Profile profile) {
  const host::ConfigFiles files;
  config::PskReading reading = config::read_psk(text, profile, files.mode(file));
  if (files.owner(file) != host::user_id()) {
    config::RuleLog log(profile);
    log.note(config::Rule::psk_owner, {});
    std::ranges::move(std::move(log).take(), std::back_inserter(reading.findings));
    reading.accepted = false;
  }
  return tell_findings(context, file, std::array{file}, reading.findings, reading.accepted);
}

/// What a racoon.conf and the files that it names have to do with each other: keys for the peers,
/// certificates with their keys and dates. Only where those files are there.
class Companions {
 public:
  Companions(const config::RacoonConfig& racoon, host::ConfigFiles& files, const Clock& clock)
      : racoon_(&racoon), files_(&files), clock_(&clock) {}

  std::vector<config::FileFinding> run() && {
    for (const config::Remote& remote : racoon_->remotes) {
      look_for_key(remote);
      look_at_certificate(remote);
    }
    return std::move(log_).take();
  }

 private:
  [[nodiscard]] std::string in_folder(const std::string& path, const std::string& name) const {
    const auto folder = racoon_->paths.find(path);
    const bool relative = !name.starts_with('/') && folder != racoon_->paths.end();
    return relative ? folder->second + "/" + name : name;
  }

  void look_for_key(const config::Remote& remote) {
    constexpr std::uint16_t pre_shared_key = 1;
    const auto path = racoon_->paths.find("pre_shared_key");
    const bool by_key = std::ranges::any_of(remote.proposals, [](const config::IkeProposal& one) {
      return one.method == pre_shared_key;
    });
    if (path == racoon_->paths.end() || !by_key || !remote.address) return;
    const auto text = files_->read(path->second, config::max_psk_file);
    if (!text) return;
    const auto keys = config::read_psk(*text, config::Profile::daemon);
    if (keys.find(config::print_address(*remote.address)) == nullptr)
      log_.note(config::Rule::psk_no_row, remote.place);
  }

  void look_at_certificate(const config::Remote& remote) {
    if (remote.certificate.empty()) return;
    const auto own = files_->read(in_folder("certificate", remote.certificate), max_pem);
    const std::string key_name = in_folder("certificate", remote.key);
    const auto key = files_->read(key_name, max_pem);
    if (!own || !key) return;
    using crypto::CertificateFault;
    const auto report =
        crypto::check_certificates({.root = {}, .own = *own, .key = *key}, clock_->now());
    if (report.has(CertificateFault::wrong_key))
      log_.note(config::Rule::rc_cert_pair, remote.place);
    if (report.has(CertificateFault::expired) || report.has(CertificateFault::not_yet_valid))
      log_.note(config::Rule::rc_cert_date, remote.place);
    if ((files_->mode(key_name).value_or(0) & 077) != 0)
      log_.note(config::Rule::rc_cert_mode, remote.place);
  }

  const config::RacoonConfig* racoon_;
  host::ConfigFiles* files_;
  const Clock* clock_;
  config::RuleLog log_{config::Profile::strict};
};

Result<int> lint(Context& context, const std::string& file, config::Profile profile) {
  TOUCHSTONE_TRY(SecretOctets text, read_named(file, config::max_racoon_file + 1));
  const bool keys = file == "psk.txt" || file.ends_with("/psk.txt");
  if (keys) return lint_keys(context, file, text, profile);
  host::ConfigFiles files = config_files(context);
  config::RacoonOptions chosen{.profile = profile, .includes = {.view = &files}};
  if (const auto folder = context.arguments.value("include-folder"))
    chosen.includes.folder = *folder;
  chosen.has_user = names_in(files, "/etc/passwd");
  chosen.has_group = names_in(files, "/etc/group");
  config::RacoonReading reading = config::read_racoon(file, std::move(text), chosen);
  if (profile == config::Profile::strict) {
    auto more = Companions(reading.config, files, context.clock).run();
    for (const config::FileFinding& one : more)
      reading.accepted = reading.accepted && one.finding.severity != Severity::error;
    std::ranges::move(more, std::back_inserter(reading.findings));
  }
  return tell_findings(context, file, reading.document.files, reading.findings, reading.accepted);
}

Result<int> handle(Context& context) {
  TOUCHSTONE_TRY(const config::Profile profile, chosen_profile(context.arguments, "racoon-0.8"));
  int code = 0;
  for (const std::string& file : context.arguments.values("FILE")) {
    TOUCHSTONE_TRY(const int one, lint(context, file, profile));
    code = std::max(code, one);
  }
  return code;
}

}  // namespace

Command racoon_lint_command() {
  return {.name = "racoon_lint",
          .purpose = "says whether racoon, or a careful engineer, takes a racoon.conf",
          .teaching =
              "Prints one line a finding: file:line:column: CODE: what was expected. The\n"
              "profile strict tells what a careful engineer minds; racoon-0.8 tells what that\n"
              "program refuses, which is much less. Includes and certificates are looked up\n"
              "below --root, if it is given. A file that is refused is exit 6. A file with the\n"
              "name psk.txt is read as the keys of racoon.",
          .example =
              "racoon_lint /etc/racoon/racoon.conf\n"
              "racoon_lint --profile racoon-0.8 10.0.0.2.conf",
          .options = options,
          .exit_codes = exit_codes,
          .handler = handle};
}

}  // namespace touchstone::commands
