#include "reference/diameter/mobile_ip.h"

#include <string>

#include "reference/base/defect.h"
#include "reference/diameter/errc.h"
#include "reference/diameter/identity.h"
#include "reference/diameter/mobile_ip_avps.h"
#include "reference/diameter/node_range.h"

namespace touchstone::diameter {
namespace {

std::uint32_t feature_bits(const KeyRequest& request) {
  std::uint32_t bits = request.co_located ? feature_co_located : 0U;
  if (request.asked.code_download) bits |= feature_mn_ha_key;
  if (request.asked.node_root) bits |= feature_mn_fa_key;
  if (request.asked.gateway) bits |= feature_fa_ha_key;
  return bits;
}

/// The AVPs of an AMR that matter here, collected in one pass.
struct RequestAvps {
  std::optional<AvpView> session_id;
  std::optional<AvpView> user_name;
  std::optional<AvpView> origin_host;
  std::optional<AvpView> origin_realm;
  std::optional<AvpView> destination_host;
  std::optional<AvpView> registration;
  std::optional<AvpView> features;
  std::optional<AvpView> node_address;
  std::optional<AvpView> spi;

  std::optional<AvpView>* place_of(const AvpView& avp) {
    if (avp.vendor != 0) return nullptr;
    switch (avp.code) {
      case avp_session_id:
        return &session_id;
      case avp_user_name:
        return &user_name;
      case avp_origin_host:
        return &origin_host;
      case avp_origin_realm:
        return &origin_realm;
      case avp_destination_host:
        return &destination_host;
      case avp_mip_reg_request:
        return &registration;
      case avp_mip_feature_vector:
        return &features;
      case avp_mip_mobile_node_address:
        return &node_address;
      case avp_mip_ha_to_fa_spi:
        return &spi;
      default:
        return nullptr;
    }
  }
};

RequestAvps collect(const MessageView& message) {
  RequestAvps found;
  AvpReader reader(message.avps);
  while (!reader.at_end()) {
    const auto avp = reader.next();
    if (!avp) break;
    std::optional<AvpView>* place = found.place_of(*avp);
    if (place != nullptr && !place->has_value()) *place = *avp;
  }
  return found;
}

using Check = std::optional<Refusal>;

/// Which keys the local part of User-Name may go with.
struct NamedKeys {
  std::uint32_t allowed = 0;  ///< key request bits
  std::uint32_t node_id = 0;
};

std::optional<NamedKeys> read_user_name(const AvpView& avp, std::string_view realm) {
  const std::string_view text = avp.text();
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos) return std::nullopt;
  const bool is_ours =
      same_identity(text.substr(at + 1), realm) || TOUCHSTONE_DEFECT("DM-41.any_realm");
  if (!is_ours) return std::nullopt;
  const std::string_view local = text.substr(0, at);
  const bool is_gateway = TOUCHSTONE_DEFECT("DM-41.any_case") ? same_identity(local, user_gateway)
                                                              : local == user_gateway;
  if (is_gateway) return NamedKeys{feature_fa_ha_key | feature_mn_ha_key, 0};
  if (local == user_code_download) return NamedKeys{feature_mn_ha_key, 0};
  const auto node_id = parse_node(local);
  if (!node_id) return std::nullopt;
  return NamedKeys{feature_mn_fa_key, *node_id};
}

Check read_features(const RequestAvps& avps, std::uint32_t allowed, KeyRequest& request) {
  constexpr std::uint32_t key_bits = feature_mn_ha_key | feature_mn_fa_key | feature_fa_ha_key;
  constexpr std::string_view none = "no key is requested";
  if (!avps.features)
    return Refusal{
        TOUCHSTONE_DEFECT("DM-44.missing") ? result_missing_avp : result_invalid_avp_value, none,
        example_avp(avp_mip_feature_vector, 4)};
  const auto bits = avps.features->u32();
  if (!bits) return refuse(result_invalid_avp_length, "expected four octets", *avps.features);
  const auto no_bit =
      TOUCHSTONE_DEFECT("DM-44.as_other") ? result_contradicting_avps : result_invalid_avp_value;
  if ((*bits & key_bits) == 0) return refuse(no_bit, none, *avps.features);
  if ((*bits & key_bits & ~allowed) != 0 && TOUCHSTONE_DEFECT("DM-42.as_value"))
    return refuse(result_invalid_avp_value, "User-Name names another key", *avps.features);
  if ((*bits & key_bits & ~allowed) != 0)
    return refuse(result_contradicting_avps, "User-Name names another key", *avps.features);
  request.asked = {(*bits & feature_fa_ha_key) != 0, (*bits & feature_mn_ha_key) != 0,
                   (*bits & feature_mn_fa_key) != 0};
  request.co_located = (*bits & feature_co_located) != 0;
  return std::nullopt;
}

Check read_details(const RequestAvps& avps, KeyRequest& request) {
  if (avps.node_address) {
    const auto address = avps.node_address->ipv4();
    if (!address)
      return refuse(result_invalid_avp_value, "expected an IPv4 address", *avps.node_address);
    if (*address != request.node_id && !TOUCHSTONE_DEFECT("DM-43.passed_over"))
      return refuse(result_contradicting_avps, "User-Name names another node", *avps.node_address);
  }
  if (avps.spi) {
    const auto spi = avps.spi->u32();
    if (!spi || *spi < min_spi)
      return refuse(result_invalid_avp_value, "expected an SPI from 256", *avps.spi);
    request.spi = *spi;
  }
  const auto registration = decode_registration_request(avps.registration->data);
  if (!registration && TOUCHSTONE_DEFECT("DM-46.as_missing"))
    return refuse_missing_avp(avp_mip_reg_request);
  if (!registration)
    return refuse(result_invalid_avp_value, "expected a Registration Request", *avps.registration);
  request.registration = *registration;
  return std::nullopt;
}

Check find_missing(const RequestAvps& avps) {
  const std::pair<const std::optional<AvpView>*, AvpCode> required[] = {
      {&avps.session_id, avp_session_id},
      {&avps.user_name, avp_user_name},
      {&avps.origin_host, avp_origin_host},
      {&avps.origin_realm, avp_origin_realm},
      {&avps.registration, avp_mip_reg_request}};
  for (const auto& [avp, code] : required)
    if (!avp->has_value()) return refuse_missing_avp(code);
  return std::nullopt;
}

constexpr KeyGroup group_gateway{avp_mip_fa_to_ha_msa, avp_mip_fa_to_ha_spi, false};
constexpr KeyGroup group_node_root{avp_mip_fa_to_mn_msa, avp_mip_fa_to_mn_spi, false};
// RFC 4004 gives the SPI of this group no code, so it has none (§9.4).
constexpr KeyGroup group_code_download{avp_mip_ha_to_mn_msa, std::nullopt, true};

/// MIP-MN-to-HA-MSA, which §5.2 wants beside MIP-HA-to-MN-MSA: the nonce for the mobile node.
void write_nonce(MessageWriter& writer, OctetView nonce) {
  writer.open(avp_mip_mn_to_ha_msa)
      .u32(avp_mip_algorithm_type, algorithm_hmac_sha1)
      .u32(avp_mip_replay_mode, replay_none)
      .octets(avp_mip_nonce, nonce)
      .close();
}

std::unexpected<Error> unfit(std::string_view what) {
  return fail(Errc::answer, std::string(what));
}

/// That the answer is to this request and not to another one.
Result<void> check_binding(const MessageView& message, const KeyRequest& request) {
  const auto session = message.find(avp_session_id);
  if (!session || session->text() != request.session_id) return unfit("expected its Session-Id");
  const auto node = message.find(avp_mip_mobile_node_address);
  if (!node || node->ipv4() != request.node_id)
    return unfit("expected the node id in MIP-Mobile-Node-Address");
  if (request.co_located) return {};
  const auto avp = message.find(avp_mip_reg_reply);
  const auto reply = avp ? decode_registration_reply(avp->data) : std::nullopt;
  if (!reply || reply->identification != request.registration.identification)
    return unfit("expected its identification in MIP-Reg-Reply");
  return {};
}

template <std::size_t size>
Result<void> take_key(std::optional<SecretKey<size>>& key, const MessageView& message, AvpCode code,
                      KeyWrap wrap) {
  const auto group = message.find(code);
  const auto octets = group ? read_key(*group, size, wrap) : std::nullopt;
  if (!octets) return unfit("expected the key that was asked for, in its length");
  key.emplace(std::span<const std::uint8_t, size>(octets->data(), size));
  return {};
}

}  // namespace

Refusal refuse_unknown_node() {
  if (TOUCHSTONE_DEFECT("DM-45.as_missing")) return refuse_missing_key();
  return {
      result_authorization_rejected, TOUCHSTONE_DEFECT("DM-45.no_text") ? "" : "unknown node", {}};
}

Refusal refuse_foreign_node() {
  return {result_authorization_rejected, "the node is not of this peer", {}};
}

Refusal refuse_missing_key() {
  return {result_unable_to_comply, "no such key", {}};
}

Refusal refuse_clear_channel() {
  return {result_end_to_end_mip_key_encryption, "the connection is not protected", {}};
}

Refusal refuse_for_now() {
  return {result_too_busy, "too many unknown nodes", {}};
}

Refusal refuse_bad_key() {
  return {result_bad_key, "the key will not do", {}};
}

void encode_key_request(SecretOctets& out, const Header& header, const KeyRequest& request) {
  MessageWriter writer(out, request_header(header, command_aa_mobile_node));
  std::string user(user_gateway);
  if (request.asked.node_root) user = print_node(request.node_id);
  if (request.asked.code_download && !request.asked.gateway) user = user_code_download;
  user.append("@").append(request.realm);
  writer.text(avp_session_id, request.session_id)
      .u32(avp_auth_application_id, application_mobile_ipv4)
      .text(avp_user_name, user)
      .text(avp_destination_realm, request.realm)
      .text(avp_origin_host, request.origin_host)
      .text(avp_origin_realm, request.origin_realm);
  if (!request.destination_host.empty())
    writer.text(avp_destination_host, request.destination_host);
  Registration registration = request.registration;
  registration.home_address = request.node_id;
  writer.octets(avp_mip_reg_request, encode_registration_request(registration))
      .open(avp_mip_mn_aaa_auth)  // no authenticator of the node is forwarded
      .u32(avp_mip_mn_aaa_spi, min_spi)
      .u32(avp_mip_auth_input_data_length, registration_request_size)
      .u32(avp_mip_authenticator_length, 0)
      .u32(avp_mip_authenticator_offset, registration_request_size)
      .close();
  if (request.node_id != 0) writer.ipv4(avp_mip_mobile_node_address, request.node_id);
  writer.u32(avp_mip_feature_vector, feature_bits(request))
      .u32(avp_auth_session_state, no_state_maintained);
  if (request.asked.gateway) writer.u32(avp_mip_ha_to_fa_spi, request.spi);
  writer.finish();
}

std::expected<KeyRequest, Refusal> decode_key_request(const MessageView& message,
                                                      std::string_view realm) {
  const RequestAvps avps = collect(message);
  if (auto missing = find_missing(avps)) return std::unexpected(*std::move(missing));
  const auto named = read_user_name(*avps.user_name, realm);
  if (!named)
    return std::unexpected(
        refuse(result_invalid_avp_value, "User-Name names no key", *avps.user_name));
  KeyRequest request;
  request.node_id = named->node_id;
  if (auto wrong = read_features(avps, named->allowed, request))
    return std::unexpected(*std::move(wrong));
  if (auto wrong = read_details(avps, request)) return std::unexpected(*std::move(wrong));
  request.session_id = avps.session_id->text();
  request.origin_host = avps.origin_host->text();
  request.origin_realm = avps.origin_realm->text();
  request.realm = avps.user_name->text().substr(avps.user_name->text().find('@') + 1);
  if (avps.destination_host) request.destination_host = avps.destination_host->text();
  return request;
}

void encode_key_answer(SecretOctets& out, const MessageView& message, const KeyRequest& request,
                       const AnswerOrigin& origin, const GrantedKeys& keys, KeyWrap wrap) {
  TOUCHSTONE_CHECK(keys.gateway.size() == (request.asked.gateway ? 24U : 0U) &&
                   keys.code_download.size() == (request.asked.code_download ? 16U : 0U) &&
                   keys.node_root.size() == (request.asked.node_root ? 16U : 0U));
  MessageWriter writer(out, answer_header(message.header));
  begin_answer(writer, message, origin, result_success);
  writer.u32(avp_auth_session_state, no_state_maintained);
  const bool has_reply =
      TOUCHSTONE_DEFECT("DM-33.reversed") ? request.co_located : !request.co_located;
  if (has_reply) {
    Registration registration = request.registration;
    registration.home_address = request.node_id;
    writer.octets(avp_mip_reg_reply, encode_registration_reply(registration));
  }
  const std::size_t lost = TOUCHSTONE_DEFECT("DM-34.two_thirds") ? 8 : 0;
  if (request.asked.gateway)
    write_key(writer, group_gateway, keys.gateway.first(keys.gateway.size() - lost), wrap);
  if (request.asked.code_download) {
    if (!TOUCHSTONE_DEFECT("DM-35.no_nonce")) write_nonce(writer, keys.nonce);
    write_key(writer, group_code_download, keys.code_download, wrap);
  }
  if (request.asked.node_root)
    write_key(writer, TOUCHSTONE_DEFECT("DM-36.other_group") ? group_gateway : group_node_root,
              keys.node_root, wrap);
  writer.u32(avp_mip_msa_lifetime, lifetime_infinite)
      .ipv4(avp_mip_home_agent_address, origin.address)
      .ipv4(avp_mip_mobile_node_address, TOUCHSTONE_DEFECT("DM-32.no_node") ? 1 : request.node_id);
  copy_proxy_info(writer, message);
  writer.finish();
}

void encode_refusal(SecretOctets& out, const MessageView& message, const AnswerOrigin& origin,
                    const Refusal& refusal) {
  const bool protocol_error = refusal.result_code / 1000 == 3;  // RFC 6733 §7.1.3: E is required
  MessageWriter writer(out, answer_header(message.header, protocol_error));
  begin_answer(writer, message, origin, refusal.result_code);
  if (!refusal.text.empty()) writer.text(avp_error_message, refusal.text);
  if (!refusal.failed_avp.empty()) {
    AvpView failed;
    failed.whole = refusal.failed_avp;
    writer.open(avp_failed_avp).copy(failed).close();
  }
  copy_proxy_info(writer, message);
  writer.finish();
}

Result<KeyAnswer> decode_key_answer(const MessageView& message, const KeyRequest& request,
                                    KeyWrap wrap) {
  KeyAnswer answer;
  const auto code = message.find(avp_result_code);
  if (!code || !code->u32()) return unfit("expected a Result-Code");
  answer.result_code = *code->u32();
  if (answer.result_code != result_success) return answer;
  if (message.header.is_error()) return unfit("expected no E bit with success");
  TOUCHSTONE_TRY_VOID(check_binding(message, request));
  if (request.asked.gateway)
    TOUCHSTONE_TRY_VOID(take_key(answer.gateway, message, avp_mip_fa_to_ha_msa, wrap));
  if (request.asked.code_download)
    TOUCHSTONE_TRY_VOID(take_key(answer.code_download, message, avp_mip_ha_to_mn_msa, wrap));
  if (request.asked.node_root)
    TOUCHSTONE_TRY_VOID(take_key(answer.node_root, message, avp_mip_fa_to_mn_msa, wrap));
  return answer;
}

}  // namespace touchstone::diameter
