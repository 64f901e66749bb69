#include "reference/diameter/mobile_ip.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "reference/diameter/errc.h"
#include "reference/diameter/grammar.h"
#include "tests/support/tree.h"

namespace touchstone::diameter {
namespace {

constexpr std::uint32_t node = 0x0001A2B3;
constexpr std::string_view session = "gateway.example;1;1";
const Header identifiers{.hop_by_hop = 0x11, .end_to_end = 0x22};
const AnswerOrigin kms{"kms.example", "example", 0x0A320428, 0};
template <std::size_t size>
SecretKey<size> key_of(std::string_view digits) {
  const Octets octets = *from_hex(digits);
  return SecretKey<size>(std::span<const std::uint8_t, size>(octets.data(), size));
}
const SecretKey<24> gateway_key = key_of<24>("0123456789abcdef23456789abcdef01456789abcdef0123");
const SecretKey<16> node_key = key_of<16>("00112233445566778899aabbccddeeff");
const SecretKey<16> cdld_key = key_of<16>("101112131415161718191a1b1c1d1e1f");
const SecretKey<16> wrapping_key = key_of<16>("000102030405060708090a0b0c0d0e0f");  // RFC 3394 §4.1

MessageView view_of(OctetView octets) {
  return {decode_header(octets)->header, octets.subspan(header_size), octets};
}

/// fixtures/diameter/key_exchange/messages.txt, made by another encoder.
const std::map<std::string, std::string>& worked_messages() {
  static const std::map<std::string, std::string> messages = [] {
    std::map<std::string, std::string> read;
    std::ifstream in(tests::tree_path("fixtures/diameter/key_exchange/messages.txt"));
    std::string key;
    std::string value;
    while (in >> key >> value)
      read[key] = value;
    return read;
  }();
  return messages;
}

Octets worked(const std::string& name) {
  return *from_hex(worked_messages().at(name));
}

KeyRequest ask(const AskedKeys& asked, std::uint32_t node_id = 0) {
  KeyRequest request;
  request.asked = asked;
  request.node_id = node_id;
  request.co_located = asked.code_download;
  request.registration = {node_id, 0x0A320428, 0x0A320429, 0x0102030405060708};
  request.session_id = session;
  request.origin_host = "gateway.example";
  request.origin_realm = "example";
  request.realm = "example";
  return request;
}

const AskedKeys only_gateway{true, false, false};
const AskedKeys only_cdld{false, true, false};
const AskedKeys start{true, true, false};
const AskedKeys only_node{false, false, true};

SecretOctets encoded(const KeyRequest& request) {
  SecretOctets out;
  encode_key_request(out, identifiers, request);
  return out;
}

SecretOctets answered(const KeyRequest& request, KeyWrap wrap = nullptr) {
  const SecretOctets asked = encoded(request);
  GrantedKeys keys;
  if (request.asked.gateway) keys.gateway = gateway_key.view();
  if (request.asked.code_download) keys.code_download = cdld_key.view();
  if (request.asked.node_root) keys.node_root = node_key.view();
  for (std::size_t i = 0; i < keys.nonce.size(); ++i)
    keys.nonce[i] = static_cast<std::uint8_t>(0xA0 + i);
  SecretOctets out;
  encode_key_answer(out, view_of(asked), request, kms, keys, wrap);
  return out;
}

Result<KeyAnswer> decode_answer(const KeyRequest& request, KeyWrap wrap) {
  const SecretOctets octets = answered(request, wrap);
  return decode_key_answer(view_of(octets), request, wrap);
}

/// An AMR for a node without the AVP `code`, or with other data in it.
Octets changed(const KeyRequest& request, std::uint32_t code,
               const std::optional<Octets>& data = std::nullopt) {
  const SecretOctets whole = encoded(request);
  SecretOctets out;
  MessageWriter writer(out, view_of(whole).header);
  AvpReader reader(view_of(whole).avps);
  while (!reader.at_end()) {
    const AvpView avp = *reader.next();
    if (!avp.is(code)) {
      writer.copy(avp);
    } else if (data) {
      writer.octets(static_cast<AvpCode>(code), *data);
    }
  }
  writer.finish();
  return {out.begin(), out.end()};
}

Refusal refused(OctetView message, std::string_view realm = "example") {
  const auto request = decode_key_request(view_of(message), realm);
  if (request) return {};
  return request.error();
}

Octets text(std::string_view characters) {
  return {characters.begin(), characters.end()};
}

TEST(KeyExchange, RequestsAreThoseOfThePage) {
  EXPECT_EQ(to_hex(encoded(ask(only_gateway))), to_hex(worked("gateway_request")));
  EXPECT_EQ(to_hex(encoded(ask(only_cdld))), to_hex(worked("code_download_request")));
  EXPECT_EQ(to_hex(encoded(ask(start))), to_hex(worked("start_request")));
  EXPECT_EQ(to_hex(encoded(ask(only_node, node))), to_hex(worked("node_request")));
}

TEST(KeyExchange, AnswersAreThoseOfThePage) {
  EXPECT_EQ(to_hex(answered(ask(only_gateway))), to_hex(worked("gateway_answer")));
  EXPECT_EQ(to_hex(answered(ask(only_cdld))), to_hex(worked("code_download_answer")));
  EXPECT_EQ(to_hex(answered(ask(start))), to_hex(worked("start_answer")));
  EXPECT_EQ(to_hex(answered(ask(only_node, node))), to_hex(worked("node_answer")));
  EXPECT_EQ(to_hex(answered(ask(only_node, node), &wrapping_key)),
            to_hex(worked("node_answer_wrapped")));
}

TEST(KeyExchange, RefusalsAreThoseOfThePage) {
  const SecretOctets request = encoded(ask(only_node, node));
  const auto shown = [&](const Refusal& refusal) {
    SecretOctets out;
    encode_refusal(out, view_of(request), kms, refusal);
    return to_hex(out);
  };
  EXPECT_EQ(shown(refuse_unknown_node()), to_hex(worked("unknown_node")));
  EXPECT_EQ(shown(refuse_clear_channel()), to_hex(worked("not_protected")));
  const KeyRequest asked = ask(only_node, node);
  EXPECT_EQ(shown(refused(changed(asked, avp_mip_feature_vector, Octets(4, 0)))),
            to_hex(worked("no_key_requested")));
  EXPECT_EQ(shown(refused(changed(asked, avp_mip_mobile_node_address, Octets{0, 1, 0, 0, 0, 0}))),
            to_hex(worked("other_node")));
}

TEST(KeyExchange, WorkedMessagesKeepTheGrammarOfTheStandard) {
  for (const auto& [name, digits] : worked_messages()) {
    const Octets octets = *from_hex(digits);
    const auto violation = check(view_of(octets));
    EXPECT_FALSE(violation.has_value()) << name << ": " << violation->clause;
  }
  EXPECT_EQ(worked_messages().size(), 16U);
}

TEST(KeyExchange, ProtocolErrorsAloneHaveTheEBit) {
  const SecretOctets request = encoded(ask(only_node, node));
  for (const Refusal& refusal : {refuse_unknown_node(), refuse_missing_key(), refuse_bad_key(),
                                 refuse_clear_channel(), refuse_for_now()}) {
    SecretOctets out;
    encode_refusal(out, view_of(request), kms, refusal);
    EXPECT_EQ(view_of(out).header.is_error(), refusal.result_code == result_too_busy);
    EXPECT_EQ(view_of(out).find(avp_result_code)->u32(), refusal.result_code);
  }
}

TEST(KeyExchange, DecodesWhatItEncodes) {
  for (const std::uint32_t id : {0U, 1U, node, 0xFFFFFFFFU}) {
    KeyRequest request = ask(only_node, id);
    request.destination_host = "kms.example";
    const SecretOctets octets = encoded(request);
    const auto decoded = decode_key_request(view_of(octets), "EXAMPLE");
    ASSERT_TRUE(decoded.has_value());
    EXPECT_EQ(decoded->asked, only_node);
    EXPECT_EQ(decoded->node_id, id);
    EXPECT_EQ(decoded->registration, request.registration);
    EXPECT_EQ(decoded->session_id, session);
    EXPECT_EQ(decoded->origin_host, "gateway.example");
    EXPECT_EQ(decoded->destination_host, "kms.example");
    EXPECT_EQ(view_of(octets).find(avp_mip_mobile_node_address).has_value(), id != 0);
  }
}

TEST(KeyExchange, AnswersBringTheKeysThatWereAsked) {
  for (const KeyWrap wrap : {KeyWrap{nullptr}, &wrapping_key}) {
    const auto both = decode_answer(ask(start), wrap);
    ASSERT_TRUE(both.has_value());
    EXPECT_TRUE(both->gateway->equals(gateway_key) && both->code_download->equals(cdld_key));
    EXPECT_FALSE(both->node_root.has_value());
    const KeyRequest one = ask(only_node, node);
    const auto root = decode_answer(one, wrap);
    ASSERT_TRUE(root.has_value());
    EXPECT_TRUE(root->node_root->equals(node_key));
  }
}

TEST(KeyExchange, RefusesUserNamesThatNameNoKey) {
  for (const char* name : {"", "@example", "0x0001a2b3", "0x0001a2b3@other", "0X0001a2b3@example",
                           "0x0001A2B3@example", "0x001a2b3@example", "0x00001a2b3@example",
                           "107187@example", " 0x0001a2b3@example", "0x0001a2b3 @example",
                           "0x0001a2bg@example", "gateway", "base@example", "pwdh@example",
                           "Gateway@example", "0x0001a2b3@example@example", "\xFF@example"}) {
    const Refusal refusal = refused(changed(ask(only_node, node), avp_user_name, text(name)));
    EXPECT_EQ(refusal.result_code, result_invalid_avp_value) << name;
    ASSERT_GE(refusal.failed_avp.size(), 8U);
    EXPECT_EQ(refusal.failed_avp[3], avp_user_name);
  }
}

TEST(KeyExchange, RefusesAFeatureVectorThatContradictsUserName) {
  const auto with = [](const KeyRequest& request, std::uint8_t low, std::uint8_t high = 0) {
    return refused(changed(request, avp_mip_feature_vector, Octets{0, 0, high, low})).result_code;
  };
  EXPECT_EQ(with(ask(only_node, node), 64), result_contradicting_avps);
  EXPECT_EQ(with(ask(only_node, node), 32 + 16), result_contradicting_avps);
  EXPECT_EQ(with(ask(only_gateway), 32), result_contradicting_avps);
  EXPECT_EQ(with(ask(only_cdld), 64 + 16, 1), result_contradicting_avps);
  EXPECT_EQ(with(ask(only_gateway), 1 + 2 + 4 + 8, 1), result_invalid_avp_value);
  EXPECT_EQ(with(ask(only_cdld), 16), 0U);  // the lenient form, with a MIP-Reg-Reply
  EXPECT_EQ(refused(changed(ask(only_gateway), avp_mip_feature_vector)).result_code,
            result_invalid_avp_value);
  EXPECT_EQ(refused(changed(ask(only_gateway), avp_mip_feature_vector, Octets(3, 0))).result_code,
            result_invalid_avp_length);
}

TEST(KeyExchange, RefusesDetailsThatDoNotFit) {
  const KeyRequest one = ask(only_node, node);
  const auto code = [](const Octets& message) { return refused(message).result_code; };
  EXPECT_EQ(code(changed(one, avp_mip_mobile_node_address, Octets{0, 2, 0, 1, 0xA2, 0xB3})),
            result_invalid_avp_value);
  EXPECT_EQ(code(changed(one, avp_mip_mobile_node_address, Octets(3, 0))),
            result_invalid_avp_value);
  EXPECT_EQ(code(changed(one, avp_mip_mobile_node_address)), 0U);
  EXPECT_EQ(code(changed(ask(only_gateway), avp_mip_ha_to_fa_spi, Octets{0, 0, 0, 255})),
            result_invalid_avp_value);
  EXPECT_EQ(code(changed(ask(only_gateway), avp_mip_ha_to_fa_spi)), 0U);
  EXPECT_EQ(code(changed(one, avp_mip_reg_request, Octets{})), result_invalid_avp_value);
  EXPECT_EQ(code(changed(one, avp_mip_reg_request, Octets(24, 3))), result_invalid_avp_value);
}

TEST(KeyExchange, RefusesAMissingAvpWithAnExampleOfIt) {
  for (const AvpCode code :
       {avp_session_id, avp_user_name, avp_origin_host, avp_origin_realm, avp_mip_reg_request}) {
    const Refusal refusal = refused(changed(ask(only_node, node), code));
    EXPECT_EQ(refusal.result_code, result_missing_avp);
    // Only a Registration Request has a length of its own, whatever it says (RFC 3344 §3.3).
    const std::uint8_t size = code == avp_mip_reg_request ? 24 : 0;
    Octets example{
        0, 0, static_cast<std::uint8_t>(code >> 8), static_cast<std::uint8_t>(code), 0x40,
        0, 0, static_cast<std::uint8_t>(8 + size)};
    example.resize(8U + size);
    EXPECT_EQ(refusal.failed_avp, example);
  }
}

TEST(KeyExchange, AnswersRepeatProxyInfoAndNothingElseOfTheRequest) {
  const KeyRequest request = ask(only_node, node);
  const SecretOctets asked = encoded(request);
  SecretOctets proxied;
  MessageWriter writer(proxied, view_of(asked).header);
  AvpReader reader(view_of(asked).avps);
  while (!reader.at_end())
    writer.copy(*reader.next());
  for (const char* host : {"b.example", "a.example"})
    writer.open(avp_proxy_info).text(avp_proxy_host, host).text(avp_proxy_state, "x").close();
  writer.finish();
  SecretOctets out;
  encode_refusal(out, view_of(proxied), kms, refuse_unknown_node());
  std::vector<std::string> hosts;
  AvpReader answer(view_of(out).avps);
  while (!answer.at_end()) {
    const AvpView avp = *answer.next();
    if (avp.is(avp_proxy_info)) hosts.emplace_back(find(avp.data, avp_proxy_host)->text());
  }
  EXPECT_EQ(hosts, (std::vector<std::string>{"b.example", "a.example"}));
}

TEST(KeyExchange, ARefusedAnswerBringsNoKeyEvenIfItHoldsOne) {
  const KeyRequest request = ask(only_node, node);
  SecretOctets answer = answered(request);
  const std::size_t at = to_hex(answer).find("000007d1") / 2;
  answer[at + 2] = 0x13;
  answer[at + 3] = 0x8B;  // 5003
  const auto decoded = decode_key_answer(view_of(answer), request, nullptr);
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(decoded->result_code, result_authorization_rejected);
  EXPECT_FALSE(decoded->node_root.has_value());
}

TEST(KeyExchange, SuccessWithTheEBitIsNoAnswer) {
  const KeyRequest request = ask(only_node, node);
  SecretOctets answer = answered(request);
  answer[4] |= flag_error;
  EXPECT_FALSE(decode_key_answer(view_of(answer), request, nullptr).has_value());
}

TEST(KeyExchange, RefusesAnswersThatDoNotFit) {
  const KeyRequest request = ask(only_node, node);
  const SecretOctets answer = answered(request);
  const auto fits = [&](const KeyRequest& asked, KeyWrap wrap = nullptr) {
    const auto decoded = decode_key_answer(view_of(answer), asked, wrap);
    EXPECT_TRUE(decoded || decoded.error().code == make_error_code(Errc::answer));
    return decoded.has_value();
  };
  EXPECT_TRUE(fits(request));
  KeyRequest other = ask(only_node, node + 1);
  EXPECT_FALSE(fits(other));
  other = ask(only_node, node);
  other.registration.identification += 1;
  EXPECT_FALSE(fits(other));
  other = ask(only_node, node);
  other.session_id = "gateway.example;1;2";
  EXPECT_FALSE(fits(other));
  EXPECT_FALSE(fits(request, &wrapping_key));  // sent as it is where wrapping was agreed
  other = ask(only_gateway);
  EXPECT_FALSE(fits(other));
  const SecretOctets wrapped = answered(request, &wrapping_key);
  EXPECT_FALSE(decode_key_answer(view_of(wrapped), request, nullptr).has_value());
  EXPECT_FALSE(decode_key_answer(view_of(wrapped), request, &cdld_key).has_value());
}

TEST(KeyExchange, EveryTruncationAndEveryChangedOctetIsSafe) {
  const KeyRequest request = ask(only_node, node);
  const SecretOctets message = encoded(request);
  const std::size_t read = message.size() - 24;  // the last two AVPs are not needed
  for (std::size_t size = header_size; size < read; ++size)
    EXPECT_FALSE(decode_key_request(view_of(OctetView(message).first(size)), "example")) << size;
  const SecretOctets answer_octets = answered(request);
  for (const SecretOctets* original : {&message, &answer_octets}) {
    const SecretOctets& whole = *original;
    SecretOctets broken = copy_secret(whole);
    for (std::size_t at = header_size; at < broken.size(); ++at)
      for (int value = 0; value < 256; ++value) {
        broken[at] = static_cast<std::uint8_t>(value);
        const auto asked = decode_key_request(view_of(broken), "example");
        EXPECT_TRUE(!asked || asked->session_id.size() < broken.size());
        const auto answer = decode_key_answer(view_of(broken), request, nullptr);
        EXPECT_TRUE(!answer || answer->result_code != result_success || answer->node_root);
        broken[at] = whole[at];
      }
  }
}

Rotation rotation_of_gateway_key() {
  Rotation rotation;
  rotation.gateway = gateway_key.copy();
  rotation.registration = {0, 0x0A320428, 0x0A320429, 0x0102030405060708};
  rotation.session_id = "kms.example;1;7";
  rotation.origin_host = "kms.example";
  rotation.origin_realm = "example";
  rotation.realm = "example";
  rotation.destination_host = "gateway.example";
  return rotation;
}

TEST(KeyRotation, MessagesAreThoseOfThePage) {
  SecretOctets request;
  encode_rotation(request, identifiers, rotation_of_gateway_key(), nullptr);
  EXPECT_EQ(to_hex(request), to_hex(worked("rotation_request")));
  const AnswerOrigin gateway{"gateway.example", "example", 0, 0};
  SecretOctets accepted;
  encode_rotation_answer(accepted, view_of(request), gateway);
  EXPECT_EQ(to_hex(accepted), to_hex(worked("rotation_answer")));
  SecretOctets refusal;
  encode_refusal(refusal, view_of(request), gateway, refuse_bad_key());
  EXPECT_EQ(to_hex(refusal), to_hex(worked("rotation_refused")));
}

TEST(KeyRotation, BringsTheKeysThatWereSent) {
  for (const KeyWrap wrap : {KeyWrap{nullptr}, &wrapping_key}) {
    Rotation sent = rotation_of_gateway_key();
    sent.code_download = cdld_key.copy();
    SecretOctets octets;
    encode_rotation(octets, identifiers, sent, wrap);
    const auto read = decode_rotation(view_of(octets), wrap);
    ASSERT_TRUE(read.has_value());
    EXPECT_TRUE(read->gateway->equals(gateway_key) && read->code_download->equals(cdld_key));
    EXPECT_EQ(read->destination_host, "gateway.example");
    const auto other = decode_rotation(view_of(octets), wrap == nullptr ? &wrapping_key : nullptr);
    ASSERT_FALSE(other.has_value());
    EXPECT_EQ(other.error().result_code, result_bad_key);
  }
}

TEST(KeyRotation, RefusesARequestWithoutAKey) {
  const Octets request = worked("node_request");
  const auto read = decode_rotation(view_of(request), nullptr);
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().result_code, result_missing_avp);
}

}  // namespace
}  // namespace touchstone::diameter
