#include "conformance/harness/toml_json.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <sstream>

#include "conformance/harness/argv_template.h"

namespace touchstone::conformance::harness {
namespace {

Json convert(const toml::node& node) {
  if (const auto* table = node.as_table()) {
    Json object = Json::object();
    for (const auto& [key, value] : *table)
      object[std::string(key.str())] = convert(value);
    return object;
  }
  if (const auto* array = node.as_array()) {
    Json list = Json::array();
    for (const auto& value : *array)
      list.push_back(convert(value));
    return list;
  }
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return number->get();
  if (const auto* number = node.as_floating_point()) return number->get();
  if (const auto* truth = node.as_boolean()) return truth->get();
  std::ostringstream text;
  if (const auto* date = node.as_date()) text << date->get();
  if (const auto* time = node.as_time()) text << time->get();
  if (const auto* both = node.as_date_time()) text << both->get();
  return text.str();
}

}  // namespace

Result<Json> parse_toml(std::string_view text, std::string_view name) {
  try {
    return convert(toml::parse(text));
  } catch (const toml::parse_error& error) {
    const auto& at = error.source().begin;
    return fail(ManifestErrc::syntax,
                fmt::format("{}:{}:{}: {}", name, at.line, at.column, error.description()));
  }
}

}  // namespace touchstone::conformance::harness
