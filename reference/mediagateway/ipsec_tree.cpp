#include "reference/mediagateway/ipsec_tree.h"

#include <algorithm>

#include "reference/base/defect.h"
#include "reference/base/files.h"
#include "reference/ipsec/config/shell_assignments.h"
#include "reference/mediagateway/ipsec_errc.h"

namespace touchstone::mediagateway {
namespace {

namespace config = ipsec::config;

constexpr std::size_t file_limit = std::size_t{4} << 20;

bool is_copy(std::string_view path) {
  return path.ends_with('~') || path.ends_with(".bak") || path.ends_with(".saved");
}

/// Only a file that the command made is an error when it cannot be read.
bool is_ours(OctetView text) {
  return as_text(text).find("MGU_PROFILE=") != std::string_view::npos;
}

}  // namespace

std::string peer_path(const config::Address& peer) {
  std::string name = config::print_address(peer);
  if (!TOUCHSTONE_DEFECT("RF-08.colons")) std::ranges::replace(name, ':', '_');
  return std::string(ipsec_places::folder) + "/" + name + ".conf";
}

std::string IpsecTree::scripts() {
  constexpr const char* usual = "/etc/sysconfig/network-scripts";
  constexpr const char* document = "/etc/sysconf/network-scripts";
  return !has(usual) && has(document) ? document : usual;
}

std::string IpsecTree::ifcfg_path(std::string_view name) {
  return scripts() + "/ifcfg-" + std::string(name);
}

std::string IpsecTree::active_folder() {
  return has("/run") ? "/run/mgu-ipsec" : "/var/run/mgu-ipsec";
}

std::string IpsecTree::active_path(std::string_view name) {
  return active_folder() + "/" + std::string(name);
}

bool IpsecTree::has(std::string_view path) {
  return !files_->matches(std::string(path)).empty();
}

Result<std::optional<SecretOctets>> IpsecTree::read(std::string_view path) {
  const std::string name(path);
  Result<SecretOctets> text = files_->read(name, file_limit);
  if (text) return std::optional(std::move(*text));
  if (text.error().code == make_error_code(FileErrc::not_found)) return std::nullopt;
  return located(name, Result<std::optional<SecretOctets>>(std::unexpected(text.error())));
}

Result<std::vector<Connection>> IpsecTree::connections() {
  std::vector<Connection> found;
  const std::string front = scripts() + "/ifcfg-";
  for (const std::string& path : files_->matches(front + "*")) {
    if (is_copy(path)) continue;
    TOUCHSTONE_TRY(const auto text, read(path));
    if (!text || !is_ours(*text)) continue;
    auto reading = config::read_ifcfg({.name = path.substr(front.size()), .ifcfg = *text});
    if (!reading.accepted || !reading.interface.destination)
      return fail(IpsecErrc::bad_file, print_finding(path, reading.findings.front().finding));
    found.push_back(std::move(reading.interface));
  }
  return found;
}

Result<Connection> IpsecTree::connection(std::string_view name) {
  TOUCHSTONE_TRY(auto all, connections());
  const auto found = std::ranges::find(all, name, &Connection::name);
  if (found == all.end())
    return located("--name", Result<Connection>(fail(IpsecErrc::no_such_name, "see ipsec --list")));
  return std::move(*found);
}

std::optional<config::Address> IpsecTree::address_of(std::string_view device) {
  const auto text = read(scripts() + "/ifcfg-" + std::string(device));
  if (!text || !*text) return std::nullopt;
  config::RuleLog log(config::Profile::strict);
  std::optional<config::Address> address;
  for (const config::Assignment& one : config::read_assignments(**text, 0, log))
    if (one.name == "IPADDR")
      address = config::parse_address(as_text(one.value), config::AddressForm::exact);
  return address;
}

}  // namespace touchstone::mediagateway
