#include "conformance/requirements/catalogue.h"

#include <fmt/format.h>

#include <algorithm>

#include "conformance/harness/argv_template.h"
#include "conformance/harness/toml_json.h"

namespace touchstone::conformance::requirements {
namespace {

using harness::Json;
using harness::ManifestErrc;

// Reads the members of one table and remembers which were used, so that a misspelt key is told.
class Table {
 public:
  Table(const Json& table, std::string where) : table_(table), where_(std::move(where)) {}

  std::string text(const std::string& key, bool required = true) {
    ++used_;
    if (!table_.contains(key)) {
      --used_;
      if (required) complain(fmt::format("\"{}\" is missing", key));
      return {};
    }
    if (!table_.at(key).is_string()) return complain(fmt::format("{} is a string", key)), "";
    return table_.at(key).get<std::string>();
  }

  template <class Value>
  Value value(const std::string& key) {
    if (!table_.contains(key)) return Value{};
    ++used_;
    try {
      return table_.at(key).get<Value>();
    } catch (const Json::exception&) {
      complain(fmt::format("{} has another type", key));
      return Value{};
    }
  }

  Result<void> finish() {
    if (used_ != table_.size()) complain("there is a key that the format does not have");
    if (!complaint_.empty())
      return fail(ManifestErrc::value, fmt::format("{}: {}", where_, complaint_));
    return {};
  }

  void complain(std::string what) {
    if (complaint_.empty()) complaint_ = std::move(what);
  }

 private:
  const Json& table_;
  std::string where_;
  std::string complaint_;
  std::size_t used_ = 0;
};

bool one_of(const std::string& word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

Result<Requirement> read_requirement(const Json& json, std::string_view file) {
  Table table(json, fmt::format("{}: {}", file, json.value("id", "?")));
  Requirement requirement{.id = table.text("id"),
                          .group = {},
                          .source = table.text("source"),
                          .mark = table.text("mark"),
                          .level = table.text("level"),
                          .text = table.text("text"),
                          .testable = table.value<bool>("testable"),
                          .reason = table.text("reason", false)};
  requirement.group = requirement.id.substr(0, requirement.id.find('-'));
  if (!one_of(requirement.level, {"MUST", "SHOULD", "MAY", "FACT"}))
    table.complain("level is MUST, SHOULD, MAY or FACT");
  if (!one_of(requirement.mark, {"E", "I", "D"})) table.complain("mark is E, I or D");
  if (requirement.testable != requirement.reason.empty())
    table.complain("a reason goes with testable = false, and with that alone");
  TOUCHSTONE_TRY_VOID(table.finish());
  return requirement;
}

Result<Interpretation> read_interpretation(const Json& json, std::string_view file) {
  Table table(json, fmt::format("{}: {}", file, json.value("id", "?")));
  Interpretation entry{.id = table.text("id"),
                       .requirements = table.value<std::vector<std::string>>("requirements"),
                       .question = table.text("question"),
                       .readings = table.value<std::map<std::string, std::string>>("readings"),
                       .profiles = table.value<std::map<std::string, std::string>>("profiles")};
  for (const auto& [profile, word] : entry.profiles)
    if (!entry.readings.contains(word))
      table.complain(fmt::format("profile {} picks the unknown reading {}", profile, word));
  if (!entry.profiles.contains("strict")) table.complain("the profile strict picks no reading");
  TOUCHSTONE_TRY_VOID(table.finish());
  return entry;
}

Result<void> read_file(const SourceFile& file, Catalogue& catalogue) {
  TOUCHSTONE_TRY(const Json json, harness::parse_toml(file.text, file.name));
  for (const Json& entry : json.value("interpretation", Json::array())) {
    TOUCHSTONE_TRY(Interpretation read, read_interpretation(entry, file.name));
    catalogue.interpretations.push_back(std::move(read));
  }
  for (const Json& entry : json.value("requirement", Json::array())) {
    TOUCHSTONE_TRY(Requirement read, read_requirement(entry, file.name));
    if (const std::string title = json.value("title", ""); !title.empty())
      read.group += ": " + title;
    if (catalogue.find(read.id) != nullptr)
      return fail(ManifestErrc::value, fmt::format("{}: {} stands twice", file.name, read.id));
    catalogue.requirements.push_back(std::move(read));
  }
  return {};
}

}  // namespace

const Requirement* Catalogue::find(std::string_view id) const noexcept {
  const auto found = std::ranges::find(requirements, id, &Requirement::id);
  return found == requirements.end() ? nullptr : &*found;
}

Result<std::map<std::string, std::string>> Catalogue::readings(std::string_view profile) const {
  std::map<std::string, std::string> chosen;
  bool known = interpretations.empty();
  for (const Interpretation& entry : interpretations) {
    auto choice = entry.profiles.find(std::string(profile));
    known = known || choice != entry.profiles.end();
    if (choice == entry.profiles.end()) choice = entry.profiles.find("strict");
    if (choice != entry.profiles.end()) chosen[entry.id] = choice->second;
  }
  if (!known)
    return fail(
        ManifestErrc::value,
        fmt::format("no entry of the interpretation register names the profile {}", profile));
  return chosen;
}

Result<Catalogue> parse_catalogue(const std::vector<SourceFile>& files) {
  Catalogue catalogue;
  for (const SourceFile& file : files)
    TOUCHSTONE_TRY_VOID(read_file(file, catalogue));
  return catalogue;
}

const Catalogue& catalogue() {
  static const Catalogue loaded = [] {
    auto parsed = parse_catalogue(requirement_files());
    if (!parsed) bug(parsed.error().detail.c_str(), __FILE__, __LINE__);
    return *std::move(parsed);
  }();
  return loaded;
}

}  // namespace touchstone::conformance::requirements
