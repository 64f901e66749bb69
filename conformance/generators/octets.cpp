#include "conformance/generators/octets.h"

#include <rapidcheck.h>

#include <ostream>

namespace touchstone::conformance::generators {

namespace {

enum class Edit { flip_bit, set_octet, insert, remove, cut, double_stretch };

struct Damage {
  Edit edit = Edit::flip_bit;
  std::uint32_t place = 0;
  std::uint8_t octet = 0;
  std::uint32_t length = 1;
};

void showValue(const Damage& damage, std::ostream& out) {
  out << "edit " << static_cast<int>(damage.edit) << " at " << damage.place << " octet "
      << static_cast<int>(damage.octet) << " length " << damage.length;
}

rc::Gen<std::uint8_t> octets_of_key_files() {
  return rc::gen::oneOf(
      rc::gen::element<std::uint8_t>('0', 'x', 'X', ',', ' ', '\n', '\r', '\t', 'f', 'F', 'g', '-',
                                     '+', '"', 0x00, 0x7F, 0x80, 0xFF),
      rc::gen::arbitrary<std::uint8_t>());
}

rc::Gen<Damage> damages() {
  return rc::gen::build<Damage>(
      rc::gen::set(&Damage::edit, rc::gen::element(Edit::flip_bit, Edit::set_octet, Edit::insert,
                                                   Edit::remove, Edit::cut, Edit::double_stretch)),
      rc::gen::set(&Damage::place, rc::gen::inRange<std::uint32_t>(0, 1 << 20)),
      rc::gen::set(&Damage::octet, octets_of_key_files()),
      rc::gen::set(&Damage::length, rc::gen::inRange<std::uint32_t>(1, 60)));
}

void apply(const Damage& damage, Octets& file) {
  if (file.empty()) return file.push_back(damage.octet);
  const auto at = static_cast<std::ptrdiff_t>(damage.place % file.size());
  const auto rest = static_cast<std::ptrdiff_t>(file.size()) - at;
  const auto length = std::min<std::ptrdiff_t>(damage.length, rest);
  auto& octet = file[static_cast<std::size_t>(at)];
  switch (damage.edit) {
    case Edit::flip_bit:
      octet = static_cast<std::uint8_t>(octet ^ 1 << damage.octet % 8);
      break;
    case Edit::set_octet:
      octet = damage.octet;
      break;
    case Edit::insert:
      file.insert(file.begin() + at, damage.octet);
      break;
    case Edit::remove:
      file.erase(file.begin() + at, file.begin() + at + length);
      break;
    case Edit::cut:
      file.resize(static_cast<std::size_t>(at));
      break;
    case Edit::double_stretch: {
      const Octets stretch(file.begin() + at, file.begin() + at + length);
      file.insert(file.begin() + at, stretch.begin(), stretch.end());
    }
  }
}

}  // namespace

Octets draw_octets() {
  return *rc::gen::oneOf(rc::gen::arbitrary<Octets>(),
                         rc::gen::container<Octets>(octets_of_key_files()));
}

Octets draw_damaged(OctetView good) {
  Octets file(good.begin(), good.end());
  const auto count = *rc::gen::inRange<std::size_t>(1, 5);
  for (const Damage& damage : *rc::gen::container<std::vector<Damage>>(count, damages()))
    apply(damage, file);
  return file;
}

}  // namespace touchstone::conformance::generators
