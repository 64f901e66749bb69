#include "reference/diameter/message.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "reference/base/defect.h"
#include "reference/diameter/dictionary_tables.h"

namespace touchstone::diameter {
namespace {

void store_u32(std::uint8_t* at, std::uint32_t value) noexcept {
  at[0] = static_cast<std::uint8_t>(value >> 24);
  at[1] = static_cast<std::uint8_t>(value >> 16);
  at[2] = static_cast<std::uint8_t>(value >> 8);
  at[3] = static_cast<std::uint8_t>(value);
}

// The three octets of a length whose first octet stands at `at`.
void store_length(SecretOctets& out, std::size_t at, std::size_t length) {
  TOUCHSTONE_CHECK(length <= 0xFFFFFF);
  out[at] = static_cast<std::uint8_t>(length >> 16);
  out[at + 1] = static_cast<std::uint8_t>(length >> 8);
  out[at + 2] = static_cast<std::uint8_t>(length);
}

// The flags that an AVP is sent with, by dictionary position.
constexpr auto flags_of_row = [] {
  std::array<std::uint8_t, tables::avps.size()> out{};
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (tables::avps[i].mandatory == MandatoryBit::must) out[i] = avp_mandatory;
  }
  return out;
}();

// Larger than the messages of the key exchange, so that the vector grows once.
constexpr std::size_t least_growth = 512;

}  // namespace

[[gnu::cold]] void MessageWriter::grow(std::size_t size) {
  const std::size_t written = end();
  out_.resize(written + std::max(size, least_growth));
  at_ = out_.data() + written;
  limit_ = out_.data() + out_.size();
}

inline std::uint8_t* MessageWriter::extend(std::size_t size) {
  if (static_cast<std::size_t>(limit_ - at_) < size) grow(size);
  std::uint8_t* const at = at_;
  at_ += size;
  return at;
}

inline std::uint8_t* MessageWriter::extend_padded(std::size_t size) {
  const std::size_t padded = (size + 3) & ~std::size_t{3};
  std::uint8_t* const at = extend(padded);
  store_u32(at + padded - 4, 0);
  return at;
}

MessageWriter::MessageWriter(SecretOctets& out, const Header& header)
    : out_(out), start_(out.size()), at_(out.data() + out.size()), limit_(at_) {
  std::uint8_t* const at = extend(header_size);
  store_u32(at, std::uint32_t{protocol_version} << 24);
  store_u32(at + 4, std::uint32_t{header.flags} << 24 | (header.command & 0xFFFFFF));
  store_u32(at + 8, header.application);
  store_u32(at + 12, header.hop_by_hop);
  store_u32(at + 16, header.end_to_end);
}

inline std::uint8_t* MessageWriter::begin_avp(std::uint32_t code, std::size_t data_size) {
  const std::uint8_t position = tables::position_of(code);
  TOUCHSTONE_CHECK(position != tables::no_position && data_size <= max_message_size);
  const std::uint32_t flags = TOUCHSTONE_DEFECT("DM-30.none") ? 0U : flags_of_row[position];
  const std::size_t counted =
      TOUCHSTONE_DEFECT("DM-52.padded_length") ? (data_size + 3) & ~std::size_t{3} : data_size;
  std::uint8_t* const at = extend_padded(8 + data_size);
  store_u32(at, code);
  store_u32(at + 4, flags << 24 | static_cast<std::uint32_t>(counted + 8));
  return at + 8;
}

MessageWriter& MessageWriter::octets(AvpCode code, OctetView data) {
  std::uint8_t* const at = begin_avp(code, data.size());
  if (!data.empty()) std::memcpy(at, data.data(), data.size());
  return *this;
}

MessageWriter& MessageWriter::u32(AvpCode code, std::uint32_t value) {
  store_u32(begin_avp(code, 4), value);
  return *this;
}

MessageWriter& MessageWriter::ipv4(AvpCode code, std::uint32_t address) {
  std::uint8_t* const at = begin_avp(code, 6);
  at[0] = 0;
  at[1] = 1;
  store_u32(at + 2, address);
  return *this;
}

MessageWriter& MessageWriter::raw(OctetView avp) {
  if (avp.empty()) return *this;
  std::uint8_t* const at = extend_padded(avp.size());
  std::memcpy(at, avp.data(), avp.size());
  return *this;
}

MessageWriter& MessageWriter::open(AvpCode group) {
  TOUCHSTONE_CHECK(depth_ < std::size(groups_));
  groups_[depth_++] = end();
  begin_avp(group, 0);
  return *this;
}

MessageWriter& MessageWriter::close() {
  TOUCHSTONE_CHECK(depth_ > 0);
  const std::size_t begin = groups_[--depth_];
  store_length(out_, begin + 5, end() - begin);
  return *this;
}

void MessageWriter::finish() {
  TOUCHSTONE_CHECK(depth_ == 0);
  out_.resize(end());
  store_length(out_, start_ + 1, out_.size() - start_);
}

Header answer_header(const Header& request, bool error) noexcept {
  Header answer = request;
  answer.length = 0;
  answer.flags = request.flags & flag_proxiable;
  if (TOUCHSTONE_DEFECT("DM-02.keeps_t")) answer.flags |= request.flags & flag_retransmitted;
  if (error) answer.flags |= flag_error;
  return answer;
}

}  // namespace touchstone::diameter
