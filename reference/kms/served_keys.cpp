#include "reference/kms/served_keys.h"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "reference/base/durable_write.h"
#include "reference/crypto/digest.h"

namespace touchstone::kms {
namespace {

constexpr std::uint64_t max_octets = 1024;
constexpr std::string_view purpose = "TOUCHSTONE-SERVED/1 ";

struct Line {
  std::string digest;
  bool is_replaced = false;
};
using Lines = std::array<Line, 2>;  // Gateway key, code download key

/// Tells whether two keys are the same, and nothing about them: they are random.
std::string digest_of(OctetView key) {
  SecretOctets octets = copy_secret(as_octets(purpose));
  octets.insert(octets.end(), key.begin(), key.end());
  return to_hex(crypto::sha256(octets));
}

std::string print(const Lines& lines) {
  const auto state = [](const Line& line) { return line.is_replaced ? "replaced" : "first"; };
  return fmt::format("served-keys, 1\ngateway, {}, {}\ngateway_cdld, {}, {}\n", lines[0].digest,
                     state(lines[0]), lines[1].digest, state(lines[1]));
}

/// Nothing for what print() does not write.
std::optional<Lines> parse_lines(std::string_view text) {
  constexpr std::size_t digits = 64;
  Lines lines;
  std::size_t at = 0;
  for (Line& line : lines) {
    at = text.find(", ", text.find('\n', at));
    if (at == std::string_view::npos || text.size() < at + 2 + digits) return std::nullopt;
    line.digest = text.substr(at + 2, digits);
    at += 2 + digits;
    line.is_replaced = text.substr(at).starts_with(", replaced\n");
  }
  if (print(lines) != text) return std::nullopt;
  return lines;
}

}  // namespace

std::string served_keys_name(const std::string& keyring) {
  return keyring + ".served";
}

Result<ReplacedKeys> note_served_keys(Files& files, const std::string& path,
                                      const KeySnapshot& keys) {
  Lines now{{{digest_of(keys.gateway().view())}, {digest_of(keys.code_download().view())}}};
  const auto file = files.read(path, max_octets, Access::any);
  if (!file && file.error().code != FileErrc::not_found) return std::unexpected(file.error());
  if (file) {
    const std::optional<Lines> before = parse_lines(as_text(*file));
    for (std::size_t i = 0; i < now.size(); ++i)
      now[i].is_replaced =
          !before || (*before)[i].is_replaced || (*before)[i].digest != now[i].digest;
  }
  const std::string text = print(now);
  if (!file || as_text(*file) != text)
    TOUCHSTONE_TRY_VOID(write_file(
        files, {.path = path, .content = as_octets(text), .attributes = {}, .replace = true}));
  return ReplacedKeys{now[0].is_replaced, now[1].is_replaced};
}

}  // namespace touchstone::kms
