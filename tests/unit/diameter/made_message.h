#pragma once
// Messages for the tests: made AVP by AVP, so that each can be left out, doubled or broken.

#include <string>
#include <vector>

#include "reference/diameter/grammar.h"

namespace touchstone::diameter::made {

inline void append_u32(Octets& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8)
    out.push_back(static_cast<std::uint8_t>(value >> shift));
}

/// A padded AVP of vendor 0. `length` other than 0 is written in the place of the right one.
inline Octets avp(std::uint32_t code, OctetView data, std::uint8_t flags = avp_mandatory,
                  std::uint32_t length = 0) {
  Octets out;
  append_u32(out, code);
  if (length == 0) length = static_cast<std::uint32_t>(data.size() + 8);
  append_u32(out, std::uint32_t{flags} << 24 | length);
  out.insert(out.end(), data.begin(), data.end());
  while (out.size() % 4 != 0)
    out.push_back(0);
  return out;
}

inline Octets avp_u32(std::uint32_t code, std::uint32_t value) {
  Octets data;
  append_u32(data, value);
  return avp(code, data);
}

inline Octets avp_text(std::uint32_t code, std::string_view text) {
  return avp(code, as_octets(text));
}

inline Octets joined(const std::vector<Octets>& parts) {
  Octets out;
  for (const Octets& part : parts)
    out.insert(out.end(), part.begin(), part.end());
  return out;
}

/// A well-formed AVP `code` with the M bit of its row; groups hold what they must.
inline Octets good(std::uint32_t code) {
  const AvpDefinition& row = *find_avp(code);
  const std::uint8_t flags =
      row.mandatory == MandatoryBit::must ? std::uint8_t{avp_mandatory} : std::uint8_t{0};
  if (row.type == DataType::grouped) {
    Octets inside;
    for (const GrammarRule& rule : grammar_rules()) {
      if (grammar_forms()[rule.form].group != code || rule.at_least == 0) continue;
      const Octets member = good(rule.avp);
      inside.insert(inside.end(), member.begin(), member.end());
    }
    return avp(code, inside, flags);
  }
  Octets data;
  switch (row.type) {
    case DataType::unsigned64:
      return avp(code, Octets(8, 1), flags);
    case DataType::address:
      return avp(code, Octets{0, 1, 10, 50, 4, 40}, flags);
    case DataType::uri:
      return avp(code, as_octets("aaa://kms.example"), flags);
    case DataType::octet_string:
    case DataType::utf8_string:
    case DataType::identity:
    case DataType::ip_filter_rule:
      return avp(code, as_octets("a.example"), flags);
    default: {
      std::uint32_t value = code == avp_auth_application_id ? application_mobile_ipv4 : 1;
      if (code == avp_result_code) value = result_success;
      for (const ValueRange& range : value_ranges()) {
        if (range.avp == code) value = range.least;
      }
      append_u32(data, value);
      return avp(code, data, flags);
    }
  }
}

/// One AVP of each kind that `form` demands, in the order of its rows.
inline std::vector<Octets> demanded(std::size_t form) {
  std::vector<Octets> out;
  for (const GrammarRule& rule : grammar_rules()) {
    if (rule.form == form && rule.at_least > 0) out.push_back(good(rule.avp));
  }
  return out;
}

inline std::size_t form_named(std::string_view name) {
  for (std::size_t i = 0; i < grammar_forms().size(); ++i) {
    if (grammar_forms()[i].name == name) return i;
  }
  return grammar_forms().size();
}

/// The header that a message of `form` has; the E answer is one to an AMR.
inline Header header_of(const GrammarForm& form) {
  Header header{.command = form.command};
  if (form.name == "error_answer") {
    header.command = command_aa_mobile_node;
    header.flags = flag_error;
  }
  const CommandDefinition& row = *find_command(header.command);
  header.application = row.application;
  if (form.request) header.flags |= flag_request;
  if (row.proxiable) header.flags |= flag_proxiable;
  return header;
}

/// The first violation of a message with these AVPs; its octets live as long as the call.
inline std::optional<Violation> check_avps(const Header& header, const Octets& avps) {
  return check(MessageView{header, avps, avps});
}

/// A message as it goes over the wire.
inline Octets wire(const Header& header, const std::vector<Octets>& avps) {
  SecretOctets out;
  MessageWriter message(out, header);
  message.finish();
  const Octets body = joined(avps);
  Octets octets(out.begin(), out.end());
  octets.insert(octets.end(), body.begin(), body.end());
  octets[1] = static_cast<std::uint8_t>(octets.size() >> 16);
  octets[2] = static_cast<std::uint8_t>(octets.size() >> 8);
  octets[3] = static_cast<std::uint8_t>(octets.size());
  return octets;
}

}  // namespace touchstone::diameter::made
