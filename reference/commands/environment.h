#pragma once
// The machine as a command sees it, so that one code runs in a process and inside a test.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "reference/base/clock.h"
#include "reference/base/files.h"
#include "reference/base/passphrase_source.h"
#include "reference/base/random.h"

namespace touchstone::commands {

/// Takes text as it is, line ends included.
using Sink = std::function<void(std::string_view)>;

/// Everything a run touches. What the references name outlives the run.
struct Environment {
  Sink out;
  Sink err;
  bool err_is_terminal = false;  ///< progress is shown without -v

  /// How long the run lasts so far, whatever the clock says; may be empty.
  std::function<std::chrono::milliseconds()> elapsed = {};

  const Clock& clock;
  RandomSource& random;
  std::uint32_t user_id = 0;  ///< written into the audit (KU-28)

  /// The files of the machine; with `lax_permissions` KR-24 is not checked (tests).
  std::function<std::unique_ptr<Files>(bool lax_permissions)> files;
  /// Passphrases from the terminal, or from a descriptor that was given, one line an entry (KU-15).
  std::function<std::unique_ptr<PassphraseSource>(std::optional<int> descriptor)> passphrases;
};

/// A clock that stands still at a local time (`--now`), for tests.
class FixedClock final : public Clock {
 public:
  /// `zone` says how far `local` is from UTC.
  FixedClock(std::chrono::local_seconds local, const Clock& zone);

  [[nodiscard]] Time now() const override { return now_; }
  [[nodiscard]] std::chrono::local_seconds local(Time time) const override;

 private:
  const Clock& zone_;
  std::chrono::local_seconds local_;
  Time now_;
};

/// `YYYY-MM-DD hh:mm:ss`; Errc::usage otherwise.
Result<std::chrono::local_seconds> parse_local_time(std::string_view text);

}  // namespace touchstone::commands
