#include "conformance/harness/case.h"

#include <fmt/format.h>

#include <algorithm>

#include "reference/base/result.h"

namespace touchstone::conformance::harness {
namespace {

// Why the suite's author may not register this case; empty when all is well.
std::string fault_of(const Case& added, const Registry& registry) {
  if (registry.find(added.id) != nullptr) return "the id is taken";
  if (added.requirements.empty() || added.requirements.size() > 3)
    return "a case cites one to three requirements";
  if (!added.id.starts_with(added.requirements.front() + "."))
    return "the id begins with the first requirement and a dot";
  if (added.suite.empty() || added.title.empty() || !added.body)
    return "suite, title and body are needed";
  for (const std::string& need : added.needs)
    if (!is_capability(need)) return fmt::format("there is no capability \"{}\"", need);
  return {};
}

}  // namespace

void Registry::add(Case added) {
  if (const std::string fault = fault_of(added, *this); !fault.empty())
    bug(fmt::format("case {}: {}", added.id, fault).c_str(), __FILE__, __LINE__);
  cases_.push_back(std::move(added));
}

const Case* Registry::find(std::string_view id) const noexcept {
  const auto found = std::ranges::find(cases_, id, &Case::id);
  return found == cases_.end() ? nullptr : &*found;
}

}  // namespace touchstone::conformance::harness
