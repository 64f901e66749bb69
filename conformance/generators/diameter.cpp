#include "conformance/generators/diameter.h"

#include <fmt/format.h>
#include <rapidcheck.h>

#include <algorithm>

#include "conformance/generators/keyring.h"
#include "conformance/oracle/diameter/grammar.h"

namespace touchstone::conformance::generators {

namespace {

namespace dm = oracle::diameter;
using dm::Avp;
using dm::AvpType;

Octets draw_sized(std::size_t size) {
  return *rc::gen::container<Octets>(size, rc::gen::arbitrary<std::uint8_t>());
}

std::uint32_t draw_u32() {
  return *rc::gen::arbitrary<std::uint32_t>();
}

/// Letters of one to four octets in UTF-8.
std::string draw_utf8() {
  static constexpr std::string_view pieces[] = {
      "a", "Z", "0", ";", " ", "@", ".", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x94\x91"};
  std::string text;
  for (std::uint32_t i = draw_below(20); i > 0; --i)
    text += pieces[draw_below(std::size(pieces))];
  return text;
}

std::string draw_identity() {
  return fmt::format("h{}.{}", draw_below(1000), draw_below(2) == 0 ? "example" : "example.net");
}

Octets draw_address() {
  if (draw_below(3) == 0) return dm::address_value(2, draw_sized(16));
  return dm::address_value(1, draw_sized(4));
}

/// The values of an Enumerated or of a number with bounds that the documents give a meaning.
std::uint32_t draw_number(std::uint32_t code) {
  switch (code) {
    case dm::avp::algorithm_type:
      return dm::hmac_sha_1;
    case dm::avp::replay_mode:
      return 1 + draw_below(3);
    case dm::avp::auth_session_state:
    case dm::avp::inband_security_id:
    case 271:  // Session-Server-Failover
    case 285:  // Re-Auth-Request-Type
      return draw_below(2);
    case dm::avp::disconnect_cause:
      return draw_below(3);
    case 261:  // Redirect-Host-Usage
      return draw_below(7);
    case dm::avp::termination_cause:
    case 274:  // Auth-Request-Type
    case 480:  // Accounting-Record-Type
    case 483:  // Accounting-Realtime-Required
      return 1 + draw_below(3);
    case dm::avp::fa_to_ha_spi:
    case dm::avp::fa_to_mn_spi:
    case dm::avp::ha_to_fa_spi:
    case dm::avp::mn_aaa_spi:
      return std::max(draw_u32(), dm::least_spi);
    default:
      return draw_u32();
  }
}

Avp draw_group(std::uint32_t code, unsigned depth) {
  std::vector<Avp> members;
  for (const dm::Occurrence& rule : dm::group_format(code))
    if (rule.least > 0) members.push_back(draw_avp(rule.code, depth - 1));
  if (code == dm::avp::failed_avp) members.push_back(draw_avp(dm::avp::user_name, 0));
  if (draw_below(4) == 0) members.push_back(draw_unknown_avp());
  return dm::group(code, std::move(members));
}

}  // namespace

Avp draw_avp(std::uint32_t code, unsigned depth) {
  const dm::AvpRow* row = dm::find_avp(code);
  RC_PRE(row != nullptr);
  switch (row->type) {
    case AvpType::unsigned32:
    case AvpType::enumerated:
    case AvpType::time:
      return dm::number(code, draw_number(code));
    case AvpType::unsigned64:
      return dm::octets(code, draw_sized(8));
    case AvpType::utf8_string:
      return dm::text(code, draw_utf8());
    case AvpType::diameter_identity:
      return dm::text(code, draw_identity());
    case AvpType::diameter_uri:
      return dm::text(code, "aaa://" + draw_identity());
    case AvpType::ip_filter_rule:
      return dm::text(code, "permit in ip from any to any");
    case AvpType::address:
      return dm::octets(code, draw_address());
    case AvpType::grouped:
      return depth == 0 ? dm::group(code, {}) : draw_group(code, depth);
    case AvpType::octet_string:
      break;
  }
  return dm::octets(code, *rc::gen::arbitrary<Octets>());
}

Avp draw_unknown_avp() {
  Avp avp = dm::octets(60000 + draw_below(1000), *rc::gen::arbitrary<Octets>());
  avp.with_flags(static_cast<std::uint8_t>(draw_below(4) == 0 ? 0x1F : 0));
  if (draw_below(2) == 0) avp.with_vendor(1 + draw_below(100000));
  return avp;
}

dm::Message draw_message() {
  static constexpr std::pair<std::uint32_t, bool> commands[] = {
      {257, true}, {257, false}, {280, true}, {280, false}, {282, true}, {282, false},
      {275, true}, {275, false}, {274, true}, {274, false}, {258, true}, {258, false},
      {260, true}, {260, false}, {262, true}, {262, false}};
  const auto [command, is_request] = commands[draw_below(std::size(commands))];
  const dm::CommandRow* row = dm::find_command(command, is_request);
  dm::Message made = dm::request(command, row->application);
  if (!is_request) made = dm::answer_to(made);
  made.header.hop_by_hop = draw_u32();
  made.header.end_to_end = draw_u32();
  for (const dm::Occurrence& rule : row->avps) {
    std::uint32_t number = rule.least;
    if (draw_below(3) == 0) number = std::min<std::uint32_t>(rule.most, 1 + draw_below(3));
    for (; number > 0; --number)
      made.add(draw_avp(rule.code));
  }
  if (auto* application = made.find(dm::avp::auth_application_id);
      application != nullptr && row->application != 0)
    *application = dm::number(dm::avp::auth_application_id, row->application);
  if (auto* result = made.find(dm::avp::result_code))
    *result = dm::number(dm::avp::result_code, dm::result::success);
  if (draw_below(3) == 0) made.add(draw_unknown_avp());
  return made;
}

dm::Ask draw_ask(const oracle::Keyring& keyring) {
  dm::Ask ask;
  ask.kind = static_cast<dm::KeyKind>(draw_below(4));
  if (draw_below(2) == 0) ask.kind = dm::KeyKind::node_root;
  const std::uint32_t rows = static_cast<std::uint32_t>(keyring.rows.size());
  ask.node = draw_below(4) == 0 || rows == 0 ? draw_u32() : keyring.rows[draw_below(rows)].id;
  ask.identification = *rc::gen::arbitrary<std::uint64_t>();
  ask.spi = std::max(draw_u32(), dm::least_spi);
  ask.session_id = fmt::format("gw1.example;{};{}", draw_u32(), draw_u32());
  return ask;
}

void draw_ballast(dm::Message& request) {
  for (std::uint32_t i = draw_below(4); i > 0; --i)
    request.add(draw_unknown_avp());
  for (std::uint32_t i = draw_below(3); i > 0; --i)
    request.add(draw_avp(dm::avp::proxy_info));
  for (const std::uint32_t code : {dm::avp::origin_state_id, dm::avp::authorization_lifetime, 25U})
    if (draw_below(3) == 0) request.add(draw_avp(code));
  for (std::size_t i = request.avps.size() - 1; i > 1; --i)
    std::swap(request.avps[i], request.avps[1 + draw_below(static_cast<std::uint32_t>(i))]);
}

}  // namespace touchstone::conformance::generators
