#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "conformance/harness/toml_json.h"
#include "conformance/oracle/diameter/answer.h"
#include "tests/support/tree.h"
#include "tests/unit/conformance/oracle/checks.h"
#include "tests/unit/conformance/oracle/fixtures.h"

namespace touchstone::conformance::oracle::diameter {

namespace {

Octets worked(std::string_view wanted) {
  std::istringstream text(fixture_text("diameter/key_exchange/messages.txt"));
  for (std::string name, digits; text >> name >> digits;)
    if (name == wanted) return unhex(digits);
  return {};
}

/// The KMS of the worked messages, with a node before the one that they ask for.
KmsView worked_view() {
  KmsView view;
  view.peer = "gateway.example";
  std::ranges::copy(unhex("0123456789abcdef23456789abcdef01456789abcdef0123"),
                    view.keyring.network.gateway.begin());
  view.keyring.network.gateway_cdld = key16("101112131415161718191a1b1c1d1e1f");
  view.keyring.network.pwdh = key16("d0d1d2d3d4d5d6d7d8d9dadbdcdddedf");
  view.keyring.network.base = key16("b0b1b2b3b4b5b6b7b8b9babbbcbdbebf");
  view.keyring.rows = {{0x00000001, key16("c0c1c2c3c4c5c6c7c8c9cacbcccdcecf"), 1, 0},
                       {0x0001A2B3, key16("00112233445566778899aabbccddeeff"), 1, 0}};
  return view;
}

const Mapping& mapping() {
  static const Mapping made =
      harness::parse_toml(default_mapping_toml(), "diameter-kms").value().get<Mapping>();
  return made;
}

std::string mistakes_text(OctetView answer, OctetView request, const KmsView& view) {
  std::string text;
  for (const Mistake& mistake :
       mistakes_of(answer, request, expected_answer(request, view), view, mapping()))
    text += fmt::format("{}: wanted {}, got {}; ", print_topic(mistake.topic), mistake.expected,
                        mistake.observed);
  return text;
}

std::string check_pair(std::string_view request, std::string_view answer, const KmsView& view) {
  return mistakes_text(worked(answer), worked(request), view);
}

std::string check_wrapped() {
  KmsView view = worked_view();
  view.wrapping_key = key16("000102030405060708090a0b0c0d0e0f");
  return first_of({check_pair("node_request", "node_answer_wrapped", view),
                   check_pair("node_request", "node_answer", view).empty()
                       ? "a key as it is, where wrapped ones are due"
                       : ""});
}

/// A change of a worked answer, and what is wrong with it then.
struct WrongAnswer {
  const char* name;
  const char* request;
  const char* answer;
  Mistake::Topic topic;
  void (*spoil)(Message&);
};

using Topic = Mistake::Topic;

const WrongAnswer wrong_answers[] = {
    {"another session", "node_request", "node_answer", Topic::echo,
     [](Message& m) { m.set(text(avp::session_id, "gateway.example;1;2")); }},
    {"another hop-by-hop", "node_request", "node_answer", Topic::header,
     [](Message& m) { ++m.header.hop_by_hop; }},
    {"another end-to-end", "node_request", "node_answer", Topic::header,
     [](Message& m) { ++m.header.end_to_end; }},
    {"T in an answer", "node_request", "node_answer", Topic::header,
     [](Message& m) { m.header.flags |= command_flag::retransmitted; }},
    {"P lost", "node_request", "node_answer", Topic::header,
     [](Message& m) { m.header.flags = 0; }},
    {"the Origin-Host of the gateway", "node_request", "node_answer", Topic::origin,
     [](Message& m) { m.set(text(avp::origin_host, "gateway.example")); }},
    {"a Destination-Realm", "node_request", "node_answer", Topic::origin,
     [](Message& m) { m.add(text(avp::destination_realm, "example")); }},
    {"another key", "node_request", "node_answer", Topic::keys,
     [](Message& m) { m.get(avp::fa_to_mn_msa).find(avp::session_key)->data[15] ^= 1; }},
    {"the key of another node", "node_request", "node_answer", Topic::leak,
     [](Message& m) {
       m.get(avp::fa_to_mn_msa).find(avp::session_key)->data =
           unhex("c0c1c2c3c4c5c6c7c8c9cacbcccdcecf");
     }},
    {"another node", "node_request", "node_answer", Topic::keys,
     [](Message& m) { m.set(ipv4(avp::mobile_node_address, 1)); }},
    {"no key", "node_request", "node_answer", Topic::keys,
     [](Message& m) { m.remove(avp::fa_to_mn_msa); }},
    {"the Gateway key too", "node_request", "node_answer", Topic::leak,
     [](Message& m) {
       m.add(octets(25, unhex("0123456789abcdef23456789abcdef01456789abcdef0123")));
     }},
    {"base in an Error-Message", "unknown_request", "unknown_node", Topic::leak,
     [](Message& m) {
       m.get(avp::error_message).data = unhex("b0b1b2b3b4b5b6b7b8b9babbbcbdbebf");
     }},
    {"no Registration Reply", "node_request", "node_answer", Topic::members,
     [](Message& m) { m.remove(avp::reg_reply); }},
    {"another identification", "node_request", "node_answer", Topic::members,
     [](Message& m) { m.get(avp::reg_reply).data[19] ^= 1; }},
    {"a Registration Reply for a co-located node", "start_request", "start_answer", Topic::members,
     [](Message& m) { m.add(octets(avp::reg_reply, Octets(20))); }},
    {"no nonce", "start_request", "start_answer", Topic::members,
     [](Message& m) { m.remove(avp::mn_to_ha_msa); }},
    {"a reserved SPI", "node_request", "node_answer", Topic::members,
     [](Message& m) { m.get(avp::fa_to_mn_msa).find(avp::fa_to_mn_spi)->data = {0, 0, 0, 255}; }},
    {"a lifetime", "node_request", "node_answer", Topic::members,
     [](Message& m) { m.set(number(avp::msa_lifetime, 60)); }},
    {"5012 for an unknown node", "unknown_request", "unknown_node", Topic::result,
     [](Message& m) { m.set(number(avp::result_code, 5012)); }},
    {"2001 for an unknown node", "unknown_request", "unknown_node", Topic::result,
     [](Message& m) { m.set(number(avp::result_code, 2001)); }},
    {"5003 for a known node", "node_request", "unknown_node", Topic::result, [](Message&) {}},
    {"the wrong Failed-AVP", "no_key_request", "no_key_requested", Topic::failed_avp,
     [](Message& m) { m.set(group(avp::failed_avp, {number(avp::auth_session_state, 0)})); }},
    {"no Failed-AVP", "no_key_request", "no_key_requested", Topic::failed_avp,
     [](Message& m) { m.remove(avp::failed_avp); }},
    {"M on the Error-Message", "unknown_request", "unknown_node", Topic::format,
     [](Message& m) { m.get(avp::error_message).with_flags(avp_flag::mandatory); }},
    {"no Origin-Realm", "node_request", "node_answer", Topic::format,
     [](Message& m) { m.remove(avp::origin_realm); }},
};

/// The worked requests, and those that the worked refusals answer.
Octets request_named(std::string_view name) {
  const bool is_changed = name == "unknown_request" || name == "no_key_request";
  Octets octets = worked(is_changed ? "node_request" : name);
  Message message = decode(octets).message;
  if (name == "no_key_request") message.set(number(avp::feature_vector, 0));
  if (name == "unknown_request") {
    message.set(text(avp::user_name, "0x0001a2b4@example"));
    message.set(ipv4(avp::mobile_node_address, 0x0001A2B4));
  }
  return encode(message);
}

std::string check_wrong_answer(const WrongAnswer& wrong) {
  const Octets request = request_named(wrong.request);
  const KmsView view = worked_view();
  Message answer = decode(worked(wrong.answer)).message;
  wrong.spoil(answer);
  const auto found =
      mistakes_of(encode(answer), request, expected_answer(request, view), view, mapping());
  for (const Mistake& mistake : found)
    if (mistake.topic == wrong.topic) return {};
  return found.empty() ? "no mistake" : "another one: " + found.front().expected;
}

std::string check_proxies() {
  Message request = decode(worked("node_request")).message;
  Message answer = decode(worked("node_answer")).message;
  for (const char* host : {"b.example", "a.example"}) {
    const Avp proxy =
        group(avp::proxy_info, {text(avp::proxy_host, host), text(avp::proxy_state, "s")});
    request.add(proxy);
    answer.add(proxy);
  }
  const KmsView view = worked_view();
  const std::string right = mistakes_text(encode(answer), encode(request), view);
  std::swap(answer.avps[answer.avps.size() - 1], answer.avps[answer.avps.size() - 2]);
  const bool swapped = mistakes_text(encode(answer), encode(request), view).empty();
  return first_of({right, swapped ? "no mistake in the order of Proxy-Info" : ""});
}

/// A change of the worked node request, and what may be answered (0: it is served; negative: it may
/// be served as well).
struct Asked {
  const char* name;
  int result_code;
  std::uint32_t failed_code;
  void (*change)(Message&);
};

const Asked asked[] = {
    {"a good request", 0, 0, [](Message&) {}},
    {"the host of the KMS in capitals", 0, 0,
     [](Message& m) { m.add(text(avp::destination_host, "KMS.Example")); }},
    {"another host", 3002, 0,
     [](Message& m) { m.add(text(avp::destination_host, "other.example")); }},
    {"another realm", 3003, 0, [](Message& m) { m.set(text(avp::destination_realm, "x")); }},
    {"a loop", 3005, 0, [](Message& m) { m.add(text(avp::route_record, "KMS.example")); }},
    {"an upper-case node", 5004, 1,
     [](Message& m) { m.set(text(avp::user_name, "0x0001A2B3@example")); }},
    {"0X", 5004, 1, [](Message& m) { m.set(text(avp::user_name, "0X0001a2b3@example")); }},
    {"no realm", 5004, 1, [](Message& m) { m.set(text(avp::user_name, "0x0001a2b3")); }},
    {"another bit", 5007, 337, [](Message& m) { m.set(number(avp::feature_vector, 96)); }},
    {"another node", 5007, 333,
     [](Message& m) { m.set(ipv4(avp::mobile_node_address, 0x0001A2B4)); }},
    {"a reserved SPI", 5004, 323, [](Message& m) { m.add(number(avp::ha_to_fa_spi, 255)); }},
    {"the least SPI", 0, 0, [](Message& m) { m.add(number(avp::ha_to_fa_spi, 256)); }},
    {"a short registration", 5004, 320,
     [](Message& m) { m.get(avp::reg_request).data.resize(23); }},
    {"another application in 258", 5004, 258,
     [](Message& m) { m.set(number(avp::auth_application_id, 4)); }},
    {"HAR", 3001, 0, [](Message& m) { m.header.command = 262; }},
    {"application 4", 3007, 0, [](Message& m) { m.header.application = 4; }},
    {"a stranger's Origin-Host", 5003, 0,
     [](Message& m) { m.set(text(avp::origin_host, "x.example")); }},
    {"Session-Id second", -5004, 263, [](Message& m) { std::swap(m.avps[0], m.avps[1]); }},
    {"no P", -3008, 0, [](Message& m) { m.header.flags = command_flag::request; }},
};

std::string check_asked(const Asked& one) {
  Message message = decode(worked("node_request")).message;
  one.change(message);
  const Expected expected = expected_answer(encode(message), worked_view());
  const bool may_serve = one.result_code <= 0;
  if (expected.served.has_value() != may_serve) return may_serve ? "not served" : "served";
  if (one.result_code == 0) return expected.answers.empty() ? "" : "another answer";
  for (const AllowedAnswer& answer : expected.answers)
    if (answer.result_code == static_cast<std::uint32_t>(std::abs(one.result_code)) &&
        answer.failed_code == one.failed_code)
      return {};
  return "not the answer";
}

std::string check_mapping() {
  Ask ask;
  ask.node = 0x0001A2B3;
  ask.session_id = "gateway.example;1;1";
  ask.gateway = "gateway.example";
  ask.kms_address = 0x0A320428;
  ask.gateway_address = 0x0A320429;
  Message made = build_request(mapping(), ask);
  made.header.hop_by_hop = 0x11;
  made.header.end_to_end = 0x22;
  return differ("node request", to_hex(worked("node_request")), to_hex(encode(made)));
}

/// conformance/samples/mapping/acme.toml: another KMS, with AVPs of its own.
std::string check_foreign_mapping() {
  std::ifstream file(tests::tree_path("conformance/samples/mapping/acme.toml"));
  const std::string toml(std::istreambuf_iterator<char>(file), {});
  const auto acme = harness::parse_toml(toml, "acme").value().get<Mapping>();
  const KmsView view = worked_view();
  Ask ask;
  ask.node = 0x0001A2B3;
  const Message request = build_request(acme, ask);
  const auto node = follow({{99, 35319}, {101, 35319}}, decode(encode(request)).message);
  if (!node || node->as_number() != ask.node) return "the node in the request";
  Message answer = answer_to(request);
  const auto key = key_of(view.keyring, KeyKind::node_root, ask.node).value();
  answer.add(text(avp::session_id, ask.session_id))
      .add(number(avp::auth_application_id, 2))
      .add(number(avp::result_code, 2001))
      .add(text(avp::origin_host, view.host))
      .add(text(avp::origin_realm, view.realm));
  Avp members[] = {number(101, ask.node), octets(104, key)};
  for (Avp& member : members)
    member.with_vendor(35319);
  Avp group_of_keys = group(100, {members[0], members[1]});
  answer.add(group_of_keys.with_vendor(35319));
  const auto judge = [&](const Message& one) {
    return mistakes_of(encode(one), encode(request), expected_answer(acme, ask, view), view, acme);
  };
  const auto found = judge(answer);
  answer.avps.back().members[1].data[0] ^= 1;
  return first_of({found.empty() ? "" : found.front().expected,
                   judge(answer).empty() ? "a wrong key passes" : ""});
}

std::string check_protection() {
  KmsView view = worked_view();
  view.requires_protection = true;
  const auto request = worked("node_request");
  const bool refused = !expected_answer(request, view).served;
  view.is_protected = true;
  return refused && expected_answer(request, view).served ? "" : "protection";
}

}  // namespace

static void add_answer_checks(std::vector<Check>& checks) {
  const auto pair = [&](std::string request, std::string answer) {
    checks.push_back({answer + " answers " + request, [request, answer] {
                        return mistakes_text(worked(answer), request_named(request), worked_view());
                      }});
  };
  pair("node_request", "node_answer");
  pair("gateway_request", "gateway_answer");
  pair("code_download_request", "code_download_answer");
  pair("start_request", "start_answer");
  pair("unknown_request", "unknown_node");
  pair("no_key_request", "no_key_requested");
  checks.push_back({"a wrapped key", check_wrapped});
  checks.push_back({"Proxy-Info in order", check_proxies});
  checks.push_back({"the mapping builds the worked request", check_mapping});
  checks.push_back({"the mapping of another KMS", check_foreign_mapping});
  checks.push_back({"protection that is required", check_protection});
  for (const WrongAnswer& wrong : wrong_answers)
    checks.push_back(
        {std::string("answer with ") + wrong.name, [&wrong] { return check_wrong_answer(wrong); }});
  for (const Asked& one : asked)
    checks.push_back({std::string("asked with ") + one.name, [&one] { return check_asked(one); }});
}

}  // namespace touchstone::conformance::oracle::diameter

namespace touchstone::conformance::oracle {

void add_diameter_answer_checks(std::vector<Check>& checks) {
  diameter::add_answer_checks(checks);
}

}  // namespace touchstone::conformance::oracle
