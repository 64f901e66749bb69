#include "conformance/oracle/diameter/codec.h"

#include <algorithm>

#include "conformance/oracle/diameter/dictionary.h"
#include "conformance/oracle/oracle_defect.h"
#include "reference/base/reader.h"

namespace touchstone::conformance::oracle::diameter {

namespace {

constexpr std::size_t avp_header_size = 8;
constexpr std::size_t vendor_size = 4;
constexpr std::size_t deepest_group = 64;

std::size_t padding_of(std::size_t length) {
  if (TOUCHSTONE_ORACLE_DEFECT("codec.no-padding")) return 0;
  return (4 - length % 4) % 4;
}

class AvpReader {
 public:
  AvpReader(OctetView all, std::vector<Fault>& faults) : all_(all), faults_(&faults) {}

  /// The AVPs in [begin, end); ends early after a fault of the frame.
  std::vector<Avp> read(std::size_t begin, std::size_t end) {
    std::vector<Avp> avps;
    while (begin < end) {
      const auto next = read_one(begin, end, avps);
      if (!next) break;
      begin = *next;
    }
    return avps;
  }

 private:
  /// Where the next AVP begins, or nothing when that cannot be known.
  std::optional<std::size_t> read_one(std::size_t begin, std::size_t end, std::vector<Avp>& out) {
    Reader reader(all_.subspan(begin, end - begin));
    if (reader.remaining() < avp_header_size) {
      note(FaultKind::short_avp, begin, std::nullopt);
      return std::nullopt;
    }
    Avp avp;
    avp.offset = begin;
    avp.code = reader.u32().value();
    avp.flags = reader.u8().value();
    const std::uint32_t length = reader.u24().value();
    const bool long_header = avp.has_vendor() && !TOUCHSTONE_ORACLE_DEFECT("codec.short-header");
    const std::size_t header = avp_header_size + (long_header ? vendor_size : 0);
    if (length < header || length > end - begin) {
      note(FaultKind::avp_length, begin, avp.code);
      return std::nullopt;
    }
    if (long_header) avp.vendor = reader.u32().value();
    read_value(avp, begin + header, begin + length);
    const std::size_t padded = std::min(end - begin, length + padding_of(length));
    read_padding(avp, begin + length, begin + padded);
    out.push_back(std::move(avp));
    return begin + padded;
  }

  void read_value(Avp& avp, std::size_t begin, std::size_t end) {
    const AvpRow* row = find_avp(avp.code, avp.vendor_id());
    const OctetView value = all_.subspan(begin, end - begin);
    avp.data.assign(value.begin(), value.end());
    if (row == nullptr || row->type != AvpType::grouped || groups_.size() >= deepest_group) return;
    const std::size_t before = faults_->size();
    groups_.push_back(avp.code);
    std::vector<Avp> members = read(begin, end);
    groups_.pop_back();
    // What Failed-AVP holds may be broken on purpose (§7.5); its octets are then the value.
    if (faults_->size() != before) {
      if (avp.code == avp::failed_avp) faults_->resize(before);
      return;
    }
    avp.members = std::move(members);
    avp.is_group = true;
    avp.data.clear();
  }

  void read_padding(Avp& avp, std::size_t begin, std::size_t end) {
    const OctetView found = all_.subspan(begin, end - begin);
    const std::size_t length = begin - avp.offset;
    const bool usual = found.size() == padding_of(length) &&
                       std::ranges::all_of(found, [](auto octet) { return octet == 0; });
    if (!usual) avp.padding = Octets(found.begin(), found.end());
  }

  void note(FaultKind kind, std::size_t offset, std::optional<std::uint32_t> code) {
    faults_->push_back({kind, offset, groups_, code});
  }

  OctetView all_;
  std::vector<Fault>* faults_;
  std::vector<std::uint32_t> groups_;
};

void write_avp(Writer& writer, const Avp& avp) {
  Octets value = avp.data;
  if (avp.is_group) {
    Writer members;
    for (const Avp& member : avp.members)
      write_avp(members, member);
    value = std::move(members).take();
  }
  const std::size_t length = avp_header_size + (avp.has_vendor() ? vendor_size : 0) + value.size();
  const auto stated = avp.stated_length.value_or(static_cast<std::uint32_t>(length));
  writer.u32(avp.code).u8(avp.flags).u24(stated & 0xFFFFFF);
  if (avp.has_vendor()) writer.u32(avp.vendor);
  writer.octets(value);
  writer.octets(avp.padding ? *avp.padding : Octets(padding_of(length)));
}

}  // namespace

Reading decode(OctetView octets) {
  Reading reading;
  if (octets.size() < header_size) {
    reading.faults.push_back({FaultKind::short_header, 0, {}, std::nullopt});
    return reading;
  }
  Reader reader(octets);
  Header& header = reading.message.header;
  header.version = reader.u8().value();
  const std::uint32_t length = reader.u24().value();
  header.flags = reader.u8().value();
  header.command = reader.u24().value();
  header.application = reader.u32().value();
  header.hop_by_hop = reader.u32().value();
  header.end_to_end = reader.u32().value();
  if (TOUCHSTONE_ORACLE_DEFECT("codec.identifiers"))
    std::swap(header.hop_by_hop, header.end_to_end);
  if (header.version != 1) reading.faults.push_back({FaultKind::version, 0, {}, std::nullopt});
  if (length != octets.size()) reading.message.stated_length = length;
  if (length != octets.size() || length % 4 != 0)
    reading.faults.push_back({FaultKind::message_length, 1, {}, std::nullopt});
  reading.message.avps = AvpReader(octets, reading.faults).read(header_size, octets.size());
  return reading;
}

Octets encode_avp(const Avp& avp) {
  Writer writer;
  write_avp(writer, avp);
  return std::move(writer).take();
}

Octets encode(const Message& message) {
  Writer body;
  for (const Avp& avp : message.avps)
    write_avp(body, avp);
  const auto length = static_cast<std::uint32_t>(header_size + body.size());
  const Header& header = message.header;
  Writer writer;
  writer.u8(header.version).u24(message.stated_length.value_or(length) & 0xFFFFFF);
  writer.u8(header.flags).u24(header.command & 0xFFFFFF).u32(header.application);
  writer.u32(header.hop_by_hop).u32(header.end_to_end).octets(body.view());
  return std::move(writer).take();
}

std::optional<std::uint32_t> stated_message_length(OctetView stream) noexcept {
  if (stream.size() < 4) return std::nullopt;
  return Reader(stream.subspan(1)).u24().value();
}

}  // namespace touchstone::conformance::oracle::diameter
