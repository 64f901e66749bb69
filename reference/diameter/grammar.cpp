#include "reference/diameter/grammar.h"

#include <array>
#include <cstring>

#include "reference/base/defect.h"
#include "reference/diameter/dictionary_tables.h"
#include "reference/diameter/octet_range.h"

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
// Every AVP that a form has a line for is a bit of 64; all others share the last one.

constexpr std::size_t row_count = tables::avps.size();
constexpr std::uint8_t no_line = 63;

struct CompiledForm {
  std::uint64_t required = 0;
  std::uint64_t single = 0;
  std::uint64_t forbidden = 0;
  std::array<std::uint8_t, row_count + 1> line{};  // by position, no_position included

  [[nodiscard]] constexpr std::uint64_t bit_of(std::uint8_t position) const noexcept {
    return std::uint64_t{1} << line[position];
  }
  // Whether one more of them breaks the form.
  [[nodiscard]] constexpr bool refuses(std::uint64_t bit, std::uint64_t seen) const noexcept {
    return (bit & (forbidden | (single & seen))) != 0;
  }
};
static_assert(std::ranges::all_of(rules, [](const GrammarRule& rule) {
  return rule.at_least <= 1 && (rule.at_most <= 1 || rule.at_most == many);
}));

// The last form has no lines: that of a command or a group which is not known.
constexpr std::uint8_t no_form = forms.size();
constexpr auto compiled = [] {
  std::array<CompiledForm, forms.size() + 1> out{};
  std::array<std::uint8_t, forms.size()> lines{};
  for (CompiledForm& form : out)
    form.line.fill(no_line);
  for (const GrammarRule& rule : rules) {
    CompiledForm& form = out[rule.form];
    const std::uint8_t position = tables::position_of(rule.avp);
    form.line[position] = lines[rule.form]++;
    const std::uint64_t bit = form.bit_of(position);
    if (rule.at_least == 1) form.required |= bit;
    if (rule.at_most == 1) form.single |= bit;
    if (rule.at_most == 0) form.forbidden |= bit;
  }
  if (std::ranges::max(lines) > no_line) throw "a form has too many lines";
  return out;
}();

struct CompiledRow {
  DataType type = DataType::octet_string;
  std::uint8_t bits = 0;        // M where it is demanded
  std::uint8_t form = no_form;  // of the group, when its inside is read
  std::uint8_t least_size = 0;
  std::uint32_t least = 0;
  std::uint32_t most = 0xFFFFFFFF;
};

// The last row is that of an AVP which is not known.
constexpr auto compiled_rows = [] {
  std::array<CompiledRow, row_count + 1> out{};
  for (std::size_t i = 0; i < row_count; ++i) {
    out[i].type = tables::avps[i].type;
    if (tables::avps[i].mandatory == MandatoryBit::must) out[i].bits = avp_mandatory;
    out[i].least_size = least_size(tables::avps[i]);
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

// What an AVP looks like when nothing can be wrong with it: its second word, flags and length, and
// the last four octets, are compared without a branch; `more` says what is left to look at. judge()
// takes the AVPs that look otherwise.
struct GoodLook {
  enum class More : std::uint8_t { nothing, text, address, application };

  std::uint32_t head_mask = 0xFFFFFFFF;  // V, M if it is demanded, the length of types with one
  std::uint32_t head = 0;                // under the mask; 0 is nobody's
  std::uint32_t least = 0;               // of the last four octets
  std::uint32_t span = 0xFFFFFFFF;
  OctetRange range;  // of the octets of a text
  More more = More::nothing;
};

constexpr GoodLook good_look(const AvpDefinition& avp, const CompiledRow& row) {
  GoodLook look;
  std::uint32_t size = 0;
  switch (avp.type) {
    case DataType::integer32:
    case DataType::unsigned32:
    case DataType::enumerated:
      size = 4;
      look.least = row.least;
      look.span = row.most - row.least;
      if (avp.code == avp_auth_application_id) look.more = GoodLook::More::application;
      break;
    case DataType::address:
      size = 6;
      look.more = GoodLook::More::address;
      break;
    case DataType::identity:
    case DataType::utf8_string:
    case DataType::ip_filter_rule:
      look.range = avp.type == DataType::identity ? visible_ascii : ascii;
      look.more = GoodLook::More::text;
      break;
    case DataType::octet_string:
      break;
    default:
      return look;
  }
  look.head = std::uint32_t{row.bits} << 24 | (size == 0 ? 0 : 8 + size);
  look.head_mask =
      std::uint32_t{row.bits | unsigned{avp_vendor_specific}} << 24 | (size == 0 ? 0 : 0xFFFFFF);
  return look;
}

// The last one is that of an AVP which is not known.
constexpr auto good_looks = [] {
  std::array<GoodLook, row_count + 1> out{};
  for (std::size_t i = 0; i < row_count; ++i)
    out[i] = good_look(tables::avps[i], compiled_rows[i]);
  return out;
}();

constexpr std::uint32_t first_command = 256;
constexpr auto form_of_command = [] {
  std::array<std::array<std::uint8_t, 2>, 32> out{};
  for (auto& pair : out)
    pair.fill(no_form);
  for (std::size_t i = 0; i < forms.size(); ++i) {
    if (forms[i].command == any_command) continue;
    out[forms[i].command - first_command][forms[i].request ? 1 : 0] = static_cast<std::uint8_t>(i);
  }
  return out;
}();

// Formats of data.

bool is_visible_ascii(OctetView text) noexcept {
  return !text.empty() && visible_ascii.holds(text);
}

// RFC 6733 §4.3.1: `aaa://` or `aaas://` and a host.
bool is_uri(OctetView data) noexcept {
  const std::string_view text = as_text(data);
  const std::size_t scheme = text.starts_with("aaa://") ? 6 : text.starts_with("aaas://") ? 7 : 0;
  return scheme != 0 && text.size() > scheme && is_visible_ascii(data);
}

// Octets of the code point that `text` begins with; 0 when it is none.
std::size_t utf8_size(OctetView text) noexcept {
  const std::uint8_t lead = text[0];
  const std::size_t more = lead < 0x80             ? 0
                           : (lead & 0xE0) == 0xC0 ? 1
                           : (lead & 0xF0) == 0xE0 ? 2
                           : (lead & 0xF8) == 0xF0 ? 3
                                                   : text.size();
  if (text.size() <= more) return 0;
  std::uint32_t point = more == 0 ? lead : lead & (0x3FU >> more);
  for (std::size_t k = 1; k <= more; ++k) {
    if ((text[k] & 0xC0) != 0x80) return 0;
    point = point << 6 | (text[k] & 0x3FU);
  }
  static constexpr std::array<std::uint32_t, 4> least = {0, 0x80, 0x800, 0x10000};
  const bool is_point =
      point >= least[more] && point <= 0x10FFFF && (point < 0xD800 || point >= 0xE000);
  return is_point ? more + 1 : 0;
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

std::uint32_t judge_number(const CompiledRow& row, OctetView data) noexcept {
  const bool fits = data.size() == row.least_size;
  if (!fits && TOUCHSTONE_DEFECT("DM-11.as_value")) return result_invalid_avp_value;
  if (!fits) return result_invalid_avp_length;
  const std::uint32_t value = load_u32(data.data());
  const bool is_reserved = value < row.least && TOUCHSTONE_DEFECT("DM-47.least");
  if (is_reserved) return result_invalid_avp_length;
  return value < row.least || value > row.most ? result_invalid_avp_value : 0U;
}

std::uint32_t judge_address(OctetView data) noexcept {
  if (data.size() < 2) return result_invalid_avp_length;
  const unsigned family = data[0] * 256U + data[1];
  if (family != 1 && family != 2) return result_invalid_avp_value;
  return data.size() == (family == 1 ? 6U : 18U) ? 0U : result_invalid_avp_length;
}

// The Result-Code that `avp` earns by its data alone; 0 when it is well-formed.
std::uint32_t judge_data(const CompiledRow& row, OctetView data) noexcept {
  switch (row.type) {
    case DataType::integer32:
    case DataType::unsigned32:
    case DataType::enumerated:
      return judge_number(row, data);
    case DataType::unsigned64:
    case DataType::time:
      return data.size() == row.least_size ? 0U : result_invalid_avp_length;
    case DataType::address:
      return judge_address(data);
    case DataType::utf8_string:
      if (TOUCHSTONE_DEFECT("DM-13.any_text")) return 0;
      return ascii.holds(data) || is_utf8(data) ? 0U : result_invalid_avp_value;
    case DataType::ip_filter_rule:
      return ascii.holds(data) ? 0U : result_invalid_avp_value;
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

// Zeros of the least length that `code` may have.
void append_example(SecretOctets& out, std::uint32_t code, std::uint32_t flags,
                    std::uint32_t vendor) {
  static constexpr std::array<std::uint8_t, 24> zeros{};
  const std::uint8_t position = vendor == 0 ? tables::position_of(code) : no_position;
  const std::size_t size = position == no_position ? 0 : compiled_rows[position].least_size;
  append_avp(out, code, flags, vendor, OctetView(zeros).first(size));
}

// `rest` begins with what should be an AVP. False when its length is impossible; the fields then
// hold what could be read.
bool split(OctetView rest, Fields& avp) noexcept {
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

class Checker {
 public:
  explicit Checker(std::uint32_t application) noexcept : application_(application) {}

  // Judges `octets`, the inside of a message, or of the group `parent`, which is then not empty;
  // false with violation().
  bool walk(OctetView octets, std::uint8_t form, OctetView parent, unsigned depth);

  [[nodiscard]] Violation& violation() noexcept { return violation_; }

 private:
  bool judge(OctetView rest, std::uint8_t form, std::uint64_t& seen, OctetView parent,
             unsigned depth);
  bool judge_group(const Fields& avp, const CompiledRow& row, unsigned depth);

  bool refuse(std::uint32_t code, std::string_view clause, const Fields& avp);
  bool refuse_length(OctetView avp, OctetView parent);
  bool refuse_missing(std::uint8_t form, std::uint64_t seen);

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

[[gnu::cold]] bool Checker::refuse_length(OctetView rest, OctetView parent) {
  violation_.result_code = !parent.empty() && TOUCHSTONE_DEFECT("DM-12.missing_in_group")
                               ? result_missing_avp
                               : result_invalid_avp_length;
  violation_.clause = "RFC 6733 §7.1.5";
  Fields avp;
  if (!split(rest, avp) && TOUCHSTONE_DEFECT("DM-12.no_failed_avp")) return false;
  SecretOctets example;
  append_example(example, avp.code, avp.flags, avp.vendor);
  Fields group;
  if (!split(parent, group)) {
    violation_.failed_avp = std::move(example);
  } else {
    append_avp(violation_.failed_avp, group.code, group.flags, group.vendor, example);
  }
  return false;
}

[[gnu::cold]] bool Checker::refuse_missing(std::uint8_t form, std::uint64_t seen) {
  for (const GrammarRule& rule : rules) {
    if (rule.form != form || rule.at_least == 0) continue;
    const std::uint8_t position = tables::position_of(rule.avp);
    if ((compiled[form].bit_of(position) & seen) != 0) continue;
    violation_.result_code =
        TOUCHSTONE_DEFECT("DM-53.missing_as_value") ? result_invalid_avp_value : result_missing_avp;
    violation_.clause = forms[form].clause;
    if (TOUCHSTONE_DEFECT("DM-09.no_failed_avp")) break;
    append_example(violation_.failed_avp, rule.avp, compiled_rows[position].bits, 0);
    break;
  }
  return false;
}

bool Checker::judge_group(const Fields& avp, const CompiledRow& row, unsigned depth) {
  if (row.form == no_form || TOUCHSTONE_DEFECT("DM-14.members_free")) return true;
  // The table of RFC 4004 §7 calls 348 an identity; a group never begins with a visible octet.
  if (row.form == form_home_agent_host && is_visible_ascii(avp.data)) return true;
  if (depth == max_group_depth) return refuse(result_invalid_avp_value, "RFC 6733 §4.4", avp);
  return walk(avp.data, row.form, avp.whole, depth + 1);
}

// Judges the AVP that `rest` begins with.
[[gnu::noinline]] bool Checker::judge(OctetView rest, std::uint8_t form, std::uint64_t& seen,
                                      OctetView parent, unsigned depth) {
  Fields avp;
  if (!split(rest, avp)) return refuse_length(rest, parent);
  if ((avp.flags & avp_vendor_specific) != 0 && avp.vendor == 0 &&
      !TOUCHSTONE_DEFECT("DM-25.taken")) {
    return refuse(result_invalid_avp_bits, "RFC 6733 §4.1.1", avp);
  }
  const std::uint8_t position = avp.vendor == 0 ? tables::position_of(avp.code) : no_position;
  if (position == no_position) {
    const bool must_know =
        (avp.flags & avp_mandatory) != 0 && !TOUCHSTONE_DEFECT("DM-07.passed_over");
    if (!must_know && !TOUCHSTONE_DEFECT("DP-11.optional_refused") &&
        !TOUCHSTONE_DEFECT("DM-08.refused"))
      return true;
    return refuse(result_avp_unsupported, "RFC 6733 §4.1", avp);
  }
  const CompiledRow& row = compiled_rows[position];
  const bool is_reserved = (avp.flags & 0x3F) != 0 && TOUCHSTONE_DEFECT("DM-23.avp");
  if ((avp.flags & row.bits) != row.bits || is_reserved) {
    return refuse(result_invalid_avp_bits, tables::avps[position].clause, avp);
  }
  const std::uint64_t bit = compiled[form].bit_of(position);
  if (compiled[form].refuses(bit, seen) && !TOUCHSTONE_DEFECT("DM-10.passed_over")) {
    const bool forbidden = compiled[form].refuses(bit, 0);
    return refuse(forbidden ? result_avp_not_allowed : result_avp_occurs_too_many_times,
                  forms[form].clause, avp);
  }
  seen |= bit;
  const std::uint32_t code = judge_data(row, avp.data);
  if (code == result_invalid_avp_length) return refuse_length(rest, {});
  if (code != 0) return refuse(code, tables::avps[position].clause, avp);
  if (row.type == DataType::grouped) return judge_group(avp, row, depth);
  // §6.8: the application of the header governs, and Auth-Application-Id must say the same. STR
  // and ASR carry 0 in the header for every application (RFC 4004 §4).
  if (avp.code == avp_auth_application_id && depth == 0 && application_ != application_base &&
      load_u32(avp.data.data()) != application_ && !TOUCHSTONE_DEFECT("DM-18.passed_over")) {
    return refuse(result_invalid_avp_value, "RFC 6733 §6.8", avp);
  }
  return true;
}

[[gnu::always_inline]] inline bool has_good_rest(const GoodLook& look, const std::uint8_t* avp,
                                                 std::uint32_t length,
                                                 std::uint32_t application) noexcept {
  const OctetView data(avp + 8, length - 8);
  if (look.more == GoodLook::More::text) return data.size() >= 8 && look.range.holds(data);
  if (look.more == GoodLook::More::address) return data[0] == 0 && data[1] == 1;
  return application == application_base || load_u32(data.data()) == application;
}

struct Progress {
  const std::uint8_t* at;
  std::uint64_t seen;
};
// Steps over the AVPs from `at` on that nothing is wrong with, to the first one that judge() has to
// look at, or to `end`; `application` 0 is not compared. It calls nothing, so that all stays in
// registers: inlined, it was a quarter slower.
[[gnu::noinline]] Progress skip_good(const std::uint8_t* at, const std::uint8_t* const end,
                                     std::uint64_t seen, const CompiledForm& form,
                                     std::uint32_t application) noexcept {
  while (end - at >= 8) {
    const std::uint32_t head = load_u32(at + 4);
    const std::uint32_t length = head & 0xFFFFFF;
    if (length < 8 || length > end - at) break;
    const std::uint8_t position = tables::position_of(load_u32(at));
    const GoodLook& look = good_looks[position];
    const std::uint64_t bit = form.bit_of(position);
    const std::uint32_t last = load_u32(at + length - 4);  // header, if there is no data
    if (((head ^ look.head) & look.head_mask) != 0 || last - look.least > look.span) break;
    if (form.refuses(bit, seen)) break;
    if ((head >> 24 & 0x3F) != 0 && TOUCHSTONE_DEFECT("DM-23.avp")) break;
    if (look.more != GoodLook::More::nothing && !has_good_rest(look, at, length, application))
      break;
    seen |= bit;
    at += (length + 3) & ~std::uint32_t{3};
  }
  return {at, seen};
}

bool Checker::walk(OctetView octets, std::uint8_t form, OctetView parent, unsigned depth) {
  const std::uint8_t* const end = octets.data() + octets.size();
  const std::uint32_t application = depth == 0 ? application_ : application_base;
  for (Progress done{octets.data(), 0};;) {
    done = skip_good(done.at, end, done.seen, compiled[form], application);
    if (done.at >= end) {
      return (compiled[form].required & ~done.seen) == 0 || refuse_missing(form, done.seen);
    }
    if (!judge({done.at, end}, form, done.seen, parent, depth)) return false;
    done.at += (load_u32(done.at + 4) + 3) & 0xFFFFFC;
  }
}

// What walk() will refuse is no failure here.
bool is_failure(OctetView avps) noexcept {
  for (std::size_t at = 0; avps.size() >= at + 8;) {
    const std::uint8_t* const avp = avps.data() + at;
    const std::uint32_t head = load_u32(avp + 4);
    const std::size_t length = head & 0xFFFFFF;
    if (length < 8 || length > avps.size() - at) return false;
    const bool has_vendor = (head >> 24 & avp_vendor_specific) != 0;
    if (load_u32(avp) == avp_result_code && !has_vendor && length == 12) {
      return load_u32(avp + 8) / 1000 != 2;
    }
    at += (length + 3) & ~std::size_t{3};
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
                                        : no_form;
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
  if (header.is_error() && !TOUCHSTONE_DEFECT("DM-15.passed_over")) return false;
  if ((header.flags & flags_reserved) != 0 && TOUCHSTONE_DEFECT("DM-23.header")) return false;
  const CommandDefinition* command = find_command(header.command);
  return command == nullptr || command->proxiable == header.is_proxiable();
}

bool is_utf8(OctetView text) noexcept {
  while (!text.empty()) {
    const std::size_t size = utf8_size(text);
    if (size == 0) return false;
    text = text.subspan(size);
  }
  return true;
}

std::optional<Violation> check(const MessageView& message) {
  if (!has_valid_bits(message.header)) {
    return Violation{result_invalid_hdr_bits, {}, "RFC 6733 §3"};
  }
  Checker checker(message.header.application);
  if (checker.walk(message.avps, form_of(message), {}, 0)) return std::nullopt;
  return std::move(checker.violation());
}

}  // namespace touchstone::diameter
