#pragma once
// The error category of a component as rows: what each code means and which exit code it is.
//
//   constexpr ErrorRow<Errc> rows[] = {{Errc::busy, ExitClass::busy, "another run holds it"}, ...};
//   std::error_code make_error_code(Errc code) noexcept {
//     static const ErrorTable table("kms", rows);
//     return table.code(code);
//   }

#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "reference/base/exit_class.h"

namespace touchstone {

template <class Code>
struct ErrorRow {
  Code code;
  ExitClass exit;
  std::string_view text;
};

/// Refers to `name` and `rows`, which live as long as the program. A value without a row is an
/// internal error.
template <class Code>
class ErrorTable final : public std::error_category {
 public:
  template <std::size_t count>
  ErrorTable(const char* name, const ErrorRow<Code> (&rows)[count]) : name_(name), rows_(rows) {}

  [[nodiscard]] const char* name() const noexcept override { return name_; }
  [[nodiscard]] std::string message(int value) const override {
    const auto* row = find(value);
    return row == nullptr ? "unknown error" : std::string(row->text);
  }
  [[nodiscard]] std::error_condition default_error_condition(int value) const noexcept override {
    const auto* row = find(value);
    return make_error_condition(row == nullptr ? ExitClass::internal : row->exit);
  }

  [[nodiscard]] std::error_code code(Code code) const noexcept {
    return {static_cast<int>(code), *this};
  }

 private:
  [[nodiscard]] const ErrorRow<Code>* find(int value) const noexcept {
    for (const ErrorRow<Code>& row : rows_)
      if (static_cast<int>(row.code) == value) return &row;
    return nullptr;
  }

  const char* name_;
  std::span<const ErrorRow<Code>> rows_;
};

}  // namespace touchstone
