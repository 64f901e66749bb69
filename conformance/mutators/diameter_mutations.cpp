#include "conformance/mutators/diameter_mutations.h"

#include <algorithm>
#include <utility>

namespace touchstone::conformance::mutators {

namespace {

namespace dm = oracle::diameter;
using dm::Avp;
using dm::Message;

Avp* any_avp(Message& message, const DiameterChoice& choice) {
  if (message.avps.empty()) return nullptr;
  return &message.avps[choice.place % message.avps.size()];
}

Avp* any_group(Message& message, const DiameterChoice& choice) {
  std::vector<Avp*> groups;
  for (Avp& avp : message.avps)
    if (avp.is_group && !avp.members.empty()) groups.push_back(&avp);
  return groups.empty() ? nullptr : groups[choice.place % groups.size()];
}

/// An AVP whose value has four octets: a number.
Avp* any_number(Message& message, const DiameterChoice& choice) {
  std::vector<Avp*> numbers;
  for (Avp& avp : message.avps)
    if (!avp.is_group && avp.data.size() == 4) numbers.push_back(&avp);
  return numbers.empty() ? nullptr : numbers[choice.place % numbers.size()];
}

void put(Message& message, const DiameterChoice& choice, Avp avp) {
  const auto at = message.avps.empty() ? 0 : 1 + choice.place % message.avps.size();
  message.avps.insert(message.avps.begin() + static_cast<std::ptrdiff_t>(at), std::move(avp));
}

template <std::uint8_t bits>
bool toggle_header(Message& message, const DiameterChoice&) {
  message.header.flags = static_cast<std::uint8_t>(message.header.flags ^ bits);
  return true;
}

template <std::uint8_t bits>
bool toggle_avp(Message& message, const DiameterChoice& choice) {
  Avp* avp = any_avp(message, choice);
  if (avp != nullptr) avp->flags = static_cast<std::uint8_t>(avp->flags ^ bits);
  return avp != nullptr;
}

bool other_version(Message& message, const DiameterChoice& choice) {
  message.header.version = static_cast<std::uint8_t>(choice.number % 2 == 0 ? 2 : 0);
  return true;
}

bool other_command(Message& message, const DiameterChoice& choice) {
  static constexpr std::uint32_t commands[] = {262, 999, 265, 0xFFFFFF};
  message.header.command = commands[choice.number % std::size(commands)];
  return true;
}

bool other_application(Message& message, const DiameterChoice& choice) {
  static constexpr std::uint32_t applications[] = {0, 1, 4, 0xFFFFFFFF};
  message.header.application = applications[choice.number % std::size(applications)];
  return true;
}

bool drop(Message& message, const DiameterChoice& choice) {
  if (message.avps.empty()) return false;
  message.avps.erase(message.avps.begin() +
                     static_cast<std::ptrdiff_t>(choice.place % message.avps.size()));
  return true;
}

bool repeat(Message& message, const DiameterChoice& choice) {
  const Avp* avp = any_avp(message, choice);
  if (avp != nullptr) message.avps.push_back(Avp(*avp));
  return avp != nullptr;
}

bool swap_two(Message& message, const DiameterChoice& choice) {
  if (message.avps.size() < 2) return false;
  const std::size_t first = choice.place % (message.avps.size() - 1);
  std::swap(message.avps[first], message.avps[first + 1]);
  return true;
}

bool unknown_mandatory(Message& message, const DiameterChoice& choice) {
  put(message, choice, dm::number(60000 + choice.number % 100, choice.number));
  return true;
}

bool unknown_optional(Message& message, const DiameterChoice& choice) {
  put(message, choice, dm::number(60000 + choice.number % 100, choice.number).with_flags(0));
  return true;
}

bool vendor_mandatory(Message& message, const DiameterChoice& choice) {
  put(message, choice, dm::number(dm::avp::user_name, 1).with_vendor(35319));
  return true;
}

bool vendor_zero(Message& message, const DiameterChoice& choice) {
  Avp* avp = any_avp(message, choice);
  if (avp != nullptr) avp->with_vendor(0);
  return avp != nullptr;
}

bool length_lies(Message& message, const DiameterChoice& choice) {
  Avp* avp = any_avp(message, choice);
  if (avp == nullptr) return false;
  static constexpr std::uint32_t lengths[] = {0, 4, 7, 4000, 0xFFFFFF};
  avp->stated_length = lengths[choice.number % std::size(lengths)];
  return true;
}

bool wrong_size(Message& message, const DiameterChoice& choice) {
  Avp* avp = any_number(message, choice);
  static constexpr std::size_t sizes[] = {0, 3, 5, 8};
  if (avp != nullptr) avp->data.resize(sizes[choice.number % std::size(sizes)]);
  return avp != nullptr;
}

bool other_number(Message& message, const DiameterChoice& choice) {
  Avp* avp = any_number(message, choice);
  if (avp != nullptr)
    avp->data[3] = static_cast<std::uint8_t>(avp->data[3] ^ (1 << choice.number % 8));
  return avp != nullptr;
}

bool other_octet(Message& message, const DiameterChoice& choice) {
  Avp* avp = any_avp(message, choice);
  if (avp == nullptr || avp->is_group || avp->data.empty()) return false;
  auto& octet = avp->data[choice.number % avp->data.size()];
  octet = static_cast<std::uint8_t>(octet ^ (1 << choice.number / 16 % 8));
  return true;
}

bool empty_value(Message& message, const DiameterChoice& choice) {
  Avp* avp = any_avp(message, choice);
  if (avp == nullptr) return false;
  avp->data.clear();
  avp->members.clear();
  return true;
}

bool dirty_padding(Message& message, const DiameterChoice& choice) {
  for (std::size_t i = 0; i < message.avps.size(); ++i) {
    Avp& avp = message.avps[(choice.place + i) % message.avps.size()];
    if (avp.is_group || avp.data.size() % 4 == 0) continue;
    avp.padding = Octets(4 - avp.data.size() % 4, 0xA5);
    return true;
  }
  return false;
}

bool drop_member(Message& message, const DiameterChoice& choice) {
  Avp* group = any_group(message, choice);
  if (group != nullptr)
    group->members.erase(group->members.begin() +
                         static_cast<std::ptrdiff_t>(choice.number % group->members.size()));
  return group != nullptr;
}

bool repeat_member(Message& message, const DiameterChoice& choice) {
  Avp* group = any_group(message, choice);
  if (group != nullptr)
    group->members.push_back(Avp(group->members[choice.number % group->members.size()]));
  return group != nullptr;
}

bool member_overruns(Message& message, const DiameterChoice& choice) {
  Avp* group = any_group(message, choice);
  if (group != nullptr) group->members.back().stated_length = 100;
  return group != nullptr;
}

bool deep_groups(Message& message, const DiameterChoice& choice) {
  Avp inner = dm::group(dm::avp::proxy_info, {});
  for (std::uint32_t i = 0; i < 10 + choice.number % 200; ++i)
    inner = dm::group(dm::avp::proxy_info, {std::move(inner)});
  message.add(std::move(inner));
  return true;
}

bool message_length_lies(Message& message, const DiameterChoice& choice) {
  static constexpr std::uint32_t lengths[] = {0, 16, 21, 0xFFFFFC};
  message.stated_length = lengths[choice.number % std::size(lengths)];
  return true;
}

constexpr DiameterMutation mutations[] = {
    {"version", other_version},
    {"E bit", toggle_header<dm::command_flag::error>},
    {"P bit", toggle_header<dm::command_flag::proxiable>},
    {"T bit", toggle_header<dm::command_flag::retransmitted>},
    {"reserved bits of the header", toggle_header<dm::command_flag::reserved>},
    {"command", other_command},
    {"application", other_application},
    {"message length", message_length_lies},
    {"AVP dropped", drop},
    {"AVP twice", repeat},
    {"AVPs swapped", swap_two},
    {"unknown AVP with M", unknown_mandatory},
    {"unknown AVP without M", unknown_optional},
    {"vendor's AVP with M", vendor_mandatory},
    {"V bit with vendor 0", vendor_zero},
    {"M bit", toggle_avp<dm::avp_flag::mandatory>},
    {"P and reserved bits of an AVP", toggle_avp<0x3F>},
    {"AVP length", length_lies},
    {"size of a number", wrong_size},
    {"value of a number", other_number},
    {"octet of a value", other_octet},
    {"empty value", empty_value},
    {"padding that is not zero", dirty_padding},
    {"member dropped", drop_member},
    {"member twice", repeat_member},
    {"member beyond its group", member_overruns},
    {"groups in groups", deep_groups},
};

}  // namespace

std::span<const DiameterMutation> diameter_mutations() {
  return mutations;
}

Octets mutate_octets(OctetView octets, const DiameterChoice& choice) {
  Octets out(octets.begin(), octets.end());
  if (out.empty()) return out;
  const auto at = static_cast<std::ptrdiff_t>(choice.place % out.size());
  auto& octet = out[static_cast<std::size_t>(at)];
  const auto value = static_cast<std::uint8_t>(choice.number >> 8);
  switch (choice.number % 5) {
    case 0:
      octet = static_cast<std::uint8_t>(octet ^ (1 << value % 8));
      break;
    case 1:
      octet = value;
      break;
    case 2:
      out.erase(out.begin() + at);
      break;
    case 3:
      out.insert(out.begin() + at, value);
      break;
    default:
      out.resize(static_cast<std::size_t>(at));
  }
  return out;
}

}  // namespace touchstone::conformance::mutators
