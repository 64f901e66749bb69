#include "reference/commands/diameter_conf.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "reference/base/exit_class.h"

namespace touchstone::commands {
namespace {

using diameter::Config;
using diameter::PortProfile;

/// What the program that uses the file will do: where it listens, and whom it calls.
void tell_use(Report& report, const std::string& path, const Config& config, PortProfile profile) {
  const std::uint16_t own = diameter::port_of(config.uri, profile);
  nlohmann::ordered_json peers = nlohmann::ordered_json::array();
  report.detail(fmt::format("{}: {} in realm {}, port {}", path, diameter::print_uri(config.uri),
                            config.realm, own));
  for (const diameter::ConfiguredPeer& peer : config.peers) {
    const std::uint16_t port = diameter::port_of(peer.uri, profile);
    const std::string uri = diameter::print_uri(peer.uri);
    report.detail(fmt::format("{}: peer {}, port {}, {}", path, uri, port,
                              peer.connecting ? "is connected to at the start" : "is waited for"));
    peers.push_back({{"uri", uri}, {"port", port}, {"connecting", peer.connecting}});
  }
  report.json()["files"].back().update(
      {{"uri", diameter::print_uri(config.uri)}, {"port", own}, {"peers", std::move(peers)}});
}

}  // namespace

Result<Config> read_diameter_conf(Files& files, const std::string& path,
                                  const diameter::ConfigOptions& options, Findings& findings) {
  TOUCHSTONE_TRY(const SecretOctets text,
                 located(path, files.read(path, diameter::max_config_octets + 1, Access::any)));
  return located(path, diameter::parse_config(text, options, findings));
}

int check_diameter_conf(Context& context, const std::string& path,
                        const diameter::ConfigOptions& options, PortProfile profile) {
  Report& report = context.report;
  report.step("reading " + path);
  Findings findings;
  const auto config = read_diameter_conf(context.files, path, options, findings);
  for (const Finding& finding : findings)
    report.finding_as_product(path, finding);
  const int code = config ? 0 : exit_code(config.error());
  if (code != 0 && findings.empty()) report.error(config.error());
  report.json()["files"].push_back({{"file", path}, {"exit", code}});
  if (config) tell_use(report, path, *config, profile);
  return code;
}

}  // namespace touchstone::commands
