#include "reference/gateway/errc.h"

#include <string>

#include "reference/base/exit_class.h"

namespace touchstone::gateway {
namespace {

class GatewayCategory final : public std::error_category {
 public:
  const char* name() const noexcept override { return "gateway"; }
  std::string message(int value) const override {
    switch (static_cast<Errc>(value)) {
      case Errc::syntax:
        return "not a line of a gateway cache";
      case Errc::truncated:
        return "the cache is cut off";
      case Errc::other_realm:
        return "the cache belongs to another realm";
      case Errc::not_a_join:
        return "not a message of the join protocol";
    }
    return "unknown";
  }
  std::error_condition default_error_condition(int) const noexcept override {
    return make_error_condition(ExitClass::format);
  }
};

}  // namespace

std::error_code make_error_code(Errc code) noexcept {
  static const GatewayCategory category;
  return {static_cast<int>(code), category};
}

}  // namespace touchstone::gateway
