#pragma once
// One run of the command `ipsec`: what it wants of files and programs, collected before anything is
// touched. Internal.

#include <optional>
#include <string>
#include <vector>

#include "reference/commands/command.h"
#include "reference/host/config_files.h"
#include "reference/host/program_runner.h"
#include "reference/host/tree_files.h"
#include "reference/mediagateway/ipsec_plan.h"
#include "reference/mediagateway/ipsec_run.h"
#include "reference/mediagateway/tree_apply.h"

namespace touchstone::commands {

class IpsecSession {
 public:
  explicit IpsecSession(Context& context);

  /// Plans what the switches say, then shows or does it.
  Result<int> run();
  Result<int> list();
  Result<int> status();

 private:
  using Connections = std::vector<mediagateway::Connection>;

  Result<void> plan();
  Result<void> plan_creation();
  Result<void> plan_removal();
  Result<void> plan_certificates();
  Result<Connections> chosen();
  void start(mediagateway::Connection connection);
  void stop(mediagateway::Connection connection);
  Result<std::vector<std::string>> policies_before(const Connections& connections);

  Result<mediagateway::CreateWish> read_wish();
  Result<std::optional<SecretOctets>> read_key(std::string_view side);
  Result<mediagateway::NamedFile> read_file(std::string_view option);

  Result<int> show();
  Result<int> apply();
  Result<int> bring_up();
  int tell(const mediagateway::RunReport& report);
  Result<int> guard(int code);
  [[nodiscard]] std::vector<mediagateway::ProgramCall> calls(
      const std::vector<std::string>& up_before, const std::vector<std::string>& down_before) const;

  [[nodiscard]] bool has(std::string_view option) const;
  [[nodiscard]] std::optional<std::string> value(std::string_view option) const;

  Context* context_;
  std::string root_;
  host::ConfigFiles files_;
  host::PosixTreeFiles tree_files_;
  host::PosixProgramRunner runner_;
  mediagateway::IpsecTree tree_;
  mediagateway::TreePlan plan_;
  Connections up_, down_;
  std::optional<mediagateway::ProgramCall> at_boot_;  ///< for what was created and is not started
};

}  // namespace touchstone::commands
