#pragma once
// What the commands share that change files of a media gateway below --root.

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "reference/commands/command.h"
#include "reference/host/tree_files.h"
#include "reference/mediagateway/tree_plan.h"

namespace touchstone::commands {

/// The options of every such command; its rows hold them among its own.
inline constexpr Option dry_run_option = {
    .name = "dry-run",
    .help = "print what would be done, as a script for sh, and do nothing",
    .clause = "IC-07"};
inline constexpr Option show_secrets_option = {
    .name = "show-secrets",
    .help = "with --dry-run: print passwords and keys that were given, too",
    .clause = "IC-07"};

/// One run on a tree: held by no other process from open() on, unless it is a dry run.
class TreeSession {
 public:
  /// Errors of mediagateway::hold_tree(): exit 3 for a root without etc/, exit 11.
  static Result<TreeSession> open(Context& context);

  /// "" for the machine itself, without a slash at its end.
  [[nodiscard]] const std::string& root() const noexcept { return root_; }
  [[nodiscard]] bool is_dry() const noexcept { return dry_; }
  /// A file of the tree by its name there, nothing when there is none.
  Result<std::optional<SecretOctets>> read(const std::string& path, std::uint64_t limit);
  /// The permission bits of a file of the tree, or `otherwise`.
  [[nodiscard]] std::uint32_t mode_of(const std::string& path, std::uint32_t otherwise);
  /// A file that the user named, anywhere, links followed; its absolute name goes into the plan.
  struct Given {
    std::string name;
    SecretOctets octets;
  };
  Result<Given> read_given(const std::string& name, std::uint64_t limit);

  /// Prints the changes as a script, or makes them and tells one line each. `command` is its name.
  Result<int> carry_out(std::string_view command, const mediagateway::TreePlan& plan);

 private:
  TreeSession(Context& context, std::string root);

  Context* context_;
  std::string root_;
  bool dry_ = false;
  std::unique_ptr<host::PosixTreeFiles> tree_;
  std::unique_ptr<FileLock> lock_;
};

}  // namespace touchstone::commands
