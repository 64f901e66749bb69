#include "reference/crypto/errc.h"

#include <array>
#include <string>
#include <string_view>

#include "reference/base/exit_class.h"

namespace touchstone::crypto {
namespace {

struct Row {
  ExitClass exit;
  std::string_view text;
};

constexpr std::array<Row, 12> rows = {{
    {ExitClass::file, "not an RSA key in PEM of the kind that is needed"},
    {ExitClass::passphrase, "the key is encrypted and its passphrase is missing or wrong"},
    {ExitClass::usage, "an RSA key has to have at least 2048 bits"},
    {ExitClass::signature, "the signature does not verify"},
    {ExitClass::decryption, "decryption failed"},
    {ExitClass::format, "the structure is malformed"},
    {ExitClass::format, "there are octets after the end of the structure"},
    {ExitClass::format, "not CMS EnvelopedData"},
    {ExitClass::format, "an algorithm or a recipient outside the profile"},
    {ExitClass::decryption, "made for another key"},
    {ExitClass::internal, "the cryptographic library failed"},
    {ExitClass::internal, "unknown error"},
}};

const Row& row(int value) {
  const auto index = static_cast<std::size_t>(value) - 1;
  return index < rows.size() ? rows[index] : rows.back();
}

class Category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "crypto"; }
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

}  // namespace touchstone::crypto
