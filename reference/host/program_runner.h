#pragma once
// Programs of this machine that a command runs, and what it asks of the machine besides.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/ipsec/config/address.h"
#include "reference/mediagateway/ipsec_run.h"

namespace touchstone::host {

/// Runs a program of the first folder that has it, without a shell, with PATH alone in its
/// environment. One that runs for more than 30 seconds is killed.
class PosixProgramRunner final : public mediagateway::ProgramRunner {
 public:
  explicit PosixProgramRunner(std::vector<std::string> folders) : folders_(std::move(folders)) {}

  mediagateway::ProgramOutcome run(const mediagateway::ProgramCall& call) override;
  [[nodiscard]] bool has(std::string_view name) const override { return !place(name).empty(); }

 private:
  /// Empty where no folder has it.
  [[nodiscard]] std::string place(std::string_view name) const;

  std::vector<std::string> folders_;
};

/// The first IPv4 address of a network device, nothing without one.
[[nodiscard]] std::optional<ipsec::config::Address> address_of_device(const std::string& name);

/// Whether a line "yes" comes on standard input within `time`. The end of the input is a no. While
/// it waits, a terminal that hangs up does not end the process.
[[nodiscard]] bool wait_for_yes(std::chrono::seconds time);

}  // namespace touchstone::host
