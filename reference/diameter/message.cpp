#include "reference/diameter/message.h"

namespace touchstone::diameter {
namespace {

void append_u32(SecretOctets& out, std::uint32_t value) {
  const std::uint8_t octets[4] = {
      static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
      static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
  out.insert(out.end(), octets, octets + 4);
}

// The three octets of a length whose first octet stands at `at`.
void store_length(SecretOctets& out, std::size_t at, std::size_t length) {
  TOUCHSTONE_CHECK(length <= 0xFFFFFF);
  out[at] = static_cast<std::uint8_t>(length >> 16);
  out[at + 1] = static_cast<std::uint8_t>(length >> 8);
  out[at + 2] = static_cast<std::uint8_t>(length);
}

}  // namespace

MessageWriter::MessageWriter(SecretOctets& out, const Header& header)
    : out_(out), start_(out.size()) {
  append_u32(out_, std::uint32_t{protocol_version} << 24);
  append_u32(out_, std::uint32_t{header.flags} << 24 | (header.command & 0xFFFFFF));
  append_u32(out_, header.application);
  append_u32(out_, header.hop_by_hop);
  append_u32(out_, header.end_to_end);
}

void MessageWriter::begin_avp(std::uint32_t code, std::size_t data_size) {
  const AvpDefinition* row = find_avp(code);
  TOUCHSTONE_CHECK(row != nullptr && data_size <= max_message_size);
  const std::uint32_t flags =
      row->mandatory == MandatoryBit::must ? std::uint32_t{avp_mandatory} : 0U;
  append_u32(out_, code);
  append_u32(out_, flags << 24 | static_cast<std::uint32_t>(data_size + 8));
}

void MessageWriter::pad() {
  while ((out_.size() - start_) % 4 != 0)
    out_.push_back(0);
}

MessageWriter& MessageWriter::octets(AvpCode code, OctetView data) {
  begin_avp(code, data.size());
  out_.insert(out_.end(), data.begin(), data.end());
  pad();
  return *this;
}

MessageWriter& MessageWriter::u32(AvpCode code, std::uint32_t value) {
  begin_avp(code, 4);
  append_u32(out_, value);
  return *this;
}

MessageWriter& MessageWriter::ipv4(AvpCode code, std::uint32_t address) {
  begin_avp(code, 6);
  out_.push_back(0);
  out_.push_back(1);
  append_u32(out_, address);
  pad();
  return *this;
}

MessageWriter& MessageWriter::copy(const AvpView& avp) {
  out_.insert(out_.end(), avp.whole.begin(), avp.whole.end());
  pad();
  return *this;
}

MessageWriter& MessageWriter::open(AvpCode group) {
  TOUCHSTONE_CHECK(depth_ < std::size(groups_));
  groups_[depth_++] = out_.size();
  begin_avp(group, 0);
  return *this;
}

MessageWriter& MessageWriter::close() {
  TOUCHSTONE_CHECK(depth_ > 0);
  const std::size_t begin = groups_[--depth_];
  store_length(out_, begin + 5, out_.size() - begin);
  return *this;
}

void MessageWriter::finish() {
  TOUCHSTONE_CHECK(depth_ == 0);
  store_length(out_, start_ + 1, out_.size() - start_);
}

Header answer_header(const Header& request, bool error) noexcept {
  Header answer = request;
  answer.length = 0;
  answer.flags = request.flags & flag_proxiable;
  if (error) answer.flags |= flag_error;
  return answer;
}

}  // namespace touchstone::diameter
