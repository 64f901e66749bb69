#include "conformance/oracle/diameter/answer.h"

#include <algorithm>

#include "conformance/oracle/diameter/grammar.h"
#include "conformance/oracle/oracle_defect.h"
#include "reference/base/reader.h"

namespace touchstone::conformance::oracle::diameter {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// DiameterIdentities are compared without regard to case (RFC 6733 §4.3.1).
bool same_identity(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

/// Collects what is allowed; a fault that must be answered forbids to serve.
class Builder {
 public:
  explicit Builder(Expected& expected) : expected_(&expected) {}

  void answer(std::uint32_t result_code, std::string_view clause, std::string_view reading = {}) {
    expected_->answers.push_back({result_code, FailedAvp::none, 0, {}, clause, reading});
  }
  void failed(std::uint32_t result_code, FailedAvp rule, std::uint32_t code,
              const std::vector<std::uint32_t>& groups, std::string_view clause,
              std::string_view reading = {}) {
    expected_->answers.push_back({result_code, rule, code, groups, clause, reading});
  }
  void close(std::string_view reading = {}) {
    expected_->may_close = true;
    expected_->close_reading = reading;
  }
  void refuse() { may_serve_ = false; }
  /// The request may be served all the same, by `reading`.
  void tolerate(std::string_view reading) { tolerated_ = reading; }

  [[nodiscard]] bool may_serve() const noexcept { return may_serve_; }
  [[nodiscard]] std::string_view tolerated() const noexcept { return tolerated_; }

 private:
  Expected* expected_;
  bool may_serve_ = true;
  std::string_view tolerated_;
};

/// Members before the one whose length is wrong may have faults that decode() did not keep.
void judge_lost_group(Builder& out) {
  for (const std::uint32_t code :
       {result::avp_unsupported, result::invalid_avp_value, result::avp_occurs_too_many_times,
        result::invalid_avp_bits, result::invalid_avp_length})
    out.answer(code, "RFC 6733 §7.1.5");
}

/// Octets that cannot be cut into AVPs, or no message of version 1.
void judge_frame(const Reading& reading, Builder& out) {
  for (const Fault& fault : reading.faults) {
    out.refuse();
    out.close(fault.kind == FaultKind::avp_length || fault.kind == FaultKind::short_avp ? "X-41.B"
                                                                                        : "");
    switch (fault.kind) {
      case FaultKind::version:
        out.answer(result::unsupported_version, "RFC 6733 §7.1.5");
        break;
      case FaultKind::short_header:
      case FaultKind::message_length:
        out.answer(result::invalid_message_length, "RFC 6733 §7.1.5");
        break;
      case FaultKind::short_avp:
      case FaultKind::avp_length:
        out.failed(result::invalid_avp_length, FailedAvp::must, fault.code.value_or(0),
                   fault.groups, "RFC 6733 §7.1.5");
        if (!fault.groups.empty()) judge_lost_group(out);
        if (!fault.groups.empty())
          out.failed(result::invalid_avp_value, FailedAvp::must, fault.code.value_or(0),
                     fault.groups, "RFC 6733 §7.1.5", "X-42.B");
    }
  }
}

void judge_bits(const Violation& violation, const Message& message, Builder& out) {
  if (message.header.is_request() && message.header.is_error()) {
    out.refuse();
    return out.answer(result::invalid_hdr_bits, "RFC 6733 §7.1.3");
  }
  // P missing or too much: the format says which, §7.1.3 lets a receiver refuse it.
  out.tolerate("X-43.B");
  out.answer(result::invalid_hdr_bits, violation.clause, "X-43.A");
}

void judge_avp_bits(const Violation& violation, Builder& out) {
  const AvpRow* row = find_avp(violation.code, violation.vendor);
  const bool has_vendor_0 = violation.avp->has_vendor() && violation.avp->vendor == 0;
  if (has_vendor_0) {
    out.refuse();
    out.failed(result::avp_unsupported, FailedAvp::must, violation.code, violation.groups,
               "RFC 6733 §4.1", "X-44.B");
  } else if (row != nullptr && row->m_bit == MBit::must_not) {
    out.tolerate("X-45.A");
  } else {
    out.tolerate("X-45.B");
    out.failed(result::invalid_avp_bit_combo, FailedAvp::must, violation.code, violation.groups,
               "RFC 6733 §7.1.5", "X-45.A");
  }
  out.failed(result::invalid_avp_bits, FailedAvp::should, violation.code, violation.groups,
             "RFC 6733 §7.1.3");
}

/// A number or an address family without a meaning: who does not need the AVP may pass over it.
bool is_unneeded_value(const Violation& violation) {
  if (violation.result_code != result::invalid_avp_value || !violation.avp) return false;
  const Octets& data = violation.avp->data;
  const AvpRow* row = find_avp(violation.code, violation.vendor);
  if (row != nullptr && row->type == AvpType::address)
    return data.size() >= 3 && (data[0] != 0 || data[1] == 0 || data[1] > 2);
  return find_range(violation.code) != nullptr && violation.avp->as_number();
}

void judge_violation(const Violation& violation, const Message& message, Builder& out) {
  switch (violation.result_code) {
    case result::invalid_hdr_bits:
      return judge_bits(violation, message, out);
    case result::invalid_avp_bits:
      return judge_avp_bits(violation, out);
    case result::application_unsupported:
      return;  // judge_application
    default:
      break;
  }
  if (violation.code == avp::session_id && violation.result_code == result::invalid_avp_value &&
      has_format(AvpType::utf8_string, violation.avp->data)) {
    out.tolerate("X-46.B");  // it is not the first (§8.8 is a SHOULD)
    out.failed(result::missing_avp, FailedAvp::should, violation.code, {}, violation.clause,
               "X-46.A");
  } else if (is_unneeded_value(violation)) {
    out.tolerate("X-49.B");
  } else {
    out.refuse();
  }
  const bool must = violation.result_code != result::invalid_avp_value;
  out.failed(violation.result_code, must ? FailedAvp::must : FailedAvp::should, violation.code,
             violation.groups, violation.clause);
  // A length that the type does not have is also a value that it does not have.
  const AvpRow* row = find_avp(violation.code, violation.vendor);
  if (row != nullptr && (row->type == AvpType::address || row->type == AvpType::grouped))
    for (const std::uint32_t code : {result::invalid_avp_length, result::invalid_avp_value})
      out.failed(code, FailedAvp::must, violation.code, violation.groups, violation.clause,
                 "X-42.B");
}

std::size_t depth_of(const std::vector<Avp>& avps) {
  std::size_t deepest = 0;
  for (const Avp& avp : avps)
    deepest = std::max(deepest, avp.is_group ? 1 + depth_of(avp.members) : 0);
  return deepest;
}

/// No format nests more than two groups: a receiver may have a bound, wherever it is.
void judge_depth(const Message& message, Builder& out) {
  if (depth_of(message.avps) <= 4) return;
  for (const std::uint32_t code : {result::invalid_avp_value, result::invalid_avp_length})
    out.answer(code, "RFC 6733 §4.4");
  out.close();
}

/// False when the request is of no command that this KMS serves.
bool judge_application(const Header& header, Builder& out) {
  if (header.command == command::aa_mobile_node && header.application == mobile_ipv4) return true;
  out.refuse();
  if (header.application != mobile_ipv4)
    out.answer(result::application_unsupported, "RFC 6733 §7.1.3");
  if (header.command != command::aa_mobile_node || header.application == base_application)
    out.answer(result::command_unsupported, "RFC 6733 §7.1.3");
  return false;
}

void judge_application_avp(const Message& message, Builder& out) {
  for (const Avp& avp : message.avps) {
    if (avp.code != avp::auth_application_id || avp.vendor_id() != 0) continue;
    if (avp.as_number() == message.header.application || !avp.as_number()) continue;
    out.refuse();
    for (const std::uint32_t code : {result::invalid_avp_value, result::contradicting_avps})
      out.failed(code, FailedAvp::should, avp.code, {}, "RFC 6733 §6.8");
    out.answer(result::application_unsupported, "RFC 6733 §6.8", "X-47.B");
  }
}

void judge_route(const Message& message, const KmsView& view, Builder& out) {
  bool has_route = false;
  for (const Avp& avp : message.avps) {
    if (avp.code != avp::route_record || avp.vendor_id() != 0) continue;
    has_route = true;
    if (!same_identity(avp.as_text(), view.host) || TOUCHSTONE_ORACLE_DEFECT("answer.loop"))
      continue;
    out.refuse();
    out.answer(result::loop_detected, "RFC 6733 §6.1.3");
  }
  const Avp* realm = message.find(avp::destination_realm);
  const Avp* host = message.find(avp::destination_host);
  const bool other_host = host != nullptr && !same_identity(host->as_text(), view.host);
  const bool other_realm = realm != nullptr && !same_identity(realm->as_text(), view.realm);
  if (other_host || other_realm || realm == nullptr) {
    out.refuse();
    out.answer(result::unable_to_deliver, "RFC 6733 §6.1.6");
  }
  if (other_realm) out.answer(result::realm_not_served, "RFC 6733 §7.1.3");
  const bool speaks_for_itself =
      !has_route && same_identity(message.text_of(avp::origin_host), view.peer);
  if (speaks_for_itself || view.peer_is_agent) return;
  out.answer(result::authorization_rejected, "RFC 6733 §2.9", "X-48.A");
  if (has_route)
    out.tolerate("X-48.B");
  else
    out.refuse();
}

// The application: docs/formats/diameter-kms.md, "AMA without keys", in its order.

struct Named {
  std::uint32_t allowed = 0;  ///< key request bits that go with the name
  std::uint32_t node = 0;
};

std::optional<std::uint32_t> node_of(std::string_view name) {
  if (name.size() != 10 || !name.starts_with("0x")) return std::nullopt;
  std::uint32_t node = 0;
  for (const char c : name.substr(2)) {
    const bool upper = c >= 'A' && c <= 'F' && !TOUCHSTONE_ORACLE_DEFECT("answer.upper-case");
    const std::uint8_t value = upper ? 0xFF : hex_value(c);
    if (value == 0xFF) return std::nullopt;
    node = node << 4 | value;
  }
  return node;
}

std::optional<Named> named_by(std::string_view user, std::string_view realm) {
  const auto at = user.find('@');
  if (at == std::string_view::npos) return std::nullopt;
  if (!same_identity(user.substr(at + 1), realm)) return std::nullopt;
  const std::string_view name = user.substr(0, at);
  if (name == "gateway") return Named{feature::fa_ha_key_request | feature::mn_ha_key_request, 0};
  if (name == "gateway_cdld") return Named{feature::mn_ha_key_request, 0};
  const auto node = node_of(name);
  if (!node) return std::nullopt;
  return Named{feature::mn_fa_key_request, *node};
}

constexpr std::string_view page = "docs/formats/diameter-kms.md, AMA without keys";

class Application {
 public:
  Application(const Message& message, const KmsView& view, Builder& out)
      : message_(message), view_(view), out_(out) {}

  std::optional<Served> judge() {
    const auto named = named_by(message_.text_of(avp::user_name), view_.realm);
    if (!named) return refuse(result::invalid_avp_value, avp::user_name);
    if (const std::uint32_t code = judge_features(*named); code != 0)
      return refuse(code, avp::feature_vector);
    if (const auto refused = judge_details(named->node))
      return refuse(refused->first, refused->second);
    if (view_.requires_protection && !view_.is_protected)
      return refuse(result::end_to_end_mip_key_encryption, 0);
    const KeyKind kind = kind_of();
    if (!key_of(view_.keyring, kind == KeyKind::both ? KeyKind::gateway : kind, named->node))
      return refuse(result::authorization_rejected, 0);
    Served served{kind, named->node, (features_ & feature::co_located_mobile_node) == 0, 0, {}};
    const Avp* registration = message_.find(avp::reg_request);
    Reader reader(OctetView(registration->data).subspan(16));
    served.identification = reader.u64().value();
    return served;
  }

 private:
  std::optional<Served> refuse(std::uint32_t result_code, std::uint32_t code) {
    out_.refuse();
    if (code == 0)
      out_.answer(result_code, page);
    else
      out_.failed(result_code, FailedAvp::must, code, {}, page);
    return std::nullopt;
  }

  std::uint32_t judge_features(const Named& named) {
    features_ = message_.number_of(avp::feature_vector).value_or(0);
    const std::uint32_t asked =
        features_ &
        (feature::mn_ha_key_request | feature::mn_fa_key_request | feature::fa_ha_key_request);
    if (asked == 0) return result::invalid_avp_value;
    const bool contradicts = (asked & ~named.allowed) != 0;
    return contradicts && !TOUCHSTONE_ORACLE_DEFECT("answer.other-key") ? result::contradicting_avps
                                                                        : 0;
  }

  using Refusal = std::pair<std::uint32_t, std::uint32_t>;  // Result-Code, AVP

  std::optional<Refusal> judge_details(std::uint32_t node) const {
    if (const Avp* address = message_.find(avp::mobile_node_address)) {
      if (!address->as_ipv4()) return Refusal{result::invalid_avp_value, address->code};
      if (*address->as_ipv4() != node && !TOUCHSTONE_ORACLE_DEFECT("answer.other-node"))
        return Refusal{result::contradicting_avps, address->code};
    }
    const auto least = TOUCHSTONE_ORACLE_DEFECT("answer.spi") ? 255 : least_spi;
    if (const Avp* spi = message_.find(avp::ha_to_fa_spi);
        spi && spi->as_number().value_or(0) < least)
      return Refusal{result::invalid_avp_value, spi->code};
    const Avp* registration = message_.find(avp::reg_request);
    if (registration->data.size() < 24 || registration->data[0] != 1)
      return Refusal{result::invalid_avp_value, registration->code};
    return std::nullopt;
  }

  [[nodiscard]] KeyKind kind_of() const {
    const bool gateway = (features_ & feature::fa_ha_key_request) != 0;
    const bool download = (features_ & feature::mn_ha_key_request) != 0;
    if (gateway && download) return KeyKind::both;
    return gateway ? KeyKind::gateway : download ? KeyKind::code_download : KeyKind::node_root;
  }

  const Message& message_;
  const KmsView& view_;
  Builder& out_;
  std::uint32_t features_ = 0;
};

}  // namespace

Expected expected_answer(OctetView request, const KmsView& view) {
  Expected expected;
  Builder out(expected);
  const Reading reading = decode(request);
  const Message& message = reading.message;
  judge_frame(reading, out);
  judge_depth(message, out);
  for (const Violation& violation : violations_of(message)) {
    // What stands behind a lost frame cannot be missed.
    if (!reading.clean() && violation.result_code == result::missing_avp) continue;
    judge_violation(violation, message, out);
  }
  if (!judge_application(message.header, out)) return expected;
  judge_application_avp(message, out);
  judge_route(message, view, out);
  if (!out.may_serve()) return expected;
  expected.served = Application(message, view, out).judge();
  if (expected.served) expected.served->reading = out.tolerated();
  return expected;
}

Expected expected_answer(const Mapping& mapping, const Ask& ask, const KmsView& view) {
  if (mapping.has_documented_rules)
    return expected_answer(encode(build_request(mapping, ask)), view);
  Expected expected;
  bool is_known = true;
  for (const KeyKind kind : single_kinds(ask.kind))
    is_known = is_known && key_of(view.keyring, kind, ask.node).has_value();
  if (is_known)
    expected.served = Served{ask.kind, ask.node, false, ask.identification, {}};
  else
    for (const std::uint32_t code : mapping.unknown_node)
      expected.answers.push_back({code, FailedAvp::none, 0, {}, "the mapping's unknown_node", {}});
  return expected;
}

}  // namespace touchstone::conformance::oracle::diameter
