#include <algorithm>
#include <array>

#include "conformance/oracle/diameter/dictionary.h"
#include "conformance/oracle/oracle_defect.h"

namespace touchstone::conformance::oracle::diameter {

namespace {

// MIP-Home-Agent-Host is DiamIdent in the table of RFC 4004 §7, but has a grammar in §7.11; the
// grammar is what it can be decoded with.
constexpr auto rows = std::to_array<AvpRow>({
    {1, "User-Name", AvpType::utf8_string, MBit::must, "RFC 6733 §8.14"},
    {25, "Class", AvpType::octet_string, MBit::must, "RFC 6733 §8.20"},
    {27, "Session-Timeout", AvpType::unsigned32, MBit::must, "RFC 6733 §8.13"},
    {33, "Proxy-State", AvpType::octet_string, MBit::must, "RFC 6733 §6.7.4"},
    {44, "Acct-Session-Id", AvpType::octet_string, MBit::must, "RFC 6733 §9.8.4"},
    {50, "Acct-Multi-Session-Id", AvpType::utf8_string, MBit::must, "RFC 6733 §9.8.5"},
    {55, "Event-Timestamp", AvpType::time, MBit::must, "RFC 6733 §8.21"},
    {85, "Acct-Interim-Interval", AvpType::unsigned32, MBit::must, "RFC 6733 §9.8.2"},
    {257, "Host-IP-Address", AvpType::address, MBit::must, "RFC 6733 §5.3.5"},
    {258, "Auth-Application-Id", AvpType::unsigned32, MBit::must, "RFC 6733 §6.8"},
    {259, "Acct-Application-Id", AvpType::unsigned32, MBit::must, "RFC 6733 §6.9"},
    {260, "Vendor-Specific-Application-Id", AvpType::grouped, MBit::must, "RFC 6733 §6.11"},
    {261, "Redirect-Host-Usage", AvpType::enumerated, MBit::must, "RFC 6733 §6.13"},
    {262, "Redirect-Max-Cache-Time", AvpType::unsigned32, MBit::must, "RFC 6733 §6.14"},
    {263, "Session-Id", AvpType::utf8_string, MBit::must, "RFC 6733 §8.8"},
    {264, "Origin-Host", AvpType::diameter_identity, MBit::must, "RFC 6733 §6.3"},
    {265, "Supported-Vendor-Id", AvpType::unsigned32, MBit::must, "RFC 6733 §5.3.6"},
    {266, "Vendor-Id", AvpType::unsigned32, MBit::must, "RFC 6733 §5.3.3"},
    {267, "Firmware-Revision", AvpType::unsigned32, MBit::must_not, "RFC 6733 §5.3.4"},
    {268, "Result-Code", AvpType::unsigned32, MBit::must, "RFC 6733 §7.1"},
    {269, "Product-Name", AvpType::utf8_string, MBit::must_not, "RFC 6733 §5.3.7"},
    {270, "Session-Binding", AvpType::unsigned32, MBit::must, "RFC 6733 §8.17"},
    {271, "Session-Server-Failover", AvpType::enumerated, MBit::must, "RFC 6733 §8.18"},
    {272, "Multi-Round-Time-Out", AvpType::unsigned32, MBit::must, "RFC 6733 §8.19"},
    {273, "Disconnect-Cause", AvpType::enumerated, MBit::must, "RFC 6733 §5.4.3"},
    {274, "Auth-Request-Type", AvpType::enumerated, MBit::must, "RFC 6733 §8.7"},
    {276, "Auth-Grace-Period", AvpType::unsigned32, MBit::must, "RFC 6733 §8.10"},
    {277, "Auth-Session-State", AvpType::enumerated, MBit::must, "RFC 6733 §8.11"},
    {278, "Origin-State-Id", AvpType::unsigned32, MBit::must, "RFC 6733 §8.16"},
    {279, "Failed-AVP", AvpType::grouped, MBit::must, "RFC 6733 §7.5"},
    {280, "Proxy-Host", AvpType::diameter_identity, MBit::must, "RFC 6733 §6.7.3"},
    {281, "Error-Message", AvpType::utf8_string, MBit::must_not, "RFC 6733 §7.3"},
    {282, "Route-Record", AvpType::diameter_identity, MBit::must, "RFC 6733 §6.7.1"},
    {283, "Destination-Realm", AvpType::diameter_identity, MBit::must, "RFC 6733 §6.6"},
    {284, "Proxy-Info", AvpType::grouped, MBit::must, "RFC 6733 §6.7.2"},
    {285, "Re-Auth-Request-Type", AvpType::enumerated, MBit::must, "RFC 6733 §8.12"},
    {287, "Accounting-Sub-Session-Id", AvpType::unsigned64, MBit::must, "RFC 6733 §9.8.6"},
    {291, "Authorization-Lifetime", AvpType::unsigned32, MBit::must, "RFC 6733 §8.9"},
    {292, "Redirect-Host", AvpType::diameter_uri, MBit::must, "RFC 6733 §6.12"},
    {293, "Destination-Host", AvpType::diameter_identity, MBit::must, "RFC 6733 §6.5"},
    {294, "Error-Reporting-Host", AvpType::diameter_identity, MBit::must_not, "RFC 6733 §7.4"},
    {295, "Termination-Cause", AvpType::enumerated, MBit::must, "RFC 6733 §8.15"},
    {296, "Origin-Realm", AvpType::diameter_identity, MBit::must, "RFC 6733 §6.4"},
    {297, "Experimental-Result", AvpType::grouped, MBit::must, "RFC 6733 §7.6"},
    {298, "Experimental-Result-Code", AvpType::unsigned32, MBit::must, "RFC 6733 §7.7"},
    {299, "Inband-Security-Id", AvpType::unsigned32, MBit::must, "RFC 6733 §6.10"},
    {318, "MIP-FA-to-HA-SPI", AvpType::unsigned32, MBit::must, "RFC 4004 §9.11"},
    {319, "MIP-FA-to-MN-SPI", AvpType::unsigned32, MBit::must, "RFC 4004 §9.10"},
    {320, "MIP-Reg-Request", AvpType::octet_string, MBit::must, "RFC 4004 §7.1"},
    {321, "MIP-Reg-Reply", AvpType::octet_string, MBit::must, "RFC 4004 §7.2"},
    {322, "MIP-MN-AAA-Auth", AvpType::grouped, MBit::must, "RFC 4004 §7.6"},
    {323, "MIP-HA-to-FA-SPI", AvpType::unsigned32, MBit::must, "RFC 4004 §9.14"},
    {325, "MIP-MN-to-FA-MSA", AvpType::grouped, MBit::must, "RFC 4004 §9.5"},
    {326, "MIP-FA-to-MN-MSA", AvpType::grouped, MBit::must, "RFC 4004 §9.1"},
    {328, "MIP-FA-to-HA-MSA", AvpType::grouped, MBit::must, "RFC 4004 §9.2"},
    {329, "MIP-HA-to-FA-MSA", AvpType::grouped, MBit::must, "RFC 4004 §9.3"},
    {331, "MIP-MN-to-HA-MSA", AvpType::grouped, MBit::must, "RFC 4004 §9.6"},
    {332, "MIP-HA-to-MN-MSA", AvpType::grouped, MBit::must, "RFC 4004 §9.4"},
    {333, "MIP-Mobile-Node-Address", AvpType::address, MBit::must, "RFC 4004 §7.3"},
    {334, "MIP-Home-Agent-Address", AvpType::address, MBit::must, "RFC 4004 §7.4"},
    {335, "MIP-Nonce", AvpType::octet_string, MBit::must, "RFC 4004 §9.12"},
    {336, "MIP-Candidate-Home-Agent-Host", AvpType::diameter_identity, MBit::must, "RFC 4004 §7.9"},
    {337, "MIP-Feature-Vector", AvpType::unsigned32, MBit::must, "RFC 4004 §7.5"},
    {338, "MIP-Auth-Input-Data-Length", AvpType::unsigned32, MBit::must, "RFC 4004 §7.6.2"},
    {339, "MIP-Authenticator-Length", AvpType::unsigned32, MBit::must, "RFC 4004 §7.6.3"},
    {340, "MIP-Authenticator-Offset", AvpType::unsigned32, MBit::must, "RFC 4004 §7.6.4"},
    {341, "MIP-MN-AAA-SPI", AvpType::unsigned32, MBit::must, "RFC 4004 §7.6.1"},
    {342, "MIP-Filter-Rule", AvpType::ip_filter_rule, MBit::must, "RFC 4004 §7.8"},
    {343, "MIP-Session-Key", AvpType::octet_string, MBit::must, "RFC 4004 §9.7"},
    {344, "MIP-FA-Challenge", AvpType::octet_string, MBit::must, "RFC 4004 §7.7"},
    {345, "MIP-Algorithm-Type", AvpType::enumerated, MBit::must, "RFC 4004 §9.8"},
    {346, "MIP-Replay-Mode", AvpType::enumerated, MBit::must, "RFC 4004 §9.9"},
    {347, "MIP-Originating-Foreign-AAA", AvpType::grouped, MBit::must, "RFC 4004 §7.10"},
    {348, "MIP-Home-Agent-Host", AvpType::grouped, MBit::must, "RFC 4004 §7.11"},
    {367, "MIP-MSA-Lifetime", AvpType::unsigned32, MBit::must, "RFC 4004 §9.13"},
    {480, "Accounting-Record-Type", AvpType::enumerated, MBit::must, "RFC 6733 §9.8.1"},
    {483, "Accounting-Realtime-Required", AvpType::enumerated, MBit::must, "RFC 6733 §9.8.7"},
    {485, "Accounting-Record-Number", AvpType::unsigned32, MBit::must, "RFC 6733 §9.8.3"},
});

}  // namespace

std::span<const AvpRow> avp_rows() {
  return rows;
}

const AvpRow* find_avp(std::uint32_t code, std::uint32_t vendor) {
  if (vendor != 0 && !TOUCHSTONE_ORACLE_DEFECT("diameter.any-vendor")) return nullptr;
  const auto* row = std::ranges::lower_bound(rows, code, {}, &AvpRow::code);
  return row != rows.end() && row->code == code ? row : nullptr;
}

}  // namespace touchstone::conformance::oracle::diameter
