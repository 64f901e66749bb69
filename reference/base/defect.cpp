#include "reference/base/defect.h"

#include <string>

namespace touchstone {
namespace {

std::string& active() {
  static std::string name;
  return name;
}

}  // namespace

void activate_defect(std::string_view name) {
  active() = name;
}

std::string_view active_defect() noexcept {
  return active();
}

}  // namespace touchstone
