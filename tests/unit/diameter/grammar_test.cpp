#include "reference/diameter/grammar.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/diameter/made_message.h"

namespace touchstone::diameter {
namespace {

using made::avp;
using made::avp_text;
using made::avp_u32;
using made::good;
using made::joined;

const std::size_t amr = made::form_named("amr");

std::uint32_t code_of(OctetView failed) {
  const auto first = AvpReader(failed).next();
  return first ? first->code : 0;
}

std::uint8_t flags_of(const AvpDefinition& row) {
  return row.mandatory == MandatoryBit::must ? std::uint8_t{avp_mandatory} : std::uint8_t{0};
}

Octets example_of(std::uint32_t code) {
  const AvpDefinition& row = *find_avp(code);
  const std::size_t size = row.type == DataType::address      ? 6
                           : row.type == DataType::unsigned64 ? 8
                           : row.type == DataType::unsigned32 || row.type == DataType::time ||
                                   row.type == DataType::enumerated
                               ? 4
                           : code == 320 ? 24  // RFC 3344 §3.3
                           : code == 321 ? 20  // §3.4
                                         : 0;
  return avp(code, Octets(size, 0), flags_of(row));
}

// Every rule is tried inside the smallest message that obeys its form. A group stands in a DWR,
// whose `* [ AVP ]` allows it.
struct Frame {
  Header header;
  std::vector<Octets> around;
  std::uint32_t group = 0;

  explicit Frame(std::size_t form) : header(made::header_of(grammar_forms()[form])) {}

  [[nodiscard]] std::optional<Violation> check_inside(const std::vector<Octets>& inside) const {
    std::vector<Octets> avps = around;
    if (group == 0) {
      avps.insert(avps.end(), inside.begin(), inside.end());
    } else {
      avps.push_back(avp(group, joined(inside)));
    }
    return made::check_avps(header, joined(avps));
  }
};

Frame frame_of(std::size_t form) {
  const GrammarForm& row = grammar_forms()[form];
  if (row.group == 0) return Frame(form);
  Frame frame(made::form_named("dwr"));
  frame.around = made::demanded(made::form_named("dwr"));
  frame.group = row.group;
  return frame;
}

TEST(DiameterGrammar, EveryFormAcceptsWhatItDemands) {
  for (std::size_t form = 0; form < grammar_forms().size(); ++form) {
    EXPECT_FALSE(frame_of(form).check_inside(made::demanded(form))) << grammar_forms()[form].name;
    EXPECT_FALSE(grammar_forms()[form].clause.empty());
  }
}

TEST(DiameterGrammar, EveryMissingAvpIs5005WithAnExampleOfZeros) {
  std::size_t tried = 0;
  for (const GrammarRule& rule : grammar_rules()) {
    if (rule.at_least == 0) continue;
    std::vector<Octets> inside = made::demanded(rule.form);
    std::erase_if(inside, [&](const Octets& one) { return code_of(one) == rule.avp; });
    const auto violation = frame_of(rule.form).check_inside(inside);
    const std::string_view name = grammar_forms()[rule.form].name;
    // An answer without its Result-Code is still read by its command's form.
    ASSERT_TRUE(violation.has_value()) << name << ' ' << rule.avp;
    EXPECT_EQ(violation->result_code, result_missing_avp) << name << ' ' << rule.avp;
    EXPECT_EQ(to_hex(violation->failed_avp), to_hex(example_of(rule.avp)));
    EXPECT_EQ(violation->clause, grammar_forms()[rule.form].clause);
    ++tried;
  }
  EXPECT_GT(tried, 90U);
}

TEST(DiameterGrammar, TheSecondOfASingleAvpIs5009) {
  std::size_t tried = 0;
  for (const GrammarRule& rule : grammar_rules()) {
    if (rule.at_most == 0) continue;
    std::vector<Octets> inside = made::demanded(rule.form);
    if (rule.at_least == 0) inside.push_back(good(rule.avp));
    inside.push_back(good(rule.avp));
    const auto violation = frame_of(rule.form).check_inside(inside);
    const std::string_view name = grammar_forms()[rule.form].name;
    ASSERT_EQ(violation.has_value(), rule.at_most == 1) << name << ' ' << rule.avp;
    if (!violation) continue;
    EXPECT_EQ(violation->result_code, result_avp_occurs_too_many_times) << name;
    EXPECT_EQ(to_hex(violation->failed_avp), to_hex(good(rule.avp)));
    ++tried;
  }
  EXPECT_GT(tried, 150U);
}

TEST(DiameterGrammar, AForbiddenAvpIs5008) {
  std::size_t tried = 0;
  for (const GrammarRule& rule : grammar_rules()) {
    if (rule.at_most != 0) continue;
    std::vector<Octets> inside = made::demanded(rule.form);
    inside.push_back(good(rule.avp));
    const auto violation = frame_of(rule.form).check_inside(inside);
    ASSERT_TRUE(violation.has_value());
    EXPECT_EQ(violation->result_code, result_avp_not_allowed);
    EXPECT_EQ(to_hex(violation->failed_avp), to_hex(good(rule.avp)));
    ++tried;
  }
  EXPECT_EQ(tried, 6U);
}

TEST(DiameterGrammar, EveryTypeHasItsLengthAndEveryBadOneIs5014) {
  for (const AvpDefinition& row : avp_definitions()) {
    const Octets example = example_of(row.code);
    if (example.size() == 8 || row.type == DataType::octet_string) continue;  // any length will do
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{3}, std::size_t{5}, std::size_t{9}}) {
      Octets data(size, 0);
      if (row.type == DataType::address && size > 1) data[1] = 1;
      std::vector<Octets> avps = {avp(row.code, data, flags_of(row))};
      const auto violation =
          made::check_avps({.command = command_re_auth, .application = 0}, joined(avps));
      ASSERT_TRUE(violation.has_value()) << row.name << size;
      EXPECT_EQ(violation->result_code, result_invalid_avp_length) << row.name;
      EXPECT_EQ(code_of(violation->failed_avp), row.code);
      const auto failed = AvpReader(violation->failed_avp).next();
      EXPECT_TRUE(std::ranges::all_of(failed->data, [](std::uint8_t octet) { return octet == 0; }));
      EXPECT_EQ(failed->data.size(), AvpReader(example_of(row.code)).next()->data.size());
    }
  }
}

TEST(DiameterGrammar, EveryRangeIsKeptAtBothEnds) {
  for (const ValueRange& range : value_ranges()) {
    for (const std::uint32_t value : {range.least, range.most}) {
      EXPECT_FALSE(made::check_avps({.command = command_re_auth}, avp_u32(range.avp, value)));
    }
    // One below and one above; what wraps around is inside again.
    for (const std::uint32_t value : {range.least - 1, range.most + 1}) {
      if (range.least == 0 ? value == 0xFFFFFFFF : value == 0) continue;
      const auto violation =
          made::check_avps({.command = command_re_auth}, avp_u32(range.avp, value));
      ASSERT_TRUE(violation.has_value()) << range.avp << ' ' << value;
      EXPECT_EQ(violation->result_code, result_invalid_avp_value);
    }
  }
}

// Single faults of a valid AMR and what each earns. `change` gets the AVPs of the AMR.
struct Fault {
  const char* name;
  std::uint32_t result;  // 0: served
  std::string failed;    // hexadecimal digits of the Failed-AVP
  void (*change)(Header&, std::vector<Octets>&);
};

void replace(std::vector<Octets>& avps, std::uint32_t code, const Octets& other) {
  for (Octets& one : avps) {
    if (code_of(one) == code) one = other;
  }
}

class DiameterGrammarFault : public testing::TestWithParam<Fault> {};

TEST_P(DiameterGrammarFault, EarnsItsResultCodeAndFailedAvp) {
  Header header = made::header_of(grammar_forms()[amr]);
  std::vector<Octets> avps = made::demanded(amr);
  GetParam().change(header, avps);
  const auto violation = made::check_avps(header, joined(avps));
  ASSERT_EQ(violation.has_value(), GetParam().result != 0);
  if (!violation) return;
  EXPECT_EQ(violation->result_code, GetParam().result);
  EXPECT_EQ(to_hex(violation->failed_avp), GetParam().failed);
  EXPECT_FALSE(violation->clause.empty());
}

const std::string user = to_hex(avp_text(avp_user_name, "a.example"));

INSTANTIATE_TEST_SUITE_P(
    Amr, DiameterGrammarFault,
    testing::Values(
        Fault{"MemberOfAGroupMissing", 5005, "000001524000000c00000000",
              [](Header&, std::vector<Octets>& avps) {
                replace(avps, 322,
                        avp(322, joined({avp_u32(341, 256), avp_u32(339, 0), avp_u32(340, 24)})));
              }},
        Fault{"UnknownMandatory", 5001, "0000ea604000000b01020300",
              [](Header&, std::vector<Octets>& avps) {
                avps.push_back(avp(60000, Octets{1, 2, 3}));
              }},
        Fault{"UnknownMandatoryOfAVendor", 5001, "00000001c000000d000089f707000000",
              [](Header&, std::vector<Octets>& avps) {
                avps.push_back(avp(1, Octets{0, 0, 0x89, 0xF7, 7}, 0xC0));
              }},
        Fault{"UnknownOptionalOfAVendor", 0, "",
              [](Header&, std::vector<Octets>& avps) {
                avps.push_back(avp(1, Octets{0, 0, 0x89, 0xF7, 7}, 0x80));
              }},
        Fault{"MandatoryInsideAnUnknownGroup", 0, "",
              [](Header&, std::vector<Octets>& avps) {
                avps.push_back(avp(60001, avp(60000, Octets{1}), 0));
              }},
        Fault{"TwoUserNames", 5009, "000000014000000962000000",
              [](Header&, std::vector<Octets>& avps) { avps.push_back(avp_text(1, "b")); }},
        Fault{"SessionIdNotFirst", 0, "",
              [](Header&, std::vector<Octets>& avps) { std::swap(avps.front(), avps.back()); }},
        Fault{
            "NumberOfThreeOctets", 5014, "000001514000000c00000000",
            [](Header&, std::vector<Octets>& avps) { avps.push_back(avp(337, Octets{1, 2, 3})); }},
        Fault{"NumberOfEightOctets", 5014, "000001514000000c00000000",
              [](Header&, std::vector<Octets>& avps) { avps.push_back(avp(337, Octets(8, 1))); }},
        Fault{"LengthFour", 5014, "000001514000000c00000000",
              [](Header&, std::vector<Octets>& avps) {
                avps.push_back(avp(337, Octets(4, 0), avp_mandatory, 4));
              }},
        Fault{"LengthBeyondTheMessage", 5014, "000001514000000c00000000",
              [](Header&, std::vector<Octets>& avps) {
                avps.push_back(avp(337, Octets(4, 0), avp_mandatory, 4000));
              }},
        Fault{"HeaderCutOff", 5014, "000001510000000c00000000",
              [](Header&, std::vector<Octets>& avps) { avps.push_back(Octets{0, 0, 0x01, 0x51}); }},
        Fault{"ChildOverrunsItsGroup", 5014, "0000014240000014000001554000000c00000000",
              [](Header&, std::vector<Octets>& avps) {
                replace(avps, 322, avp(322, avp(341, Octets(4, 1), avp_mandatory, 400)));
              }},
        Fault{
            "AddressOfThreeOctets", 5014, "0000014d4000000e0000000000000000",
            [](Header&, std::vector<Octets>& avps) { avps.push_back(avp(333, Octets{0, 1, 10})); }},
        Fault{"AddressOfUnknownFamily", 5004, "0000014d4000000e0009010203040000",
              [](Header&, std::vector<Octets>& avps) {
                avps.push_back(avp(333, Octets{0, 9, 1, 2, 3, 4}));
              }},
        Fault{"UserNameNotUtf8", 5004, "000000014000000ac3280000",
              [](Header&, std::vector<Octets>& avps) {
                replace(avps, 1, avp(1, Octets{0xC3, 0x28}));
              }},
        Fault{"RealmWithASpace", 5004, "0000011b4000000b61206200",
              [](Header&, std::vector<Octets>& avps) { replace(avps, 283, avp_text(283, "a b")); }},
        Fault{"VendorBitWithVendorZero", 3009, "00000001c000000d0000000061000000",
              [](Header&, std::vector<Octets>& avps) {
                replace(avps, 1, avp(1, Octets{0, 0, 0, 0, 'a'}, 0xC0));
              }},
        Fault{"MandatoryBitCleared", 3009, "000000010000000961000000",
              [](Header&, std::vector<Octets>& avps) { replace(avps, 1, avp(1, Octets{'a'}, 0)); }},
        Fault{"ProtectedAndReservedBitsOfAnAvp", 0, "",
              [](Header&,
                 std::vector<Octets>& avps) { replace(avps, 1, avp(1, Octets{'a'}, 0x61)); }},
        Fault{"PaddingNotZero", 0, "",
              [](Header&,
                 std::vector<Octets>&
                     avps) { replace(avps, 1, Octets{0, 0, 0, 1, 0x40, 0, 0, 9, 'a', 1, 2, 3}); }},
        Fault{"ErrorBitInARequest", 3008, "",
              [](Header& header, std::vector<Octets>&) { header.flags |= flag_error; }},
        Fault{"ReservedBitOfTheHeader", 0, "",
              [](Header& header, std::vector<Octets>&) { header.flags |= 0x01; }},
        Fault{"RetransmittedBit", 0, "",
              [](Header& header, std::vector<Octets>&) { header.flags |= flag_retransmitted; }},
        Fault{"NotProxiable", 3008, "",
              [](Header& header, std::vector<Octets>&) { header.flags = flag_request; }},
        Fault{"ApplicationOfTheHeaderContradicted", 5004, "000001024000000c00000004",
              [](Header&, std::vector<Octets>& avps) { replace(avps, 258, avp_u32(258, 4)); }},
        Fault{"HomeAgentHostAsIdentity", 0, "",
              [](Header&,
                 std::vector<Octets>& avps) { avps.push_back(avp_text(348, "ha.example")); }},
        Fault{"AThousandUnknownOptional", 0, "",
              [](Header&, std::vector<Octets>&
                              avps) { avps.insert(avps.end(), 1000, avp(60000, Octets{}, 0)); }}),
    [](const testing::TestParamInfo<Fault>& fault) { return std::string(fault.param.name); });

TEST(DiameterGrammar, GroupsAreFollowedEightDeepAndNoFurther) {
  for (unsigned depth = 1; depth <= 2000; depth = depth < 12 ? depth + 1 : depth * 4) {
    Octets nested = good(avp_proxy_info);
    for (unsigned i = 1; i < depth; ++i)
      nested = avp(avp_proxy_info, joined({good(avp_proxy_host), good(avp_proxy_state), nested}));
    const auto violation = made::check_avps({.command = command_re_auth}, nested);
    ASSERT_EQ(violation.has_value(), depth > max_group_depth) << depth;
    if (!violation) continue;
    EXPECT_EQ(violation->result_code, result_invalid_avp_value);
  }
}

TEST(DiameterGrammar, WhatAFailedAvpHoldsIsNotJudged) {
  std::vector<Octets> avps = made::demanded(made::form_named("dwa"));
  avps.push_back(avp(avp_failed_avp, avp(60000, Octets{1}, avp_mandatory, 4000)));
  EXPECT_FALSE(made::check_avps({.command = command_device_watchdog}, joined(avps)));
}

TEST(DiameterGrammar, AnAnswerOfFailureNeedsNotTheFormatOfItsCommand) {
  const Header header{.flags = flag_proxiable, .command = 260, .application = 2};
  std::vector<Octets> avps = {good(avp_origin_host), good(avp_origin_realm),
                              avp_u32(avp_result_code, result_missing_avp)};
  EXPECT_FALSE(made::check_avps(header, joined(avps)));
  avps.back() = avp_u32(avp_result_code, result_success);
  EXPECT_EQ(made::check_avps(header, joined(avps))->result_code, result_missing_avp);
}

TEST(DiameterGrammar, EveryTruncationOfAnAmrIsRefusedAndNoneIsReadBeyond) {
  const Octets whole = joined(made::demanded(amr));
  const Header header = made::header_of(grammar_forms()[amr]);
  for (std::size_t size = 0; size < whole.size() - 3; ++size) {
    const Octets cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_TRUE(made::check_avps(header, cut).has_value()) << size;
  }
}

TEST(DiameterGrammar, Utf8IsToldFromWhatOnlyLooksLikeIt) {
  for (const char* text : {"", "abc", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"}) {
    EXPECT_TRUE(is_utf8(as_octets(text))) << text;
  }
  for (const char* text : {"\x80", "\xC3", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80",
                           "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "\xE2\x82"}) {
    EXPECT_FALSE(is_utf8(as_octets(text))) << text;
  }
}

}  // namespace
}  // namespace touchstone::diameter
