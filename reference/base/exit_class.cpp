#include "reference/base/exit_class.h"

#include <array>
#include <string_view>

namespace touchstone {
namespace {

constexpr std::array<std::string_view, 16> names = {"ok",
                                                    "internal error",
                                                    "usage error",
                                                    "file not usable",
                                                    "signature bad",
                                                    "decryption failed",
                                                    "format error",
                                                    "manifest mismatch",
                                                    "conflict",
                                                    "output exists",
                                                    "passphrase refused",
                                                    "busy",
                                                    "write failed",
                                                    "lint findings",
                                                    "refused",
                                                    "no answer"};

class ExitClassCategory final : public std::error_category {
 public:
  const char* name() const noexcept override { return "exit"; }
  std::string message(int value) const override {
    const auto index = static_cast<std::size_t>(value);
    return std::string(index < names.size() ? names[index] : names[1]);
  }
};

}  // namespace

const std::error_category& exit_class_category() noexcept {
  static const ExitClassCategory category;
  return category;
}

std::error_condition make_error_condition(ExitClass value) noexcept {
  return {static_cast<int>(value), exit_class_category()};
}

std::string exit_class_name(int exit_code) {
  static constexpr std::array<const char*, 16> words = {
      "ok",     "internal", "usage",    "file",     "signature",  "decryption",
      "format", "manifest", "conflict", "exists",   "passphrase", "busy",
      "write",  "findings", "refused",  "no_answer"};
  const auto index = static_cast<std::size_t>(exit_code);
  return words[index < words.size() ? index : 1];
}

int exit_code(const Error& error) noexcept {
  const std::error_condition condition = error.code.default_error_condition();
  return condition.category() == exit_class_category() ? condition.value()
                                                       : static_cast<int>(ExitClass::internal);
}

}  // namespace touchstone
