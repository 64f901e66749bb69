#include "reference/dot1x/config/wpa_conf.h"

#include <fmt/format.h>

#include <algorithm>

#include "reference/base/defect.h"
#include "reference/dot1x/config/wpa_judge.h"

namespace touchstone::dot1x::config {
namespace {

// What the buffers of wpa_supplicant hold of a line; it drops the rest without a word.
constexpr std::size_t max_global_line = 511;
constexpr std::size_t max_block_line = 1999;
constexpr std::size_t max_lines = 100'000;

/// Takes the text apart line by line; knows which block it is in.
class Reading {
 public:
  explicit Reading(SecretOctets text) : log_(reading_) { reading_.document.text = std::move(text); }

  WpaReading run() {
    const std::string_view text = as_text(reading_.document.text);
    if (text.size() > max_wpa_conf) return refuse_whole(Rule::too_large);
    if (text.starts_with("\xEF\xBB\xBF")) log_.note(Rule::bom, 1, 1, true);
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = text.find('\n', begin);
      const std::size_t size = (end == std::string_view::npos ? text.size() : end + 1) - begin;
      if (reading_.document.lines.size() == max_lines) return refuse_whole(Rule::too_large);
      take(begin, text.substr(begin, size));
      begin += size;
    }
    if (block_ != 0) log_.note(Rule::block, reading_.document.lines.size(), 0, true);
    judge_whole(log_, reading_);
    sort_by_place(reading_.findings, 0);
    return std::move(reading_);
  }

 private:
  WpaReading refuse_whole(Rule id) {
    reading_.document.lines.clear();
    reading_.findings.clear();
    log_.note(id, 0, 0, true);
    return std::move(reading_);
  }

  void take(std::size_t begin, std::string_view whole) {
    WpaLine line{.begin = begin, .size = whole.size(), .block = block_};
    const std::uint64_t number = reading_.document.lines.size() + 1;
    const std::size_t most = (block_ == 0 ? max_global_line : max_block_line) +
                             (TOUCHSTONE_DEFECT("WS-01.line") ? 1 : 0);
    if (whole.size() > most) log_.note(Rule::long_line, number, 0, false);
    const std::string_view said = without_comment(whole.substr(0, most));
    if (const std::size_t nul = whole.find('\0'); nul != std::string_view::npos) {
      line.kind = WpaLine::Kind::wrong;
      log_.note(Rule::nul, number, nul + 1, true);
    } else if (!said.empty()) {
      const auto column = static_cast<std::uint64_t>(said.data() - whole.data()) + 1;
      say(line, said, begin + column - 1, number, column);
    }
    reading_.document.lines.push_back(std::move(line));
  }

  void say(WpaLine& line, std::string_view said, std::size_t at, std::uint64_t number,
           std::uint64_t column) {
    if (said.ends_with("={") && said.find('"') == std::string_view::npos) {
      open(line, said.substr(0, said.size() - 2), number, column);
    } else if (said == "}") {
      line.kind = block_ == 0 ? WpaLine::Kind::wrong : WpaLine::Kind::close;
      if (block_ == 0) log_.note(Rule::block, number, column, true);
      block_ = 0;
    } else if (word_.starts_with("blob-base64-") && block_ != 0) {
      line.kind = WpaLine::Kind::nothing;
    } else {
      field(line, said, at, number, column);
    }
  }

  void open(WpaLine& line, std::string_view word, std::uint64_t number, std::uint64_t column) {
    const bool known = word == "network" || word == "cred" || word.starts_with("blob-base64-");
    if (!known || block_ != 0) log_.note(Rule::block, number, column, true);
    line.kind = WpaLine::Kind::open;
    line.key = word_ = word;
    line.block = block_ = ++blocks_;
  }

  void field(WpaLine& line, std::string_view said, std::size_t at, std::uint64_t number,
             std::uint64_t column) {
    const std::size_t equals = said.find('=');
    const std::string_view key = said.substr(0, equals);
    if (equals == std::string_view::npos || key.empty() ||
        key.find_first_of(" \t\"") != std::string_view::npos) {
      line.kind = WpaLine::Kind::wrong;
      return log_.note(Rule::syntax, number, column, true);
    }
    line.kind = WpaLine::Kind::field;
    line.key = key;
    line.value = at + equals + 1;
    line.value_size = said.size() - equals - 1;
    if (block_ == 0) {
      judge_field(log_, FieldPlace::global, key, said.substr(equals + 1), number, column);
    } else if (word_ == "network") {
      judge_field(log_, FieldPlace::network, key, said.substr(equals + 1), number, column);
    }
  }

  WpaReading reading_;
  WpaLog log_;
  std::size_t block_ = 0;
  std::size_t blocks_ = 0;
  std::string word_;
};

void append(SecretOctets& out, OctetView octets) {
  out.insert(out.end(), octets.begin(), octets.end());
}

/// Where a new line of the block goes: before what closes it, outside before the first block.
std::size_t new_line_place(const WpaDocument& document, std::size_t block) {
  for (const WpaLine& line : document.lines)
    if ((block == 0 && line.kind == WpaLine::Kind::open) ||
        (block != 0 && line.kind == WpaLine::Kind::close && line.block == block))
      return line.begin;
  return document.text.size();
}

/// A comment with a quotation mark would be read into a quoted value, since the value ends at the
/// last mark of the line: it goes into a line of its own, above.
SecretOctets set_line(OctetView text, const WpaLine& line, OctetView value) {
  const std::size_t end = line.value + line.value_size;
  const OctetView rest = text.subspan(end, line.begin + line.size - end);
  const bool moves = as_text(rest).find('"') != std::string_view::npos;
  SecretOctets out;
  append(out, text.first(line.begin));
  if (moves) append(out, rest.subspan(std::min(as_text(rest).find('#'), rest.size())));
  if (moves && out.back() != '\n') out.push_back('\n');
  append(out, text.subspan(line.begin, line.value - line.begin));
  append(out, value);
  append(out, moves ? as_octets("\n") : rest);
  append(out, text.subspan(line.begin + line.size));
  return out;
}

}  // namespace

const WpaLine* WpaDocument::find(std::size_t block, std::string_view key) const {
  const WpaLine* found = nullptr;
  for (const WpaLine& line : lines)
    if (line.kind == WpaLine::Kind::field && line.block == block && line.key == key &&
        (found == nullptr || !TOUCHSTONE_DEFECT("WS-05.first")))
      found = &line;
  return found;
}

std::optional<SecretOctets> WpaDocument::string(std::size_t block, std::string_view key) const {
  const WpaLine* line = find(block, key);
  if (line == nullptr || value_of(*line) == "NULL") return std::nullopt;
  return parse_string(value_of(*line));
}

std::vector<std::size_t> WpaDocument::blocks(std::string_view word) const {
  std::vector<std::size_t> found;
  for (const WpaLine& line : lines)
    if (line.kind == WpaLine::Kind::open && line.key == word) found.push_back(line.block);
  return found;
}

WpaReading read_wpa_conf(SecretOctets text) {
  return Reading(std::move(text)).run();
}

SecretOctets set_field(const WpaDocument& document, std::size_t block, std::string_view key,
                       OctetView value) {
  if (const WpaLine* line = document.find(block, key)) return set_line(document.text, *line, value);
  const OctetView text = document.text;
  SecretOctets out;
  const std::size_t place = new_line_place(document, block);
  append(out, text.first(place));
  if (TOUCHSTONE_DEFECT("WS-05.comments")) {
    const std::size_t at = as_text(out).find('#');
    if (at != std::string_view::npos) out[at] = ' ';
  }
  if (!out.empty() && out.back() != '\n') out.push_back('\n');
  append(out, as_octets(fmt::format("{}{}=", block == 0 ? "" : "\t", key)));
  append(out, value);
  out.push_back('\n');
  append(out, text.subspan(place));
  return out;
}

SecretOctets remove_field(const WpaDocument& document, std::size_t block, std::string_view key) {
  SecretOctets out;
  for (const WpaLine& line : document.lines)
    if (line.kind != WpaLine::Kind::field || line.block != block || line.key != key)
      append(out, OctetView(document.text).subspan(line.begin, line.size));
  return out;
}

EapTlsText print_eap_tls(const EapTls& settings) {
  const auto quoted = [](std::string_view text) {
    const SecretOctets printed = print_string(as_octets(text));
    return std::string(as_text(printed));
  };
  std::string text =
      "# made by net8021x; a second run of it replaces this file\n"
      "ctrl_interface=/var/run/wpa_supplicant\n"
      "ap_scan=0\n"
      "\n"
      "network={\n"
      "\tkey_mgmt=IEEE8021X\n"
      "\teap=TLS\n";
  text += TOUCHSTONE_DEFECT("WS-02.prints_flags") ? "\teapol_flags=3\n" : "\teapol_flags=0\n";
  text += "\tidentity=" + quoted(settings.identity) + "\n";
  text += "\tca_cert=" + quoted(settings.ca_cert) + "\n";
  text += "\tclient_cert=" + quoted(settings.client_cert) + "\n";
  text += "\tprivate_key=" + quoted(settings.private_key) + "\n";
  if (!settings.server_name.empty())
    text += "\tdomain_match=" + quoted(settings.server_name) + "\n";
  if (!settings.has_password || TOUCHSTONE_DEFECT("WS-05.no_password")) return {text + "}\n", ""};
  return {text + "\tprivate_key_passwd=\"", "\"\n}\n"};
}

}  // namespace touchstone::dot1x::config
