#include "reference/diameter/errc.h"

#include <string>

#include "reference/base/exit_class.h"

namespace touchstone::diameter {
namespace {

class Category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "diameter"; }
  std::string message(int value) const override {
    switch (static_cast<Errc>(value)) {
      case Errc::header_truncated:
        return "expected a header of 20 octets";
      case Errc::avp_truncated:
        return "an AVP header is cut off";
      case Errc::avp_length:
        return "the AVP Length does not fit";
      case Errc::message_length:
        return "the Message Length is impossible";
      case Errc::version:
        return "expected version 1";
      case Errc::answer:
        return "the answer does not fit its request";
      case Errc::configuration:
        return "the configuration is not usable";
      case Errc::configuration_strict:
        return "the configuration has findings";
    }
    return "unknown";
  }
  std::error_condition default_error_condition(int value) const noexcept override {
    const bool lint = static_cast<Errc>(value) == Errc::configuration_strict;
    return make_error_condition(lint ? ExitClass::findings : ExitClass::format);
  }
};

}  // namespace

std::error_code make_error_code(Errc code) noexcept {
  static const Category category;
  return {static_cast<int>(code), category};
}

}  // namespace touchstone::diameter
