#include "conformance/oracle/diameter/grammar.h"

#include <fmt/format.h>

#include <algorithm>

#include "conformance/oracle/oracle_defect.h"
#include "reference/base/reader.h"

namespace touchstone::conformance::oracle::diameter {

namespace {

/// Strict UTF-8 (RFC 3629): no overlong form, no surrogate, nothing past U+10FFFF.
bool is_utf8(OctetView text) {
  std::size_t i = 0;
  while (i < text.size()) {
    const std::uint8_t lead = text[i++];
    if (lead < 0x80) continue;
    const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    if (lead < 0xC2 || lead > 0xF4) return TOUCHSTONE_ORACLE_DEFECT("grammar.utf8");
    std::uint32_t value = lead & (0x3FU >> more);
    for (int k = 0; k < more; ++k, ++i) {
      if (i >= text.size() || (text[i] & 0xC0) != 0x80) return false;
      value = value << 6 | (text[i] & 0x3FU);
    }
    static constexpr std::uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    if (value < least[more] || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000))
      return false;
  }
  return true;
}

bool is_address(OctetView value) {
  Reader reader(value);
  if (value.size() < 3) return false;
  const std::uint16_t family = reader.u16().value();
  if (family == 1) return value.size() == 6 || TOUCHSTONE_ORACLE_DEFECT("grammar.address");
  return family == 2 && value.size() == 18;  // no other family is a host's (§5.3.5)
}

class Judge {
 public:
  explicit Judge(std::vector<Violation>& found) : found_(&found) {}

  void avps(const std::vector<Avp>& avps, std::span<const Occurrence> format,
            std::string_view clause) {
    for (const Avp& avp : avps)
      judge(avp);
    for (const Occurrence& rule : format)
      count(avps, rule, clause);
  }

  void add(std::uint32_t result_code, const Avp* avp, std::uint32_t code, std::string what,
           std::string_view clause) {
    Violation violation;
    violation.result_code = result_code;
    violation.code = code;
    if (avp != nullptr) {
      violation.vendor = avp->vendor_id();
      violation.avp = *avp;
    }
    violation.groups = groups_;
    violation.what = std::move(what);
    violation.clause = clause;
    found_->push_back(std::move(violation));
  }

 private:
  void judge(const Avp& avp) {
    const std::string name = name_of_avp(avp.code, avp.vendor_id());
    if (avp.has_vendor() && avp.vendor == 0)
      add(result::invalid_avp_bits, &avp, avp.code, name + " has V and vendor 0", "RFC 6733 §4.1");
    const AvpRow* row = find_avp(avp.code, avp.vendor_id());
    const bool has_m = (avp.flags & avp_flag::mandatory) != 0;
    if (row == nullptr) {
      if (has_m)
        add(result::avp_unsupported, &avp, avp.code, name + " is unknown and has M",
            "RFC 6733 §4.1");
      return;
    }
    if (has_m != (row->m_bit == MBit::must) && !TOUCHSTONE_ORACLE_DEFECT("grammar.m-bit"))
      add(result::invalid_avp_bits, &avp, avp.code,
          name + (has_m ? " has the M bit" : " lacks the M bit"), row->clause);
    if (row->type == AvpType::grouped) return group(avp, *row);
    value(avp, *row);
    if (!has_format(row->type, avp.data)) {
      const bool is_length = row->type == AvpType::unsigned32 || row->type == AvpType::enumerated ||
                             row->type == AvpType::unsigned64 || row->type == AvpType::time;
      add(is_length ? result::invalid_avp_length : result::invalid_avp_value, &avp, avp.code,
          name + " has not the format of its type", row->clause);
    }
  }

  void value(const Avp& avp, const AvpRow& row) {
    const ValueRange* range = find_range(avp.code);
    const auto number = avp.as_number();
    if (range == nullptr || !number || (*number >= range->least && *number <= range->most)) return;
    add(result::invalid_avp_value, &avp, avp.code,
        fmt::format("{} {} has no meaning", name_of_avp(avp.code), *number), row.clause);
  }

  void group(const Avp& avp, const AvpRow& row) {
    if (avp.code == avp::failed_avp) return;  // it may hold anything
    if (!avp.is_group)
      return add(result::invalid_avp_length, &avp, avp.code,
                 name_of_avp(avp.code) + " is no sequence of AVPs", row.clause);
    groups_.push_back(avp.code);
    avps(avp.members, group_format(avp.code), row.clause);
    groups_.pop_back();
  }

  void count(const std::vector<Avp>& avps, const Occurrence& rule, std::string_view clause) {
    std::size_t number = 0;
    const Avp* surplus = nullptr;
    for (const Avp& avp : avps)
      if (avp.code == rule.code && avp.vendor_id() == 0)
        if (++number == std::size_t{rule.most} + 1) surplus = &avp;
    if (number < rule.least)
      add(result::missing_avp, nullptr, rule.code, name_of_avp(rule.code) + " is missing", clause);
    const std::size_t most = TOUCHSTONE_ORACLE_DEFECT("grammar.twice") ? rule.most + 1U : rule.most;
    if (rule.most != unbounded && number > most)
      add(result::avp_occurs_too_many_times, surplus, rule.code,
          fmt::format("{} stands {} times", name_of_avp(rule.code), number), clause);
  }

  std::vector<Violation>* found_;
  std::vector<std::uint32_t> groups_;
};

void judge_header(const Message& message, const CommandRow* row, Judge& judge) {
  const Header& header = message.header;
  const std::string name = name_of_command(header.command, header.is_request());
  const auto bits = [&](std::string what, std::string_view clause) {
    judge.add(result::invalid_hdr_bits, nullptr, 0, name + " " + std::move(what), clause);
  };
  if (header.is_request() && header.is_error()) bits("has R and E", "RFC 6733 §3");
  if (!header.is_request() && (header.flags & command_flag::retransmitted) != 0)
    bits("is an answer with T", "RFC 6733 §3");
  if (row == nullptr) return;
  const bool has_p = (header.flags & command_flag::proxiable) != 0;
  if (has_p != row->may_be_proxied && !TOUCHSTONE_ORACLE_DEFECT("grammar.p-bit"))
    bits(has_p ? "has the P bit" : "lacks the P bit", row->clause);
  if (row->application != base_application && header.application != row->application)
    judge.add(result::application_unsupported, nullptr, 0, name + " is of another application",
              row->clause);
}

void judge_session_id(const Message& message, const CommandRow& row, Judge& judge) {
  const Avp* found = message.find(avp::session_id);
  if (!row.has_session || found == nullptr || found == message.avps.data()) return;
  judge.add(result::invalid_avp_value, found, avp::session_id, "Session-Id is not the first AVP",
            "RFC 6733 §8.8");
}

/// Bit E and the class of the Result-Code (§7.1.3, §7.1.5): E with 3xxx, never without one of a
/// protocol error.
void judge_error_bit(const Message& message, Judge& judge) {
  const auto code = message.number_of(avp::result_code);
  if (message.header.is_request() || !code) return;
  const bool is_protocol_error = *code / 1000 == 3;
  const bool may_have_e = is_protocol_error || *code / 1000 == 5;
  if ((is_protocol_error && !message.header.is_error()) ||
      (message.header.is_error() && !may_have_e))
    judge.add(result::invalid_hdr_bits, nullptr, 0,
              fmt::format("Result-Code {} {} the E bit", *code,
                          message.header.is_error() ? "with" : "without"),
              "RFC 6733 §7.1");
}

}  // namespace

bool has_format(AvpType type, OctetView value) {
  switch (type) {
    case AvpType::unsigned32:
    case AvpType::enumerated:
    case AvpType::time:
      return value.size() == 4 ||
             (value.size() == 8 && TOUCHSTONE_ORACLE_DEFECT("grammar.wide-integer"));
    case AvpType::unsigned64:
      return value.size() == 8;
    case AvpType::utf8_string:
      return is_utf8(value);
    case AvpType::diameter_identity:
    case AvpType::diameter_uri:
      return !value.empty() && std::ranges::all_of(value, [](std::uint8_t octet) {
        return octet > 0x20 && octet < 0x7F;
      });
    case AvpType::address:
      return is_address(value);
    case AvpType::ip_filter_rule:  // ASCII (§4.3.1)
      return std::ranges::all_of(value, [](std::uint8_t octet) { return octet < 0x80; });
    case AvpType::octet_string:
    case AvpType::grouped:
      break;
  }
  return true;
}

std::vector<Violation> violations_of(const Message& message) {
  std::vector<Violation> found;
  Judge judge(found);
  const Header& header = message.header;
  const CommandRow* row = find_command(header.command, header.is_request());
  judge_header(message, row, judge);
  judge_error_bit(message, judge);
  // An answer that tells a failure need not follow the format of its command (§7.1.5).
  const auto code = message.number_of(avp::result_code);
  const bool is_error_answer =
      !header.is_request() && (header.is_error() || (code && *code / 1000 != 2));
  const auto format = is_error_answer  ? error_answer_format()
                      : row != nullptr ? row->avps
                                       : std::span<const Occurrence>();
  judge.avps(message.avps, format, row != nullptr ? row->clause : "RFC 6733 §7.2");
  if (row != nullptr) judge_session_id(message, *row, judge);
  return found;
}

}  // namespace touchstone::conformance::oracle::diameter
