#pragma once
// The numbers of RFC 6733 and RFC 4004 that the judge names, written from those documents.

#include <cstdint>

namespace touchstone::conformance::oracle::diameter {

/// Bits of the command flags (RFC 6733 §3).
namespace command_flag {
inline constexpr std::uint8_t request = 0x80;
inline constexpr std::uint8_t proxiable = 0x40;
inline constexpr std::uint8_t error = 0x20;
inline constexpr std::uint8_t retransmitted = 0x10;
inline constexpr std::uint8_t reserved = 0x0F;
}  // namespace command_flag

/// Bits of the AVP flags (RFC 6733 §4.1).
namespace avp_flag {
inline constexpr std::uint8_t vendor = 0x80;
inline constexpr std::uint8_t mandatory = 0x40;
inline constexpr std::uint8_t protection = 0x20;
}  // namespace avp_flag

inline constexpr std::uint32_t header_size = 20;        ///< octets
inline constexpr std::uint32_t base_application = 0;    ///< RFC 6733 §2.4
inline constexpr std::uint32_t mobile_ipv4 = 2;         ///< RFC 4004 §1.8
inline constexpr std::uint32_t relay = 0xFFFFFFFF;      ///< RFC 6733 §2.4
inline constexpr std::uint32_t least_spi = 256;         ///< smaller ones are reserved
inline constexpr std::uint32_t hmac_sha_1 = 2;          ///< RFC 4004 §9.8
inline constexpr std::uint32_t no_replay_checking = 1;  ///< RFC 4004 §9.9: none
inline constexpr std::uint32_t no_state_maintained = 1;
inline constexpr std::uint32_t infinite_lifetime = 0;  ///< of MIP-MSA-Lifetime

/// RFC 6733 §3.1 and RFC 4004 §5.
namespace command {
inline constexpr std::uint32_t capabilities_exchange = 257;
inline constexpr std::uint32_t re_auth = 258;
inline constexpr std::uint32_t aa_mobile_node = 260;  ///< AMR, AMA
inline constexpr std::uint32_t home_agent_mip = 262;  ///< HAR, HAA
inline constexpr std::uint32_t accounting = 271;
inline constexpr std::uint32_t abort_session = 274;
inline constexpr std::uint32_t session_termination = 275;
inline constexpr std::uint32_t device_watchdog = 280;
inline constexpr std::uint32_t disconnect_peer = 282;
}  // namespace command

/// RFC 6733 §4.5 and RFC 4004 §7, §9. Those that only the dictionary needs are rows there.
namespace avp {
inline constexpr std::uint32_t user_name = 1;
inline constexpr std::uint32_t proxy_state = 33;
inline constexpr std::uint32_t host_ip_address = 257;
inline constexpr std::uint32_t auth_application_id = 258;
inline constexpr std::uint32_t acct_application_id = 259;
inline constexpr std::uint32_t vendor_specific_application_id = 260;
inline constexpr std::uint32_t session_id = 263;
inline constexpr std::uint32_t origin_host = 264;
inline constexpr std::uint32_t supported_vendor_id = 265;
inline constexpr std::uint32_t vendor_id = 266;
inline constexpr std::uint32_t firmware_revision = 267;
inline constexpr std::uint32_t result_code = 268;
inline constexpr std::uint32_t product_name = 269;
inline constexpr std::uint32_t disconnect_cause = 273;
inline constexpr std::uint32_t auth_session_state = 277;
inline constexpr std::uint32_t origin_state_id = 278;
inline constexpr std::uint32_t failed_avp = 279;
inline constexpr std::uint32_t proxy_host = 280;
inline constexpr std::uint32_t error_message = 281;
inline constexpr std::uint32_t route_record = 282;
inline constexpr std::uint32_t destination_realm = 283;
inline constexpr std::uint32_t proxy_info = 284;
inline constexpr std::uint32_t authorization_lifetime = 291;
inline constexpr std::uint32_t destination_host = 293;
inline constexpr std::uint32_t error_reporting_host = 294;
inline constexpr std::uint32_t termination_cause = 295;
inline constexpr std::uint32_t origin_realm = 296;
inline constexpr std::uint32_t experimental_result = 297;
inline constexpr std::uint32_t inband_security_id = 299;
inline constexpr std::uint32_t fa_to_ha_spi = 318;
inline constexpr std::uint32_t fa_to_mn_spi = 319;
inline constexpr std::uint32_t reg_request = 320;
inline constexpr std::uint32_t reg_reply = 321;
inline constexpr std::uint32_t mn_aaa_auth = 322;
inline constexpr std::uint32_t ha_to_fa_spi = 323;
inline constexpr std::uint32_t mn_to_fa_msa = 325;
inline constexpr std::uint32_t fa_to_mn_msa = 326;
inline constexpr std::uint32_t fa_to_ha_msa = 328;
inline constexpr std::uint32_t ha_to_fa_msa = 329;
inline constexpr std::uint32_t mn_to_ha_msa = 331;
inline constexpr std::uint32_t ha_to_mn_msa = 332;
inline constexpr std::uint32_t mobile_node_address = 333;
inline constexpr std::uint32_t home_agent_address = 334;
inline constexpr std::uint32_t nonce = 335;
inline constexpr std::uint32_t feature_vector = 337;
inline constexpr std::uint32_t auth_input_data_length = 338;
inline constexpr std::uint32_t authenticator_length = 339;
inline constexpr std::uint32_t authenticator_offset = 340;
inline constexpr std::uint32_t mn_aaa_spi = 341;
inline constexpr std::uint32_t session_key = 343;
inline constexpr std::uint32_t algorithm_type = 345;
inline constexpr std::uint32_t replay_mode = 346;
inline constexpr std::uint32_t msa_lifetime = 367;
}  // namespace avp

/// RFC 6733 §7.1 and RFC 4004 §6.
namespace result {
inline constexpr std::uint32_t success = 2001;
inline constexpr std::uint32_t command_unsupported = 3001;
inline constexpr std::uint32_t unable_to_deliver = 3002;
inline constexpr std::uint32_t realm_not_served = 3003;
inline constexpr std::uint32_t too_busy = 3004;
inline constexpr std::uint32_t loop_detected = 3005;
inline constexpr std::uint32_t application_unsupported = 3007;
inline constexpr std::uint32_t invalid_hdr_bits = 3008;
inline constexpr std::uint32_t invalid_avp_bits = 3009;
inline constexpr std::uint32_t unknown_peer = 3010;
inline constexpr std::uint32_t bad_key = 4007;
inline constexpr std::uint32_t avp_unsupported = 5001;
inline constexpr std::uint32_t authorization_rejected = 5003;
inline constexpr std::uint32_t invalid_avp_value = 5004;
inline constexpr std::uint32_t missing_avp = 5005;
inline constexpr std::uint32_t contradicting_avps = 5007;
inline constexpr std::uint32_t avp_not_allowed = 5008;
inline constexpr std::uint32_t avp_occurs_too_many_times = 5009;
inline constexpr std::uint32_t no_common_application = 5010;
inline constexpr std::uint32_t unsupported_version = 5011;
inline constexpr std::uint32_t unable_to_comply = 5012;
inline constexpr std::uint32_t invalid_bit_in_header = 5013;
inline constexpr std::uint32_t invalid_avp_length = 5014;
inline constexpr std::uint32_t invalid_message_length = 5015;
inline constexpr std::uint32_t invalid_avp_bit_combo = 5016;
inline constexpr std::uint32_t no_common_security = 5017;
inline constexpr std::uint32_t end_to_end_mip_key_encryption = 5025;
}  // namespace result

/// Bits of MIP-Feature-Vector (RFC 4004 §7.5).
namespace feature {
inline constexpr std::uint32_t mn_ha_key_request = 16;
inline constexpr std::uint32_t mn_fa_key_request = 32;
inline constexpr std::uint32_t fa_ha_key_request = 64;
inline constexpr std::uint32_t co_located_mobile_node = 256;
}  // namespace feature

}  // namespace touchstone::conformance::oracle::diameter
