// What a report shows of a message.

#include <fmt/format.h>

#include <algorithm>

#include "conformance/oracle/diameter/codec.h"
#include "conformance/oracle/diameter/dictionary.h"

namespace touchstone::conformance::oracle::diameter {

namespace {

struct CommandName {
  std::uint32_t code;
  std::string_view letters;  ///< before R or A
};

constexpr CommandName command_names[] = {
    {command::capabilities_exchange, "CE"},
    {command::re_auth, "RA"},
    {command::aa_mobile_node, "AM"},
    {command::home_agent_mip, "HA"},
    {command::accounting, "AC"},
    {command::abort_session, "AS"},
    {command::session_termination, "ST"},
    {command::device_watchdog, "DW"},
    {command::disconnect_peer, "DP"},
};

std::string quoted(std::string_view text) {
  std::string shown = "\"";
  for (const char c : text.substr(0, 100)) {
    const auto octet = static_cast<std::uint8_t>(c);
    shown += octet >= 0x20 && octet < 0x7F ? std::string(1, c) : fmt::format("\\x{:02x}", octet);
  }
  return shown + "\"";
}

/// Only values whose meaning is known and public are shown.
std::string value_of(const Avp& avp) {
  const AvpRow* row = find_avp(avp.code, avp.vendor_id());
  std::string size = fmt::format("({} octets)", avp.data.size());
  if (row == nullptr) return size;
  switch (row->type) {
    case AvpType::unsigned32:
    case AvpType::enumerated:
      return avp.as_number() ? std::to_string(*avp.as_number()) : size;
    case AvpType::utf8_string:
    case AvpType::diameter_identity:
    case AvpType::diameter_uri:
      return quoted(avp.as_text());
    case AvpType::address:
      return avp.data.size() <= 18 ? to_hex(avp.data) : size;
    default:
      return size;
  }
}

void describe_avps(const std::vector<Avp>& avps, std::size_t depth, std::string& out) {
  for (const Avp& avp : avps) {
    out += std::string(2 * depth, ' ') + name_of_avp(avp.code, avp.vendor_id());
    if (avp.flags != avp_flag::mandatory) out += fmt::format(" flags {:02x}", avp.flags);
    if (avp.stated_length) out += fmt::format(" says length {}", *avp.stated_length);
    out += avp.is_group ? "\n" : " = " + value_of(avp) + "\n";
    if (depth < 8) describe_avps(avp.members, depth + 1, out);
  }
}

std::string flags_of(const Header& header) {
  std::string shown;
  const auto add = [&](std::uint8_t bit, char letter) {
    if ((header.flags & bit) != 0) shown += letter;
  };
  add(command_flag::request, 'R');
  add(command_flag::proxiable, 'P');
  add(command_flag::error, 'E');
  add(command_flag::retransmitted, 'T');
  return shown.empty() ? "-" : shown;
}

}  // namespace

std::string name_of_avp(std::uint32_t code, std::uint32_t vendor) {
  if (const AvpRow* row = find_avp(code, vendor); row != nullptr)
    return fmt::format("{} {}", row->name, code);
  return vendor == 0 ? fmt::format("AVP {}", code) : fmt::format("AVP {} of {}", code, vendor);
}

std::string name_of_command(std::uint32_t command, bool is_request) {
  const auto* found = std::ranges::find(command_names, command, &CommandName::code);
  if (found != std::end(command_names))
    return std::string(found->letters) + (is_request ? "R" : "A");
  return fmt::format("command {} {}", command, is_request ? "request" : "answer");
}

std::string summarize(const Message& message) {
  const Header& header = message.header;
  std::string shown = name_of_command(header.command, header.is_request()) + " " + flags_of(header);
  if (const auto code = message.number_of(avp::result_code)) shown += fmt::format(" {}", *code);
  shown += " {";
  for (std::size_t i = 0; i < message.avps.size() && i < 40; ++i)
    shown += (i == 0 ? "" : " ") + std::to_string(message.avps[i].code);
  return shown + (message.avps.size() > 40 ? " ...}" : "}");
}

std::string describe(const Message& message) {
  const Header& header = message.header;
  std::string out =
      fmt::format("{} {} application {} hop-by-hop {:08x} end-to-end {:08x}\n",
                  name_of_command(header.command, header.is_request()), flags_of(header),
                  header.application, header.hop_by_hop, header.end_to_end);
  describe_avps(message.avps, 1, out);
  return out;
}

std::string_view print_fault_kind(FaultKind kind) noexcept {
  switch (kind) {
    case FaultKind::short_header:
      return "fewer octets than a header";
    case FaultKind::version:
      return "version";
    case FaultKind::message_length:
      return "message length";
    case FaultKind::short_avp:
      return "octets that are no AVP";
    case FaultKind::avp_length:
      break;
  }
  return "AVP length";
}

}  // namespace touchstone::conformance::oracle::diameter
