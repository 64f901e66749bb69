#include "reference/diameter/grammar.h"

#include <array>
#include <cstring>

#include "reference/diameter/dictionary_tables.h"

namespace touchstone::diameter {
namespace {

using tables::no_position;

constexpr std::uint32_t any_command = 0;
constexpr std::uint32_t no_group = 0;
constexpr std::uint8_t many = many_avps;

// The rows.

enum FormPosition : std::uint8_t {
#define TOUCHSTONE_FORM(name, command, request, group, clause) form_##name,
#define TOUCHSTONE_RULE(name, avp, least, most)
#define TOUCHSTONE_RANGE(avp, least, most, clause)
#include "reference/diameter/grammar.def"
#undef TOUCHSTONE_FORM
#undef TOUCHSTONE_RULE
#undef TOUCHSTONE_RANGE
};

constexpr auto forms = std::to_array<GrammarForm>({
#define TOUCHSTONE_FORM(name, command, request, group, clause) \
  {#name, command, request, group, clause},
#define TOUCHSTONE_RULE(name, avp, least, most)
#define TOUCHSTONE_RANGE(avp, least, most, clause)
#include "reference/diameter/grammar.def"
#undef TOUCHSTONE_FORM
#undef TOUCHSTONE_RULE
#undef TOUCHSTONE_RANGE
});

constexpr auto rules = std::to_array<GrammarRule>({
#define TOUCHSTONE_FORM(name, command, request, group, clause)
#define TOUCHSTONE_RULE(name, avp, least, most) {form_##name, avp, least, most},
#define TOUCHSTONE_RANGE(avp, least, most, clause)
#include "reference/diameter/grammar.def"
#undef TOUCHSTONE_FORM
#undef TOUCHSTONE_RULE
#undef TOUCHSTONE_RANGE
});

constexpr auto ranges = std::to_array<ValueRange>({
#define TOUCHSTONE_FORM(name, command, request, group, clause)
#define TOUCHSTONE_RULE(name, avp, least, most)
#define TOUCHSTONE_RANGE(avp, least, most, clause) {avp, least, most, clause},
#include "reference/diameter/grammar.def"
#undef TOUCHSTONE_FORM
#undef TOUCHSTONE_RULE
#undef TOUCHSTONE_RANGE
});

// The rows compiled by dictionary position, so that an AVP costs a few loads and bit operations.

constexpr std::size_t row_count = tables::avps.size();

struct PositionSet {
  std::array<std::uint64_t, 2> words{};

  constexpr void add(std::size_t position) noexcept {
    words[position / 64] |= std::uint64_t{1} << position % 64;
  }
  [[nodiscard]] constexpr bool has(std::size_t position) const noexcept {
    return (words[position / 64] >> position % 64 & 1) != 0;
  }
  [[nodiscard]] constexpr bool within(const PositionSet& other) const noexcept {
    return ((words[0] & ~other.words[0]) | (words[1] & ~other.words[1])) == 0;
  }
};
static_assert(row_count <= 128);
static_assert(std::ranges::all_of(rules, [](const GrammarRule& rule) {
  return rule.at_least <= 1 && (rule.at_most <= 1 || rule.at_most == many);
}));

struct CompiledForm {
  PositionSet required;
  PositionSet single;
  PositionSet forbidden;
};

constexpr auto compiled = [] {
  std::array<CompiledForm, forms.size()> out{};
  for (const GrammarRule& rule : rules) {
    const std::uint8_t position = tables::position_of(rule.avp);
    if (rule.at_least == 1) out[rule.form].required.add(position);
    if (rule.at_most == 1) out[rule.form].single.add(position);
    if (rule.at_most == 0) out[rule.form].forbidden.add(position);
  }
  return out;
}();

struct CompiledRow {
  DataType type = DataType::octet_string;
  bool must_be_mandatory = false;
  std::uint8_t form = no_position;  // of the group, when its inside is read
  std::uint8_t least_size = 0;
  std::uint32_t least = 0;
  std::uint32_t most = 0xFFFFFFFF;
};

constexpr std::uint8_t least_size(DataType type) noexcept {
  switch (type) {
    case DataType::integer32:
    case DataType::unsigned32:
    case DataType::enumerated:
    case DataType::time:
      return 4;
    case DataType::address:
      return 6;
    case DataType::unsigned64:
      return 8;
    default:
      return 0;
  }
}

constexpr auto compiled_rows = [] {
  std::array<CompiledRow, row_count> out{};
  for (std::size_t i = 0; i < row_count; ++i) {
    out[i].type = tables::avps[i].type;
    out[i].must_be_mandatory = tables::avps[i].mandatory == MandatoryBit::must;
    out[i].least_size = least_size(tables::avps[i].type);
  }
  for (std::size_t i = 0; i < forms.size(); ++i) {
    if (forms[i].group == no_group) continue;
    out[tables::position_of(forms[i].group)].form = static_cast<std::uint8_t>(i);
  }
  for (const ValueRange& range : ranges) {
    out[tables::position_of(range.avp)].least = range.least;
    out[tables::position_of(range.avp)].most = range.most;
  }
  return out;
}();

constexpr std::uint32_t first_command = 256;
constexpr auto form_of_command = [] {
  std::array<std::array<std::uint8_t, 2>, 32> out{};
  for (auto& pair : out)
    pair.fill(no_position);
  for (std::size_t i = 0; i < forms.size(); ++i) {
    if (forms[i].command == any_command) continue;
    out[forms[i].command - first_command][forms[i].request ? 1 : 0] = static_cast<std::uint8_t>(i);
  }
  return out;
}();

// Formats of data.

constexpr std::uint64_t in_every_octet(std::uint8_t value) noexcept {
  return 0x0101010101010101ULL * value;
}

std::uint64_t load_word(const std::uint8_t* at) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, at, 8);
  return word;
}

// Up to eight octets; 'a' in the place of the rest.
std::uint64_t load_tail(OctetView text) noexcept {
  std::uint64_t word = in_every_octet('a');
  for (std::size_t i = 0; i < text.size(); ++i) {
    word = word << 8 | text[i];
  }
  return word;
}

// Whether `accepts` says yes to all octets of `text`, eight at a time. The last eight overlap those
// before: that costs less than to read them singly.
template <class Accepts>
bool all_words(OctetView text, Accepts accepts) noexcept {
  if (text.size() < 8) return accepts(load_tail(text));
  const std::uint8_t* const last = text.data() + text.size() - 8;
  for (const std::uint8_t* at = text.data(); at < last; at += 8) {
    if (!accepts(load_word(at))) return false;
  }
  return accepts(load_word(last));
}

// 0x21 to 0x7E alone: what every host name, realm and address is made of.
bool is_visible_ascii(OctetView text) noexcept {
  // With the high bits clear, adding carries into them exactly from 0x21, and from 0x7F, on.
  return !text.empty() && all_words(text, [](std::uint64_t word) {
    const std::uint64_t low = word + in_every_octet(0x80 - 0x21);
    const std::uint64_t high = word + in_every_octet(0x80 - 0x7F);
    return (((word | high) | ~low) & in_every_octet(0x80)) == 0;
  });
}

bool is_ascii(OctetView text) noexcept {
  return all_words(text, [](std::uint64_t word) { return (word & in_every_octet(0x80)) == 0; });
}

// RFC 6733 §4.3.1: `aaa://` or `aaas://` and a host.
bool is_uri(OctetView data) noexcept {
  const std::string_view text = as_text(data);
  const std::size_t scheme = text.starts_with("aaa://") ? 6 : text.starts_with("aaas://") ? 7 : 0;
  return scheme != 0 && text.size() > scheme && is_visible_ascii(data);
}

constexpr std::uint32_t load_u32(const std::uint8_t* at) noexcept {
  return std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 |
         at[3];
}

struct Fields {
  std::uint32_t code = 0;
  std::uint32_t flags = 0;
  std::uint32_t vendor = 0;
  OctetView whole;  // without padding
  OctetView data;
};

// The Result-Code that `avp` earns by its data alone; 0 when it is well-formed.
std::uint32_t judge_data(const CompiledRow& row, OctetView data) noexcept {
  const bool fits = data.size() == row.least_size;
  switch (row.type) {
    case DataType::integer32:
    case DataType::unsigned32:
    case DataType::enumerated: {
      if (!fits) return result_invalid_avp_length;
      const std::uint32_t value = load_u32(data.data());
      return value < row.least || value > row.most ? result_invalid_avp_value : 0U;
    }
    case DataType::unsigned64:
    case DataType::time:
      return fits ? 0U : result_invalid_avp_length;
    case DataType::address: {
      if (data.size() < 2) return result_invalid_avp_length;
      const unsigned family = data[0] * 256U + data[1];
      if (family != 1 && family != 2) return result_invalid_avp_value;
      return data.size() == (family == 1 ? 6U : 18U) ? 0U : result_invalid_avp_length;
    }
    case DataType::utf8_string:
      return is_ascii(data) || is_utf8(data) ? 0U : result_invalid_avp_value;
    case DataType::ip_filter_rule:
      return is_ascii(data) ? 0U : result_invalid_avp_value;
    case DataType::identity:
      return is_visible_ascii(data) ? 0U : result_invalid_avp_value;
    case DataType::uri:
      return is_uri(data) ? 0U : result_invalid_avp_value;
    case DataType::octet_string:
    case DataType::grouped:
      return 0;
  }
  return 0;
}

// What a Failed-AVP holds (RFC 6733 §7.5).

void append_u32(SecretOctets& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8)
    out.push_back(static_cast<std::uint8_t>(value >> shift));
}

void append_avp(SecretOctets& out, std::uint32_t code, std::uint32_t flags, std::uint32_t vendor,
                OctetView data) {
  const bool has_vendor = (flags & avp_vendor_specific) != 0;
  append_u32(out, code);
  append_u32(out, flags << 24 | static_cast<std::uint32_t>(data.size() + (has_vendor ? 12 : 8)));
  if (has_vendor) append_u32(out, vendor);
  out.insert(out.end(), data.begin(), data.end());
  while (out.size() % 4 != 0)
    out.push_back(0);
}

// Zeros of the least length that the type of `code` allows.
void append_example(SecretOctets& out, std::uint32_t code, std::uint32_t flags,
                    std::uint32_t vendor) {
  static constexpr std::array<std::uint8_t, 8> zeros{};
  const std::uint8_t position = vendor == 0 ? tables::position_of(code) : no_position;
  const std::size_t size = position == no_position ? 0 : compiled_rows[position].least_size;
  append_avp(out, code, flags, vendor, OctetView(zeros).first(size));
}

class Checker {
 public:
  explicit Checker(std::uint32_t application) noexcept : application_(application) {}

  // Judges `octets`, the inside of a message or of the group `parent`; false with violation().
  bool walk(OctetView octets, std::uint8_t form, const Fields* parent, unsigned depth);

  [[nodiscard]] Violation& violation() noexcept { return violation_; }

 private:
  bool judge(const Fields& avp, std::uint8_t form, PositionSet& seen, unsigned depth);
  bool judge_group(const Fields& avp, const CompiledRow& row, unsigned depth);

  bool refuse(std::uint32_t code, std::string_view clause, const Fields& avp);
  bool refuse_length(const Fields& avp, const Fields* parent);
  bool refuse_missing(std::uint8_t form, const PositionSet& seen);

  std::uint32_t application_;
  Violation violation_;
};

[[gnu::cold]] bool Checker::refuse(std::uint32_t code, std::string_view clause, const Fields& avp) {
  violation_.result_code = code;
  violation_.clause = clause;
  violation_.failed_avp.assign(avp.whole.begin(), avp.whole.end());
  while (violation_.failed_avp.size() % 4 != 0)
    violation_.failed_avp.push_back(0);
  return false;
}

[[gnu::cold]] bool Checker::refuse_length(const Fields& avp, const Fields* parent) {
  violation_.result_code = result_invalid_avp_length;
  violation_.clause = "RFC 6733 §7.1.5";
  SecretOctets example;
  append_example(example, avp.code, avp.flags, avp.vendor);
  if (parent == nullptr) {
    violation_.failed_avp = std::move(example);
  } else {
    append_avp(violation_.failed_avp, parent->code, parent->flags, parent->vendor, example);
  }
  return false;
}

[[gnu::cold]] bool Checker::refuse_missing(std::uint8_t form, const PositionSet& seen) {
  for (const GrammarRule& rule : rules) {
    if (rule.form != form || rule.at_least == 0) continue;
    const std::uint8_t position = tables::position_of(rule.avp);
    if (seen.has(position)) continue;
    violation_.result_code = result_missing_avp;
    violation_.clause = forms[form].clause;
    append_example(violation_.failed_avp, rule.avp,
                   compiled_rows[position].must_be_mandatory ? std::uint32_t{avp_mandatory} : 0U,
                   0);
    break;
  }
  return false;
}

// `rest` begins with what should be an AVP. False when its length is impossible; the fields then
// hold what could be read.
[[gnu::always_inline]] inline bool split(OctetView rest, Fields& avp) noexcept {
  if (rest.size() < 8) {
    if (rest.size() >= 4) avp.code = load_u32(rest.data());
    return false;
  }
  avp.code = load_u32(rest.data());
  const std::uint32_t word = load_u32(rest.data() + 4);
  avp.flags = word >> 24;
  const std::size_t length = word & 0xFFFFFF;
  const bool has_vendor = (avp.flags & avp_vendor_specific) != 0;
  if (has_vendor && rest.size() >= 12) avp.vendor = load_u32(rest.data() + 8);
  const std::size_t header = has_vendor ? 12 : 8;
  if (length < header || length > rest.size()) return false;
  avp.whole = rest.first(length);
  avp.data = avp.whole.subspan(header);
  return true;
}

bool Checker::judge_group(const Fields& avp, const CompiledRow& row, unsigned depth) {
  if (row.form == no_position) return true;
  // The table of RFC 4004 §7 calls 348 an identity; a group never begins with a visible octet.
  if (row.form == form_home_agent_host && is_visible_ascii(avp.data)) return true;
  if (depth == max_group_depth) return refuse(result_invalid_avp_value, "RFC 6733 §4.4", avp);
  return walk(avp.data, row.form, &avp, depth + 1);
}

bool Checker::judge(const Fields& avp, std::uint8_t form, PositionSet& seen, unsigned depth) {
  if ((avp.flags & avp_vendor_specific) != 0 && avp.vendor == 0) {
    return refuse(result_invalid_avp_bits, "RFC 6733 §4.1.1", avp);
  }
  const std::uint8_t position = avp.vendor == 0 ? tables::position_of(avp.code) : no_position;
  if (position == no_position) {
    if ((avp.flags & avp_mandatory) == 0) return true;
    return refuse(result_avp_unsupported, "RFC 6733 §4.1", avp);
  }
  const CompiledRow& row = compiled_rows[position];
  if (row.must_be_mandatory && (avp.flags & avp_mandatory) == 0) {
    return refuse(result_invalid_avp_bits, tables::avps[position].clause, avp);
  }
  if (form != no_position) {
    if (compiled[form].forbidden.has(position)) {
      return refuse(result_avp_not_allowed, forms[form].clause, avp);
    }
    if (compiled[form].single.has(position) && seen.has(position)) {
      return refuse(result_avp_occurs_too_many_times, forms[form].clause, avp);
    }
    seen.add(position);
  }
  const std::uint32_t code = judge_data(row, avp.data);
  if (code == result_invalid_avp_length) return refuse_length(avp, nullptr);
  if (code != 0) return refuse(code, tables::avps[position].clause, avp);
  if (row.type == DataType::grouped) return judge_group(avp, row, depth);
  // §6.8: the application of the header governs, and Auth-Application-Id must say the same. STR
  // and ASR carry 0 in the header for every application (RFC 4004 §4).
  if (avp.code == avp_auth_application_id && depth == 0 && application_ != application_base &&
      load_u32(avp.data.data()) != application_) {
    return refuse(result_invalid_avp_value, "RFC 6733 §6.8", avp);
  }
  return true;
}

bool Checker::walk(OctetView octets, std::uint8_t form, const Fields* parent, unsigned depth) {
  PositionSet seen;
  for (std::size_t at = 0; at < octets.size();) {
    Fields avp;
    if (!split(octets.subspan(at), avp)) [[unlikely]]
      return refuse_length(avp, parent);
    if (!judge(avp, form, seen, depth)) [[unlikely]]
      return false;
    at += (avp.whole.size() + 3) & ~std::size_t{3};
  }
  if (form == no_position || compiled[form].required.within(seen)) return true;
  return refuse_missing(form, seen);
}

bool is_failure(OctetView avps) noexcept {
  for (std::size_t at = 0; at < avps.size();) {
    Fields avp;
    if (!split(avps.subspan(at), avp)) return false;
    if (avp.code == avp_result_code && avp.vendor == 0 && avp.data.size() == 4) {
      return load_u32(avp.data.data()) / 1000 != 2;
    }
    at += (avp.whole.size() + 3) & ~std::size_t{3};
  }
  return false;
}

std::uint8_t form_of(const MessageView& message) {
  const Header& header = message.header;
  if (!header.is_request()) {
    if (header.is_error() || is_failure(message.avps)) return form_error_answer;
  }
  const std::uint32_t index = header.command - first_command;
  return index < form_of_command.size() ? form_of_command[index][header.is_request() ? 1 : 0]
                                        : no_position;
}

}  // namespace

std::span<const GrammarForm> grammar_forms() noexcept {
  return forms;
}

std::span<const GrammarRule> grammar_rules() noexcept {
  return rules;
}

std::span<const ValueRange> value_ranges() noexcept {
  return ranges;
}

bool has_valid_bits(const Header& header) noexcept {
  if (!header.is_request()) return true;
  if (header.is_error()) return false;
  const CommandDefinition* command = find_command(header.command);
  return command == nullptr || command->proxiable == header.is_proxiable();
}

bool is_utf8(OctetView text) noexcept {
  for (std::size_t i = 0; i < text.size();) {
    const std::uint8_t lead = text[i];
    const std::size_t more = lead < 0x80             ? 0
                             : (lead & 0xE0) == 0xC0 ? 1
                             : (lead & 0xF0) == 0xE0 ? 2
                             : (lead & 0xF8) == 0xF0 ? 3
                                                     : text.size();
    if (text.size() - i <= more) return false;
    std::uint32_t point = more == 0 ? lead : lead & (0x3FU >> more);
    for (std::size_t k = 1; k <= more; ++k) {
      if ((text[i + k] & 0xC0) != 0x80) return false;
      point = point << 6 | (text[i + k] & 0x3FU);
    }
    static constexpr std::array<std::uint32_t, 4> least = {0, 0x80, 0x800, 0x10000};
    if (point < least[more] || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) {
      return false;
    }
    i += more + 1;
  }
  return true;
}

std::optional<Violation> check(const MessageView& message) {
  if (!has_valid_bits(message.header)) {
    return Violation{result_invalid_hdr_bits, {}, "RFC 6733 §3"};
  }
  Checker checker(message.header.application);
  if (checker.walk(message.avps, form_of(message), nullptr, 0)) return std::nullopt;
  return std::move(checker.violation());
}

}  // namespace touchstone::diameter
