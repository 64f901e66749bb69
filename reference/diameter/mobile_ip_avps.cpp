#include "reference/diameter/mobile_ip_avps.h"

#include "reference/base/defect.h"
#include "reference/crypto/cipher.h"

namespace touchstone::diameter {

Header request_header(const Header& header, CommandCode command) noexcept {
  Header made = header;
  made.flags = static_cast<std::uint8_t>(flag_request | flag_proxiable |
                                         (header.flags & flag_retransmitted));
  made.command = command;
  made.application = application_mobile_ipv4;
  return made;
}

void write_key(MessageWriter& writer, const KeyGroup& group, OctetView key, KeyWrap wrap) {
  writer.open(group.group);
  if (group.spi) writer.u32(*group.spi, min_spi);
  writer.u32(avp_mip_algorithm_type,
             TOUCHSTONE_DEFECT("DM-37.algorithm") ? 1 : algorithm_hmac_sha1);
  if (group.replay_mode) writer.u32(avp_mip_replay_mode, replay_none);
  if (wrap == nullptr || TOUCHSTONE_DEFECT("DM-50.plain")) {
    writer.octets(avp_mip_session_key, key);
  } else {
    writer.octets(avp_mip_session_key, crypto::aes128_wrap(wrap->view(), key));
  }
  writer.close();
}

std::optional<SecretOctets> read_key(const AvpView& group, std::size_t size, KeyWrap wrap) {
  const auto avp = find(group.data, avp_mip_session_key);
  if (!avp) return std::nullopt;
  if (wrap == nullptr) {
    if (avp->data.size() != size) return std::nullopt;
    return copy_secret(avp->data);
  }
  auto key = crypto::aes128_unwrap(wrap->view(), avp->data);
  if (!key || key->size() != size) return std::nullopt;
  return *std::move(key);
}

void begin_answer(MessageWriter& writer, const MessageView& message, const AnswerOrigin& origin,
                  std::uint32_t result_code) {
  if (const auto session = message.find(avp_session_id))
    writer.octets(avp_session_id, session->data);
  writer.u32(avp_auth_application_id, application_mobile_ipv4)
      .u32(avp_result_code, result_code)
      .text(avp_origin_host, TOUCHSTONE_DEFECT("DM-05.realm") ? origin.realm : origin.host)
      .text(avp_origin_realm, origin.realm);
  if (origin.state_id != 0) writer.u32(avp_origin_state_id, origin.state_id);
}

void copy_proxy_info(MessageWriter& writer, const MessageView& message) {
  AvpReader reader(message.avps);
  while (!reader.at_end()) {
    const auto avp = reader.next();
    if (!avp) return;
    if (avp->is(avp_proxy_info)) writer.copy(*avp);
    if (avp->is(avp_proxy_info) && TOUCHSTONE_DEFECT("DM-04.first_alone")) return;
  }
}

Refusal refuse(std::uint32_t result_code, std::string_view text, const AvpView& avp) {
  return {result_code, text, Octets(avp.whole.begin(), avp.whole.end())};
}

Octets example_avp(AvpCode code, std::size_t size) {
  SecretOctets message;
  MessageWriter writer(message, {});
  writer.octets(code, Octets(size, 0));
  return {message.begin() + header_size,
          message.begin() + static_cast<std::ptrdiff_t>(header_size + 8 + size)};
}

Refusal refuse_missing_avp(AvpCode code) {
  return {result_missing_avp, "an AVP is missing", example_avp(code, least_size(*find_avp(code)))};
}

}  // namespace touchstone::diameter
