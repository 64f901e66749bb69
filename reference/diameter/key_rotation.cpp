// HAR and HAA: a new Gateway key or code download key on its way to a gateway.

#include <string>

#include "reference/diameter/mobile_ip.h"
#include "reference/diameter/mobile_ip_avps.h"

namespace touchstone::diameter {
namespace {

constexpr std::uint32_t authorization_unlimited = 0xFFFFFFFF;  ///< RFC 6733 §8.9
constexpr KeyGroup group_gateway{avp_mip_ha_to_fa_msa, avp_mip_ha_to_fa_spi, false};
constexpr KeyGroup group_code_download{avp_mip_ha_to_mn_msa, std::nullopt, true};

/// The key of `group` if the message has it. False when it is there and will not do.
template <std::size_t size>
bool take_key(std::optional<SecretKey<size>>& key, const MessageView& message, AvpCode group,
              KeyWrap wrap) {
  const auto avp = message.find(group);
  if (!avp) return true;
  const auto octets = read_key(*avp, size, wrap);
  if (!octets) return false;
  key.emplace(std::span<const std::uint8_t, size>(octets->data(), size));
  return true;
}

std::string_view text_of(const MessageView& message, AvpCode code) {
  const auto avp = message.find(code);
  return avp ? avp->text() : std::string_view{};
}

}  // namespace

void encode_rotation(SecretOctets& out, const Header& header, const Rotation& rotation,
                     KeyWrap wrap) {
  TOUCHSTONE_CHECK(rotation.gateway || rotation.code_download);
  MessageWriter writer(out, request_header(header, command_home_agent_mip));
  const std::string_view local = rotation.gateway ? user_gateway : user_code_download;
  const std::uint32_t features = (rotation.gateway ? std::uint32_t{feature_fa_ha_key} : 0U) |
                                 (rotation.code_download ? std::uint32_t{feature_mn_ha_key} : 0U);
  writer.text(avp_session_id, rotation.session_id)
      .u32(avp_auth_application_id, application_mobile_ipv4)
      .u32(avp_authorization_lifetime, authorization_unlimited)
      .u32(avp_auth_session_state, no_state_maintained)
      .octets(avp_mip_reg_request, encode_registration_request(rotation.registration))
      .text(avp_origin_host, rotation.origin_host)
      .text(avp_origin_realm, rotation.origin_realm)
      .text(avp_user_name, std::string(local).append("@").append(rotation.origin_realm))
      .text(avp_destination_realm, rotation.realm)
      .u32(avp_mip_feature_vector, features)
      .text(avp_destination_host, rotation.destination_host);
  if (rotation.gateway) write_key(writer, group_gateway, rotation.gateway->view(), wrap);
  if (rotation.code_download)
    write_key(writer, group_code_download, rotation.code_download->view(), wrap);
  writer.u32(avp_mip_msa_lifetime, lifetime_infinite);
  writer.finish();
}

std::expected<Rotation, Refusal> decode_rotation(const MessageView& message, KeyWrap wrap) {
  Rotation rotation;
  if (!take_key(rotation.gateway, message, avp_mip_ha_to_fa_msa, wrap) ||
      !take_key(rotation.code_download, message, avp_mip_ha_to_mn_msa, wrap))
    return std::unexpected(refuse_bad_key());
  if (!rotation.gateway && !rotation.code_download)
    return std::unexpected(refuse_missing_avp(avp_mip_ha_to_fa_msa));
  const auto registration = message.find(avp_mip_reg_request);
  if (!registration) return std::unexpected(refuse_missing_avp(avp_mip_reg_request));
  const auto decoded = decode_registration_request(registration->data);
  if (!decoded)
    return std::unexpected(
        refuse(result_invalid_avp_value, "expected a Registration Request", *registration));
  rotation.registration = *decoded;
  rotation.session_id = text_of(message, avp_session_id);
  rotation.origin_host = text_of(message, avp_origin_host);
  rotation.origin_realm = text_of(message, avp_origin_realm);
  rotation.realm = text_of(message, avp_destination_realm);
  rotation.destination_host = text_of(message, avp_destination_host);
  return rotation;
}

void encode_rotation_answer(SecretOctets& out, const MessageView& message,
                            const AnswerOrigin& origin) {
  MessageWriter writer(out, answer_header(message.header));
  begin_answer(writer, message, origin, result_success);
  const auto avp = message.find(avp_mip_reg_request);
  const auto registration = avp ? decode_registration_request(avp->data) : std::nullopt;
  if (registration) writer.octets(avp_mip_reg_reply, encode_registration_reply(*registration));
  copy_proxy_info(writer, message);
  writer.finish();
}

}  // namespace touchstone::diameter
