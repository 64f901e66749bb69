#pragma once
// Octets to a message tree and back (RFC 6733 §3, §4). Reading never gives up: it keeps what it
// understood and tells each fault with its place, since the judge has to look into broken messages
// as well. Whatever was framed encodes to the same octets again.

#include <optional>
#include <string>
#include <vector>

#include "conformance/oracle/diameter/message.h"

namespace touchstone::conformance::oracle::diameter {

enum class FaultKind {
  short_header,    ///< fewer than 20 octets
  version,         ///< not 1
  message_length,  ///< under 20, no multiple of 4, or not the number of octets
  short_avp,       ///< fewer octets left than an AVP header has
  avp_length,      ///< shorter than its header, or beyond the end of what holds it
};

struct Fault {
  FaultKind kind = FaultKind::short_header;
  std::size_t offset = 0;             ///< of the header that is wrong
  std::vector<std::uint32_t> groups;  ///< codes of the groups round it, outermost first
  std::optional<std::uint32_t> code;  ///< of the AVP at fault, where its header could be read
};

struct Reading {
  Message message;
  std::vector<Fault> faults;  ///< in the order of the octets

  [[nodiscard]] bool clean() const noexcept { return faults.empty(); }
};

/// The message in exactly `octets`. AVPs after one whose length cannot be right are not read.
/// Groups deeper than 64 are kept as octets.
[[nodiscard]] Reading decode(OctetView octets);

/// The octets of `message`, with all its lies. Padding is zeros unless the AVP has its own.
[[nodiscard]] Octets encode(const Message& message);
[[nodiscard]] Octets encode_avp(const Avp& avp);

/// The length of the message at the front of a stream as its header states it; nothing while fewer
/// than four octets are there. It may be under 20: then the stream is lost.
[[nodiscard]] std::optional<std::uint32_t> stated_message_length(OctetView stream) noexcept;

/// One line an AVP, indented in groups, with names. MIP-Session-Key and whatever is in AVPs without
/// a row show their length alone, so that a report holds no key.
[[nodiscard]] std::string describe(const Message& message);
/// One line: command, flags, Result-Code where there is one, and the names of the AVPs.
[[nodiscard]] std::string summarize(const Message& message);

[[nodiscard]] std::string_view print_fault_kind(FaultKind kind) noexcept;

}  // namespace touchstone::conformance::oracle::diameter
