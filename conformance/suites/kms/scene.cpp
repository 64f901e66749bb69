#include "conformance/suites/kms/scene.h"

#include <algorithm>

#include "conformance/harness/base64.h"
#include "conformance/oracle/keyring_text.h"

namespace touchstone::conformance::suites::kms {

namespace {

constexpr Milliseconds between_looks = 50;

}  // namespace

void add_case(harness::Registry& registry, std::string id, std::string title,
              std::function<void(CaseContext&)> body, std::vector<std::string> more) {
  const std::string requirement = id.substr(0, id.find('.'));
  registry.add({.id = std::move(id),
                .suite = "kms",
                .requirements = {requirement},
                .needs = diameter::server_needs(std::move(more)),
                .title = std::move(title),
                .body = std::move(body)});
}

void expect_all_served(std::string_view requirement, Network& network, Gateway& gateway) {
  for (const oracle::Row& row : network.world().keyring.rows)
    gateway.judge(requirement, gateway.ask(dm::KeyKind::node_root, row.id));
}

std::uint32_t result_for(Gateway& gateway, std::uint32_t node) {
  const auto request = gateway.request(gateway.ask(dm::KeyKind::node_root, node));
  const auto answer = gateway.exchange(dm::encode(request)).answer;
  return answer ? dm::decode(*answer).message.number_of(dm::avp::result_code).value_or(0) : 0;
}

bool is_served_soon(Network& network, Gateway& gateway, std::uint32_t node) {
  const Milliseconds until = network.now() + network.patience();
  while (result_for(gateway, node) != dm::result::success) {
    if (network.now() >= until) return false;
    network.wait(between_looks);
  }
  return true;
}

oracle::Keyring changed(const Network& network) {
  oracle::Keyring keyring = network.world().keyring;
  const std::uint32_t added = network.world().unknown_node;
  auto& rows = keyring.rows;
  rows.at(1).key[5] ^= 0x5A;
  ++rows.at(1).count;
  oracle::Row row = rows.at(0);
  row.id = added;
  row.key[7] ^= 0x77;
  rows.insert(std::ranges::upper_bound(rows, added, {}, &oracle::Row::id), row);
  return keyring;
}

Json keyring_argument(std::string_view text) {
  return {{"keyring_b64", harness::to_base64(as_octets(text))}};
}

Json keyring_argument(const oracle::Keyring& keyring) {
  return keyring_argument(oracle::print_keyring(keyring));
}

std::string log_name(CaseContext& ctx) {
  const Json& given = ctx.pixit("log_file");
  return given.is_string() ? given.get<std::string>() : "kms.log";
}

std::string log_when(Network& network, const std::function<bool(std::string_view log)>& holds) {
  CaseContext& ctx = network.ctx();
  const std::string name = log_name(ctx);
  const Milliseconds until = network.now() + network.patience();
  while (true) {
    const Octets log = ctx.sandbox().read(name);
    if (holds(as_text(log)) || network.now() >= until) return std::string(as_text(log));
    network.wait(between_looks);
  }
}

}  // namespace touchstone::conformance::suites::kms
