#include "conformance/harness/argv_template.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "reference/base/error_table.h"

namespace touchstone::conformance::harness {
namespace {

constexpr ErrorRow<ManifestErrc> rows[] = {
    {ManifestErrc::syntax, ExitClass::usage, "not the manifest format"},
    {ManifestErrc::unknown_key, ExitClass::usage, "unknown key"},
    {ManifestErrc::missing, ExitClass::usage, "missing key"},
    {ManifestErrc::value, ExitClass::usage, "value not allowed"},
    {ManifestErrc::placeholder, ExitClass::usage, "placeholder without value"},
};

// The text of one value; nothing for one that leaves a group out. `true` is the empty text.
std::optional<std::string> text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number()) return value.dump();
  if (value.is_boolean() && value.get<bool>()) return std::string();
  return std::nullopt;
}

struct Values {
  const Json& args;
  const Json& pixit;

  // The value of a placeholder's name; null when it has none.
  [[nodiscard]] Json of(std::string_view name) const {
    const bool from_pixit = name.starts_with("pixit.");
    const std::string key(from_pixit ? name.substr(6) : name);
    const Json& object = from_pixit ? pixit : args;
    return object.is_object() && object.contains(key) ? object.at(key) : Json();
  }
};

struct Expansion {
  std::string text;
  bool leave_out = false;  // became empty by a condition
  std::string absent;      // the first placeholder without a value
};

struct Placeholder {
  std::size_t begin = 0;  // of the opening brace
  std::size_t end = 0;    // behind the closing one
  bool condition = false;
  std::string name;
};

std::optional<Placeholder> next_placeholder(std::string_view token, std::size_t from) {
  const std::size_t open = token.find('{', from);
  if (open == std::string_view::npos) return std::nullopt;
  const std::size_t close = token.find('}', open);
  if (close == std::string_view::npos) return std::nullopt;
  std::string_view name = token.substr(open + 1, close - open - 1);
  const bool condition = name.starts_with('?');
  if (condition) name.remove_prefix(1);
  return Placeholder{open, close + 1, condition, std::string(name)};
}

// `index` picks the element of a list.
Expansion expand(std::string_view token, const Values& values, std::size_t index) {
  Expansion expansion;
  std::size_t at = 0;
  bool conditional = false;
  while (const auto found = next_placeholder(token, at)) {
    expansion.text += token.substr(at, found->begin - at);
    at = found->end;
    Json value = values.of(found->name);
    if (value.is_array()) value = index < value.size() ? value.at(index) : Json();
    const auto text = text_of(value);
    if (!text) {
      if (expansion.absent.empty()) expansion.absent = found->name;
      continue;
    }
    conditional = conditional || found->condition || text->empty();
    // An empty string that was given is an argument; an empty text by `true` is none.
    if (value.is_string() && !found->condition) conditional = false;
    if (!found->condition) expansion.text += *text;
  }
  expansion.text += token.substr(at);
  expansion.leave_out = conditional && expansion.text.empty();
  return expansion;
}

// The names of the placeholders in a token.
std::vector<std::string> names_in(std::string_view token) {
  std::vector<std::string> names;
  std::size_t at = 0;
  while (const auto found = next_placeholder(token, at)) {
    names.push_back(found->name);
    at = found->end;
  }
  return names;
}

bool is_known_ending(std::string_view name) {
  const std::size_t colon = name.find(':');
  if (colon == std::string_view::npos) return true;
  return name.substr(colon) == ":file" || name.substr(colon) == ":output";
}

// How often a group is written: once, or once an element of the longest list in it.
std::size_t repetitions(const std::vector<std::string>& tokens, const Values& values) {
  std::size_t most = 1;
  for (const std::string& token : tokens) {
    std::size_t at = 0;
    while (const auto found = next_placeholder(token, at)) {
      at = found->end;
      const Json value = values.of(found->name);
      if (value.is_array() && !found->condition) most = value.size();
    }
  }
  return most;
}

void append_group(const std::vector<std::string>& tokens, const Values& values,
                  std::vector<std::string>& argv) {
  for (std::size_t index = 0; index < repetitions(tokens, values); ++index) {
    std::vector<std::string> written;
    bool whole = true;
    for (const std::string& token : tokens) {
      Expansion expansion = expand(token, values, index);
      whole = whole && expansion.absent.empty();
      if (!expansion.leave_out) written.push_back(std::move(expansion.text));
    }
    if (whole) argv.insert(argv.end(), written.begin(), written.end());
  }
}

}  // namespace

std::error_code make_error_code(ManifestErrc code) noexcept {
  static const ErrorTable table("manifest", rows);
  return table.code(code);
}

Result<ArgvTemplate> ArgvTemplate::parse(const Json& array) {
  if (!array.is_array()) return fail(ManifestErrc::syntax, "argv is an array");
  ArgvTemplate parsed;
  for (const Json& item : array) {
    Element element{.group = item.is_array(), .tokens = {}};
    for (const Json& token : item.is_array() ? item : Json::array({item})) {
      if (!token.is_string())
        return fail(ManifestErrc::syntax, "argv holds strings and arrays of strings");
      for (const std::string& name : names_in(token.get_ref<const std::string&>()))
        if (!is_known_ending(name))
          return fail(ManifestErrc::value,
                      fmt::format("{{{}}}: after a colon stands file or output", name));
      element.tokens.push_back(token);
    }
    parsed.elements.push_back(std::move(element));
  }
  return parsed;
}

std::vector<std::string> ArgvTemplate::placeholders() const {
  std::vector<std::string> names;
  for (const Element& element : elements)
    for (const std::string& token : element.tokens)
      for (const std::string& name : names_in(token))
        if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  return names;
}

Result<std::vector<std::string>> ArgvTemplate::render(const Json& args, const Json& pixit) const {
  const Values values{args, pixit};
  std::vector<std::string> argv;
  for (const Element& element : elements) {
    if (element.group) {
      append_group(element.tokens, values, argv);
      continue;
    }
    Expansion expansion = expand(element.tokens.front(), values, 0);
    if (!expansion.absent.empty())
      return fail(ManifestErrc::placeholder,
                  fmt::format("{{{}}} has no value in this operation", expansion.absent));
    if (!expansion.leave_out) argv.push_back(std::move(expansion.text));
  }
  return argv;
}

}  // namespace touchstone::conformance::harness
