#include "conformance/adapters/reference/dot1x_operations.h"

#include "conformance/harness/base64.h"
#include "reference/dot1x/config/wpa_conf.h"
#include "reference/dot1x/config/wpa_status.h"
#include "reference/sntp/client.h"

namespace touchstone::conformance::adapters::reference {

namespace {

/// What the last line of the key says; null for a text that was taken back.
Json value_of(const dot1x::config::WpaDocument& document, std::size_t block,
              const std::string& key) {
  if (block != 0 && dot1x::config::is_secret_field(key)) return true;
  const auto place =
      block == 0 ? dot1x::config::FieldPlace::global : dot1x::config::FieldPlace::network;
  const auto type = dot1x::config::type_of(place, key);
  const std::string_view value = document.value_of(*document.find(block, key));
  if (type && type->kind == dot1x::config::FieldKind::number)
    return dot1x::config::parse_number(value).value_or(0);
  if (!type || type->kind == dot1x::config::FieldKind::other) return std::string(value);
  const auto text = document.string(block, key);
  return text ? Json(to_hex(*text)) : Json();
}

Json fields_of(const dot1x::config::WpaDocument& document, std::size_t block) {
  Json fields = Json::object();
  for (const dot1x::config::WpaLine& line : document.lines) {
    if (line.kind != dot1x::config::WpaLine::Kind::field || line.block != block) continue;
    Json value = value_of(document, block, line.key);
    if (!value.is_null()) fields[line.key] = std::move(value);
  }
  return fields;
}

Json model_of(const dot1x::config::WpaReading& reading) {
  Json networks = Json::array();
  int counts = -1;
  for (const std::size_t block : reading.document.blocks("network")) {
    if (block == reading.network) counts = static_cast<int>(networks.size());
    networks.push_back(fields_of(reading.document, block));
  }
  return {{"outside", fields_of(reading.document, 0)},
          {"networks", std::move(networks)},
          {"counts", counts}};
}

std::string optional_text(const Json& args, const char* name) {
  return args.value(name, "");
}

sntp::Time time_of(std::int64_t microseconds) {
  return sntp::Time(std::chrono::microseconds(microseconds));
}

std::int64_t in_microseconds(sntp::Duration duration) {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

/// A nonce as unlikely as another; no test may know it.
class Steps final : public RandomSource {
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& octet : out)
      octet = static_cast<std::uint8_t>(next_ = next_ * 1103515245U + 12345U) ^ 0x5AU;
  }

 private:
  std::uint32_t next_ = 1;
};

/// The answer with the transmit time of the request as its originate time, unless it brings one.
Octets answer_of(const Json& answer, const Octets& request) {
  Octets octets = octets_argument(answer, "octets_b64");
  constexpr std::ptrdiff_t originate = 24;
  constexpr std::ptrdiff_t transmit = 40;
  if (answer.value("copies_originate", true) && octets.size() >= 32)
    std::copy_n(request.begin() + transmit, 8, octets.begin() + originate);
  return octets;
}

std::string_view name_of(sntp::Client::State state) {
  switch (state) {
    case sntp::Client::State::answered:
      return "answered";
    case sntp::Client::State::refused:
      return "refused";
    default:
      return "no answer";
  }
}

}  // namespace

Response decode_wpa_conf(const Json& args) {
  const auto reading = dot1x::config::read_wpa_conf(secret_argument(args, "octets_b64"));
  Response response =
      accepted({{"findings", print_findings(reading.findings)}, {"conf", model_of(reading)}});
  const bool strict = text_argument(args, "profile") == "strict";
  if (strict ? reading.accepted : reading.loads) return response;
  response.status = harness::Status::reject;
  response.reject_class = RejectClass::syntax;
  return response;
}

Response encode_wpa_conf(const Json& args) {
  const bool locked = args.contains("password_b64");
  const auto text =
      dot1x::config::print_eap_tls({.identity = text_argument(args, "identity"),
                                    .ca_cert = text_argument(args, "ca_cert"),
                                    .client_cert = text_argument(args, "client_cert"),
                                    .private_key = text_argument(args, "private_key"),
                                    .has_password = locked,
                                    .server_name = optional_text(args, "server_name")});
  std::string whole = text.before;
  if (locked) whole += as_text(octets_argument(args, "password_b64"));
  return accepted({{"octets_b64", harness::to_base64(as_octets(whole + text.after))}});
}

Response edit_wpa_conf(const Json& args) {
  const auto reading = dot1x::config::read_wpa_conf(secret_argument(args, "octets_b64"));
  const auto networks = reading.document.blocks("network");
  std::size_t block = 0;
  if (args.contains("network")) {
    const std::size_t index = number_argument(args, "network");
    if (index >= networks.size()) throw BadRequest{"there is no such network"};
    block = networks[index];
  }
  const std::string key = text_argument(args, "key");
  const SecretOctets edited =
      args.contains("value")
          ? set_field(reading.document, block, key, as_octets(text_argument(args, "value")))
          : remove_field(reading.document, block, key);
  return accepted({{"octets_b64", harness::to_base64(edited)}});
}

Response decode_wpa_status(const Json& args) {
  const Octets octets = octets_argument(args, "octets_b64");
  const auto reading = dot1x::config::read_status(as_text(octets));
  Json lines = Json::array();
  for (const auto& [key, value] : reading.lines)
    lines.push_back(Json::array({key, value}));
  return accepted({{"verdict", dot1x::config::name_of(reading.verdict)},
                   {"interface", reading.interface},
                   {"lines", std::move(lines)},
                   {"wired", reading.wired},
                   {"findings", print_findings(reading.findings)}});
}

Response encode_wpa_status(const Json& args) {
  dot1x::config::PortStatus status{.interface = optional_text(args, "interface"),
                                   .wpa_state = text_argument(args, "wpa_state"),
                                   .ip_address = optional_text(args, "ip_address"),
                                   .address = text_argument(args, "address"),
                                   .pae_state = text_argument(args, "pae_state"),
                                   .authorized = args.value("authorized", false),
                                   .eap_state = text_argument(args, "eap_state"),
                                   .method = std::nullopt,
                                   .tls_version = optional_text(args, "tls_version"),
                                   .cipher = optional_text(args, "cipher"),
                                   .reused = args.value("reused", false),
                                   .eap_session_id = optional_text(args, "session_id"),
                                   .uuid = optional_text(args, "uuid")};
  if (args.contains("method")) status.method = args.at("method").get<int>();
  const auto format = text_argument(args, "format") == "seed" ? dot1x::config::StatusFormat::seed
                                                              : dot1x::config::StatusFormat::v2_10;
  return accepted({{"text", print_status(status, format)}});
}

Response exchange_sntp(const Json& args) {
  const Octets peer = {1};
  const Octets other = {2};
  Steps random;
  const sntp::Time begin = time_of(args.at("now_us").get<std::int64_t>());
  sntp::Client client(peer, {}, random, begin);
  Octets request = client.output();
  const auto go_to = [&](sntp::Time now) {
    for (auto due = client.deadline(); due && *due <= now; due = client.deadline()) {
      client.advance(*due);
      if (Octets again = client.output(); !again.empty()) request = std::move(again);
    }
  };
  Json taken = Json::array();
  for (const Json& answer : args.at("answers")) {
    const auto now = begin + std::chrono::milliseconds(number_argument(answer, "after_ms"));
    go_to(now);
    const Octets& from = answer.value("from_another", false) ? other : peer;
    taken.push_back(!client.receive(answer_of(answer, request), from, now));
  }
  auto end = begin;
  for (auto due = client.deadline(); due; due = client.deadline())
    go_to(end = *due);
  Json obs = {{"state", name_of(client.state())},
              {"taken", std::move(taken)},
              {"request_b64", harness::to_base64(request)},
              {"gave_up_after_ms", in_microseconds(end - begin) / 1000}};
  if (client.state() == sntp::Client::State::answered) {
    obs["offset_us"] = in_microseconds(client.answer().offset);
    obs["delay_us"] = in_microseconds(client.answer().delay);
    obs["stratum"] = client.answer().stratum;
  }
  return accepted(std::move(obs));
}

}  // namespace touchstone::conformance::adapters::reference
