#include <toml++/toml.h>

#include <algorithm>
#include <set>

#include "sim/scenario/fields.h"
#include "sim/scenario/units.h"

namespace touchstone::sim {
namespace {

/// Reads one table; the first thing that is wrong stays.
class Reader {
 public:
  Reader(const toml::table& table, std::string& fault, const std::string& path)
      : table_(table), fault_(fault), path_(path) {}

  template <class Value>
  void operator()(const char* key, Value& value) {
    if (const toml::node* node = take(key)) read(*node, value);
  }

  void rate(const char* key, std::uint64_t& value) {
    const toml::node* node = take(key);
    if (node == nullptr) return;
    const auto text = node->value<std::string>();
    const auto parsed = text ? parse_rate(*text) : std::nullopt;
    if (!parsed) return blame(*node, "expected a rate such as \"10Mbps\"");
    value = *parsed;
  }

  template <class Part>
  void part(const char* key, Part& value) {
    const toml::node* node = take(key);
    if (node == nullptr) return;
    if (!node->is_table()) return blame(*node, "expected a table");
    read_table(*node->as_table(), value);
  }

  template <class Part>
  void parts(const char* key, std::vector<Part>& values) {
    const toml::node* node = take(key);
    if (node == nullptr) return;
    if (!node->is_array_of_tables())
      return blame(*node, std::string("expected tables [[") + key + "]]");
    for (const toml::node& one : *node->as_array()) {
      values.emplace_back();
      read_table(*one.as_table(), values.back());
    }
  }

  template <class Part>
  void read_table(const toml::table& table, Part& value) {
    Reader inner(table, fault_, path_);
    visit(value, inner);
    inner.blame_unknown();
  }

  /// A key that nobody has asked for.
  void blame_unknown() {
    for (const auto& [key, value] : table_)
      if (!known_.contains(std::string_view(key.str())))
        blame(key.source().begin, "unknown key `" + std::string(key.str()) + "`");
  }

  void allow(const char* key) { known_.insert(key); }
  void blame(const toml::node& node, const std::string& what) { blame(node.source().begin, what); }
  void blame(const toml::source_position& at, const std::string& what) {
    if (!fault_.empty()) return;
    fault_ = path_ + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": " + what;
  }

 private:
  const toml::node* take(const char* key) {
    known_.insert(key);
    return table_.get(key);
  }

  void read(const toml::node& node, std::string& value) {
    const auto text = node.value<std::string>();
    const bool is_clean =
        text && std::ranges::none_of(*text, [](char c) { return c == '"' || c == '\\'; });
    if (!is_clean) return blame(node, "expected a text without quotes and backslashes");
    value = *text;
  }
  void read(const toml::node& node, bool& value) {
    if (!node.is_boolean()) return blame(node, "expected true or false");
    value = node.value_or(false);
  }
  void read(const toml::node& node, double& value) {
    const auto number = node.value<double>();
    if (!node.is_number() || *number < 0) return blame(node, "expected a number, 0 or more");
    value = *number;
  }
  template <class Number>
    requires std::unsigned_integral<Number>
  void read(const toml::node& node, Number& value) {
    const auto number = node.value_exact<std::int64_t>();
    if (!number || *number < 0 || !std::in_range<Number>(*number))
      return blame(node, "expected a whole number, 0 or more");
    value = static_cast<Number>(*number);
  }
  void read(const toml::node& node, Duration& value) {
    const auto text = node.value<std::string>();
    const auto parsed = text ? parse_duration(*text) : std::nullopt;
    if (!parsed) return blame(node, "expected a time such as \"250ms\" or \"10s\"");
    value = *parsed;
  }
  void read(const toml::node& node, std::vector<std::string>& values) {
    if (!node.is_array()) return blame(node, "expected a list of texts");
    for (const toml::node& one : *node.as_array()) {
      values.emplace_back();
      read(one, values.back());
    }
  }
  template <class Value>
    requires std::is_enum_v<Value>
  void read(const toml::node& node, Value& value) {
    const auto text = node.value<std::string>();
    const auto& words = Words<Value>::all;
    const auto found = text ? std::ranges::find(words, std::string_view(*text)) : words.end();
    if (found != words.end()) {
      value = static_cast<Value>(found - words.begin());
      return;
    }
    std::string all = "expected one of";
    for (const std::string_view word : words)
      all.append(" ").append(word);
    blame(node, all);
  }

  const toml::table& table_;
  std::string& fault_;
  const std::string& path_;
  std::set<std::string, std::less<>> known_;
};

std::unexpected<Error> invalid(std::string what) {
  return fail(std::errc::invalid_argument, std::move(what));
}

// What a single field cannot show.
std::string judge(const Scenario& scenario) {
  const TopologyPlan& plan = scenario.topology;
  if (scenario.name.empty()) return "expected a name";
  if (plan.kms == 0 && scenario.externals.empty()) return "[topology] needs a KMS";
  if (plan.gateways == 0) return "[topology] needs a gateway";
  if (plan.fan == 0) return "[topology] fan is at least 1";
  if (plan.kind == TopologyKind::two_sites && plan.kms != 2) return "two-sites has two KMS";
  if (scenario.keys.initial > 1) return "[keys] initial is a part, at most 1";
  if (!scenario.deliveries.empty() && !plan.lks) return "[[delivery]] needs `lks` in [topology]";
  const std::uint64_t nodes = std::uint64_t{plan.gateways} * (plan.enodes + plan.access_points);
  if (nodes > 1'000'000) return "at most a million nodes";
  return {};
}

}  // namespace

Result<Scenario> parse_scenario(std::string_view text, const std::string& path) {
  Scenario scenario;
  std::string fault;
  try {
    const toml::table table = toml::parse(text, path);
    Reader reader(table, fault, path);
    std::uint64_t schema = 0;
    reader("schema", schema);
    if (fault.empty() && schema != 1) return invalid(path + ":1:1: expected `schema = 1`");
    visit(scenario, reader);
    reader.blame_unknown();
  } catch (const toml::parse_error& error) {
    const toml::source_position at = error.source().begin;
    return invalid(path + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": " +
                   std::string(error.description()));
  }
  if (fault.empty() && !judge(scenario).empty()) fault = path + ":1:1: " + judge(scenario);
  if (!fault.empty()) return invalid(fault);
  return scenario;
}

}  // namespace touchstone::sim
