#include "reference/host/errc.h"

#include <string>

#include "reference/base/exit_class.h"

namespace touchstone::host {
namespace {

class Category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "host"; }
  std::string message(int value) const override {
    switch (static_cast<Errc>(value)) {
      case Errc::endpoint:
        return "expected ADDRESS:PORT";
      case Errc::in_use:
        return "the address is in use";
      case Errc::network:
        return "the network refuses";
      case Errc::control:
        return "no answer at the control socket";
    }
    return "unknown";
  }
  std::error_condition default_error_condition(int value) const noexcept override {
    switch (static_cast<Errc>(value)) {
      case Errc::endpoint:
        return ExitClass::usage;
      case Errc::in_use:
        return ExitClass::busy;
      case Errc::network:
      case Errc::control:
        return ExitClass::file;
    }
    return ExitClass::internal;
  }
};

}  // namespace

std::error_code make_error_code(Errc code) noexcept {
  static const Category category;
  return {static_cast<int>(code), category};
}

}  // namespace touchstone::host
