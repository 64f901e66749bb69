#include <fmt/format.h>

#include "sim/scenario/fields.h"
#include "sim/scenario/units.h"

namespace touchstone::sim {
namespace {

template <class Value>
std::string print_value(const Value& value) {
  if constexpr (std::is_same_v<Value, std::string>) {
    return "\"" + value + "\"";
  } else if constexpr (std::is_same_v<Value, Duration>) {
    return "\"" + print_duration(value) + "\"";
  } else if constexpr (std::is_same_v<Value, bool>) {
    return value ? "true" : "false";
  } else if constexpr (std::is_same_v<Value, double>) {
    return fmt::format("{}", value);
  } else if constexpr (std::is_enum_v<Value>) {
    return fmt::format("\"{}\"", Words<Value>::all[static_cast<std::size_t>(value)]);
  } else if constexpr (std::is_integral_v<Value>) {
    return std::to_string(value);
  } else {
    std::string list;
    for (const std::string& one : value)
      list += (list.empty() ? "" : ", ") + print_value(one);
    return "[" + list + "]";
  }
}

/// Gathers the values of a part as text.
class Gatherer {
 public:
  std::vector<std::pair<std::string, std::string>> values;

  template <class Value>
  void operator()(const char* key, Value& value) {
    values.emplace_back(key, print_value(value));
  }
  void rate(const char* key, std::uint64_t& value) {
    values.emplace_back(key, "\"" + print_rate(value) + "\"");
  }
  template <class Part>
  void part(const char* key, Part& value);
  template <class Part>
  void parts(const char*, std::vector<Part>&) {}
};

/// Those that differ from a new one.
template <class Part>
std::vector<std::pair<std::string, std::string>> changes(Part& part) {
  Part usual{};
  Gatherer mine;
  Gatherer theirs;
  visit(part, mine);
  visit(usual, theirs);
  std::vector<std::pair<std::string, std::string>> changed;
  for (std::size_t i = 0; i < mine.values.size(); ++i)
    if (mine.values[i] != theirs.values[i]) changed.push_back(mine.values[i]);
  return changed;
}

// A part within a part: an inline table, whole, since its usual value is that of its place.
template <class Part>
void Gatherer::part(const char* key, Part& value) {
  Gatherer inner;
  visit(value, inner);
  std::string text;
  for (const auto& [name, shown] : inner.values)
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", name, shown);
  values.emplace_back(key, "{" + text + "}");
}

class Printer {
 public:
  std::string text = "schema = 1\n";

  template <class Value>
  void operator()(const char* key, Value& value) {
    text += fmt::format("{} = {}\n", key, print_value(value));
  }
  void rate(const char*, std::uint64_t&) {}
  template <class Part>
  void part(const char* key, Part& value) {
    const auto changed = changes(value);
    if (!changed.empty()) put(fmt::format("[{}]", key), changed);
  }
  template <class Part>
  void parts(const char* key, std::vector<Part>& values) {
    for (Part& value : values)
      put(fmt::format("[[{}]]", key), changes(value));
  }

 private:
  void put(const std::string& title, const std::vector<std::pair<std::string, std::string>>& rows) {
    text += "\n" + title + "\n";
    for (const auto& [key, value] : rows)
      text += fmt::format("{} = {}\n", key, value);
  }
};

}  // namespace

std::string print_scenario(const Scenario& scenario) {
  Scenario copy = scenario;
  Printer printer;
  visit(copy, printer);
  return printer.text;
}

Scenario with_drawn_faults(Scenario scenario) {
  const FaultPlan drawn = draw_faults(scenario.nemesis, build_topology(scenario), scenario.seed);
  scenario.faults.insert(scenario.faults.end(), drawn.begin(), drawn.end());
  scenario.nemesis = {};
  return scenario;
}

}  // namespace touchstone::sim
