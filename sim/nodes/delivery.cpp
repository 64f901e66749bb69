#include "sim/nodes/delivery.h"

#include "reference/keyring/manifest.h"

namespace touchstone::sim {
namespace {

constexpr std::string_view magic = "TSB1";

void put(Octets& out, std::size_t value) {
  for (int shift = 24; shift >= 0; shift -= 8)
    out.push_back(static_cast<std::uint8_t>(value >> shift));
}

void put(Octets& out, OctetView octets) {
  out.insert(out.end(), octets.begin(), octets.end());
}

}  // namespace

Octets encode_delivery(const DeliveredBatch& batch) {
  Octets out;
  put(out, as_octets(magic));
  put(out, batch.name.size());
  put(out, batch.batch.size());
  put(out, batch.signature.size());
  put(out, batch.manifest.size());
  put(out, as_octets(batch.name));
  put(out, OctetView(batch.batch));
  put(out, OctetView(batch.signature));
  put(out, OctetView(batch.manifest));
  return out;
}

std::size_t DeliveryReader::length(std::size_t field) const {
  std::size_t value = 0;
  for (std::size_t i = 0; i < 4; ++i)
    value = value << 8 | gathered_[magic.size() + field * 4 + i];
  return value;
}

DeliveryReader::State DeliveryReader::take(OctetView octets) {
  put(gathered_, octets);
  const std::size_t seen = std::min(gathered_.size(), magic.size());
  if (as_text(OctetView(gathered_).first(seen)) != magic.substr(0, seen)) return State::broken;
  if (gathered_.size() < header_size) return State::more;
  std::size_t size = header_size;
  for (std::size_t field = 0; field < 4; ++field)
    size += length(field);
  if (size > max_delivery) return State::broken;
  if (gathered_.size() < size) return State::more;
  const std::string_view name = as_text(OctetView(gathered_).subspan(header_size, length(0)));
  return keyring::is_manifest_file_name(name) ? State::whole : State::broken;
}

DeliveredBatch DeliveryReader::batch() {
  DeliveredBatch made;
  OctetView rest = OctetView(gathered_).subspan(header_size);
  const auto next = [&](std::size_t field) {
    const OctetView part = rest.first(length(field));
    rest = rest.subspan(part.size());
    return part;
  };
  made.name = as_text(next(0));
  const auto copy = [](OctetView part) { return Octets(part.begin(), part.end()); };
  made.batch = copy(next(1));
  made.signature = copy(next(2));
  made.manifest = copy(next(3));
  gathered_ = copy(rest);
  return made;
}

}  // namespace touchstone::sim
