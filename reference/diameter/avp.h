#pragma once
// Attribute-Value Pairs (RFC 6733 §4.1).
//
//  0                   1                   2                   3
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |                           AVP Code                            |
// |V M P r r r r r|                  AVP Length                   |
// |                        Vendor-ID (opt)                        |
// |    Data ...                                         padding
// +-+-+-+-+-+-+-+-+
//
// Reading copies nothing: an AvpView points into the message, which must outlive it.

#include <cstdint>
#include <optional>
#include <string_view>

#include "reference/base/octets.h"
#include "reference/base/reader.h"
#include "reference/base/result.h"

namespace touchstone::diameter {

enum AvpFlag : std::uint8_t {
  avp_vendor_specific = 0x80,
  avp_mandatory = 0x40,
  avp_protected = 0x20,  ///< deprecated: sent as zero, ignored when received (RFC 6733 §4.1)
};

struct AvpView {
  std::uint32_t code = 0;
  std::uint32_t vendor = 0;  ///< 0 without the V bit
  std::uint8_t flags = 0;
  OctetView data;
  OctetView whole;  ///< header and data, without padding: what a Failed-AVP repeats

  [[nodiscard]] bool is(std::uint32_t wanted) const noexcept {
    return code == wanted && vendor == 0;
  }
  [[nodiscard]] bool mandatory() const noexcept { return (flags & avp_mandatory) != 0; }

  // The data in its format; nothing when the length or the content does not fit it.
  [[nodiscard]] std::optional<std::uint32_t> u32() const noexcept;
  [[nodiscard]] std::optional<std::uint64_t> u64() const noexcept;
  [[nodiscard]] std::string_view text() const noexcept { return as_text(data); }
  /// Family 1 with four octets (RFC 6733 §4.3.1).
  [[nodiscard]] std::optional<std::uint32_t> ipv4() const noexcept;
};

/// Walks the AVPs of a message body or of a grouped AVP.
class AvpReader {
 public:
  /// `base_offset` is the offset of `octets` in the message, so that errors name the place in it.
  explicit AvpReader(OctetView octets, std::size_t base_offset = 0) noexcept
      : octets_(octets), base_(base_offset) {}

  [[nodiscard]] bool at_end() const noexcept { return position_ >= octets_.size(); }

  /// The next AVP. Errc::avp_length when the length is under the header's size or goes past the
  /// end; Errc::avp_truncated when not even a header is left. The error's offset is that of the
  /// AVP.
  Result<AvpView> next();

 private:
  OctetView octets_;
  std::size_t base_;
  std::size_t position_ = 0;
};

/// The first AVP `code` of vendor 0 among well-formed `avps`; nothing when there is none.
[[nodiscard]] std::optional<AvpView> find(OctetView avps, std::uint32_t code);

}  // namespace touchstone::diameter
