#include "conformance/adapters/reference/log_operations.h"

#include <fmt/format.h>

#include <algorithm>

#include "conformance/harness/base64.h"
#include "reference/base/octets.h"
#include "reference/ipsec/config/racoon_log.h"

namespace touchstone::conformance::adapters::reference {

namespace config = ipsec::config;

namespace {

std::string print_end(const config::Socket& end) {
  return fmt::format("{}[{}]", config::print_address(end.address), end.port);
}

config::Address address_of(const std::string& text) {
  const auto address = config::parse_address(text, config::AddressForm::exact);
  if (!address) throw BadRequest{text + " is no address"};
  return *address;
}

config::Socket end_of(const Json& args, const char* name) {
  const std::string text = text_argument(args, name);
  const std::size_t open = text.find('[');
  if (open == std::string::npos) throw BadRequest{text + " has no port"};
  return {address_of(text.substr(0, open)),
          static_cast<std::uint16_t>(std::stoul(text.substr(open + 1)))};
}

std::string_view mode_name(config::SaMode mode) {
  return mode == config::SaMode::tunnel ? "tunnel" : "transport";
}

config::SaMode mode_of(const Json& args) {
  return text_argument(args, "mode") == "tunnel" ? config::SaMode::tunnel
                                                 : config::SaMode::transport;
}

Json print_line(const config::LogLine& line) {
  Json json = {{"month", line.month}, {"day", line.day},     {"seconds", line.time.count()},
               {"host", line.host},   {"level", line.level}, {"line", line.place.line},
               {"kind", "other"}};
  if (line.isakmp) {
    const OctetView cookies = line.isakmp->cookies;
    json["kind"] = "isakmp";
    json["self"] = print_end(line.isakmp->self);
    json["peer"] = print_end(line.isakmp->peer);
    json["cookies"] = to_hex(cookies.first(8)) + ":" + to_hex(cookies.last(8));
  } else if (line.begun) {
    json["kind"] = line.begun->initiates ? "initiate" : "respond";
    json["self"] = print_end(line.begun->self);
    json["peer"] = print_end(line.begun->peer);
  } else if (line.ipsec) {
    json["kind"] = "ipsec";
    json["protocol"] = line.ipsec->protocol;
    json["mode"] = mode_name(line.ipsec->mode);
    json["from"] = print_end(line.ipsec->from);
    json["to"] = print_end(line.ipsec->to);
    json["spi"] = line.ipsec->spi;
  } else {
    json["text"] = line.text;
  }
  return json;
}

Json print_codes(const std::vector<config::FileFinding>& findings) {
  Findings list;
  for (const config::FileFinding& one : findings)
    list.push_back(one.finding);
  return print_findings(list);
}

config::LogLine line_of(const Json& args) {
  config::LogLine line;
  line.month = number_argument(args, "month");
  line.day = number_argument(args, "day");
  line.time = std::chrono::seconds(number_argument(args, "seconds"));
  line.host = text_argument(args, "host");
  line.level = text_argument(args, "level");
  const std::string kind = text_argument(args, "kind");
  if (kind == "isakmp") {
    config::IsakmpEstablished made{end_of(args, "self"), end_of(args, "peer"), {}};
    std::string digits = text_argument(args, "cookies");
    std::erase(digits, ':');
    const auto octets = from_hex(digits);
    if (!octets || octets->size() != made.cookies.size()) throw BadRequest{"cookies"};
    std::ranges::copy(*octets, made.cookies.begin());
    line.isakmp = made;
  } else if (kind == "ipsec") {
    line.ipsec = {.protocol = text_argument(args, "protocol"),
                  .mode = mode_of(args),
                  .from = end_of(args, "from"),
                  .to = end_of(args, "to"),
                  .spi = number_argument(args, "spi")};
  } else if (kind == "other") {
    line.text = text_argument(args, "text");
  } else {
    line.begun = {kind == "initiate", end_of(args, "self"), end_of(args, "peer")};
  }
  return line;
}

}  // namespace

Response decode_racoon_log(const Json& args) {
  const Octets octets = octets_argument(args, "octets_b64");
  const auto log = config::read_racoon_log(as_text(octets));
  Json lines = Json::array();
  for (const config::LogLine& line : log.lines)
    lines.push_back(print_line(line));
  return accepted({{"lines", std::move(lines)}, {"findings", print_codes(log.findings)}});
}

Response encode_racoon_log(const Json& args) {
  std::string text;
  for (const Json& line : args.at("lines"))
    text += config::print_log_line(line_of(line)) + "\n";
  return accepted({{"text", text}});
}

Response judge_racoon_log(const Json& args) {
  const Octets octets = octets_argument(args, "octets_b64");
  const config::LogWish wish{.self = address_of(text_argument(args, "self")),
                             .peer = address_of(text_argument(args, "peer")),
                             .protocol = text_argument(args, "protocol"),
                             .mode = mode_of(args)};
  const auto findings = config::judge_racoon_log(config::read_racoon_log(as_text(octets)), wish);
  Response response = accepted({{"findings", print_codes(findings)}});
  if (findings.empty()) return response;
  response.status = harness::Status::reject;
  response.reject_class = RejectClass::state;
  return response;
}

}  // namespace touchstone::conformance::adapters::reference
