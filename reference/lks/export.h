#pragma once
// Handing node keys to the KMS: a batch file, its signature, its manifest (KU-12, KU-13, LK-07,
// LK-09, LK-12, LK-17, BK-08, BK-09, BK-13).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reference/base/result.h"
#include "reference/lks/machine.h"

namespace touchstone::lks {

struct ExportRequest {
  /// Which rows. Of a node provisioned twice in the range, the highest count alone is exported.
  enum class Choice {
    open_batch,  ///< the open batch, which this export closes
    batch,       ///< batch `number`; the open one is closed, a closed one comes out again as it was
    all,         ///< the newest row of every node; closes nothing
    since,       ///< of batch `number` and those after it; closes nothing
  };
  std::string database;
  std::string output;                    ///< `.sig` and `.manifest` are made beside it
  std::vector<std::string> public_keys;  ///< PEM files, 1..8; the first is the KMS's
  Choice choice = Choice::open_batch;
  std::uint32_t number = 0;
  std::string user;
};

struct ExportAnswer {
  std::uint64_t nodes = 0;  ///< 0: nothing to export, no file was made (LK-17)
  std::optional<std::uint32_t> closed_batch;
  std::vector<Sha256> recipients;  ///< SHA-256 of each SubjectPublicKeyInfo (X-24)
  bool other_kms_key = false;      ///< the first recipient did not sign the Gateway key file
  Sha256 sha256{};                 ///< of the encrypted file
};

/// The three files are on the medium before the batch is marked as exported (LK-12); when one
/// of them cannot be made, none stays and the batch stays open. A standing output is
/// FileErrc::exists. What a killed export from this database left is taken away first.
Result<ExportAnswer> export_keys(const Machine& machine, const ExportRequest& request);

}  // namespace touchstone::lks
