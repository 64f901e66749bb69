#pragma once
// What the three commands of the Local Key Server have in common.

#include <initializer_list>
#include <string>
#include <string_view>

#include "reference/base/result.h"
#include "reference/commands/command.h"
#include "reference/host/sqlite_key_database.h"
#include "reference/lks/machine.h"

namespace touchstone::commands {

/// The machine of a run with its databases. `context` outlives it.
class LksMachine {
 public:
  explicit LksMachine(Context& context);

  [[nodiscard]] lks::Machine machine() {
    return {context_.files, databases_, context_.clock, context_.environment.random,
            context_.report};
  }

 private:
  Context& context_;
  host::SqliteKeyDatabases databases_;
};

/// Who is written into the audit when nobody is named: `uid 1000`.
[[nodiscard]] std::string user_name(const Context& context);

/// Errc::usage if the file of option `name` is that of one of `others` (KU-26).
Result<void> refuse_one_file(const Context& context, std::string_view name,
                             std::initializer_list<std::string_view> others);

}  // namespace touchstone::commands
