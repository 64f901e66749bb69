#include "reference/kms/errc.h"

#include <array>

#include "reference/base/exit_class.h"

namespace touchstone::kms {
namespace {

struct Row {
  ExitClass exit;
  const char* message;
};

constexpr std::array<Row, 12> rows = {{
    {ExitClass::internal, "no fault"},
    {ExitClass::usage, "expected files that differ"},
    {ExitClass::usage, "expected one -i with --sig or --manifest"},
    {ExitClass::usage, "expected one printable line of at most 200 octets"},
    {ExitClass::conflict, "another key under the same count"},
    {ExitClass::conflict, "KL-SAMEKEY: the key of another node"},
    {ExitClass::conflict, "KL-SAMEREP: a higher count must bring another key"},
    {ExitClass::conflict, "more replacements than --max-replace allows"},
    {ExitClass::conflict, "a removed node comes back only with --revive"},
    {ExitClass::passphrase, "expected the same passphrase twice"},
    {ExitClass::format, "the audit was changed: its hash chain does not hold"},
    {ExitClass::format, "expected a tombstone line 0xID,count,time,reason"},
}};

class Category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "kms"; }
  std::string message(int value) const override { return row(value).message; }
  std::error_condition default_error_condition(int value) const noexcept override {
    return row(value).exit;
  }

 private:
  static const Row& row(int value) {
    const auto index = static_cast<std::size_t>(value);
    return rows[index < rows.size() ? index : 0];
  }
};

}  // namespace

std::error_code make_error_code(Errc code) noexcept {
  static const Category category;
  return {static_cast<int>(code), category};
}

}  // namespace touchstone::kms
