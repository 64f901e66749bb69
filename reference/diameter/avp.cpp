#include "reference/diameter/avp.h"

#include "reference/base/defect.h"
#include "reference/diameter/errc.h"

namespace touchstone::diameter {
namespace {

constexpr std::size_t plain_header = 8;
constexpr std::size_t vendor_header = 12;

std::uint32_t load_u32(const std::uint8_t* at) noexcept {
  return std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 |
         at[3];
}

}  // namespace

std::optional<std::uint32_t> AvpView::u32() const noexcept {
  if (data.size() != 4) return std::nullopt;
  return load_u32(data.data());
}

std::optional<std::uint64_t> AvpView::u64() const noexcept {
  if (data.size() != 8) return std::nullopt;
  return std::uint64_t{load_u32(data.data())} << 32 | load_u32(data.data() + 4);
}

std::optional<std::uint32_t> AvpView::ipv4() const noexcept {
  if (data.size() != 6 || data[0] != 0 || data[1] != 1) return std::nullopt;
  return load_u32(data.data() + 2);
}

Result<AvpView> AvpReader::next() {
  const OctetView rest = octets_.subspan(position_);
  const std::size_t place = base_ + position_;
  if (rest.size() < plain_header) return fail(Errc::avp_truncated, {}, place);
  AvpView avp;
  avp.code = load_u32(rest.data());
  const std::uint32_t flags_and_length = load_u32(rest.data() + 4);
  avp.flags = static_cast<std::uint8_t>(flags_and_length >> 24);
  const std::size_t length = flags_and_length & 0xFFFFFF;
  const bool has_vendor = (avp.flags & avp_vendor_specific) != 0;
  const std::size_t header = has_vendor ? vendor_header : plain_header;
  if (length < header || length > rest.size()) return fail(Errc::avp_length, {}, place);
  if (has_vendor && !TOUCHSTONE_DEFECT("DM-51.no_vendor")) avp.vendor = load_u32(rest.data() + 8);
  avp.whole = rest.first(length);
  avp.data = avp.whole.subspan(header);
  // Padding is no part of the length (§4.1); the last AVP of a message that lost it is still whole.
  const std::size_t padded = (length + 3) & ~std::size_t{3};
  position_ += padded < rest.size() ? padded : rest.size();
  return avp;
}

std::optional<AvpView> find(OctetView avps, std::uint32_t code) {
  AvpReader reader(avps);
  while (!reader.at_end()) {
    const Result<AvpView> avp = reader.next();
    if (!avp) return std::nullopt;
    if (avp->is(code)) return *avp;
  }
  return std::nullopt;
}

}  // namespace touchstone::diameter
