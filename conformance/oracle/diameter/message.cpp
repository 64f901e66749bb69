#include "conformance/oracle/diameter/message.h"

#include <algorithm>

#include "conformance/oracle/diameter/dictionary.h"
#include "conformance/oracle/oracle_defect.h"
#include "reference/base/reader.h"
#include "reference/base/result.h"

namespace touchstone::conformance::oracle::diameter {

namespace {

template <class Avps>
auto* first_of(Avps& avps, std::uint32_t code) noexcept {
  const auto found = std::ranges::find_if(
      avps, [&](const Avp& avp) { return avp.code == code && avp.vendor_id() == 0; });
  return found == avps.end() ? nullptr : &*found;
}

std::uint8_t flags_of(std::uint32_t code) {
  const AvpRow* row = find_avp(code);
  return row != nullptr && row->m_bit == MBit::must_not ? 0 : avp_flag::mandatory;
}

bool may_be_proxied(std::uint32_t command) {
  return command != command::capabilities_exchange && command != command::device_watchdog &&
         command != command::disconnect_peer;
}

}  // namespace

const Avp* Avp::find(std::uint32_t member) const noexcept {
  return first_of(members, member);
}

Avp* Avp::find(std::uint32_t member) noexcept {
  return first_of(members, member);
}

std::optional<std::uint32_t> Avp::as_number() const noexcept {
  if (data.size() != 4) return std::nullopt;
  return *Reader(data).u32();
}

std::string_view Avp::as_text() const noexcept {
  return touchstone::as_text(data);
}

std::optional<std::uint32_t> Avp::as_ipv4() const noexcept {
  Reader reader(data);
  if (data.size() != 6 || reader.u16() != 1) return std::nullopt;
  return *reader.u32();
}

Avp& Avp::with_flags(std::uint8_t new_flags) noexcept {
  flags = new_flags;
  return *this;
}

Avp& Avp::with_vendor(std::uint32_t id) noexcept {
  flags = static_cast<std::uint8_t>(flags | avp_flag::vendor);
  vendor = id;
  return *this;
}

bool operator==(const Avp& a, const Avp& b) {
  return a.code == b.code && a.flags == b.flags && a.vendor_id() == b.vendor_id() &&
         a.data == b.data && a.members == b.members && a.is_group == b.is_group &&
         a.stated_length == b.stated_length && a.padding == b.padding;
}

const Avp* Message::find(std::uint32_t code) const noexcept {
  return first_of(avps, code);
}

Avp* Message::find(std::uint32_t code) noexcept {
  return first_of(avps, code);
}

Avp& Message::get(std::uint32_t code) {
  Avp* found = find(code);
  TOUCHSTONE_CHECK(found != nullptr);
  return *found;
}

std::size_t Message::count(std::uint32_t code) const noexcept {
  return static_cast<std::size_t>(std::ranges::count_if(
      avps, [&](const Avp& avp) { return avp.code == code && avp.vendor_id() == 0; }));
}

std::optional<std::uint32_t> Message::number_of(std::uint32_t code) const noexcept {
  const Avp* found = find(code);
  return found == nullptr ? std::nullopt : found->as_number();
}

std::string_view Message::text_of(std::uint32_t code) const noexcept {
  const Avp* found = find(code);
  return found == nullptr ? std::string_view() : found->as_text();
}

Message& Message::add(Avp avp) {
  avps.push_back(std::move(avp));
  return *this;
}

Message& Message::add_first(Avp avp) {
  avps.insert(avps.begin(), std::move(avp));
  return *this;
}

Message& Message::set(Avp avp) {
  if (Avp* found = find(avp.code); found != nullptr)
    *found = std::move(avp);
  else
    avps.push_back(std::move(avp));
  return *this;
}

Message& Message::remove(std::uint32_t code) {
  const auto removed =
      std::erase_if(avps, [&](const Avp& avp) { return avp.code == code && avp.vendor_id() == 0; });
  TOUCHSTONE_CHECK(removed != 0);
  return *this;
}

Avp octets(std::uint32_t code, Octets value) {
  Avp avp;
  avp.code = code;
  avp.flags = flags_of(code);
  avp.data = std::move(value);
  return avp;
}

Avp text(std::uint32_t code, std::string_view value) {
  return octets(code, Octets(value.begin(), value.end()));
}

Avp number(std::uint32_t code, std::uint32_t value) {
  Writer writer;
  writer.u32(value);
  return octets(code, std::move(writer).take());
}

Avp group(std::uint32_t code, std::vector<Avp> members) {
  Avp avp = octets(code, {});
  avp.is_group = true;
  avp.members = std::move(members);
  return avp;
}

Avp ipv4(std::uint32_t code, std::uint32_t address) {
  Writer writer;
  writer.u32(address);
  return octets(code, address_value(1, writer.view()));
}

Octets address_value(std::uint16_t family, OctetView address) {
  Writer writer;
  writer.u16(family).octets(address);
  return std::move(writer).take();
}

Message request(std::uint32_t command, std::uint32_t application) {
  Message made;
  made.header.flags = command_flag::request;
  if (may_be_proxied(command))
    made.header.flags = static_cast<std::uint8_t>(made.header.flags | command_flag::proxiable);
  made.header.command = command;
  made.header.application = application;
  made.header.hop_by_hop = 1;
  made.header.end_to_end = 2;
  return made;
}

Message answer_to(const Message& asked) {
  Message made;
  made.header = asked.header;
  made.header.flags = static_cast<std::uint8_t>(asked.header.flags & command_flag::proxiable);
  if (TOUCHSTONE_ORACLE_DEFECT("diameter.answer-keeps-t"))
    made.header.flags = static_cast<std::uint8_t>(
        asked.header.flags & (command_flag::proxiable | command_flag::retransmitted));
  return made;
}

}  // namespace touchstone::conformance::oracle::diameter
