#pragma once
// Valid IPsec configurations. Called inside a property's draw.

#include <string>

#include "conformance/oracle/ipsec/keys_files.h"
#include "conformance/oracle/ipsec/pair.h"
#include "conformance/oracle/ipsec/racoon_conf.h"
#include "conformance/oracle/ipsec/setkey_script.h"

namespace touchstone::conformance::generators {

/// One to three remotes and up to three sainfos of which nobody complains: main, aggressive and
/// base mode, keys and certificates, named remotes, ports, networks, ranges and names.
[[nodiscard]] oracle::ipsec::RacoonConf draw_racoon();

/// `text` with blanks, line ends and comments between its words; every verdict stays.
[[nodiscard]] std::string spread_racoon(const std::string& text);

/// Mirrored policies and associations that they use.
[[nodiscard]] oracle::ipsec::SetkeyReading draw_setkey();
[[nodiscard]] std::string print_setkey(const oracle::ipsec::SetkeyReading& script);

/// The files of an interface with a pre-shared key, in one of several spellings.
[[nodiscard]] oracle::ipsec::IfcfgInput draw_ifcfg();

/// Rows, comments and blank lines in any order.
[[nodiscard]] std::string draw_psk();

/// A key of 16 to 40 octets that stands in psk.txt and in shell quotes as it is.
[[nodiscard]] std::string draw_psk_key();

/// Two ends that negotiate in both directions, whoever answers.
[[nodiscard]] std::pair<oracle::ipsec::PairEnd, oracle::ipsec::PairEnd> draw_pair();

}  // namespace touchstone::conformance::generators
