#include "conformance/oracle/oracle_defect.h"

#include <string>

namespace touchstone::conformance::oracle {

namespace {

std::string& active() {
  static std::string name;
  return name;
}

}  // namespace

void activate_oracle_defect(std::string_view name) {
  active() = name;
}

bool oracle_defect_is_active(std::string_view name) noexcept {
  return !active().empty() && active() == name;
}

}  // namespace touchstone::conformance::oracle
