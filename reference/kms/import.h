#pragma once
// import_keys and remove_keys: changing a keyring (BK-05..BK-24, KU-04..KU-09, KU-17..KU-22,
// KU-27).

#include <optional>
#include <string>
#include <vector>

#include "reference/base/finding.h"
#include "reference/keyring/keyring_file.h"
#include "reference/kms/machine.h"
#include "reference/kms/merge.h"

namespace touchstone::kms {

struct ImportRequest {
  std::string master;
  std::vector<std::string> inputs;       ///< in the order in which they are merged (BK-12)
  std::string key;                       ///< PEM file of the KMS private key
  std::optional<std::string> signature;  ///< instead of `<input>.sig`; with one input alone
  std::optional<std::string> manifest;   ///< instead of `<input>.manifest`
  bool backup = false;                   ///< keeps the keyring as it was before the run (KU-07)
  bool dry_run = false;  ///< the plan alone: no file is made or changed, the audit included
  keyring::ReadOptions reading;
  MergeOptions merging;
};

/// A finding and the file that it is about.
struct PlacedFinding {
  std::string file;
  Finding finding;
};

/// What became of one input.
struct BatchOutcome {
  std::string input;
  Merge merge;                               ///< its rows are moved out
  std::vector<std::uint32_t> batch_numbers;  ///< in the file, ascending, the first 100
  bool written = false;
  std::string backup;  ///< name of the backup that was made, or empty
};

struct ImportAnswer {
  std::vector<BatchOutcome> outcomes;  ///< the last one may have failed
  std::vector<PlacedFinding> findings;
  std::vector<std::string> repairs;  ///< what an earlier, killed run had left
  std::uint64_t nodes = 0;           ///< in the keyring afterwards
  std::optional<Error> error;        ///< why it stopped; earlier inputs stay merged
};

/// Each input in turn: signature, decryption, manifest, merge, durable write; wholly or not at all
/// (KU-18). An input that changes nothing writes nothing and makes no backup (BK-22).
[[nodiscard]] ImportAnswer import_keys(Machine& machine, const ImportRequest& request);

struct RemoveRequest {
  std::string master;
  std::vector<keyring::NodeId> nodes;
  std::string reason;  ///< at most 200 printable octets
  bool dry_run = false;
};

struct RemoveAnswer {
  std::vector<Tombstone> removed;
  std::vector<keyring::NodeId> unknown;  ///< not in the keyring: nothing to remove
  std::vector<PlacedFinding> findings;
  std::vector<std::string> repairs;
  std::uint64_t nodes = 0;
};

/// Takes nodes out and makes their tombstones first, so that a kill in between can only leave a
/// node that the next run removes.
Result<RemoveAnswer> remove_keys(Machine& machine, const RemoveRequest& request);

/// `keyring_lint`: reads one keyring and appends what it has to say. Errc::findings when strict and
/// not canonical.
Result<void> lint_keyring(Files& files, const std::string& path, keyring::Strictness strictness,
                          Findings& findings);

}  // namespace touchstone::kms
