#pragma once
// `<master>.audit`: one line an event, each chained to the one before it (KU-28,
// docs/formats/audit.md).

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/base/clock.h"
#include "reference/base/files.h"

namespace touchstone::kms {

using Digest = std::array<std::uint8_t, 32>;

struct AuditEvent {
  enum class Stage {
    intent,    ///< the files named by `before` and `after` are about to change places
    done,      ///< they did
    same,      ///< there was nothing to change
    refused,   ///< an input was refused; nothing changed
    failed,    ///< writing failed; `text` says what stands
    repaired,  ///< written by the next run for one that could not end
  };
  Stage stage = Stage::done;
  std::optional<Digest> input = {};   ///< SHA-256 of the input file
  std::optional<Digest> before = {};  ///< SHA-256 of the keyring before
  std::optional<Digest> after = {};   ///< SHA-256 of the keyring afterwards
  std::string text = {};  ///< counts, batch numbers, exit code: printable, without a comma
};

/// The trail of one master file. Only used under the master's lock.
class Audit {
 public:
  struct Author {
    std::string tool;
    std::uint32_t user_id = 0;
  };

  /// Reads and checks the whole chain. What a killed run left is mended: a torn last line is cut
  /// off, and an intent without an outcome gets a `repaired` line that says whether `keyring`, the
  /// digest of the master as it stands (nothing when there is none), is the old or the new one.
  /// Errors: audit_broken with the line in the detail, and those of Files.
  static Result<Audit> open(Files& files, const Clock& clock, const std::string& master,
                            const FileAttributes& attributes, Author author,
                            const std::optional<Digest>& keyring);

  /// The event is on the medium when this returns.
  Result<void> append(const AuditEvent& event);

  /// What open() mended, one sentence each; empty when all was well.
  [[nodiscard]] const std::vector<std::string>& repairs() const { return repairs_; }

 private:
  Audit(Files& files, const Clock& clock, std::string path, FileAttributes attributes,
        Author author);
  Result<void> mend(std::string_view last_line, const std::optional<Digest>& keyring);

  Files* files_;
  const Clock* clock_;
  std::string path_;
  FileAttributes attributes_;
  Author author_;
  std::uint64_t sequence_ = 0;
  Digest chain_{};
  std::vector<std::string> repairs_;
};

/// `<master>.audit`.
[[nodiscard]] std::string audit_name(const std::string& master);

/// The number of lines of a trail whose chain holds; a torn last line is an error here.
/// For kms_doctor and tests; takes no lock and mends nothing.
Result<std::uint64_t> check_audit(OctetView trail);

}  // namespace touchstone::kms
