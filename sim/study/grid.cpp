#include "sim/study/grid.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <sstream>

#include "sim/study/errc.h"

namespace touchstone::sim::study {
namespace {

constexpr std::array<std::string_view, 7> keys{"schema", "name",    "question",  "scenario",
                                               "seeds",  "figures", "parameters"};

Place place_of(const toml::node& node) {
  return {node.source().begin.line, node.source().begin.column};
}

std::string print_node(const toml::node& node) {
  std::ostringstream text;
  node.visit([&](const auto& value) { text << value; });
  return text.str();
}

class GridReader {
 public:
  GridReader(const toml::table& table, const std::string& path) : table_(table), path_(path) {
    grid_.path = path;
  }

  Result<Grid> read() {
    for (const auto& [key, node] : table_)
      if (std::ranges::find(keys, std::string_view(key.str())) == keys.end())
        return blame(Errc::unknown_key, key.source().begin,
                     fmt::format("there is no key `{}`", key.str()));
    const toml::node* schema = table_.get("schema");
    if (schema == nullptr || schema->value<std::int64_t>() != 1)
      return blame(Errc::missing, schema, "expected `schema = 1`");
    TOUCHSTONE_TRY(grid_.name, text("name", true));
    if (!std::ranges::all_of(grid_.name, [](char one) {
          return std::isalnum(static_cast<unsigned char>(one)) || one == '-' || one == '_';
        }))
      return blame(Errc::value, table_.get("name"), "expected letters, digits, - and _");
    TOUCHSTONE_TRY(grid_.question, text("question", false));
    TOUCHSTONE_TRY(grid_.scenario, text("scenario", true));
    TOUCHSTONE_TRY_VOID(read_seeds());
    TOUCHSTONE_TRY_VOID(read_figures());
    TOUCHSTONE_TRY_VOID(read_parameters());
    return std::move(grid_);
  }

 private:
  std::unexpected<Error> blame(Errc code, const toml::source_position& at,
                               const std::string& what) const {
    return fail(code, fmt::format("{}:{}:{}: {}", path_, at.line, at.column, what));
  }
  std::unexpected<Error> blame(Errc code, const toml::node* node, const std::string& what) const {
    return blame(code, node == nullptr ? toml::source_position{1, 1} : node->source().begin, what);
  }

  Result<std::string> text(const char* key, bool is_needed) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr && !is_needed) return std::string();
    if (node == nullptr) return blame(Errc::missing, node, fmt::format("expected `{} = `", key));
    const auto value = node->value_exact<std::string>();
    if (!value || value->empty())
      return blame(Errc::value, node, fmt::format("expected a string: {}", key));
    return *value;
  }

  Result<std::uint64_t> number(const toml::node* node, std::int64_t least, const char* what) const {
    const auto value = node == nullptr ? std::nullopt : node->value_exact<std::int64_t>();
    if (!value || *value < least)
      return blame(Errc::value, node, fmt::format("expected {}, at least {}", what, least));
    return static_cast<std::uint64_t>(*value);
  }

  // A list, or `{ from = 1, count = 10 }`.
  Result<void> read_seeds() {
    const toml::node* node = table_.get("seeds");
    if (node == nullptr) return blame(Errc::missing, node, "expected `seeds = `");
    if (const toml::table* range = node->as_table()) {
      for (const auto& [key, value] : *range)
        if (key != "from" && key != "count")
          return blame(Errc::unknown_key, key.source().begin, "expected `from` and `count`");
      TOUCHSTONE_TRY(const std::uint64_t from, number(range->get("from"), 0, "the first seed"));
      TOUCHSTONE_TRY(const std::uint64_t count, number(range->get("count"), 1, "a count"));
      if (count > max_units) return blame(Errc::value, range->get("count"), "that is too many");
      for (std::uint64_t i = 0; i < count; ++i)
        grid_.seeds.push_back(from + i);
      return {};
    }
    const toml::array* list = node->as_array();
    if (list == nullptr || list->empty())
      return blame(Errc::value, node, "expected [1, 2, ...] or { from = 1, count = 10 }");
    for (const toml::node& one : *list) {
      TOUCHSTONE_TRY(const std::uint64_t seed, number(&one, 0, "a seed"));
      if (std::ranges::find(grid_.seeds, seed) != grid_.seeds.end())
        return blame(Errc::value, &one, fmt::format("the seed {} stands here twice", seed));
      grid_.seeds.push_back(seed);
    }
    return {};
  }

  Result<void> read_figures() {
    const toml::node* node = table_.get("figures");
    if (node == nullptr) return {};
    if (!node->is_array()) return blame(Errc::value, node, "expected a list of strings");
    for (const toml::node& one : *node->as_array()) {
      const auto path = one.value_exact<std::string>();
      if (!path || path->empty()) return blame(Errc::value, &one, "expected a string");
      grid_.figures.push_back(*path);
    }
    return {};
  }

  Result<void> read_parameters() {
    const toml::node* node = table_.get("parameters");
    if (node == nullptr) return blame(Errc::missing, node, "expected the table [parameters]");
    if (!node->is_table()) return blame(Errc::value, node, "expected a table");
    TOUCHSTONE_TRY_VOID(read_table(*node->as_table(), ""));
    std::ranges::sort(grid_.parameters, {}, &Parameter::path);
    for (std::size_t i = 1; i < grid_.parameters.size(); ++i)
      if (grid_.parameters[i].path == grid_.parameters[i - 1].path)
        return blame(Errc::value, position(grid_.parameters[i].place),
                     fmt::format("`{}` stands here twice", grid_.parameters[i].path));
    if (grid_.points() > max_units / grid_.seeds.size())
      return blame(Errc::value, node, fmt::format("these are more than {} runs", max_units));
    return {};
  }

  // `a.b = [..]`, `"a.b" = [..]` and a table [parameters.a] mean the same.
  Result<void> read_table(const toml::table& table, const std::string& before) {
    for (const auto& [key, node] : table) {
      const std::string path = before + std::string(key.str());
      if (node.is_table()) {
        TOUCHSTONE_TRY_VOID(read_table(*node.as_table(), path + "."));
        continue;
      }
      if (path == "seed") return blame(Errc::value, key.source().begin, "seeds are in `seeds`");
      TOUCHSTONE_TRY_VOID(read_values(path, key.source().begin, node));
    }
    return {};
  }

  Result<void> read_values(const std::string& path, const toml::source_position& at,
                           const toml::node& node) {
    if (!node.is_array() || node.as_array()->empty())
      return blame(Errc::value, &node, fmt::format("expected a list of values of `{}`", path));
    Parameter parameter{path, {}, {at.line, at.column}};
    for (const toml::node& one : *node.as_array()) {
      if (!one.is_string() && !one.is_number() && !one.is_boolean())
        return blame(Errc::value, &one, "expected a number, a string, true or false");
      std::string value = print_node(one);
      for (const GridValue& other : parameter.values)
        if (other.toml == value)
          return blame(Errc::value, &one, fmt::format("{} stands here twice", value));
      parameter.values.push_back({std::move(value), place_of(one)});
    }
    grid_.parameters.push_back(std::move(parameter));
    return {};
  }

  static toml::source_position position(Place place) { return {place.line, place.column}; }

  const toml::table& table_;
  const std::string& path_;
  Grid grid_;
};

// toml::parse throws, and no exception leaves a component.
Result<toml::table> parse_text(std::string_view text, const std::string& path) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    const toml::source_position& at = error.source().begin;
    return fail(Errc::syntax,
                fmt::format("{}:{}:{}: {}", path, at.line, at.column, error.description()));
  }
}

std::optional<std::size_t> index_of(std::string_view step) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), value);
  if (error != std::errc() || end != step.data() + step.size()) return std::nullopt;
  return value;
}

// The node below `node` that the step names; a table that is not there is made.
toml::node* go_down(toml::node& node, std::string_view step) {
  if (toml::table* table = node.as_table()) {
    const bool is_there = table->contains(step);
    if (!is_there && index_of(step)) return nullptr;  // meant for an array that is not there
    if (!is_there) table->insert(step, toml::table());
    return table->get(step);
  }
  const auto index = index_of(step);
  toml::array* array = node.as_array();
  return array != nullptr && index ? array->get(*index) : nullptr;
}

bool put(toml::node& node, std::string_view last, const toml::node& value) {
  if (toml::table* table = node.as_table()) {
    if (const toml::node* old = table->get(last); old != nullptr && old->is_table()) return false;
    value.visit([&](const auto& typed) { table->insert_or_assign(last, typed); });
    return true;
  }
  toml::array* array = node.as_array();
  const auto index = index_of(last);
  if (array == nullptr || !index || *index >= array->size()) return false;
  value.visit([&](const auto& typed) {
    array->replace(array->cbegin() + static_cast<std::ptrdiff_t>(*index), typed);
  });
  return true;
}

bool set(toml::table& scenario, std::string_view path, const toml::node& value) {
  toml::node* node = &scenario;
  while (true) {
    const std::size_t dot = path.find('.');
    if (dot == std::string_view::npos) return put(*node, path, value);
    node = go_down(*node, path.substr(0, dot));
    if (node == nullptr) return false;
    path.remove_prefix(dot + 1);
  }
}

}  // namespace

std::uint64_t Grid::points() const noexcept {
  std::uint64_t count = 1;
  for (const Parameter& parameter : parameters)
    count = std::min<std::uint64_t>(count * parameter.values.size(), max_units + 1);
  return count;
}

Result<Grid> parse_grid(std::string_view text, const std::string& path) {
  TOUCHSTONE_TRY(const toml::table table, parse_text(text, path));
  return GridReader(table, path).read();
}

Result<std::string> set_parameters(std::string_view scenario, const std::string& scenario_path,
                                   const std::vector<Setting>& settings, std::uint64_t seed) {
  TOUCHSTONE_TRY(toml::table table, parse_text(scenario, scenario_path));
  for (const Setting& setting : settings) {
    TOUCHSTONE_TRY(const toml::table value, parse_text("v = " + setting.toml, setting.path));
    if (!set(table, setting.path, *value.get("v")))
      return fail(Errc::place,
                  fmt::format("{} has no place `{}` for a value", scenario_path, setting.path));
  }
  table.insert_or_assign("seed", static_cast<std::int64_t>(seed));
  std::ostringstream text;
  text << table << '\n';
  return text.str();
}

}  // namespace touchstone::sim::study
