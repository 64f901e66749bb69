#include "reference/diameter/config_reader.h"

#include <algorithm>
#include <array>

#include "reference/base/defect.h"
#include "reference/diameter/config.h"
#include "reference/diameter/config_uri.h"
#include "reference/diameter/errc.h"
#include "reference/diameter/identity.h"

namespace touchstone::diameter {
namespace {

constexpr auto codes = std::to_array<FindingCode<ConfigCode>>({
#define TOUCHSTONE_CONFIG_CODE(enumerator, code, severity, clause, text) \
  {ConfigCode::enumerator, code, Severity::severity, clause, text},
#include "reference/diameter/config_codes.def"
#undef TOUCHSTONE_CONFIG_CODE
});

constexpr auto properties = std::to_array<ConfigProperty>({
#define TOUCHSTONE_PROPERTY(enumerator, group, name, value, clause) {group, name, value, clause},
#include "reference/diameter/config_properties.def"
#undef TOUCHSTONE_PROPERTY
});

constexpr std::string_view blanks = " \t";

std::optional<Property> find_property(std::string_view group, std::string_view name) {
  const auto* row = std::ranges::find_if(properties, [&](const ConfigProperty& candidate) {
    return candidate.group == group &&
           (candidate.name == name ||
            (TOUCHSTONE_DEFECT("DC-19.case_blind") && same_identity(candidate.name, name)));
  });
  if (row == properties.end()) return std::nullopt;
  return static_cast<Property>(row - properties.begin());
}

bool is_group(std::string_view name) {
  return !name.empty() &&
         std::ranges::find(properties, name, &ConfigProperty::group) != properties.end();
}

/// Takes the blanks around `text` away and tells whether there were any.
bool trim(std::string_view& text, std::size_t& before) {
  const std::size_t size = text.size();
  before = std::min(text.find_first_not_of(blanks), size);
  text.remove_prefix(before);
  text = text.substr(0, text.find_last_not_of(blanks) + 1);
  return text.size() != size;
}

class SettingsReader {
 public:
  explicit SettingsReader(ConfigLog& log) : log_(&log) {}

  void read_line(std::string_view line, const ConfigPlace& start) {
    if (line.size() > max_config_line && !TOUCHSTONE_DEFECT("DC-01.any_length"))
      return log_->note(ConfigCode::too_long, start);
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
      if (!TOUCHSTONE_DEFECT("DC-01.crlf_silent"))
        log_->note(ConfigCode::crlf, start.after(line.size()));
    }
    const auto* bad =
        std::ranges::find_if(line, [](char c) { return c != '\t' && (c < ' ' || c > '~'); });
    if (bad != line.end())
      return log_->note(ConfigCode::charset,
                        start.after(static_cast<std::size_t>(bad - line.begin())));
    const std::size_t text = line.find_first_not_of(blanks);
    const bool comment = !TOUCHSTONE_DEFECT("DC-18.no_comments");
    if (text == std::string_view::npos || (line[text] == '#' && comment)) return;
    const std::size_t equals =
        TOUCHSTONE_DEFECT("DC-01.last_equals") ? line.rfind('=') : line.find('=');
    if (equals == std::string_view::npos) return log_->note(ConfigCode::syntax, start.after(text));
    read_pair(line.substr(0, equals), start, {line.substr(equals + 1), start.after(equals + 1)});
  }

  Settings take() && { return std::move(settings_); }

 private:
  void read_pair(std::string_view name, ConfigPlace place, Setting setting) {
    std::size_t before_name = 0;
    std::size_t before_value = 0;
    const bool around_name = trim(name, before_name);
    const bool around_value = trim(setting.value, before_value);
    if ((around_name || around_value) && !TOUCHSTONE_DEFECT("DC-18.space_silent"))
      log_->note(ConfigCode::space, place);
    place = place.after(before_name);
    setting.place = setting.place.after(before_value);
    if (name.empty()) return log_->note(ConfigCode::syntax, place, "expected a name before =");
    if (setting.value.empty())
      return log_->note(ConfigCode::syntax, setting.place, "expected a value after =");
    const std::size_t dot = name.find('.');
    if (dot != std::string_view::npos && is_group(name.substr(0, dot)))
      return read_member(name, dot, place, setting);
    const auto property = find_property("", name);
    if (!property) return note_unknown(place);
    store(*property, 0, place, setting);
  }

  void read_member(std::string_view name, std::size_t dot, const ConfigPlace& place,
                   const Setting& setting) {
    const std::string_view rest = name.substr(dot + 1);
    const std::size_t second = rest.find('.');
    const auto index = parse_number(rest.substr(0, second));
    if (!index) return log_->note(ConfigCode::index, place.after(dot + 1));
    if (second == std::string_view::npos)
      return log_->note(ConfigCode::syntax, place.after(name.size()),
                        "expected . and the name of a member after the index");
    std::string_view member = rest.substr(second + 1);
    const ConfigPlace at = place.after(dot + 1 + second + 1);
    // 004 §5.2 spells it so in its note.
    if (member == "ApplicationID" && !TOUCHSTONE_DEFECT("DC-19.no_alias")) {
      if (!TOUCHSTONE_DEFECT("DC-19.alias_silent")) log_->note(ConfigCode::alias, at);
      member = "ApplicationId";
    }
    const auto property = find_property(name.substr(0, dot), member);
    if (!property) return note_unknown(at);
    store(*property, *index, place, setting);
  }

  void note_unknown(const ConfigPlace& place) {
    if (!TOUCHSTONE_DEFECT("DC-18.unknown_silent")) log_->note(ConfigCode::unknown, place);
  }

  void store(Property property, std::uint32_t index, const ConfigPlace& place,
             const Setting& setting) {
    const bool stored = settings_.emplace(std::pair(property, index), setting).second;
    if (!stored && !TOUCHSTONE_DEFECT("DC-18.duplicate_taken"))
      log_->note(ConfigCode::duplicate, place);
  }

  ConfigLog* log_;
  Settings settings_;
};

}  // namespace

std::span<const FindingCode<ConfigCode>> config_codes() noexcept {
  return codes;
}

const FindingCode<ConfigCode>& config_code(ConfigCode id) noexcept {
  return codes[static_cast<std::size_t>(id)];
}

std::span<const ConfigProperty> config_properties() noexcept {
  return properties;
}

void ConfigLog::note(ConfigCode code, const ConfigPlace& place, std::string_view detail) {
  const FindingCode<ConfigCode>& row = config_code(code);
  const std::string_view text = detail.empty() ? row.text : detail;
  const bool fault = row.tolerant == Severity::error;
  // Faults that stop the file in any mode name it before those that only strict mode has.
  const bool better =
      fault_.code ? fault && (faults_ == 0 || place.offset < fault_.offset) : fault || strict_;
  if (better)
    fault_ = {make_error_code(fault ? Errc::configuration : Errc::configuration_strict),
              place.offset, std::string(row.code) + ": " + std::string(text)};
  if (fault) ++faults_;
  if (count_++ >= limit) return;
  const std::uint64_t column = place.line == 0 ? 0 : place.column + 1;
  out_->push_back(make_finding(row, place.line, column, text));
  if (strict_) out_->back().severity = Severity::error;
  if (TOUCHSTONE_DEFECT("DC-18.line_before") && place.line > 1) --out_->back().line;
}

Result<void> ConfigLog::close() {
  sort_by_place(*out_, first_);
  if (count_ > limit)
    out_->push_back(make_finding(config_code(ConfigCode::more), 0, 0,
                                 std::to_string(count_ - limit) + " further findings"));
  if (fault_.code) return std::unexpected(fault_);
  return {};
}

Settings read_settings(std::string_view file, ConfigLog& log) {
  SettingsReader reader(log);
  std::size_t offset = 0;
  for (std::uint64_t number = 1; offset < file.size(); ++number) {
    const std::string_view line = file.substr(offset, file.find('\n', offset) - offset);
    reader.read_line(line, {number, 0, offset});
    offset += line.size() + 1;
  }
  return std::move(reader).take();
}

}  // namespace touchstone::diameter
