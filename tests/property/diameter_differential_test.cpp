// The oracle and the reference read the same Diameter messages: drawn ones, and the same with one
// change. They share no table, so where they agree both follow the documents.

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "conformance/generators/diameter.h"
#include "conformance/generators/keyring.h"
#include "conformance/harness/base64.h"
#include "conformance/mutators/diameter_mutations.h"
#include "conformance/oracle/diameter/codec.h"
#include "conformance/oracle/diameter/grammar.h"
#include "conformance/oracle/diameter/message_json.h"
#include "tests/property/parties.h"

namespace touchstone::tests {
namespace {

namespace dm = conformance::oracle::diameter;
namespace generators = conformance::generators;
namespace mutators = conformance::mutators;
using conformance::harness::Response;

constexpr std::uint64_t pinned_seed = 20051108;

Response ask(const char* operation, OctetView octets) {
  return reference().call({operation, {{"octets_b64", conformance::harness::to_base64(octets)}}});
}

/// Both cut the octets the same way, or both refuse to.
std::string compare_trees(OctetView octets) {
  const dm::Reading reading = dm::decode(octets);
  const Response response = ask("diameter.decode", octets);
  if (response.ok() != reading.clean())
    return fmt::format("oracle {}, reference {}\n{}", reading.clean() ? "reads" : "refuses",
                       response.ok() ? "reads" : "refuses", to_hex(octets));
  if (!response.ok()) return {};
  // Padding that is not zero is no part of what tsp/1 tells.
  const auto told = response.obs.at("message").get<dm::Message>();
  Json mine(reading.message);
  Json theirs(told);
  const auto strip = [](auto& self, Json& json) -> void {
    if (json.is_object()) json.erase("padding");
    for (Json& member : json)
      if (member.is_structured()) self(self, member);
  };
  strip(strip, mine);
  return mine == theirs ? "" : fmt::format("another tree\n{}\n{}", mine.dump(), theirs.dump());
}

/// What one of the two is free to pass over: the other may still name it.
bool is_choice(const dm::Violation& violation) {
  const dm::AvpRow* row = dm::find_avp(violation.code, violation.vendor);
  if (violation.code == dm::avp::session_id && violation.clause == "RFC 6733 §8.8") return true;
  if (dm::find_range(violation.code) != nullptr) return true;
  if (violation.result_code == dm::result::application_unsupported) return true;  // of the node
  if (violation.code == 0) return true;  // bits of an answer, which a client passes over
  if (violation.clause.starts_with("RFC 6733 §8.3")) return true;  // no RAR here (RFC 4004 §4)
  return violation.result_code == dm::result::invalid_avp_bits && row != nullptr &&
         row->m_bit == dm::MBit::must_not;
}

bool is_named(const std::vector<dm::Violation>& violations, std::uint32_t code) {
  for (const dm::Violation& violation : violations) {
    if (violation.result_code == code) return true;
    const bool is_value = violation.result_code == dm::result::invalid_avp_value ||
                          violation.result_code == dm::result::invalid_avp_length;
    const dm::AvpRow* row = dm::find_avp(violation.code, violation.vendor);
    if (is_value && row != nullptr && row->type != dm::AvpType::unsigned32 &&
        (code == dm::result::invalid_avp_value || code == dm::result::invalid_avp_length))
      return true;
  }
  return false;
}

/// A value rule of the application, which the oracle has with the KMS and not with the formats.
bool has_reserved_spi(const std::vector<dm::Avp>& avps) {
  for (const dm::Avp& avp : avps) {
    const bool is_spi = avp.code == dm::avp::fa_to_ha_spi || avp.code == dm::avp::fa_to_mn_spi ||
                        avp.code == dm::avp::ha_to_fa_spi;
    if ((is_spi && avp.as_number().value_or(0) < dm::least_spi) || has_reserved_spi(avp.members))
      return true;
  }
  return false;
}

std::size_t depth_of(const std::vector<dm::Avp>& avps) {
  std::size_t deepest = 0;
  for (const dm::Avp& avp : avps)
    deepest = std::max(deepest, avp.is_group ? 1 + depth_of(avp.members) : 0);
  return deepest;
}

/// The reference names a fault that the oracle sees, and none only where the oracle sees none.
std::string compare_verdicts(OctetView octets) {
  const dm::Reading reading = dm::decode(octets);
  const Response response = ask("diameter.judge", octets);
  if (!response.ok()) return reading.clean() ? "refused: " + to_hex(octets) : "";
  const auto code = response.obs.at("result_code").get<std::uint32_t>();
  const auto violations = dm::violations_of(reading.message);
  if (code == dm::result::success) {
    if (!reading.clean()) return "passed over a broken frame: " + to_hex(octets);
    for (const dm::Violation& violation : violations)
      if (!is_choice(violation))
        return fmt::format("passed over: {}\n{}", violation.what, dm::describe(reading.message));
    return {};
  }
  const bool is_frame = code == dm::result::invalid_avp_length && !reading.clean();
  const bool is_application =
      code == dm::result::invalid_avp_value &&
      reading.message.number_of(dm::avp::auth_application_id) != reading.message.header.application;
  const bool is_place = code == dm::result::avp_not_allowed;  // a table of RFC 6733 §10.1
  if (is_frame || is_application || is_place || is_named(violations, code)) return {};
  const bool is_value = code == dm::result::invalid_avp_value;
  if (is_value && has_reserved_spi(reading.message.avps)) return {};
  if (is_value && depth_of(reading.message.avps) > 8) return {};  // the reference goes no deeper
  return fmt::format("{} for nothing\n{}", code, dm::describe(reading.message));
}

mutators::DiameterChoice draw_choice() {
  return {generators::draw_below(1U << 30), generators::draw_below(1U << 30)};
}

Octets draw_good() {
  return dm::encode(generators::draw_message());
}

Octets draw_mutated() {
  dm::Message message = generators::draw_message();
  const auto all = mutators::diameter_mutations();
  const auto which = generators::draw_below(static_cast<std::uint32_t>(all.size()));
  static_cast<void>(all[which].apply(message, draw_choice()));
  return dm::encode(message);
}

Octets draw_damaged() {
  return mutators::mutate_octets(draw_good(), draw_choice());
}

TEST(DiameterDifferential, GoodMessagesAreReadAlike) {
  EXPECT_EQ(first_disagreement<Octets>(pinned_seed, 2000, draw_good, compare_trees), "");
}

TEST(DiameterDifferential, GoodMessagesPassBoth) {
  EXPECT_EQ(first_disagreement<Octets>(pinned_seed + 10000, 2000, draw_good,
                                       [](const Octets& octets) {
                                         const auto response = ask("diameter.judge", octets);
                                         const auto text = dm::describe(dm::decode(octets).message);
                                         if (response.obs.value("result_code", 0) == 2001)
                                           return compare_verdicts(octets);
                                         return response.obs.dump() + "\n" + text;
                                       }),
            "");
}

TEST(DiameterDifferential, ChangedMessagesAreReadAlike) {
  EXPECT_EQ(first_disagreement<Octets>(pinned_seed + 20000, 4000, draw_mutated, compare_trees), "");
  EXPECT_EQ(first_disagreement<Octets>(pinned_seed + 30000, 4000, draw_damaged, compare_trees), "");
}

TEST(DiameterDifferential, ChangedMessagesAreJudgedAlike) {
  EXPECT_EQ(first_disagreement<Octets>(pinned_seed + 40000, 4000, draw_mutated, compare_verdicts),
            "");
  EXPECT_EQ(first_disagreement<Octets>(pinned_seed + 50000, 4000, draw_damaged, compare_verdicts),
            "");
}

/// What is encoded is the same octets, so that neither pads or counts in its own way.
TEST(DiameterDifferential, BothWriteTheSameOctets) {
  const auto judge = [](const dm::Message& message) -> std::string {
    const auto response = reference().call({"diameter.encode", {{"message", Json(message)}}});
    const std::string wanted = conformance::harness::to_base64(dm::encode(message));
    return response.obs.value("octets_b64", "") == wanted ? "" : dm::describe(message);
  };
  const auto draw = [] {
    dm::Message message = generators::draw_message();
    const auto has_unknown = [](auto& self, std::vector<dm::Avp>& avps) -> void {
      std::erase_if(avps, [](const dm::Avp& avp) { return avp.code >= 60000; });
      for (dm::Avp& avp : avps)
        self(self, avp.members);
    };
    has_unknown(has_unknown, message.avps);
    return message;
  };
  EXPECT_EQ(first_disagreement<dm::Message>(pinned_seed + 60000, 2000, draw, judge), "");
}

}  // namespace
}  // namespace touchstone::tests
