#include "conformance/adapters/reference/values.h"

#include <fmt/format.h>

#include <algorithm>

#include "conformance/harness/base64.h"
#include "reference/base/exit_class.h"
#include "reference/keyring/errc.h"

namespace touchstone::conformance::adapters::reference {
namespace {

const Json& member(const Json& args, const char* name) {
  const auto found = args.find(name);
  if (found == args.end()) throw BadRequest{fmt::format("argument {} is missing", name)};
  return *found;
}

template <std::size_t size, class Out>
void decode_digits(const Json& digits, Out& out) {
  const auto octets =
      digits.is_string() ? from_hex(digits.get_ref<const std::string&>()) : std::optional<Octets>();
  if (!octets || octets->size() != size)
    throw BadRequest{fmt::format("a key of {} octets is {} digits", size, 2 * size)};
  std::ranges::copy(*octets, out.begin());
}

RejectClass class_of_keyring_error(keyring::Errc code) {
  using enum keyring::Errc;
  switch (code) {
    case syntax:
    case unknown_format:
    case trailing_data:
      return RejectClass::syntax;
    case header:
      return RejectClass::order;
    case length:
    case limit:
    case short_hex:
      return RejectClass::length;
    case range:
    case parameters:
    case weak_key:
    case key_too_short:
      return RejectClass::range;
    case charset:
      return RejectClass::encoding;
    case duplicate:
      return RejectClass::duplicate;
    case signature_missing:
    case signature_bad:
      return RejectClass::signature;
    case wrong_recipient:
    case decryption:
      return RejectClass::decrypt;
    case manifest_missing:
    case manifest_mismatch:
      return RejectClass::manifest;
    case passphrase_wrong:
    case passphrase_refused:
      return RejectClass::auth;
    case key_unusable:
      return RejectClass::io;
    case findings:
      break;
  }
  return RejectClass::unspecified;
}

}  // namespace

Octets octets_argument(const Json& args, const char* name) {
  const Json& value = member(args, name);
  auto octets = value.is_string() ? harness::from_base64(value.get_ref<const std::string&>())
                                  : std::optional<Octets>();
  if (!octets) throw BadRequest{fmt::format("argument {} is not base64", name)};
  return *std::move(octets);
}

SecretOctets secret_argument(const Json& args, const char* name) {
  const Octets octets = octets_argument(args, name);
  return {octets.begin(), octets.end()};
}

std::string text_argument(const Json& args, const char* name) {
  const Json& value = member(args, name);
  if (!value.is_string()) throw BadRequest{fmt::format("argument {} is not a string", name)};
  return value.get<std::string>();
}

std::uint32_t number_argument(const Json& args, const char* name) {
  const Json& value = member(args, name);
  if (!value.is_number_unsigned() && !(value.is_number_integer() && value >= 0))
    throw BadRequest{fmt::format("argument {} is not a number", name)};
  return value.get<std::uint32_t>();
}

template <std::size_t size>
SecretKey<size> key_argument(const Json& digits) {
  SecretKey<size> key;
  auto out = key.writable();
  decode_digits<size>(digits, out);
  return key;
}
template SecretKey<16> key_argument<16>(const Json&);
template SecretKey<24> key_argument<24>(const Json&);

keyring::NetworkKeys network_argument(const Json& network) {
  return {.pwdh = key_argument<16>(member(network, "pwdh")),
          .base = key_argument<16>(member(network, "base")),
          .gateway = key_argument<24>(member(network, "gateway")),
          .gateway_cdld = key_argument<16>(member(network, "gateway_cdld"))};
}

keyring::NodeRows rows_argument(const Json& nodes) {
  keyring::NodeRows rows;
  for (const Json& node : nodes) {
    if (!node.is_array() || node.size() != 4) throw BadRequest{"a node has four members"};
    keyring::NodeRow row{.node_id = node[0].get<std::uint32_t>(),
                         .batch = node[2].get<std::uint32_t>(),
                         .count = node[3].get<std::uint32_t>()};
    decode_digits<16>(node[1], row.root_key);
    rows.push_back(row);
  }
  std::ranges::sort(rows, {}, &keyring::NodeRow::node_id);
  return rows;
}

Json print_network(const keyring::NetworkKeys& network) {
  return {{"pwdh", to_hex(network.pwdh.view())},
          {"base", to_hex(network.base.view())},
          {"gateway", to_hex(network.gateway.view())},
          {"gateway_cdld", to_hex(network.gateway_cdld.view())}};
}

Json print_rows(const keyring::NodeRows& rows) {
  Json nodes = Json::array();
  for (const keyring::NodeRow& row : rows)
    nodes.push_back(Json::array({row.node_id, to_hex(row.root_key), row.batch, row.count}));
  return nodes;
}

Json print_findings(const Findings& findings) {
  Json list = Json::array();
  for (const Finding& finding : findings)
    list.push_back({{"code", finding.code},
                    {"line", finding.line},
                    {"column", finding.column},
                    {"text", finding.text}});
  return list;
}

Response accepted(Json obs) {
  return {.status = harness::Status::ok,
          .reject_class = RejectClass::unspecified,
          .obs = std::move(obs),
          .detail = {}};
}

RejectClass class_of(const std::error_code& code) {
  static const std::error_category& keyring_category =
      keyring::make_error_code(keyring::Errc::syntax).category();
  if (code.category() == keyring_category)
    return class_of_keyring_error(static_cast<keyring::Errc>(code.value()));
  if (code == ExitClass::signature) return RejectClass::signature;
  if (code == ExitClass::decryption) return RejectClass::decrypt;
  if (code == ExitClass::format) return RejectClass::syntax;
  if (code == ExitClass::manifest) return RejectClass::manifest;
  if (code == ExitClass::conflict) return RejectClass::state;
  if (code == ExitClass::passphrase) return RejectClass::auth;
  if (code == ExitClass::usage) return RejectClass::range;
  if (code == ExitClass::file) return RejectClass::io;
  return RejectClass::unspecified;
}

Response rejected(const Error& error, const Findings& findings) {
  Response response{.status = harness::Status::reject,
                    .reject_class = class_of(error.code),
                    .obs = Json::object(),
                    .detail = fmt::format("{}: {}", error.code.message(), error.detail)};
  // Of the weak keys, one that two nodes share is a duplicate in the words of tsp/1.
  if (!findings.empty() && findings.back().code == "KL-SAMEKEY")
    response.reject_class = RejectClass::duplicate;
  response.obs["findings"] = print_findings(findings);
  return response;
}

}  // namespace touchstone::conformance::adapters::reference
