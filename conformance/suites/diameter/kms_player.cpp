#include "conformance/suites/diameter/kms_player.h"

namespace touchstone::conformance::suites::diameter {
namespace {

constexpr std::uint32_t registration_octets = 20;

// The KMS plays its part of docs/formats/diameter-kms.md; only what a case does not need to spoil.
dm::Message key_answer(const World& world, const std::string& host, const dm::Message& amr) {
  dm::Message ama = dm::answer_to(amr);
  ama.add(dm::text(dm::avp::session_id, amr.text_of(dm::avp::session_id)))
      .add(dm::number(dm::avp::auth_application_id, dm::mobile_ipv4))
      .add(dm::number(dm::avp::result_code, dm::result::success))
      .add(dm::text(dm::avp::origin_host, host))
      .add(dm::text(dm::avp::origin_realm, world.realm))
      .add(dm::number(dm::avp::auth_session_state, dm::no_state_maintained));
  return ama;
}

dm::Avp session_key(OctetView key) {
  return dm::octets(dm::avp::session_key, Octets(key.begin(), key.end()));
}

void add_tail(dm::Message& ama, std::uint32_t node) {
  ama.add(dm::number(dm::avp::msa_lifetime, dm::infinite_lifetime))
      .add(dm::ipv4(dm::avp::home_agent_address, 0x7F000001))
      .add(dm::ipv4(dm::avp::mobile_node_address, node));
}

}  // namespace

dm::Message network_keys_answer(const World& world, const std::string& host,
                                const dm::Message& amr) {
  dm::Message ama = key_answer(world, host, amr);
  const dm::Avp algorithm = dm::number(dm::avp::algorithm_type, dm::hmac_sha_1);
  const dm::Avp replay = dm::number(dm::avp::replay_mode, dm::no_replay_checking);
  ama.add(dm::group(dm::avp::fa_to_ha_msa, {dm::number(dm::avp::fa_to_ha_spi, 256), algorithm,
                                            session_key(world.keyring.network.gateway)}));
  ama.add(dm::group(dm::avp::mn_to_ha_msa,
                    {algorithm, replay, dm::octets(dm::avp::nonce, Octets(16, 0x5a))}));
  ama.add(dm::group(dm::avp::ha_to_mn_msa,
                    {algorithm, replay, session_key(world.keyring.network.gateway_cdld)}));
  add_tail(ama, 0);
  return ama;
}

dm::Message node_answer(const World& world, const std::string& host, const dm::Message& amr,
                        const oracle::Row& node) {
  dm::Message ama = key_answer(world, host, amr);
  const Octets& asked = amr.find(dm::avp::reg_request)->data;
  Octets reply{3, 0, 0xff, 0xff};
  reply.insert(reply.end(), asked.begin() + 4, asked.begin() + 12);   // home address, home agent
  reply.insert(reply.end(), asked.begin() + 16, asked.begin() + 24);  // identification
  if (reply.size() == registration_octets) ama.add(dm::octets(dm::avp::reg_reply, reply));
  ama.add(dm::group(dm::avp::fa_to_mn_msa,
                    {dm::number(dm::avp::fa_to_mn_spi, 256),
                     dm::number(dm::avp::algorithm_type, dm::hmac_sha_1), session_key(node.key)}));
  add_tail(ama, node.id);
  return ama;
}

dm::Message unknown_node_answer(const World& world, const std::string& host,
                                const dm::Message& amr) {
  dm::Message ama = key_answer(world, host, amr);
  ama.set(dm::number(dm::avp::result_code, dm::result::authorization_rejected));
  ama.remove(dm::avp::auth_session_state);
  ama.add(dm::text(dm::avp::error_message, "unknown node").with_flags(0));
  return ama;
}

void serve_network_keys(Network& network, Peer& kms) {
  const auto amr = kms.await_request(dm::command::aa_mobile_node);
  if (!amr) network.ctx().inconclusive("the gateway does not ask for its network keys");
  kms.send_as_it_is(network_keys_answer(network.world(), kms.host(), *amr));
  if (!network.await_ready()) network.ctx().inconclusive("the gateway does not take its keys");
}

ReadyGateway ready_gateway(Network& network) {
  const Listener listener = network.listen(first_kms_host);
  network.start_client({listener});
  Peer kms = Peer::accept(network, listener);
  serve_network_keys(network, kms);
  return {listener, std::move(kms)};
}

}  // namespace touchstone::conformance::suites::diameter
