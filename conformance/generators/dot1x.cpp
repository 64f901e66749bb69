#include "conformance/generators/dot1x.h"

#include <fmt/format.h>

#include <vector>

#include "conformance/generators/keyring.h"
#include "reference/base/octets.h"

namespace touchstone::conformance::generators {

namespace {

using oracle::dot1x::PortStatus;
using Lines = std::vector<std::string>;

template <std::size_t size>
std::string one_text(const std::string_view (&list)[size]) {
  return std::string(list[draw_below(size)]);
}

void shuffle(Lines& lines) {
  for (std::size_t left = lines.size(); left > 1; --left)
    std::swap(lines[left - 1], lines[draw_below(static_cast<std::uint32_t>(left))]);
}

/// A text in one of its three spellings.
std::string spelled(const std::string& text) {
  switch (draw_below(4)) {
    case 0:
      return to_hex(as_octets(text));
    case 1: {
      std::string escaped;
      for (const char c : text)
        escaped += c == '\\' || c == '"' ? std::string("\\") + c : std::string(1, c);
      return fmt::format("P\"{}\"", escaped);
    }
    default:
      return fmt::format("\"{}\"", text);
  }
}

std::string path() {
  return fmt::format("/etc/wpa_cert/{}.pem", draw_name());
}

std::string zero() {
  constexpr std::string_view spellings[] = {"0", "0x0", "00", "+0", "-0"};
  return one_text(spellings);
}

/// Fields of a network that change nothing on a wired port.
std::string other_field(std::uint32_t which) {
  switch (which) {
    case 0:
      return fmt::format("priority={}", draw_below(100));
    case 1:
      return fmt::format("fragment_size=0x{:x}", 100 + draw_below(1300));
    case 2:
      return "id_str=" + spelled(draw_name());
    case 3:
      return "anonymous_identity=" + spelled(draw_name());
    case 4:
      return "private_key_passwd=" + spelled(draw_password());
    case 5:
      return "domain_match=\"radius.example\"";
    case 6:
      return "openssl_ciphers=\"DEFAULT\"";
    case 7:
      return "eap_workaround=0";
    default:
      return "password=NULL";
  }
}

Lines network_fields() {
  Lines fields = {draw_bool() ? "key_mgmt=IEEE8021X" : "key_mgmt=IEEE8021X  WPA-EAP",
                  "eap=TLS",
                  "eapol_flags=" + zero(),
                  "identity=" + spelled(draw_name()),
                  "ca_cert=" + spelled(path()),
                  "client_cert=" + spelled(path()),
                  "private_key=" + spelled(path())};
  for (std::uint32_t which = 0; which < 9; ++which)
    if (draw_below(4) == 0) fields.push_back(other_field(which));
  shuffle(fields);
  return fields;
}

std::string indent() {
  constexpr std::string_view blanks[] = {"", "\t", "    ", " \t"};
  return one_text(blanks);
}

std::string after() {
  constexpr std::string_view ends[] = {"", "", "", " ", "\t# why", " # it's"};
  return one_text(ends);
}

/// Blank lines and comments between the others.
void spread(Lines& lines) {
  constexpr std::string_view nothing[] = {"", "#", "# network={", "\t# by hand", "  "};
  for (std::size_t at = 0; at <= lines.size(); ++at)
    if (draw_below(6) == 0)
      lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at), one_text(nothing));
}

void add_block(Lines& lines, const std::string& word, const Lines& fields) {
  lines.push_back(indent() + word + "={" + after());
  for (const std::string& field : fields) {
    // A comment behind an open quotation mark would be part of the text.
    const bool quoted = field.contains('"');
    lines.push_back(indent() + field + (quoted ? "" : after()));
  }
  lines.push_back(indent() + "}" + after());
}

}  // namespace

std::string draw_name() {
  constexpr std::string_view parts[] = {
      "a", "mgu1", "test@test.se", "0",  "Z", "-", "_",  ".", " ",
      "#", "=",    "\xC3\xA5",     "{}", "}", "'", "\\", ";", "$(x)"};
  std::string text = one_text({"m", "x7", "gateway"});
  for (std::uint32_t more = draw_below(6); more > 0; --more)
    text += one_text(parts);
  return text + "n";
}

std::string draw_password() {
  std::string text = "Secret-" + draw_name();
  for (std::uint32_t more = 4 + draw_below(8); more > 0; --more)
    text += static_cast<char>('!' + draw_below(94));
  return text;
}

std::string draw_wpa_conf() {
  Lines lines = {"ctrl_interface=/var/run/wpa_supplicant", "ap_scan=" + zero()};
  if (draw_bool()) lines.push_back(fmt::format("eapol_version={}", 1 + draw_below(3)));
  if (draw_bool()) lines.push_back(fmt::format("fast_reauth={}", draw_below(2)));
  if (draw_below(4) == 0) lines.emplace_back("update_config=1");
  shuffle(lines);
  if (draw_below(5) == 0) add_block(lines, "network", {"disabled=1", "ssid=\"lab\""});
  if (draw_below(6) == 0) add_block(lines, "cred", {"realm=\"example\""});
  if (draw_below(6) == 0) add_block(lines, "blob-base64-ca", {"AAAA"});
  add_block(lines, "network", network_fields());
  if (draw_below(5) == 0) add_block(lines, "network", {"disabled=1"});
  spread(lines);
  const bool crlf = draw_below(4) == 0;
  std::string text;
  for (const std::string& line : lines)
    text += line + (crlf ? "\r\n" : "\n");
  if (draw_below(4) == 0) text.resize(text.find_last_not_of("\r\n") + 1);
  return text;
}

PortStatus draw_port_status() {
  struct State {
    const char* wpa;
    const char* pae;
    bool authorized;
    const char* eap;
  };
  constexpr State states[] = {{"COMPLETED", "AUTHENTICATED", true, "SUCCESS"},
                              {"COMPLETED", "AUTHENTICATED", true, "SUCCESS"},
                              {"ASSOCIATED", "CONNECTING", false, "IDLE"},
                              {"ASSOCIATED", "HELD", false, "FAILURE"},
                              {"ASSOCIATED", "AUTHENTICATING", false, "METHOD"},
                              {"COMPLETED", "LOGOFF", false, "SUCCESS"},
                              {"COMPLETED", "AUTHENTICATED", false, "SUCCESS"},
                              {"ASSOCIATED", "AUTHENTICATED", true, "SUCCESS"},
                              {"COMPLETED", "AUTHENTICATED", true, "IDLE"}};
  constexpr std::string_view ciphers[] = {"ECDHE-RSA-AES256-SHA",
                                          "ECDHE-RSA-AES256-GCM-SHA384",
                                          "TLS_AES_256_GCM_SHA384",
                                          "AES128-SHA256",
                                          "RC4-MD5",
                                          "TLS_RSA_WITH_AES_128_CBC_SHA"};
  constexpr std::string_view versions[] = {"TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"};
  const State& state = states[draw_below(9)];
  PortStatus status;
  if (draw_bool()) status.interface = fmt::format("eth{}", draw_below(4));
  status.wpa_state = state.wpa;
  status.pae_state = state.pae;
  status.authorized = state.authorized;
  status.eap_state = state.eap;
  if (draw_bool()) status.ip_address = fmt::format("10.105.68.{}", draw_below(255));
  status.address = fmt::format("00:08:5d:79:1f:{:02x}", draw_below(256));
  constexpr int methods[] = {13, 13, 13, 25, 21, 4, 43};
  if (state.eap != std::string_view("IDLE")) status.method = methods[draw_below(7)];
  if (status.method == 13) {
    status.cipher = one_text(ciphers);
    if (draw_bool()) status.tls_version = one_text(versions);
    if (draw_bool()) status.session_id = fmt::format("0d{:064x}", draw_below(1U << 31U));
  }
  status.reused = draw_bool();
  if (draw_bool()) status.uuid = fmt::format("3b0fb9c5-{:04x}", draw_below(65536));
  return status;
}

std::string draw_status_text(const PortStatus& status) {
  Lines lines = status_lines(status, draw_bool());
  if (draw_bool()) lines.emplace_back("p2p_device_address=02:00:00:00:00:01");
  if (draw_bool()) lines.emplace_back("wifi_generation=4");
  if (draw_bool()) shuffle(lines);
  const std::string end = draw_bool() ? "\n" : "\r\n";
  const bool listing = draw_below(4) == 0;
  std::string text;
  if (!status.interface.empty())
    text += fmt::format("Selected interface '{}'{}{}", status.interface, end, listing ? end : "");
  for (const std::string& line : lines)
    text += line + end + (listing ? end : "");
  return text;
}

}  // namespace touchstone::conformance::generators
