// The key exchange itself: which keys are given, and for what they are refused (RFC 4004 and
// docs/formats/diameter-kms.md).

#include <fmt/format.h>

#include "conformance/suites/diameter/cases.h"
#include "conformance/suites/diameter/exchange.h"

namespace touchstone::conformance::suites::diameter {

namespace {

namespace avp = dm::avp;
using dm::KeyKind;
using dm::Message;

/// A KMS that has started, and a gateway of it.
struct Scene {
  explicit Scene(CaseContext& ctx) : network(ctx) { network.start_server(); }

  Network network;
};

void need_documented_rules(CaseContext& ctx) {
  if (!mapping_of(ctx).has_documented_rules) ctx.not_supported("the mapping is not documented");
}

bool asks_for(const dm::Mapping& mapping, KeyKind kind) {
  return mapping.variables.contains(kind);
}

/// Every kind of key, for every node that has one. Any mapping.
void check_keys(CaseContext& ctx, std::string_view requirement, const std::vector<KeyKind>& kinds) {
  Scene scene(ctx);
  Gateway gateway(scene.network);
  for (const KeyKind kind : kinds) {
    if (!asks_for(gateway.mapping(), kind)) continue;
    if (kind != KeyKind::node_root) {
      gateway.judge(requirement, gateway.ask(kind));
      continue;
    }
    for (const oracle::Row& row : scene.network.world().keyring.rows)
      gateway.judge(requirement, gateway.ask(kind, row.id));
  }
}

void check_unknown(CaseContext& ctx) {
  Scene scene(ctx);
  Gateway gateway(scene.network);
  const std::uint32_t unknown = scene.network.world().unknown_node;
  gateway.judge("DM-45", gateway.ask(KeyKind::node_root, unknown));
}

void check_unknown_text(CaseContext& ctx) {
  need_documented_rules(ctx);
  Scene scene(ctx);
  Gateway gateway(scene.network);
  gateway.judge("DM-45", gateway.ask(KeyKind::node_root, scene.network.world().unknown_node));
  const Message answer = dm::decode(gateway.last_answer().value()).message;
  ctx.expect_equal("DM-45", "Error-Message", "unknown node",
                   std::string(answer.text_of(avp::error_message)));
}

/// A node whose id has a letter among its digits, so that its capitals are another name.
std::uint32_t node_with_letters(CaseContext& ctx, const World& world) {
  for (const oracle::Row& row : world.keyring.rows)
    if (fmt::format("{:08x}", row.id).find_first_of("abcdef") != std::string::npos) return row.id;
  ctx.inconclusive("no node id of the keyring has a letter among its digits");
}

/// Names that are no node id of eight lower-case digits.
void check_names(CaseContext& ctx) {
  need_documented_rules(ctx);
  Scene scene(ctx);
  Gateway gateway(scene.network);
  const std::uint32_t node = node_with_letters(ctx, scene.network.world());
  const std::string hex = fmt::format("{:08x}", node);
  std::string upper = hex;
  for (char& c : upper)
    if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
  for (const std::string& name :
       {"0x" + upper, "0X" + hex, hex, std::to_string(node), "0x" + hex + "0", "0x" + hex.substr(1),
        " 0x" + hex, "0x" + hex + " ", std::string(), std::string("gateway "),
        std::string("GATEWAY"), std::string("0x0x") + hex.substr(2), "0x+" + hex.substr(1)}) {
    Message request = gateway.request(gateway.ask(KeyKind::node_root, node));
    request.set(dm::text(avp::user_name, name + "@" + scene.network.world().realm));
    gateway.judge("DM-41", request);
  }
}

void check_realm_of_name(CaseContext& ctx) {
  need_documented_rules(ctx);
  Scene scene(ctx);
  Gateway gateway(scene.network);
  const std::uint32_t node = scene.network.world().node(1).id;
  for (const char* realm : {"@elsewhere.test", "", "@"}) {
    Message request = gateway.request(gateway.ask(KeyKind::node_root, node));
    request.set(dm::text(avp::user_name, fmt::format("0x{:08x}{}", node, realm)));
    gateway.judge("DM-41", request);
  }
}

/// One change of a request of one kind.
struct Change {
  const char* id;
  const char* title;
  KeyKind kind;
  void (*change)(Message& request);
};

const Change changes[] = {
    {"DM-42.GatewayAsksForARootKey", "A bit of another key than User-Name names is refused",
     KeyKind::gateway, [](Message& m) { m.set(dm::number(avp::feature_vector, 64 + 32)); }},
    {"DM-42.NodeAsksForTheGatewayKey", "A node's name and the bit of the Gateway key are refused",
     KeyKind::node_root, [](Message& m) { m.set(dm::number(avp::feature_vector, 64)); }},
    {"DM-42.CodeDownloadAsksForTheGatewayKey",
     "The name of the code download key and the bit of the Gateway key are refused",
     KeyKind::code_download, [](Message& m) { m.set(dm::number(avp::feature_vector, 16 + 64)); }},
    {"DM-43.OtherNodeInTheAddress", "An address of another node than User-Name names is refused",
     KeyKind::node_root, [](Message& m) { m.set(dm::ipv4(avp::mobile_node_address, 0x01020304)); }},
    {"DM-44.NoKeyBit", "A request without a key request bit is refused", KeyKind::node_root,
     [](Message& m) { m.set(dm::number(avp::feature_vector, 256)); }},
    {"DM-44.NoFeatureVector", "A request without MIP-Feature-Vector is refused", KeyKind::node_root,
     [](Message& m) { m.remove(avp::feature_vector); }},
    {"DM-46.ShortRegistration", "A Registration Request under 24 octets is refused",
     KeyKind::node_root, [](Message& m) { m.get(avp::reg_request).data.resize(23); }},
    {"DM-46.RegistrationOfAnotherType", "A registration message of another type is refused",
     KeyKind::node_root, [](Message& m) { m.get(avp::reg_request).data[0] = 3; }},
    {"DM-33.ReplyWithoutTheCoLocatedBit", "Without bit 256 there is a MIP-Reg-Reply",
     KeyKind::code_download, [](Message& m) { m.set(dm::number(avp::feature_vector, 16)); }},
    {"DM-33.NoReplyWithTheCoLocatedBit", "With bit 256 there is no MIP-Reg-Reply",
     KeyKind::node_root, [](Message& m) { m.set(dm::number(avp::feature_vector, 32 + 256)); }},
    {"DM-47.ReservedSpi", "An SPI under 256 is refused", KeyKind::gateway,
     [](Message& m) { m.set(dm::number(avp::ha_to_fa_spi, 255)); }},
};

void check_change(CaseContext& ctx, const Change& row) {
  need_documented_rules(ctx);
  Scene scene(ctx);
  Gateway gateway(scene.network);
  Message request = gateway.request(gateway.ask(row.kind, scene.network.world().node(1).id));
  row.change(request);
  const std::string_view id = row.id;
  gateway.judge(id.substr(0, id.find('.')), request);
}

void check_protection(CaseContext& ctx) {
  need_documented_rules(ctx);
  Network network(ctx);
  network.start_server({{"require_protected", true}});
  Gateway gateway(network);
  gateway.view().requires_protection = true;
  gateway.judge("DM-38", gateway.ask(KeyKind::node_root, network.world().node(1).id));
  gateway.judge("DM-38", gateway.ask(KeyKind::both));
}

void check_wrapped(CaseContext& ctx) {
  Network network(ctx);
  const oracle::Key16 wrapping_key{0x42, 0x17, 0x91};
  network.start_server({{"wrapping_key", to_hex(wrapping_key)}});
  Gateway gateway(network);
  gateway.view().wrapping_key = wrapping_key;
  gateway.judge("DM-50", gateway.ask(KeyKind::node_root, network.world().node(1).id));
  gateway.judge("DM-50", gateway.ask(KeyKind::gateway));
  gateway.judge("DM-50", gateway.ask(KeyKind::code_download));
}

void add(harness::Registry& registry, const std::string& id, std::string title,
         std::function<void(CaseContext&)> body, std::vector<std::string> needs = {}) {
  registry.add({.id = id,
                .suite = "diameter",
                .requirements = {id.substr(0, id.find('.'))},
                .needs = server_needs(std::move(needs)),
                .title = std::move(title),
                .body = std::move(body)});
}

void add_keys(harness::Registry& registry, const std::string& id, std::string title,
              const std::vector<KeyKind>& kinds) {
  add(registry, id, std::move(title),
      [id, kinds](CaseContext& ctx) { check_keys(ctx, id.substr(0, id.find('.')), kinds); });
}

}  // namespace

void add_application_cases(harness::Registry& registry) {
  add_keys(registry, "DM-05.AnswerIsOfTheKms", "An answer has the names of the KMS as its origin",
           {KeyKind::node_root});
  add_keys(registry, "DM-30.FlagsOfTheAvps",
           "Every AVP of an answer has the M bit that it must have",
           {KeyKind::node_root, KeyKind::both});
  add_keys(registry, "DM-32.AddressesAreTold", "A success tells the home agent and the node",
           {KeyKind::node_root, KeyKind::gateway, KeyKind::code_download});
  add_keys(registry, "DM-34.GatewayKey", "Who asks for the Gateway key gets it and no other",
           {KeyKind::gateway});
  add_keys(registry, "DM-35.CodeDownloadKeyAndNonce",
           "Who asks for the code download key gets it, and the nonce for the mobile node",
           {KeyKind::code_download});
  add_keys(registry, "DM-34.BothKeysOfTheNetwork", "Both network keys can be asked for at once",
           {KeyKind::both});
  add_keys(registry, "DM-36.RootKeyOfEveryNode", "Every node of the keyring has its own root key",
           {KeyKind::node_root});
  add_keys(registry, "DM-37.MembersOfTheKeyGroups",
           "Key groups name HMAC-SHA-1 and an SPI that is not reserved",
           {KeyKind::gateway, KeyKind::node_root});
  add(registry, "DM-45.UnknownNode", "An unknown node is refused and gets no key", check_unknown);
  add(registry, "DM-45.UnknownNodeIsCalledSo", "The refusal of an unknown node says so",
      check_unknown_text);
  add(registry, "DM-41.NamesOfNodes", "A name that is no node id names no key", check_names);
  add(registry, "DM-41.RealmOfTheName", "A name of another realm, or of none, names no key",
      check_realm_of_name);
  add(registry, "DM-38.KeysWaitForProtection",
      "Where protection is demanded no key goes over a clear connection", check_protection,
      {"diameter.require_protected"});
  add(registry, "DM-50.KeysAreWrapped", "With a wrapping key no key travels as it is",
      check_wrapped, {"diameter.wrapped_keys"});
  for (const Change& row : changes)
    add(registry, row.id, row.title, [&row](CaseContext& ctx) { check_change(ctx, row); });
}

}  // namespace touchstone::conformance::suites::diameter
