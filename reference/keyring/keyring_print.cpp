#include <algorithm>
#include <array>
#include <string_view>

#include "reference/base/defect.h"
#include "reference/keyring/keyring_file.h"

namespace touchstone::keyring {
namespace {

constexpr std::size_t fixed_row_octets = 49;  // two commas behind the key, LF, and all before

std::size_t decimal_digits(std::uint32_t value) {
  std::size_t digits = 1;
  while (value >= 10) {
    value /= 10;
    ++digits;
  }
  return digits;
}

/// Two characters an octet.
constexpr auto hex_pairs = [] {
  constexpr std::string_view digits = "0123456789abcdef";
  std::array<std::array<std::uint8_t, 2>, 256> pairs{};
  for (std::size_t i = 0; i < pairs.size(); ++i)
    pairs[i] = {static_cast<std::uint8_t>(digits[i >> 4]),
                static_cast<std::uint8_t>(digits[i & 15])};
  return pairs;
}();

/// Writes into memory whose size was worked out before.
class Printer {
 public:
  explicit Printer(std::uint8_t* out) : out_(out) {}

  Printer& text(std::string_view value) {
    out_ = std::copy(value.begin(), value.end(), out_);
    return *this;
  }
  Printer& hex(OctetView value) {
    for (const std::uint8_t octet : value)
      out_ = std::copy(hex_pairs[octet].begin(), hex_pairs[octet].end(), out_);
    return *this;
  }
  Printer& decimal(std::uint32_t value) {
    const std::size_t digits = decimal_digits(value);
    for (std::size_t i = digits; i-- > 0; value /= 10)
      out_[i] = static_cast<std::uint8_t>('0' + value % 10);
    out_ += digits;
    return *this;
  }
  [[nodiscard]] const std::uint8_t* end() const { return out_; }

 private:
  std::uint8_t* out_;
};

void print_row(Printer& out, const NodeRow& row) {
  std::array<std::uint8_t, 4> id{};
  for (std::size_t i = 0; i < id.size(); ++i)
    id[i] = static_cast<std::uint8_t>(
        (row.node_id & (TOUCHSTONE_DEFECT("KR-16.signed") ? 0x7FFFFFFF : 0xFFFFFFFF)) >>
        (24 - 8 * i));
  out.text("0x")
      .hex(id)
      .text(TOUCHSTONE_DEFECT("KR-08.print") ? " ,0x" : ", 0x")
      .hex(row.root_key)
      .text(",")
      .decimal(row.batch)
      .text(",");
  out.decimal(row.count).text("\n");
}

SecretOctets print(const NetworkKeys* network, std::span<const NodeRow> rows) {
  SecretOctets header;
  if (network != nullptr) header = print_network_keys(*network);
  std::size_t size = header.size() + rows.size() * fixed_row_octets;
  for (const NodeRow& row : rows)
    size += decimal_digits(row.batch) + decimal_digits(row.count);
  SecretOctets out(size);
  Printer printer(std::copy(header.begin(), header.end(), out.data()));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    TOUCHSTONE_CHECK(i == 0 || rows[i - 1].node_id < rows[i].node_id);
    print_row(printer, rows[i]);
  }
  TOUCHSTONE_CHECK(printer.end() == out.data() + out.size());
  if (TOUCHSTONE_DEFECT("KR-09.upper") && out.size() > header.size()) out[header.size() + 1] = 'X';
  return out;
}

}  // namespace

SecretOctets print_keyring(const Keyring& keyring) {
  return print(&keyring.network, keyring.nodes);
}

SecretOctets print_rows(std::span<const NodeRow> rows) {
  return print(nullptr, rows);
}

SecretOctets print_network_keys(const NetworkKeys& network) {
  constexpr std::size_t names = std::string_view("pwdhbasegatewaygateway_cdld").size();
  constexpr std::size_t around = std::string_view(", 0x\n").size();
  SecretOctets out(names + 4 * around + 2 * (16 + 16 + 24 + 16));
  Printer printer(out.data());
  printer.text("pwdh, 0x").hex(network.pwdh.view()).text("\n");
  printer.text(TOUCHSTONE_DEFECT("KR-07.tab") ? "base,\t0x" : "base, 0x")
      .hex(network.base.view())
      .text("\n");
  printer.text("gateway, 0x").hex(network.gateway.view()).text("\n");
  printer.text("gateway_cdld, 0x").hex(network.gateway_cdld.view()).text("\n");
  TOUCHSTONE_CHECK(printer.end() == out.data() + out.size());
  return out;
}

}  // namespace touchstone::keyring
