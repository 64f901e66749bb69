#pragma once
// A whole message: looked at without copying, or written.

#include <initializer_list>
#include <string_view>

#include "reference/base/octets.h"
#include "reference/base/secret.h"
#include "reference/diameter/avp.h"
#include "reference/diameter/dictionary.h"
#include "reference/diameter/header.h"

namespace touchstone::diameter {

/// A framed message (framing.h). The octets must outlive it.
struct MessageView {
  Header header;
  OctetView avps;  ///< everything after the 20 octets
  OctetView whole;

  [[nodiscard]] std::optional<AvpView> find(std::uint32_t code) const {
    return diameter::find(avps, code);
  }
};

/// Appends one message to `out`, which is to be read after finish() alone: until then it is longer
/// than what was written. Padding is zero. Messages carry keys, so the octets are wiped when they
/// go.
///
///   MessageWriter message(out, {.flags = flag_request, .command = command_device_watchdog, ...});
///   message.text(avp_origin_host, host).u32(avp_origin_state_id, id);
///   message.finish();
class MessageWriter {
 public:
  MessageWriter(SecretOctets& out, const Header& header);

  /// The M bit is that of the dictionary's row.
  MessageWriter& octets(AvpCode code, OctetView data);
  MessageWriter& text(AvpCode code, std::string_view data) { return octets(code, as_octets(data)); }
  MessageWriter& u32(AvpCode code, std::uint32_t value);
  MessageWriter& ipv4(AvpCode code, std::uint32_t address);
  /// An AVP as it was received, header included (Proxy-Info, Failed-AVP).
  MessageWriter& copy(const AvpView& avp) { return raw(avp.whole); }
  /// The same as octets.
  MessageWriter& raw(OctetView avp);

  /// Everything until the matching close() is inside the group.
  MessageWriter& open(AvpCode group);
  MessageWriter& close();

  void finish();

 private:
  // Room behind what is written; the vector does not clear it.
  std::uint8_t* extend(std::size_t size);
  // The same up to a multiple of four, the last word cleared. `size` is not 0.
  std::uint8_t* extend_padded(std::size_t size);
  void grow(std::size_t size);
  [[nodiscard]] std::size_t end() const noexcept {
    return static_cast<std::size_t>(at_ - out_.data());
  }
  // The place of the data behind the header of a new AVP.
  std::uint8_t* begin_avp(std::uint32_t code, std::size_t data_size);

  SecretOctets& out_;
  std::size_t start_;
  std::uint8_t* at_;     // behind what is written
  std::uint8_t* limit_;  // of the room for more
  std::size_t depth_ = 0;
  std::size_t groups_[8] =
      {};  ///< where the open groups began; nesting is bounded by our own calls
};

/// The header of the answer to `request`: identifiers, command, application and P copied, R and T
/// clear (RFC 6733 §6.2).
[[nodiscard]] Header answer_header(const Header& request, bool error = false) noexcept;

}  // namespace touchstone::diameter
