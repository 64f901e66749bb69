#pragma once
// The key exchange between gateway (KMC) and KMS in messages of RFC 4004: the gateway is the
// foreign agent, the KMS the home AAA server, the node the mobile node
// (docs/formats/diameter-kms.md).

#include <array>
#include <expected>
#include <optional>
#include <string_view>

#include "reference/base/octets.h"
#include "reference/base/result.h"
#include "reference/base/secret.h"
#include "reference/diameter/message.h"
#include "reference/diameter/registration.h"

namespace touchstone::diameter {

/// Bits of MIP-Feature-Vector (RFC 4004 §7.5). One key request bit stands for each kind of key.
enum FeatureBit : std::uint32_t {
  feature_mn_ha_key = 16,   ///< code download key
  feature_mn_fa_key = 32,   ///< node root key
  feature_fa_ha_key = 64,   ///< Gateway key
  feature_co_located = 256  ///< the answer has no MIP-Reg-Reply (§5.2)
};

inline constexpr std::uint32_t min_spi =
    256;  ///< smaller ones are reserved (RFC 4004 §9.10, 11, 14)

struct AskedKeys {
  bool gateway = false;
  bool code_download = false;
  bool node_root = false;  ///< never together with the others

  friend bool operator==(const AskedKeys&, const AskedKeys&) = default;
};

/// What an AMR asks. Views point into the decoded message, or into what the caller encodes from.
struct KeyRequest {
  AskedKeys asked;
  std::uint32_t node_id = 0;  ///< of node_root
  bool co_located = false;
  std::uint32_t spi = min_spi;  ///< MIP-HA-to-FA-SPI, for the Gateway key
  Registration registration;    ///< its home address is not read; the node id is written there
  std::string_view session_id;
  std::string_view origin_host;
  std::string_view origin_realm;
  std::string_view realm;             ///< of the KMS: Destination-Realm and realm of User-Name
  std::string_view destination_host;  ///< may be empty
};

/// Why a request gets no keys, in the words of the answer. The E bit is set for 3xxx alone
/// (RFC 6733 §7.1).
struct Refusal {
  std::uint32_t result_code = 0;
  std::string_view text = {};  ///< Error-Message
  Octets failed_avp = {};      ///< header and data; empty when the answer has no Failed-AVP
};

[[nodiscard]] Refusal refuse_unknown_node();   ///< 5003
[[nodiscard]] Refusal refuse_foreign_node();   ///< 5003: not one that this peer may ask for
[[nodiscard]] Refusal refuse_missing_key();    ///< 5012: the keyring has no such key
[[nodiscard]] Refusal refuse_clear_channel();  ///< 5025, RFC 4004 §8.3
[[nodiscard]] Refusal refuse_for_now();        ///< 3004: too many unknown nodes (KM-15)
[[nodiscard]] Refusal refuse_bad_key();        ///< 4007, a rotation with a key that will not do

/// Appends an AMR. `header` gives the identifiers and the T bit; the rest of it is set here.
void encode_key_request(SecretOctets& out, const Header& header, const KeyRequest& request);

/// What an AMR with the grammar of RFC 4004 §5.1 asks of the KMS of `realm`. Refused are a missing
/// AVP that is read here (5005), a User-Name that names no key of this realm (5004), a feature
/// vector without a key request (5004) or with one that User-Name contradicts (5007), another node
/// in MIP-Mobile-Node-Address (5007), a reserved SPI and a broken Registration Request (5004).
std::expected<KeyRequest, Refusal> decode_key_request(const MessageView& message,
                                                      std::string_view realm);

/// Who answers.
struct AnswerOrigin {
  std::string_view host;
  std::string_view realm;
  std::uint32_t address = 0;   ///< IPv4, for MIP-Home-Agent-Address
  std::uint32_t state_id = 0;  ///< Origin-State-Id; 0: none
};

/// Keys on the wire are wrapped under this one (RFC 3394); null means that they are sent as they
/// are. Both sides must be configured alike: the length tells a receiver when they are not.
using KeyWrap = const SecretKey<16>*;

/// The keys for what was asked; the others are empty. Views of 24, 16 and 16 octets.
struct GrantedKeys {
  OctetView gateway;
  OctetView code_download;
  OctetView node_root;
  std::array<std::uint8_t, 16> nonce{};  ///< random; goes with the code download key (§9.12)
};

/// Appends the AMA with the keys; `message` is the AMR that `request` was decoded from.
void encode_key_answer(SecretOctets& out, const MessageView& message, const KeyRequest& request,
                       const AnswerOrigin& origin, const GrantedKeys& keys, KeyWrap wrap);

/// Appends the AMA or HAA that refuses `message`; it never holds a key.
void encode_refusal(SecretOctets& out, const MessageView& message, const AnswerOrigin& origin,
                    const Refusal& refusal);

/// What an AMA brings. Keys are there after result_success alone, and then all that were asked.
struct KeyAnswer {
  std::uint32_t result_code = 0;
  std::optional<SecretKey<24>> gateway;
  std::optional<SecretKey<16>> code_download;
  std::optional<SecretKey<16>> node_root;
};

/// Errc::answer when the AMA does not fit `request`: another session, another identification in
/// MIP-Reg-Reply, another node, a key that is missing or of the wrong length, or that does not
/// unwrap, success with the E bit.
Result<KeyAnswer> decode_key_answer(const MessageView& message, const KeyRequest& request,
                                    KeyWrap wrap);

/// A new Gateway key or code download key, pushed by the KMS in a HAR (RFC 4004 §5.3).
struct Rotation {
  std::optional<SecretKey<24>> gateway;
  std::optional<SecretKey<16>> code_download;
  Registration registration;
  std::string_view session_id;
  std::string_view origin_host;
  std::string_view origin_realm;
  std::string_view realm;             ///< of the gateway
  std::string_view destination_host;  ///< the gateway
};

/// Appends a HAR. At least one key is set.
void encode_rotation(SecretOctets& out, const Header& header, const Rotation& rotation,
                     KeyWrap wrap);

/// Refused are a HAR without a key (5005), and a key of the wrong length or that does not unwrap
/// (4007). Whether a key is weak is for the role to say.
std::expected<Rotation, Refusal> decode_rotation(const MessageView& message, KeyWrap wrap);

/// Appends the HAA that accepts; encode_refusal appends the others.
void encode_rotation_answer(SecretOctets& out, const MessageView& message,
                            const AnswerOrigin& origin);

}  // namespace touchstone::diameter
