#include "reference/ipsec/config/racoon_builder.h"

#include <algorithm>
#include <limits>

#include "reference/base/defect.h"

namespace touchstone::ipsec::config {
namespace {

constexpr std::uint64_t max_lifetime = std::numeric_limits<std::uint32_t>::max();

/// Each new one is compared with all before it, by racoon too.
constexpr std::size_t max_entries = 40'000;

/// Whether racoon takes a number like 660, which it reads as decimal, for permission bits.
bool are_mode_bits(std::int32_t mode) {
  for (const std::int32_t place : {100, 10, 1}) {
    if (mode > 777 / (100 / place)) return false;
    for (const std::int32_t bit : {4 * place, 2 * place, place})
      if (mode >= bit) mode -= bit;
  }
  return true;
}

bool is_socket_name(std::string_view path) {
  const bool climbs = path == ".." || path.starts_with("../") || path.ends_with("/..") ||
                      path.find("/../") != std::string_view::npos;
  const std::string_view base = path.substr(path.rfind('/') + 1);
  const auto has_end = [&](std::string_view end) {
    return base.ends_with(end) && base.size() > end.size();
  };
  return !climbs && (has_end(".sock") || has_end(".socket"));
}

}  // namespace

RacoonConfig RacoonBuilder::build(const RacoonDocument& document) {
  for (const Statement& statement : document.statements) {
    if (log_->profile() == Profile::daemon && log_->refused()) break;
    top(statement);
  }
  return std::move(config_);
}

void RacoonBuilder::top(const Statement& statement) {
  if (statement.words.empty()) return;
  const std::vector<Word>& words = statement.words;
  switch (statement.kind) {
    case StatementKind::path:
      if (!statement.damaged) config_.paths[words[1].text] = c_text(words[2].text);
      return;
    case StatementKind::include:
      if (!statement.damaged) config_.includes.push_back(words[1].text);
      return;
    case StatementKind::log:
      if (!statement.damaged) config_.log_level = words[1].text;
      return;
    case StatementKind::privsep:
      return privsep(statement);
    case StatementKind::listen:
      return listen(statement);
    case StatementKind::ldapcfg:
    case StatementKind::radiuscfg:
      return log_->note(Rule::rc_hybrid, statement.place);
    case StatementKind::mode_cfg:
      return needs_hybrid(statement);
    case StatementKind::timer:
      for (const Statement& member : statement.body)
        if (!member.damaged && member.words.size() == 3) seconds(member.words[1], member.words[2]);
      return;
    default:
      break;
  }
  const std::string& first = words[0].text;
  if (config_.sainfos.size() + config_.remotes.size() >= max_entries)
    return log_->note(Rule::rc_too_large, statement.place, "expected fewer remotes and sainfos");
  if (first == "sainfo") sainfo(statement);
  if (first == "remote") remote(statement);
}

void RacoonBuilder::privsep(const Statement& statement) {
  for (const Statement& member : statement.body) {
    if (member.damaged || member.words[1].kind != terminals().string) continue;
    const std::string_view name = c_text(member.words[1].text);
    if (member.kind == StatementKind::user && options_->has_user && !options_->has_user(name))
      log_->note(Rule::rc_user, member.words[1].place);
    if (member.kind == StatementKind::group && options_->has_group && !options_->has_group(name))
      log_->note(Rule::rc_group, member.words[1].place);
  }
}

void RacoonBuilder::listen(const Statement& statement) {
  for (const Statement& member : statement.body) {
    if (member.damaged) continue;
    if (member.kind == StatementKind::strict_address) config_.strict_address = true;
    if (member.kind == StatementKind::adminsock) admin_socket(member);
    if (member.kind != StatementKind::isakmp) continue;
    const bool encapsulated = member.words[0].text == "isakmp_natt";
    Listening made{.address = {}, .encapsulated = encapsulated};
    if (const auto told = address(member.words[1])) made.address = *told;
    if (member.words.size() > 2) {
      made.port = static_cast<std::uint32_t>(member.words[2].number);
      port(member.words[2]);
    }
    config_.listens.push_back(made);
  }
}

void RacoonBuilder::admin_socket(const Statement& statement) {
  const std::vector<Word>& words = statement.words;
  if (!is_socket_name(c_text(words[1].text))) log_->note(Rule::rc_socket, words[1].place);
  if (words.size() < 5) return;
  // racoon takes a name that it does not know for the number 0, so no name is refused.
  if (!are_mode_bits(static_cast<std::int32_t>(words[4].number)))
    log_->note(Rule::rc_mode_bits, words[4].place);
}

void RacoonBuilder::needs_hybrid(const Statement& statement) {
  for (const Statement& member : statement.body)
    log_->note(Rule::rc_hybrid, member.place);
}

std::uint64_t RacoonBuilder::seconds(const Word& count, const Word& unit) {
  const std::uint64_t each = unit.text.starts_with("sec") ? 1
                             : unit.text.starts_with('m') ? 60
                                                          : 3600;
  if ((count.number == 0 && !TOUCHSTONE_DEFECT("RF-04.zero")) || count.number > max_lifetime / each)
    log_->note(Rule::rc_lifetime, count.place);
  return count.number * each;
}

std::optional<Address> RacoonBuilder::address(const Word& word) {
  const std::string_view text = c_text(word.text);
  const auto made = parse_address(text, AddressForm::system);
  if (made && !parse_address(text.substr(0, text.find('%')), AddressForm::exact))
    log_->note(Rule::rc_short_address, word.place);
  const bool digits = text.find_first_not_of("0123456789.:") == std::string_view::npos;
  if (!made) log_->note(digits ? Rule::rc_address : Rule::rc_host_name, word.place);
  return made;
}

void RacoonBuilder::port(const Word& word) {
  if (word.number > 65535) log_->note(Rule::rc_port, word.place);
}

/// A DH group by number or name, for both phases; 0 if there is none.
std::uint16_t RacoonBuilder::group(const Word& word) {
  std::uint64_t number = word.number;
  if (word.kind == terminals().algorithm) {
    const Algorithm* named = find_algorithm(word.text);
    number = named == nullptr ? 0 : named->in(AlgorithmClass::phase1_group);
  }
  const bool elliptic = number == 3 || number == 4;
  const bool known =
      elliptic || (number <= 18 && find_algorithm(AlgorithmClass::phase1_group,
                                                  static_cast<std::uint16_t>(number)));
  if (!known && !TOUCHSTONE_DEFECT("RF-07.any_group")) {
    log_->note(Rule::rc_dh_group, word.place);
    return 0;
  }
  if (elliptic && !TOUCHSTONE_DEFECT("RF-07.elliptic")) log_->note(Rule::rc_ec2n, word.place);
  if (number == 1) log_->note(Rule::rc_weak, word.place, "expected a group of 1024 bits or more");
  return static_cast<std::uint16_t>(number);
}

const Algorithm* RacoonBuilder::algorithm(const Word& word, AlgorithmClass place) {
  const Algorithm* found = find_algorithm(word.text);
  if (found == nullptr) return nullptr;  // one of the hybrid methods, which is told already
  if (found->in(place) == 0) {
    log_->note(Rule::rc_algorithm, word.place);
    return nullptr;
  }
  const bool phase2 = place >= AlgorithmClass::phase2_cipher;
  if (phase2 && !is_in_kernel(*found, place)) log_->note(Rule::rc_kernel, word.place);
  if (is_weak(*found) && !TOUCHSTONE_DEFECT("MO-12.weak")) log_->note(Rule::rc_weak, word.place);
  return found;
}

/// The length of the key; `bits` is the number after the algorithm, or null. racoon takes 0 for
/// none and computes with 32 bits.
std::uint32_t RacoonBuilder::key_bits(const Algorithm& cipher, const Word* bits,
                                      const Place& place) {
  const auto lengths = key_lengths(cipher);
  const bool told = bits != nullptr && bits->number != 0;
  if (!lengths) {
    if (told)
      log_->note(Rule::rc_key_length, bits->place, "expected no number; this key has one length");
    return 0;
  }
  if (!told) {
    log_->note(Rule::rc_key_default, place);
    return lengths->absent;
  }
  const auto value = static_cast<std::uint32_t>(bits->number);
  if (!allows(*lengths, value) && !TOUCHSTONE_DEFECT("RF-07.key_length"))
    log_->note(Rule::rc_key_length, bits->place);
  return value;
}

RacoonReading read_racoon(std::string name, SecretOctets text, const RacoonOptions& options) {
  RuleLog log(options.profile);
  RacoonReading reading;
  reading.document = parse_racoon(std::move(name), std::move(text), options.includes, log);
  reading.config = RacoonBuilder(options, log).build(reading.document);
  reading.accepted = !log.refused();
  reading.findings = std::move(log).take();
  return reading;
}

}  // namespace touchstone::ipsec::config
