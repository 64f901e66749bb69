#pragma once
// `<master>.tombstones`: the nodes that were taken out, so that an old batch cannot bring them back
// (KU-27, docs/formats/tombstones.md).

#include <span>
#include <string>
#include <vector>

#include "reference/base/files.h"
#include "reference/kms/merge.h"

namespace touchstone::kms {

struct TombstoneFile {
  std::vector<Tombstone> stones;  ///< ascending node id, the highest count of each
  bool torn = false;              ///< a killed run left half a line; append_tombstones cuts it off
};

/// The content of a tombstone file; tombstones_broken with the line.
Result<TombstoneFile> parse_tombstones(OctetView file);

/// Nothing there is no tombstones. Errors: tombstones_broken with the line, and those of Files.
Result<TombstoneFile> read_tombstones(Files& files, const std::string& master);

/// Appends a line for each of `stones` that the file does not cover yet, in one durable write.
/// `time` and `reason` are printable text without a line feed. Only used under the master's lock.
Result<void> append_tombstones(Files& files, const std::string& master,
                               const FileAttributes& attributes, std::span<const Tombstone> stones,
                               const std::string& time, const std::string& reason);

/// `<master>.tombstones`.
[[nodiscard]] std::string tombstones_name(const std::string& master);

}  // namespace touchstone::kms
