#pragma once
// Which AVP may stand how often in which command, as rows (the command formats of RFC 6733 and
// RFC 4004), and the answer that a message earns which breaks them.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "reference/base/octets.h"
#include "reference/base/secret.h"
#include "reference/diameter/message.h"

namespace touchstone::diameter {

/// A command format or a grouped AVP. The answer with the E bit (§7.2) has command 0.
struct GrammarForm {
  std::string_view name;
  std::uint32_t command;
  bool request;
  std::uint32_t group;  ///< 0 for a message, else the code of the grouped AVP
  std::string_view clause;
};

/// One line of a form. `at_most` 0 forbids; many_avps is no limit.
struct GrammarRule {
  std::size_t form;  ///< position in grammar_forms()
  std::uint32_t avp;
  std::uint8_t at_least;
  std::uint8_t at_most;
};
inline constexpr std::uint8_t many_avps = 255;

/// The values of a 32-bit AVP that mean something; an AVP without a row has no bounds.
struct ValueRange {
  std::uint32_t avp;
  std::uint32_t least;
  std::uint32_t most;
  std::string_view clause;
};

[[nodiscard]] std::span<const GrammarForm> grammar_forms() noexcept;
/// Rows of one form stand together.
[[nodiscard]] std::span<const GrammarRule> grammar_rules() noexcept;
[[nodiscard]] std::span<const ValueRange> value_ranges() noexcept;

/// What is wrong with a message, in the words of the answer: a Result-Code and, padded, the AVP
/// that goes into Failed-AVP (RFC 6733 §7.5); empty when there is none.
///   5001 5004 5008 3009  the AVP as received; 5009 the one that is too many
///   5005                 an example of least length, zero filled, at the level where it is missing
///   5014                 its header with zeros of the least length; inside its group when it does
///                        not fit into that one
struct Violation {
  std::uint32_t result_code = 0;
  SecretOctets failed_avp;
  std::string_view clause;
};

/// How deep groups are followed; a deeper one is 5004. No format nests more than two.
inline constexpr unsigned max_group_depth = 8;

/// The first violation of `message`: bits of the header (3008), then AVP by AVP in the order of the
/// octets its length (5014), bits (3009), acquaintance (5001), number (5008, 5009) and format
/// (5004, 5014), then at the end of each group and of the message what is missing (5005).
///
/// Passed over: reserved bits, P bits of AVPs, padding that is not zero, the order of AVPs, unknown
/// AVPs without M with all that they hold (§4.4), the M bit of an AVP that should not have one, and
/// the contents of Failed-AVP. An answer whose Result-Code is not 2xxx is read by the format of
/// §7.2, which every error answer may use. A command without a form has its AVPs checked, not their
/// numbers. A request without violation has every AVP that its format demands.
std::optional<Violation> check(const MessageView& message);

/// RFC 6733 §3: E stands in no request, and P exactly where the command may be proxied. check()
/// begins with this.
[[nodiscard]] bool has_valid_bits(const Header& header) noexcept;

/// Whether `text` is UTF-8 without surrogates, overlong forms or code points above U+10FFFF.
[[nodiscard]] bool is_utf8(OctetView text) noexcept;

}  // namespace touchstone::diameter
