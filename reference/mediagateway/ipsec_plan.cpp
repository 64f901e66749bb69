#include "reference/mediagateway/ipsec_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "reference/base/defect.h"
#include "reference/ipsec/config/racoon.h"
#include "reference/ipsec/config/racoon_edit.h"
#include "reference/mediagateway/ipsec_errc.h"
#include "reference/mediagateway/ipsec_files.h"

namespace touchstone::mediagateway {
namespace {

namespace config = ipsec::config;
namespace places = ipsec_places;

/// The common file, if it is there and may be changed: racoon takes it, and no quotation mark is
/// left open, behind which nobody can say what belongs to a statement.
Result<std::optional<std::string>> common_file(IpsecTree& tree) {
  TOUCHSTONE_TRY(auto text, tree.read(places::racoon_conf));
  if (!text) return std::nullopt;
  std::string whole(as_text(*text));
  config::RacoonOptions options;
  options.includes.view = nullptr;
  const auto reading =
      config::read_racoon(std::string(places::racoon_conf), std::move(*text), options);
  for (const auto& [file, finding] : reading.findings) {
    const bool open = finding.code == config::rule(config::Rule::rc_string).code;
    const bool refused = finding.code == config::rule(config::Rule::rc_syntax).code ||
                         finding.code == config::rule(config::Rule::rc_end).code ||
                         finding.code == config::rule(config::Rule::rc_too_large).code;
    if (open || refused)
      return fail(IpsecErrc::bad_file, print_finding(places::racoon_conf, finding));
  }
  return whole;
}

void plan_psk(OctetView old, SecretOctets wanted, const std::string& root, TreePlan& plan) {
  plan.write(std::string(places::psk), TOUCHSTONE_DEFECT("PK-04.open") ? 0644 : 0600,
             psk_content(root + std::string(places::psk), old, wanted), Backup::none);
}

Result<void> plan_keys(const Connection& made, const CreateWish& wish, IpsecTree& tree,
                       const std::string& root, TreePlan& plan) {
  TOUCHSTONE_TRY(const auto text, tree.read(places::psk));
  const OctetView old = text ? OctetView(*text) : OctetView();
  SecretOctets wanted = copy_secret(old);
  if (wish.source_key && !TOUCHSTONE_DEFECT("PK-03.own_row"))
    wanted = config::set_psk(wanted, config::print_address(*made.source),
                             TOUCHSTONE_DEFECT("PK-01.swapped") && wish.destination_key
                                 ? *wish.destination_key
                                 : *wish.source_key);
  if (wish.destination_key)
    wanted =
        config::set_psk(wanted, config::print_address(*made.destination), *wish.destination_key);
  plan_psk(old, std::move(wanted), root, plan);
  return {};
}

/// Takes the rows of `gone` out that no other configuration uses.
Result<void> plan_key_removal(const Connection& gone, const std::vector<Connection>& others,
                              IpsecTree& tree, const std::string& root, TreePlan& plan) {
  TOUCHSTONE_TRY(const auto text, tree.read(places::psk));
  if (!text) return {};
  SecretOctets wanted = copy_secret(*text);
  if (!TOUCHSTONE_DEFECT("IC-04.keeps_key"))
    wanted = config::remove_psk(wanted, config::print_address(*gone.destination));
  const bool shared = std::ranges::any_of(
      others, [&](const Connection& one) { return one.source_key && one.source == gone.source; });
  const bool unused = !shared || TOUCHSTONE_DEFECT("PK-02.shared_row");
  if (gone.source_key && unused && gone.source)
    wanted = config::remove_psk(wanted, config::print_address(*gone.source));
  if (wanted.empty() && others.empty())
    plan.remove(std::string(places::psk));
  else
    plan_psk(*text, std::move(wanted), root, plan);
  return {};
}

Result<void> plan_peer_removal(const Connection& gone, IpsecTree& tree, TreePlan& plan) {
  const std::string path = peer_path(*gone.destination);
  TOUCHSTONE_TRY(const auto text, tree.read(path));
  if (text && as_text(*text) != print_peer_file(gone))
    plan.write(path + ".bak", 0600, FileContent(as_text(*text)), Backup::none);
  plan.remove(path);
  return {};
}

}  // namespace

Result<void> plan_create(const Connection& connection, const CreateWish& wish, IpsecTree& tree,
                         const std::string& root, TreePlan& plan) {
  TOUCHSTONE_TRY(const auto common, common_file(tree));
  const std::string peer = peer_path(*connection.destination);
  const bool rewrites = !common || TOUCHSTONE_DEFECT("RF-03.rewrites");
  const std::string text = rewrites ? print_common_file() : *common;
  plan.write_into(std::string(places::racoon_conf), 0644,
                  FileContent(config::add_include(text, peer)));
  if (!TOUCHSTONE_DEFECT("RF-01.no_link"))
    plan.link(std::string(places::racoon_link), "racoon/racoon.conf");
  plan.write(peer, 0644, FileContent(print_peer_file(connection)), Backup::none);
  if (!TOUCHSTONE_DEFECT("IC-01.no_interface"))
    plan.write(tree.ifcfg_path(connection.name), 0644,
               FileContent(config::print_ifcfg(connection).ifcfg), Backup::none);
  if (connection.method == config::IkeMethod::psk)
    return plan_keys(connection, wish, tree, root, plan);
  return {};
}

Result<void> plan_remove(const Connection& connection, IpsecTree& tree, const std::string& root,
                         TreePlan& plan) {
  TOUCHSTONE_TRY(auto others, tree.connections());
  std::erase_if(others, [&](const Connection& one) { return one.name == connection.name; });
  TOUCHSTONE_TRY(const auto common, common_file(tree));
  if (common) {
    std::string rest = TOUCHSTONE_DEFECT("RF-06.include")
                           ? *common
                           : config::remove_include(*common, peer_path(*connection.destination));
    if (others.empty() && rest == print_common_file()) {
      plan.remove(std::string(places::racoon_link));
      plan.remove(std::string(places::racoon_conf));
    } else {
      plan.write_into(std::string(places::racoon_conf), 0644, FileContent(rest));
    }
  }
  TOUCHSTONE_TRY_VOID(plan_peer_removal(connection, tree, plan));
  plan.remove(tree.ifcfg_path(connection.name));
  if (connection.method == config::IkeMethod::psk)
    return plan_key_removal(connection, others, tree, root, plan);
  return {};
}

}  // namespace touchstone::mediagateway
