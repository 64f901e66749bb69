#include <algorithm>

#include "conformance/oracle/diameter/grammar.h"
#include "conformance/oracle/oracle_defect.h"

namespace touchstone::conformance::oracle::diameter {

namespace {

constexpr std::uint16_t star = unbounded;

// Numbers stand here as in the formats; dictionary.h has their names. {} is 1,1; [] is 0,1; * is
// 0,star; 1* is 1,star.

constexpr Occurrence cer[] = {{264, 1, 1},    {296, 1, 1},    {257, 1, star}, {266, 1, 1},
                              {269, 1, 1},    {278, 0, 1},    {265, 0, star}, {258, 0, star},
                              {299, 0, star}, {259, 0, star}, {260, 0, star}, {267, 0, 1}};
constexpr Occurrence cea[] = {{268, 1, 1},    {264, 1, 1},    {296, 1, 1},    {257, 1, star},
                              {266, 1, 1},    {269, 1, 1},    {278, 0, 1},    {281, 0, 1},
                              {279, 0, 1},    {265, 0, star}, {258, 0, star}, {299, 0, star},
                              {259, 0, star}, {260, 0, star}, {267, 0, 1}};
constexpr Occurrence dwr[] = {{264, 1, 1}, {296, 1, 1}, {278, 0, 1}};
constexpr Occurrence dwa[] = {{268, 1, 1}, {264, 1, 1}, {296, 1, 1},
                              {281, 0, 1}, {279, 0, 1}, {278, 0, 1}};
constexpr Occurrence dpr[] = {{264, 1, 1}, {296, 1, 1}, {273, 1, 1}};
constexpr Occurrence dpa[] = {{268, 1, 1}, {264, 1, 1}, {296, 1, 1}, {281, 0, 1}, {279, 0, 1}};
constexpr Occurrence rar[] = {{263, 1, 1}, {264, 1, 1},    {296, 1, 1},   {283, 1, 1},
                              {293, 1, 1}, {258, 1, 1},    {285, 1, 1},   {1, 0, 1},
                              {278, 0, 1}, {284, 0, star}, {282, 0, star}};
constexpr Occurrence raa[] = {{263, 1, 1}, {268, 1, 1}, {264, 1, 1},   {296, 1, 1}, {1, 0, 1},
                              {278, 0, 1}, {281, 0, 1}, {294, 0, 1},   {279, 0, 1}, {292, 0, star},
                              {261, 0, 1}, {262, 0, 1}, {284, 0, star}};
constexpr Occurrence str[] = {{263, 1, 1},   {264, 1, 1}, {296, 1, 1},    {283, 1, 1},
                              {258, 1, 1},   {295, 1, 1}, {1, 0, 1},      {293, 0, 1},
                              {25, 0, star}, {278, 0, 1}, {284, 0, star}, {282, 0, star}};
constexpr Occurrence sta[] = {{263, 1, 1},    {268, 1, 1}, {264, 1, 1}, {296, 1, 1},   {1, 0, 1},
                              {25, 0, star},  {281, 0, 1}, {294, 0, 1}, {279, 0, 1},   {278, 0, 1},
                              {292, 0, star}, {261, 0, 1}, {262, 0, 1}, {284, 0, star}};
constexpr Occurrence asr[] = {{263, 1, 1},    {264, 1, 1},   {296, 1, 1}, {283, 1, 1},
                              {293, 1, 1},    {258, 1, 1},   {1, 0, 1},   {278, 0, 1},
                              {284, 0, star}, {282, 0, star}};
constexpr Occurrence amr[] = {{263, 1, 1}, {258, 1, 1},    {1, 1, 1},     {283, 1, 1}, {264, 1, 1},
                              {296, 1, 1}, {320, 1, 1},    {322, 1, 1},   {50, 0, 1},  {293, 0, 1},
                              {278, 0, 1}, {333, 0, 1},    {334, 0, 1},   {337, 0, 1}, {347, 0, 1},
                              {291, 0, 1}, {277, 0, 1},    {344, 0, 1},   {336, 0, 1}, {348, 0, 1},
                              {323, 0, 1}, {284, 0, star}, {282, 0, star}};
constexpr Occurrence ama[] = {
    {263, 1, 1}, {258, 1, 1},    {268, 1, 1}, {264, 1, 1},   {296, 1, 1}, {50, 0, 1},  {1, 0, 1},
    {291, 0, 1}, {277, 0, 1},    {281, 0, 1}, {294, 0, 1},   {285, 0, 1}, {337, 0, 1}, {321, 0, 1},
    {325, 0, 1}, {331, 0, 1},    {326, 0, 1}, {328, 0, 1},   {332, 0, 1}, {367, 0, 1}, {334, 0, 1},
    {333, 0, 1}, {342, 0, star}, {278, 0, 1}, {284, 0, star}};
constexpr Occurrence har[] = {
    {263, 1, 1}, {258, 1, 1},    {291, 1, 1}, {277, 1, 1},    {320, 1, 1},   {264, 1, 1},
    {296, 1, 1}, {1, 1, 1},      {283, 1, 1}, {337, 1, 1},    {293, 0, 1},   {331, 0, 1},
    {325, 0, 1}, {332, 0, 1},    {329, 0, 1}, {367, 0, 1},    {347, 0, 1},   {333, 0, 1},
    {334, 0, 1}, {342, 0, star}, {278, 0, 1}, {284, 0, star}, {282, 0, star}};
constexpr Occurrence haa[] = {{263, 1, 1}, {258, 1, 1}, {268, 1, 1}, {264, 1, 1},
                              {296, 1, 1}, {50, 0, 1},  {1, 0, 1},   {294, 0, 1},
                              {281, 0, 1}, {321, 0, 1}, {334, 0, 1}, {333, 0, 1},
                              {318, 0, 1}, {319, 0, 1}, {278, 0, 1}, {284, 0, star}};
constexpr Occurrence error_answer[] = {{263, 0, 1}, {264, 1, 1},   {296, 1, 1}, {268, 1, 1},
                                       {278, 0, 1}, {281, 0, 1},   {294, 0, 1}, {279, 0, 1},
                                       {297, 0, 1}, {284, 0, star}};

constexpr std::uint32_t mip = mobile_ipv4;
constexpr CommandRow commands[] = {
    {257, true, false, false, 0, cer, "RFC 6733 §5.3.1"},
    {257, false, false, false, 0, cea, "RFC 6733 §5.3.2"},
    {280, true, false, false, 0, dwr, "RFC 6733 §5.5.1"},
    {280, false, false, false, 0, dwa, "RFC 6733 §5.5.2"},
    {282, true, false, false, 0, dpr, "RFC 6733 §5.4.1"},
    {282, false, false, false, 0, dpa, "RFC 6733 §5.4.2"},
    {258, true, true, true, 0, rar, "RFC 6733 §8.3.1"},
    {258, false, true, true, 0, raa, "RFC 6733 §8.3.2"},
    {275, true, true, true, 0, str, "RFC 6733 §8.4.1"},
    {275, false, true, true, 0, sta, "RFC 6733 §8.4.2"},
    {274, true, true, true, 0, asr, "RFC 6733 §8.5.1"},
    {274, false, true, true, 0, raa, "RFC 6733 §8.5.2"},  // ASA has the members of RAA
    {260, true, true, true, mip, amr, "RFC 4004 §5.1"},
    {260, false, true, true, mip, ama, "RFC 4004 §5.2"},
    {262, true, true, true, mip, har, "RFC 4004 §5.3"},
    {262, false, true, true, mip, haa, "RFC 4004 §5.4"},
};

struct GroupRow {
  std::uint32_t code;
  std::span<const Occurrence> members;
};

constexpr Occurrence proxy_info[] = {{280, 1, 1}, {33, 1, 1}};
constexpr Occurrence experimental[] = {{266, 1, 1}, {298, 1, 1}};
// One Vendor-Id in RFC 6733 §6.11, one or more in RFC 3588 §6.11.
constexpr Occurrence vendor_application[] = {{266, 1, star}, {258, 0, 1}, {259, 0, 1}};
constexpr Occurrence mn_aaa_auth[] = {{341, 1, 1}, {338, 1, 1}, {339, 1, 1}, {340, 1, 1}};
// The SPIs of 325, 331 and 332 have no code in RFC 4004, so nobody can demand them.
constexpr Occurrence mn_fa[] = {{345, 1, 1}, {335, 1, 1}};
constexpr Occurrence fa_mn[] = {{319, 1, 1}, {345, 1, 1}, {343, 1, 1}};
constexpr Occurrence fa_ha[] = {{318, 1, 1}, {345, 1, 1}, {343, 1, 1}};
constexpr Occurrence ha_fa[] = {{323, 1, 1}, {345, 1, 1}, {343, 1, 1}};
constexpr Occurrence mn_ha[] = {{345, 1, 1}, {346, 1, 1}, {335, 1, 1}};
constexpr Occurrence ha_mn[] = {{345, 1, 1}, {346, 1, 1}, {343, 1, 1}};
constexpr Occurrence foreign_aaa[] = {{296, 1, 1}, {264, 1, 1}};
constexpr Occurrence agent_host[] = {{283, 1, 1}, {293, 1, 1}};

constexpr GroupRow groups[] = {{284, proxy_info},  {297, experimental}, {260, vendor_application},
                               {322, mn_aaa_auth}, {325, mn_fa},        {326, fa_mn},
                               {328, fa_ha},       {329, ha_fa},        {331, mn_ha},
                               {332, ha_mn},       {347, foreign_aaa},  {348, agent_host}};

constexpr ValueRange ranges[] = {{271, 0, 1}, {273, 0, 2}, {277, 0, 1}, {285, 0, 1}, {295, 1, 8},
                                 {299, 0, 1}, {345, 2, 2}, {346, 1, 3}, {480, 1, 4}, {483, 1, 3}};

}  // namespace

const ValueRange* find_range(std::uint32_t code) {
  const auto* found = std::ranges::find(ranges, code, &ValueRange::code);
  return found == std::end(ranges) ? nullptr : found;
}

const CommandRow* find_command(std::uint32_t command, bool is_request) {
  const auto* found = std::ranges::find_if(commands, [&](const CommandRow& row) {
    return row.command == command && row.is_request == is_request;
  });
  return found == std::end(commands) ? nullptr : found;
}

std::span<const Occurrence> error_answer_format() {
  return error_answer;
}

std::span<const Occurrence> group_format(std::uint32_t code) {
  const auto* found = std::ranges::find(groups, code, &GroupRow::code);
  if (found == std::end(groups)) return {};
  if (TOUCHSTONE_ORACLE_DEFECT("grammar.group-first")) return found->members.first(1);
  return found->members;
}

}  // namespace touchstone::conformance::oracle::diameter
