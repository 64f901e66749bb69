#include "reference/mediagateway/local_ntp.h"

#include <fmt/format.h>

#include "reference/base/defect.h"
#include "reference/ipsec/config/address.h"
#include "reference/mediagateway/errc.h"

namespace touchstone::mediagateway {
namespace {

namespace config = ipsec::config;

constexpr std::string_view head = "# localNTP: begin; the command owns the lines to its end\n";
/// ntpd ends itself when the clock is off by more than 1000 s, as it is after every start (TM-01).
constexpr std::string_view no_panic = "tinker panic 0\n";
constexpr std::string_view tail = "# localNTP: end\n";

std::string print(const LocalNtp& wanted) {
  const std::string_view off = wanted.active ? "" : "#";
  if (TOUCHSTONE_DEFECT("TM-01.panic"))
    return fmt::format("{}{}server {} iburst\n{}", head, off, wanted.address, tail);
  return fmt::format("{}{}{}{}server {} iburst\n{}", head, off, no_panic, off, wanted.address,
                     tail);
}

/// Where our lines begin and how many octets they have.
struct Block {
  std::size_t begin = 0;
  std::size_t size = 0;
  LocalNtp says;
};

std::unexpected<Error> broken(std::size_t at) {
  return fail(Errc::broken_file,
              "expected the lines between \"# localNTP: begin\" and \"# localNTP: end\" as the "
              "command leaves them; remove them by hand",
              at);
}

std::optional<LocalNtp> parse_lines(std::string_view text) {
  for (const bool active : {true, false}) {
    const std::string before =
        fmt::format("{}{}{}{}server ", head, active ? "" : "#", no_panic, active ? "" : "#");
    const std::string after = " iburst\n" + std::string(tail);
    if (!text.starts_with(before) || !text.ends_with(after)) continue;
    if (text.size() < before.size() + after.size()) continue;
    const auto address =
        parse_ntp_address(text.substr(before.size(), text.size() - before.size() - after.size()));
    if (address) return LocalNtp{*address, active};
  }
  return std::nullopt;
}

/// At the beginning of a line, or npos.
std::size_t find_line(std::string_view text, std::string_view line, std::size_t from) {
  for (std::size_t at = text.find(line, from); at != std::string_view::npos;
       at = text.find(line, at + 1))
    if (at == 0 || text[at - 1] == '\n') return at;
  return std::string_view::npos;
}

Result<std::optional<Block>> find_block(std::string_view text) {
  const std::size_t begin = find_line(text, "# localNTP: begin", 0);
  const std::size_t end = find_line(text, tail, 0);
  if (begin == std::string_view::npos && end == std::string_view::npos) return std::nullopt;
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin)
    return broken(std::min(begin, end));
  Block block{begin, end + tail.size() - begin, {}};
  const auto says = parse_lines(text.substr(begin, block.size));
  if (!says) return broken(begin);
  if (find_line(text, "# localNTP: begin", end) != std::string_view::npos) return broken(end);
  block.says = *says;
  return block;
}

}  // namespace

Result<std::string> parse_ntp_address(std::string_view text) {
  const auto refused = [&](std::string_view why) {
    return located(text.substr(0, 64),
                   Result<std::string>(fail(Errc::bad_address, std::string(why))));
  };
  const auto address = config::parse_address(text, config::AddressForm::exact);
  if (!address)
    return refused(
        "expected an IPv4 or IPv6 address such as 192.168.1.10, without a port; names "
        "cannot be looked up before there is a network");
  const std::uint8_t first = address->octets[0];
  if ((address->v6 ? first == 0xFF : first >= 0xE0) && !TOUCHSTONE_DEFECT("TM-07.multicast"))
    return refused("expected the address of one host, not multicast, broadcast or reserved");
  const bool zero = *address == config::Address{.v6 = address->v6} || (!address->v6 && first == 0);
  if (zero && !TOUCHSTONE_DEFECT("TM-07.zero"))
    return refused("expected the address of a host, not an unspecified one");
  return config::print_address(*address);
}

Result<std::optional<LocalNtp>> read_local_ntp(OctetView text) {
  TOUCHSTONE_TRY(const auto block, find_block(as_text(text)));
  if (!block) return std::nullopt;
  return block->says;
}

Result<std::string> edit_local_ntp(OctetView text, const std::optional<LocalNtp>& wanted) {
  std::string file(as_text(text));
  if (const std::size_t nul = file.find('\0'); nul != std::string::npos)
    return fail(Errc::broken_file, "expected no NUL octet", nul);
  // Before the lines are looked for: a last line without its end would become one of ours by it.
  if (wanted && !file.empty() && !file.ends_with('\n')) file += '\n';
  TOUCHSTONE_TRY(const auto block, find_block(file));
  const std::string lines = wanted                                   ? print(*wanted)
                            : TOUCHSTONE_DEFECT("TM-09.keeps_lines") ? "# localNTP was here\n"
                                                                     : "";
  if (block)
    file.replace(block->begin, block->size, lines);
  else
    file = TOUCHSTONE_DEFECT("TM-03.alone") ? lines : file + lines;
  return file;
}

}  // namespace touchstone::mediagateway
