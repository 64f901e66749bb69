#include "reference/keyring/errc.h"

#include <array>
#include <string>
#include <string_view>

#include "reference/base/exit_class.h"

namespace touchstone::keyring {
namespace {

struct Row {
  ExitClass exit;
  std::string_view text;
};

constexpr std::array<Row, 24> rows = {{
    {ExitClass::format, "syntax error"},
    {ExitClass::format, "the four header lines are not as they must be"},
    {ExitClass::format, "a value has the wrong length"},
    {ExitClass::format, "a number is out of its range"},
    {ExitClass::format, "an octet that no key file may hold"},
    {ExitClass::format, "a limit of the format is passed"},
    {ExitClass::format, "a node id stands twice"},
    {ExitClass::format, "a key that must not be used"},
    {ExitClass::format, "a value is one digit short"},
    {ExitClass::format, "not a file of this format"},
    {ExitClass::format, "an algorithm or a cost outside the allowed"},
    {ExitClass::format, "there are octets after the end of the structure"},
    // One text for every failure of a MAC: it must not tell more than that it failed (BK-16).
    {ExitClass::signature, "the signature does not verify: passphrase differs or file altered"},
    {ExitClass::signature, "the signature does not verify: passphrase differs or file altered"},
    {ExitClass::decryption, "made for another KMS key"},
    {ExitClass::decryption, "decryption failed"},
    {ExitClass::manifest, "the manifest is missing"},
    {ExitClass::manifest, "manifest and batch differ"},
    {ExitClass::passphrase, "wrong passphrase"},
    {ExitClass::passphrase, "the passphrase is refused"},
    {ExitClass::file, "not a key that can be used here"},
    {ExitClass::usage, "an RSA key has to have at least 2048 bits"},
    {ExitClass::findings, "read, but not canonical"},
    {ExitClass::internal, "unknown error"},
}};

const Row& row(int value) {
  const auto index = static_cast<std::size_t>(value) - 1;
  return index < rows.size() ? rows[index] : rows.back();
}

class Category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "keyring"; }
  std::string message(int value) const override { return std::string(row(value).text); }
  std::error_condition default_error_condition(int value) const noexcept override {
    return make_error_condition(row(value).exit);
  }
};

}  // namespace

std::error_code make_error_code(Errc code) noexcept {
  static const Category category;
  return {static_cast<int>(code), category};
}

}  // namespace touchstone::keyring
