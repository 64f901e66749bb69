#pragma once
// wpa_supplicant.conf: reading, judging and changing it without losing what a hand has written, and
// writing one for EAP-TLS on a wired port (003 5.3.3).

#include <string>
#include <string_view>
#include <vector>

#include "reference/dot1x/config/rules.h"
#include "reference/dot1x/config/wpa_text.h"

namespace touchstone::dot1x::config {

inline constexpr std::size_t max_wpa_conf = 1 << 20;

/// One line, with its line end in the document.
struct WpaLine {
  enum class Kind : std::uint8_t {
    nothing,  ///< blank or a comment
    field,    ///< key=value; in a network when `block` is set
    open,     ///< network={ or another block
    close,    ///< }
    wrong,    ///< what wpa_supplicant refuses
  };
  Kind kind = Kind::nothing;
  std::size_t begin = 0;  ///< in the text
  std::size_t size = 0;   ///< with the line end
  std::size_t block = 0;  ///< number of the block that it is in, from 1; 0 for none
  std::string key = {};   ///< of a field, or the word of a block
  std::size_t value = 0;  ///< where the value begins in the text
  std::size_t value_size = 0;
};

/// The text, and what its lines are.
struct WpaDocument {
  SecretOctets text;
  std::vector<WpaLine> lines;

  /// The last line that sets `key` in the block, or nothing.
  [[nodiscard]] const WpaLine* find(std::size_t block, std::string_view key) const;
  [[nodiscard]] std::string_view value_of(const WpaLine& line) const {
    return as_text(text).substr(line.value, line.value_size);
  }
  /// The string that the field holds; nothing when it is not set, NULL or no string.
  [[nodiscard]] std::optional<SecretOctets> string(std::size_t block, std::string_view key) const;
  /// The blocks of this word, in order.
  [[nodiscard]] std::vector<std::size_t> blocks(std::string_view word) const;
};

struct WpaReading {
  WpaDocument document;
  Findings findings;        ///< at most 1000; sorted by place; no value of a secret field in them
  bool loads = true;        ///< wpa_supplicant takes the file
  bool accepted = true;     ///< and no error of ours stands in it
  std::size_t network = 0;  ///< the block that counts: the first network that is not disabled, or 0
};

/// Ends on every input. Over max_wpa_conf octets nothing but that is told.
[[nodiscard]] WpaReading read_wpa_conf(SecretOctets text);

/// The text with `key` set to `value` in a block (0: outside): in the place of the last line that
/// sets it, with its comment kept (on a line above when it has a quotation mark, which would be
/// read into a quoted value), else on a new line at the end of the block (0: before the first
/// block). `value` is as it stands after =. The block exists.
[[nodiscard]] SecretOctets set_field(const WpaDocument& document, std::size_t block,
                                     std::string_view key, OctetView value);
/// The text without the lines that set `key` in the block.
[[nodiscard]] SecretOctets remove_field(const WpaDocument& document, std::size_t block,
                                        std::string_view key);

/// EAP-TLS on a wired port. Names are those of files on the gateway.
struct EapTls {
  std::string identity;
  std::string ca_cert;
  std::string client_cert;
  std::string private_key;
  bool has_password = false;
  std::string server_name = {};  ///< domain_match, or empty
};

/// The two halves of the file; the password, without control octets, stands between them.
struct EapTlsText {
  std::string before;
  std::string after;  ///< empty without a password
};

/// The file that net8021x writes (WS-02). read_wpa_conf() has nothing to say about it.
[[nodiscard]] EapTlsText print_eap_tls(const EapTls& settings);

}  // namespace touchstone::dot1x::config
