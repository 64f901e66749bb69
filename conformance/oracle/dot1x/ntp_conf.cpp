#include "conformance/oracle/dot1x/ntp_conf.h"

#include <algorithm>

#include "conformance/oracle/ipsec/address.h"
#include "conformance/oracle/oracle_defect.h"

namespace touchstone::conformance::oracle::dot1x {

namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::vector<std::string> words_before_remark(std::string_view line) {
  line = line.substr(0, line.find('#'));
  constexpr std::string_view blanks = " \t\r";
  std::vector<std::string> words;
  for (std::size_t at = 0; at < line.size();) {
    const auto end = std::min(line.find_first_of(blanks, at), line.size());
    if (end > at) words.emplace_back(line.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

}  // namespace

NtpConf read_ntp_conf(std::string_view text) {
  NtpConf conf;
  for (const std::string_view line : lines_of(text)) {
    auto words = words_before_remark(line);
    if (words.size() > 2 && words[0] == "server" && (words[1] == "-4" || words[1] == "-6"))
      words.erase(words.begin() + 1);
    if (words.size() > 1 && words[0] == "server") conf.servers.push_back(words[1]);
    if (words.size() > 2 && words[0] == "tinker" && words[1] == "panic")
      conf.takes_any_step = words[2] == "0";
  }
  return conf;
}

bool is_ntp_address(std::string_view text) {
  const auto address = ipsec::read_address(text);
  if (!address || !address->exact || text.contains('%')) return false;
  const std::string printed = ipsec::print_address(*address);
  if (printed == "0.0.0.0" || printed == "::") return false;
  if (text.contains(':')) return !printed.starts_with("ff");
  const int first = std::stoi(printed);
  return first > 0 && (first < 224 || TOUCHSTONE_ORACLE_DEFECT("ntp.multicast"));
}

bool keeps_lines(std::string_view before, std::string_view after) {
  const auto now = lines_of(after);
  auto at = now.begin();
  for (const std::string_view line : lines_of(before)) {
    at = std::find(at, now.end(), line);
    if (at == now.end()) return TOUCHSTONE_ORACLE_DEFECT("ntp.lost-lines");
    ++at;
  }
  return true;
}

}  // namespace touchstone::conformance::oracle::dot1x
