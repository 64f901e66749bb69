#include "reference/commands/tree_session.h"

#include <nlohmann/json.hpp>

#include "reference/host/config_files.h"
#include "reference/mediagateway/tree_apply.h"

namespace touchstone::commands {
namespace {

std::string without_slashes(std::string root) {
  while (root.ends_with('/'))
    root.pop_back();
  return root;
}

nlohmann::ordered_json row_of(const mediagateway::Change& change) {
  nlohmann::ordered_json row;
  row["path"] = change.path;
  row["change"] = describe(change);
  return row;
}

}  // namespace

TreeSession::TreeSession(Context& context, std::string root)
    : context_(&context),
      root_(std::move(root)),
      dry_(context.arguments.has("dry-run")),
      tree_(std::make_unique<host::PosixTreeFiles>()) {}

Result<TreeSession> TreeSession::open(Context& context) {
  TreeSession session(context, without_slashes(context.arguments.value("root").value_or("")));
  if (!session.dry_) {
    TOUCHSTONE_TRY(session.lock_,
                   mediagateway::hold_tree(session.root_, context.files, *session.tree_));
  }
  return session;
}

Result<std::optional<SecretOctets>> TreeSession::read(const std::string& path,
                                                      std::uint64_t limit) {
  auto octets = context_->files.read(root_ + path, limit, Access::any);
  if (octets) return std::optional(std::move(*octets));
  if (octets.error().code == make_error_code(FileErrc::not_found)) return std::nullopt;
  return std::unexpected(octets.error());
}

std::uint32_t TreeSession::mode_of(const std::string& path, std::uint32_t otherwise) {
  const auto info = context_->files.info(root_ + path);
  return info && info->kind == FileInfo::Kind::regular ? info->mode : otherwise;
}

Result<TreeSession::Given> TreeSession::read_given(const std::string& name, std::uint64_t limit) {
  host::ConfigFiles machine;
  std::string whole = context_->files.absolute(name);
  TOUCHSTONE_TRY(SecretOctets octets, located(name, machine.read(whole, limit)));
  return Given{std::move(whole), std::move(octets)};
}

Result<int> TreeSession::carry_out(std::string_view command, const mediagateway::TreePlan& plan) {
  TOUCHSTONE_TRY(const mediagateway::Changes changes,
                 compare(plan, root_, context_->files, *tree_));
  Report& report = context_->report;
  auto& rows = report.json()["changes"] = nlohmann::ordered_json::array();
  for (const mediagateway::Change& change : changes.list)
    rows.push_back(row_of(change));
  if (dry_) {
    const auto secrets = context_->arguments.has("show-secrets") ? mediagateway::Secrets::shown
                                                                 : mediagateway::Secrets::hidden;
    if (!report.wants_json())
      context_->environment.out(as_text(print_script(command, changes, secrets)));
    return 0;
  }
  TOUCHSTONE_TRY_VOID(apply(changes, context_->files, *tree_));
  for (const mediagateway::Change& change : changes.list)
    report.line(describe(change));
  if (changes.list.empty()) report.line("nothing to change");
  return 0;
}

}  // namespace touchstone::commands
