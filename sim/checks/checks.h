#pragma once
// The table of checks, for the files that fill it.

#include <functional>
#include <map>

#include "sim/checks/check.h"

namespace touchstone::sim {

class CheckTable {
 public:
  using Maker = std::function<std::unique_ptr<Check>(const Expectation&, const CheckSite&)>;

  template <class Kind>
  void add(const std::string& name) {
    makers_[name] = [](const Expectation& expectation, const CheckSite& site) {
      return std::make_unique<Kind>(expectation, site);
    };
  }
  [[nodiscard]] const std::map<std::string, Maker>& makers() const noexcept { return makers_; }

 private:
  std::map<std::string, Maker> makers_;
};

void add_safety_checks(CheckTable& table);
void add_liveness_checks(CheckTable& table);

}  // namespace touchstone::sim
