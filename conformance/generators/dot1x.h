#pragma once
// Valid files and status of port authentication. Called inside a property's draw.

#include <string>

#include "conformance/oracle/dot1x/wpa_status.h"

namespace touchstone::conformance::generators {

/// A wpa_supplicant.conf for EAP-TLS on a wired port of which nobody complains: its fields in any
/// order and any spelling, others between them, comments, CRLF, further blocks.
[[nodiscard]] std::string draw_wpa_conf();

/// A text of 1 to 40 octets that may stand in quotation marks: letters, blanks, #, = and UTF-8.
[[nodiscard]] std::string draw_name();

/// A password of a key: printable, quotation marks and # too.
[[nodiscard]] std::string draw_password();

/// A port in one of the states that wpa_supplicant tells.
[[nodiscard]] oracle::dot1x::PortStatus draw_port_status();

/// Its lines in any order, with keys that nobody knows, blank lines and CRLF now and then.
[[nodiscard]] std::string draw_status_text(const oracle::dot1x::PortStatus& status);

}  // namespace touchstone::conformance::generators
