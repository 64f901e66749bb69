#include "reference/ipsec/config/psk.h"

#include <algorithm>
#include <set>

#include "reference/base/defect.h"
#include "reference/base/octets.h"

namespace touchstone::ipsec::config {
namespace {

constexpr std::size_t max_line = 1022;  // octets without the line end: racoon's buffer has 1024

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

struct Line {
  std::string_view whole;       ///< with its LF
  std::string_view identifier;  ///< empty for a comment or a line without key
  std::string_view key;
};

/// Cuts the first line off `rest`. An identifier ends at the first blank, its key at the line end.
Line take_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  Line line{.whole = rest.substr(0, std::min(end + 1, rest.size())), .identifier = {}, .key = {}};
  const std::string_view text = rest.substr(0, end);
  rest.remove_prefix(line.whole.size());
  if (text.starts_with('#')) return line;
  const auto* blank = std::ranges::find_if(text, is_space);
  const auto* key = std::find_if_not(blank, text.end(), is_space);
  if (key == text.end()) return line;
  line.identifier = {text.begin(), blank};
  line.key = {key, text.end()};
  return line;
}

class Reader {
 public:
  Reader(PskReading& reading, RuleLog& log) : reading_(&reading), log_(&log) {}

  void line(const Line& line) {
    const std::string_view text = line.whole.substr(0, line.whole.find('\n'));
    if (text.size() > max_line) log_->note(Rule::psk_long, place_);
    if (text.find('\0') != std::string_view::npos) log_->note(Rule::psk_nul, place_);
    const bool blank = std::ranges::all_of(text, is_space);
    if (line.identifier.empty() && !blank && !text.starts_with('#'))
      log_->note(Rule::psk_form, place_);
    if (!line.identifier.empty()) entry(line, text);
    place_.offset += line.whole.size();
    ++place_.line;
  }

 private:
  void entry(const Line& line, std::string_view text) {
    Place at = place_;
    at.column = static_cast<std::uint64_t>(line.key.data() - text.data()) + 1;
    PskEntry made{place_, std::string(line.identifier), {}};
    if (line.key.starts_with("0x") && !TOUCHSTONE_DEFECT("PK-06.hexadecimal")) {
      const auto octets = from_hex(line.key.substr(2));
      if (!octets || octets->empty()) return log_->note(Rule::psk_hex, at);
      made.key.assign(octets->begin(), octets->end());
    } else {
      const OctetView octets = as_octets(line.key);
      made.key.assign(octets.begin(), octets.end());
      if (is_space(line.key.back())) log_->note(Rule::psk_blank, at);
    }
    if (made.key.size() < min_psk && !TOUCHSTONE_DEFECT("PK-10.short_key"))
      log_->note(Rule::psk_short, at);
    if (made.identifier == "*") log_->note(Rule::psk_wild, place_);
    if (!seen_.insert(made.identifier).second && !TOUCHSTONE_DEFECT("PK-02.row_twice"))
      log_->note(Rule::psk_twice, place_);
    reading_->entries.push_back(std::move(made));
  }

  PskReading* reading_;
  RuleLog* log_;
  Place place_{.file = 0, .line = 1, .column = 1, .offset = 0};
  std::set<std::string> seen_;
};

void append(SecretOctets& out, OctetView octets) {
  out.insert(out.end(), octets.begin(), octets.end());
}

/// Copies `text`; the lines of `identifier` become `line`, once, or vanish where it is empty.
SecretOctets rewrite(OctetView text, std::string_view identifier, OctetView line) {
  SecretOctets out;
  bool written = line.empty();
  for (std::string_view rest = as_text(text); !rest.empty();) {
    const Line one = take_line(rest);
    if (one.identifier != identifier || identifier.empty() ||
        TOUCHSTONE_DEFECT("PK-02.keeps_old")) {
      if (!one.identifier.empty() || !TOUCHSTONE_DEFECT("PK-05.comments"))
        append(out, as_octets(one.whole));
    } else if (!written) {
      append(out, line);
      written = true;
    }
  }
  if (written) return out;
  if (!out.empty() && out.back() != '\n') out.push_back('\n');
  append(out, line);
  return out;
}

}  // namespace

const PskEntry* PskReading::find(std::string_view identifier) const {
  for (const std::string_view wanted :
       {identifier, std::string_view(TOUCHSTONE_DEFECT("PK-02.no_wildcard") ? "" : "*")})
    for (const PskEntry& one : entries)
      if (one.identifier == wanted) return &one;
  return nullptr;
}

PskReading read_psk(OctetView text, Profile profile, std::optional<std::uint32_t> mode) {
  RuleLog log(profile);
  PskReading reading;
  if (mode && (*mode & (TOUCHSTONE_DEFECT("PK-07.group") ? 007U : 077U)) != 0)
    log.note(Rule::psk_mode, {});
  Reader reader(reading, log);
  if (text.size() > max_psk_file)
    log.note(Rule::psk_too_large, {});
  else
    for (std::string_view rest = as_text(text); !rest.empty();)
      reader.line(take_line(rest));
  reading.accepted = !log.refused();
  reading.findings = std::move(log).take();
  return reading;
}

SecretOctets set_psk(OctetView text, std::string_view identifier, OctetView key) {
  SecretOctets line;
  append(line, as_octets(identifier));
  line.push_back(' ');
  append(line, key);
  line.push_back('\n');
  return rewrite(text, identifier, line);
}

SecretOctets remove_psk(OctetView text, std::string_view identifier) {
  return rewrite(text, identifier, {});
}

}  // namespace touchstone::ipsec::config
