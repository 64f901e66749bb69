#include <fmt/format.h>

#include <map>
#include <sstream>

#include "conformance/oracle/diameter/codec.h"
#include "conformance/oracle/diameter/grammar.h"
#include "tests/unit/conformance/oracle/checks.h"
#include "tests/unit/conformance/oracle/fixtures.h"

namespace touchstone::conformance::oracle::diameter {

namespace {

/// The worked messages of the key exchange, written by an encoder in Python.
const std::map<std::string, Octets>& worked_messages() {
  static const std::map<std::string, Octets> messages = [] {
    std::map<std::string, Octets> made;
    std::istringstream text(fixture_text("diameter/key_exchange/messages.txt"));
    for (std::string name, digits; text >> name >> digits;)
      made[name] = unhex(digits);
    return made;
  }();
  return messages;
}

std::string first_violation(const Message& message) {
  const auto found = violations_of(message);
  return found.empty() ? std::string() : found.front().what;
}

std::string check_worked_message(const Octets& octets) {
  const Reading reading = diameter::decode(octets);
  return first_of({differ("faults", std::size_t{0}, reading.faults.size()),
                   first_violation(reading.message),
                   differ("octets", octets, diameter::encode(reading.message))});
}

/// docs/formats/diameter-kms.md, "Worked messages".
Message node_request() {
  Message made = request(command::aa_mobile_node, mobile_ipv4);
  made.header.hop_by_hop = 0x11;
  made.header.end_to_end = 0x22;
  made.add(text(avp::session_id, "gateway.example;1;1"))
      .add(number(avp::auth_application_id, 2))
      .add(text(avp::user_name, "0x0001a2b3@example"))
      .add(text(avp::destination_realm, "example"))
      .add(text(avp::origin_host, "gateway.example"))
      .add(text(avp::origin_realm, "example"))
      .add(diameter::octets(avp::reg_request,
                            unhex("0100ffff0001a2b30a3204280a3204290102030405060708")))
      .add(group(avp::mn_aaa_auth,
                 {number(avp::mn_aaa_spi, 256), number(avp::auth_input_data_length, 24),
                  number(avp::authenticator_length, 0), number(avp::authenticator_offset, 24)}))
      .add(ipv4(avp::mobile_node_address, 0x0001A2B3))
      .add(number(avp::feature_vector, 32))
      .add(number(avp::auth_session_state, 1));
  return made;
}

std::string check_built_request() {
  return differ("octets", to_hex(worked_messages().at("node_request")),
                to_hex(diameter::encode(node_request())));
}

std::string check_built_answer() {
  Message made = answer_to(diameter::decode(worked_messages().at("node_request")).message);
  made.add(text(avp::session_id, "gateway.example;1;1"))
      .add(number(avp::auth_application_id, 2))
      .add(number(avp::result_code, 5003))
      .add(text(avp::origin_host, "kms.example"))
      .add(text(avp::origin_realm, "example"))
      .add(text(avp::error_message, "unknown node"));
  return differ("octets", to_hex(worked_messages().at("unknown_node")),
                to_hex(diameter::encode(made)));
}

std::string check_header() {
  const Octets octets = unhex("01000014f000010400000002aabbccdd11223344");
  const Message message = diameter::decode(octets).message;
  Message asked = message;
  return first_of({differ("command", 260U, message.header.command),
                   differ("application", 2U, message.header.application),
                   differ("hop-by-hop", 0xAABBCCDDU, message.header.hop_by_hop),
                   differ("end-to-end", 0x11223344U, message.header.end_to_end),
                   differ("flags of the answer", 0x40, int{answer_to(asked).header.flags})});
}

/// What one change of the worked request has to be called, by RFC 6733 §7.1.
struct Spoilt {
  const char* name;
  std::uint32_t result_code;  ///< 0: nothing is wrong with it
  std::uint32_t code;         ///< of the AVP
  void (*spoil)(Message&);
};

const Spoilt spoilt[] = {
    {"no User-Name", 5005, 1, [](Message& m) { m.remove(avp::user_name); }},
    {"no member 338", 5005, 338,
     [](Message& m) {
       std::erase_if(m.get(avp::mn_aaa_auth).members, [](const Avp& a) { return a.code == 338; });
     }},
    {"no member 340", 5005, 340, [](Message& m) { m.get(avp::mn_aaa_auth).members.pop_back(); }},
    {"two User-Name", 5009, 1, [](Message& m) { m.add(text(avp::user_name, "x")); }},
    {"unknown with M", 5001, 60000, [](Message& m) { m.add(number(60000, 1)); }},
    {"unknown without M", 0, 0, [](Message& m) { m.add(number(60000, 1).with_flags(0)); }},
    {"vendor AVP with the code of User-Name", 5001, 1,
     [](Message& m) { m.add(text(avp::user_name, "x").with_vendor(35319)); }},
    {"V with vendor 0", 3009, 60000,
     [](Message& m) { m.add(number(60000, 1).with_flags(0).with_vendor(0)); }},
    {"no M", 3009, 1, [](Message& m) { m.get(avp::user_name).with_flags(0); }},
    {"M on Product-Name", 3009, 269,
     [](Message& m) { m.add(text(avp::product_name, "x").with_flags(avp_flag::mandatory)); }},
    {"Unsigned32 of eight octets", 5014, 337,
     [](Message& m) { m.get(avp::feature_vector).data.resize(8); }},
    {"Unsigned32 of three octets", 5014, 337,
     [](Message& m) { m.get(avp::feature_vector).data.resize(3); }},
    {"IPv4 of five octets", 5004, 333,
     [](Message& m) { m.get(avp::mobile_node_address).data.push_back(0); }},
    {"overlong UTF-8", 5004, 1, [](Message& m) { m.get(avp::user_name).data = {0xC0, 0xAF}; }},
    {"a surrogate", 5004, 1, [](Message& m) { m.get(avp::user_name).data = {0xED, 0xA0, 0x80}; }},
    {"the last code point", 0, 1,
     [](Message& m) { m.get(avp::user_name).data = {0xF4, 0x8F, 0xBF, 0xBF}; }},
    {"behind the last code point", 5004, 1,
     [](Message& m) { m.get(avp::user_name).data = {0xF4, 0x90, 0x80, 0x80}; }},
    {"no P", 3008, 0, [](Message& m) { m.header.flags = command_flag::request; }},
    {"R and E", 3008, 0, [](Message& m) { m.header.flags |= command_flag::error; }},
    {"Session-Id second", 5004, 263, [](Message& m) { std::swap(m.avps[0], m.avps[1]); }},
    {"another application", 3007, 0, [](Message& m) { m.header.application = 4; }},
    {"anything in Failed-AVP", 0, 0,
     [](Message& m) { m.add(group(avp::failed_avp, {number(60000, 1)})); }},
};

std::string check_spoilt(const Spoilt& change) {
  Message message = node_request();
  change.spoil(message);
  const auto found = violations_of(diameter::decode(diameter::encode(message)).message);
  if (change.result_code == 0)
    return found.empty() ? std::string() : "nothing is wrong, but " + found.front().what;
  if (found.size() != 1) return fmt::format("one violation, not {}", found.size());
  return first_of({differ("code", change.result_code, found[0].result_code),
                   differ("AVP", change.code, found[0].code)});
}

/// Frames that cannot be read, and where.
struct Framed {
  const char* name;
  const char* avps;  ///< after the header
  FaultKind kind;
  std::size_t offset;
};

const Framed framed[] = {
    {"an AVP of length 4", "0000010840000004", FaultKind::avp_length, 20},
    {"V and no room for the vendor", "00000108c0000008", FaultKind::avp_length, 20},
    {"beyond the message", "0000010840000010 61626364", FaultKind::avp_length, 20},
    {"four octets left", "00000108", FaultKind::short_avp, 20},
    {"a member beyond its group", "0000014240000010 0000015540000010", FaultKind::avp_length, 28},
};

std::string check_framed(const Framed& frame) {
  std::string digits(frame.avps);
  std::erase(digits, ' ');
  const Octets avps = unhex(digits);
  Octets octets = unhex(fmt::format("01{:06x}c0000104000000020000000100000002", 20 + avps.size()));
  octets.insert(octets.end(), avps.begin(), avps.end());
  const Reading reading = diameter::decode(octets);
  if (reading.faults.size() != 1) return "one fault";
  return first_of({differ("offset", frame.offset, reading.faults[0].offset),
                   reading.faults[0].kind == frame.kind ? "" : "another kind"});
}

}  // namespace

static void add_checks(std::vector<Check>& checks) {
  for (const auto& [name, octets] : worked_messages())
    checks.push_back(
        {"worked message " + name, [&octets] { return check_worked_message(octets); }});
  checks.push_back({"a built request", check_built_request});
  checks.push_back({"a built answer", check_built_answer});
  checks.push_back({"a Diameter header", check_header});
  for (const Spoilt& change : spoilt)
    checks.push_back({change.name, [&change] { return check_spoilt(change); }});
  for (const Framed& frame : framed)
    checks.push_back({frame.name, [&frame] { return check_framed(frame); }});
}

}  // namespace touchstone::conformance::oracle::diameter

namespace touchstone::conformance::oracle {

void add_diameter_checks(std::vector<Check>& checks) {
  diameter::add_checks(checks);
}

}  // namespace touchstone::conformance::oracle
