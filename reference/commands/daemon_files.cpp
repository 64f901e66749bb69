#include "reference/commands/daemon_files.h"

#include <fmt/format.h>

#include <algorithm>

#include "reference/commands/diameter_conf.h"
#include "reference/commands/errc.h"
#include "reference/diameter/errc.h"
#include "reference/host/endpoint.h"

namespace touchstone::commands {

namespace {

/// TLS without a certificate is refused, never replaced by a clear connection (DC-21).
bool wants_tls(const diameter::Config& config) {
  const auto is_secure = [](const diameter::ConfiguredPeer& peer) { return peer.uri.secure; };
  return config.uri.secure || std::ranges::any_of(config.peers, is_secure);
}

}  // namespace

Result<diameter::Config> read_diameter_config(Context& context, const std::string& path,
                                              diameter::StackType stack_type, bool has_ipsec) {
  const std::vector<std::string> own = host::own_hosts();
  Findings findings;
  const bool certified = context.arguments.has("certificate");
  auto config = read_diameter_conf(
      context.files, path,
      {.strict = context.arguments.has("strict"),
       .role = stack_type,
       .surroundings = {.has_certificate = certified, .has_ipsec = has_ipsec, .own_hosts = own}},
      findings);
  for (const Finding& finding : findings)
    context.report.finding(path, finding);
  if (config && wants_tls(*config) && !certified)
    return located(path, Result<diameter::Config>(
                             fail(diameter::Errc::configuration, "aaas needs a certificate")));
  return config;
}

Result<host::TlsPaths> read_tls_paths(const Arguments& given) {
  host::TlsPaths paths{given.value("certificate").value_or(""),
                       given.value("certificate-key").value_or(""),
                       given.value("trust").value_or("")};
  if (paths.certificate.empty() != paths.key.empty() ||
      paths.certificate.empty() != paths.roots.empty())
    return located("--certificate",
                   Result<host::TlsPaths>(
                       fail(Errc::usage, "expected --certificate, --certificate-key and --trust")));
  return paths;
}

Result<diameter::Profile> parse_profile(const Arguments& arguments) {
  const std::string number = arguments.value("rfc").value_or("6733");
  if (number == "6733") return diameter::Profile::rfc6733;
  if (number == "3588") return diameter::Profile::rfc3588;
  return located("--rfc", Result<diameter::Profile>(fail(Errc::usage, "expected 3588 or 6733")));
}

std::string daemon_log(Context& context, std::string_view name) {
  if (const auto given = context.arguments.value("log")) return *given;
  const auto folder = context.files.info(context.root + "/logs");
  const bool there = folder && folder->kind == FileInfo::Kind::directory;
  return there ? fmt::format("{}/logs/{}", context.root, name) : std::string();
}

}  // namespace touchstone::commands
