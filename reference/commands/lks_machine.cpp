#include "reference/commands/lks_machine.h"

#include <fmt/format.h>

#include "reference/commands/errc.h"

namespace touchstone::commands {
namespace {

host::SqliteKeyDatabases::Permissions permissions(const Context& context) {
  using Permissions = host::SqliteKeyDatabases::Permissions;
  return context.arguments.has("lax-permissions") ? Permissions::lax : Permissions::checked;
}

}  // namespace

LksMachine::LksMachine(Context& context)
    : context_(context), databases_(context.files, permissions(context)) {}

std::string user_name(const Context& context) {
  return fmt::format("uid {}", context.environment.user_id);
}

Result<void> refuse_one_file(const Context& context, std::string_view name,
                             std::initializer_list<std::string_view> others) {
  const std::string path = context.files.absolute(context.arguments.required(name));
  for (const std::string_view other : others)
    for (const std::string& value : context.arguments.values(other))
      if (context.files.absolute(value) == path)
        return located(
            fmt::format("--{}", name),
            Result<void>(fail(Errc::usage, fmt::format("the same file as --{}", other))));
  return {};
}

}  // namespace touchstone::commands
