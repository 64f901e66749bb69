#pragma once
// A Diameter message as test data: a tree that case authors build, spoil, encode and look into.
//
//   Message amr = request(command::aa_mobile_node, mobile_ipv4);
//   amr.add(text(avp::session_id, "gw.example;1;1")).add(number(avp::feature_vector, 32));
//   amr.add(group(avp::mn_aaa_auth, {number(avp::mn_aaa_spi, 256), ...}));
//   amr.remove(avp::user_name);                          // a request without its user
//   amr.get(avp::feature_vector).stated_length = 4;      // a length that is a lie
//   Octets octets = encode(amr);                         // codec.h

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/oracle/diameter/codes.h"
#include "reference/base/octets.h"

namespace touchstone::conformance::oracle::diameter {

struct Avp {
  std::uint32_t code = 0;
  std::uint8_t flags = avp_flag::mandatory;
  std::uint32_t vendor = 0;  ///< written and read only with the V bit
  Octets data;               ///< of an AVP that is not a group, without padding
  std::vector<Avp> members;  ///< of a group
  bool is_group = false;
  /// What the length field says when it is not the truth (header and data).
  std::optional<std::uint32_t> stated_length;
  /// What follows the data when it is not zeros up to a multiple of 4.
  std::optional<Octets> padding;
  std::size_t offset = 0;  ///< of the header in the message that was read

  [[nodiscard]] bool has_vendor() const noexcept { return (flags & avp_flag::vendor) != 0; }
  /// The vendor that counts: 0 without the V bit.
  [[nodiscard]] std::uint32_t vendor_id() const noexcept { return has_vendor() ? vendor : 0; }

  /// The first member with the code and vendor 0, or null.
  [[nodiscard]] const Avp* find(std::uint32_t member) const noexcept;
  [[nodiscard]] Avp* find(std::uint32_t member) noexcept;

  /// The value of an AVP of four octets, else nothing.
  [[nodiscard]] std::optional<std::uint32_t> as_number() const noexcept;
  [[nodiscard]] std::string_view as_text() const noexcept;
  /// The octets of an IPv4 Address as a number, else nothing.
  [[nodiscard]] std::optional<std::uint32_t> as_ipv4() const noexcept;

  Avp& with_flags(std::uint8_t new_flags) noexcept;
  /// Sets the V bit and the vendor.
  Avp& with_vendor(std::uint32_t id) noexcept;

  /// Same code, flags, vendor, value and lies; where it stood does not count.
  friend bool operator==(const Avp& a, const Avp& b);
};

struct Header {
  std::uint8_t version = 1;
  std::uint8_t flags = 0;
  std::uint32_t command = 0;
  std::uint32_t application = 0;
  std::uint32_t hop_by_hop = 0;
  std::uint32_t end_to_end = 0;

  [[nodiscard]] bool is_request() const noexcept { return (flags & command_flag::request) != 0; }
  [[nodiscard]] bool is_error() const noexcept { return (flags & command_flag::error) != 0; }

  friend bool operator==(const Header&, const Header&) = default;
};

struct Message {
  Header header;
  std::vector<Avp> avps;
  std::optional<std::uint32_t> stated_length;  ///< as with an AVP

  /// The first AVP on the top level with the code and vendor 0, or null.
  [[nodiscard]] const Avp* find(std::uint32_t code) const noexcept;
  [[nodiscard]] Avp* find(std::uint32_t code) noexcept;
  /// The same; a message without it is an error of the suite and stops the program.
  [[nodiscard]] Avp& get(std::uint32_t code);
  /// How many there are on the top level.
  [[nodiscard]] std::size_t count(std::uint32_t code) const noexcept;
  [[nodiscard]] std::optional<std::uint32_t> number_of(std::uint32_t code) const noexcept;
  [[nodiscard]] std::string_view text_of(std::uint32_t code) const noexcept;

  Message& add(Avp avp);
  /// In front of all others.
  Message& add_first(Avp avp);
  /// In the place of the first with its code, or at the end.
  Message& set(Avp avp);
  /// All with the code; none is an error of the suite and stops the program.
  Message& remove(std::uint32_t code);

  friend bool operator==(const Message&, const Message&) = default;
};

// Builders. The M bit is set as the dictionary has it; an AVP without a row gets it too.

[[nodiscard]] Avp octets(std::uint32_t code, Octets value);
[[nodiscard]] Avp text(std::uint32_t code, std::string_view value);
[[nodiscard]] Avp number(std::uint32_t code, std::uint32_t value);
[[nodiscard]] Avp group(std::uint32_t code, std::vector<Avp> members);
/// An Address of family 1.
[[nodiscard]] Avp ipv4(std::uint32_t code, std::uint32_t address);
/// The value of an Address of any family.
[[nodiscard]] Octets address_value(std::uint16_t family, OctetView address);

/// A request with R, with P where the command may be proxied, and the identifiers 1 and 2.
[[nodiscard]] Message request(std::uint32_t command, std::uint32_t application);
/// An answer to `asked`: its command, application, identifiers and P bit.
[[nodiscard]] Message answer_to(const Message& asked);

}  // namespace touchstone::conformance::oracle::diameter
