#pragma once
// Parts that the messages of the key exchange share. Internal.

#include <expected>
#include <optional>
#include <string_view>

#include "reference/diameter/mobile_ip.h"

namespace touchstone::diameter {

inline constexpr std::uint32_t no_state_maintained = 1;  ///< Auth-Session-State (RFC 6733 §8.11)
inline constexpr std::uint32_t algorithm_hmac_sha1 = 2;  ///< the only value of RFC 4004 §9.8
inline constexpr std::uint32_t replay_none = 1;          ///< RFC 4004 §9.9
inline constexpr std::uint32_t lifetime_infinite = 0;    ///< MIP-MSA-Lifetime, RFC 4004 §8.1

inline constexpr std::string_view user_gateway = "gateway";
inline constexpr std::string_view user_code_download = "gateway_cdld";

/// Header of a request of application 2, with the identifiers and the T bit of `header`.
[[nodiscard]] Header request_header(const Header& header, CommandCode command) noexcept;

/// A group with one key: algorithm, and replay mode where the group has one.
struct KeyGroup {
  AvpCode group;
  std::optional<AvpCode> spi;  ///< written as min_spi
  bool replay_mode = false;
};
void write_key(MessageWriter& writer, const KeyGroup& group, OctetView key, KeyWrap wrap);

/// The Session-Key of `group`, unwrapped; nothing unless it has `size` octets then.
std::optional<SecretOctets> read_key(const AvpView& group, std::size_t size, KeyWrap wrap);

/// Session-Id to Origin-State-Id, as every answer begins.
void begin_answer(MessageWriter& writer, const MessageView& message, const AnswerOrigin& origin,
                  std::uint32_t result_code);
/// Proxy-Info, unchanged and in order (RFC 6733 §6.2).
void copy_proxy_info(MessageWriter& writer, const MessageView& message);

[[nodiscard]] Refusal refuse(std::uint32_t result_code, std::string_view text, const AvpView& avp);
/// 5005 with an example of the AVP: the least data that it may have, zero (RFC 6733 §7.5).
[[nodiscard]] Refusal refuse_missing_avp(AvpCode code);
/// `code` with `size` zero octets.
[[nodiscard]] Octets example_avp(AvpCode code, std::size_t size);

}  // namespace touchstone::diameter
