#pragma once
// A keyring while one run works on it: locked, mended, read, and replaced durably.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reference/keyring/keyring_file.h"
#include "reference/kms/audit.h"
#include "reference/kms/import.h"
#include "reference/kms/machine.h"

namespace touchstone::kms {

/// A dry run takes no lock, mends nothing and has no audit (KU-18).
class Master {
 public:
  /// In this order: the file stands and is regular, lock (KU-20), leftovers of a killed run,
  /// content, audit. Findings of the content are appended to `findings`.
  static Result<Master> open(Machine& machine, const std::string& path, std::string tool,
                             bool dry_run, const keyring::ReadOptions& reading,
                             std::vector<PlacedFinding>& findings);

  [[nodiscard]] const keyring::Keyring& keyring() const { return keyring_; }
  /// Other rows, in memory alone.
  void set_nodes(keyring::NodeRows rows) { keyring_.nodes = std::move(rows); }
  [[nodiscard]] const FileAttributes& attributes() const { return attributes_; }
  [[nodiscard]] const std::vector<std::string>& repairs() const { return repairs_; }

  /// Writes the keyring as it is in memory: intent line, durable write, outcome line. With a
  /// non-empty `backup` the old file keeps that name. `event` gives input and text; the rest is
  /// filled in here.
  Result<void> replace(Machine& machine, AuditEvent event, const std::string& backup);
  /// The line of a run that changes nothing.
  Result<void> note(const AuditEvent& event);

 private:
  Result<void> prepare(Machine& machine, std::string tool);

  std::string path_;
  bool dry_run_ = false;
  std::unique_ptr<FileLock> lock_;
  keyring::Keyring keyring_;
  FileAttributes attributes_;
  Digest digest_{};
  std::optional<Audit> audit_;
  std::vector<std::string> repairs_;
};

/// The attributes of a file that takes the place of `info`'s.
[[nodiscard]] FileAttributes attributes_of(const FileInfo& info);

}  // namespace touchstone::kms
