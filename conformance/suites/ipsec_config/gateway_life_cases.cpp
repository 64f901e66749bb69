// The command line of `ipsec`: which words it takes, what it does a second time, what it tells.
// IC-02, IC-07 to IC-10, IC-12, MO-17 to MO-19.

#include <fmt/format.h>

#include <algorithm>

#include "conformance/generators/keyring.h"
#include "conformance/harness/property.h"
#include "conformance/suites/ipsec_config/cases.h"
#include "conformance/suites/ipsec_config/gateway.h"

namespace touchstone::conformance::suites::ipsec_config {

namespace {

using generators::CreateLine;

Words operator+(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

const Words& plain_words() {
  static const Words words = {"--create", "--name=head", "--dst-address=192.168.7.7",
                              "--dst-preshared-key=a key of forty letters for the peer."};
  return words;
}

void check_names(CaseContext& ctx) {
  const auto create = [](const std::string& name) {
    Words words = plain_words();
    words[1] = "--name=" + name;
    return words;
  };
  Gateway gateway(ctx);
  for (const std::string& bad :
       {std::string(), std::string("a,b"), std::string("a b"), std::string("a-b"),
        std::string("a_b"), std::string("a.b"), std::string("../a"), std::string("\xC3\xA9"),
        std::string("a\n"), std::string(33, 'n')})
    gateway.expect_refused("IC-02", create(bad), {2});
  for (const std::string& good :
       {std::string("a"), std::string("Z9"), std::string("0"), std::string(32, 'n')}) {
    ctx.expect_accepted(gateway.run(create(good)), "IC-02");
    const std::string file = "etc/sysconfig/network-scripts/ifcfg-" + good;
    ctx.expect(ctx.sandbox().exists(file), "IC-02", file, "no such file");
    ctx.expect_accepted(gateway.run({"--remove", "--name=" + good}), "IC-02");
  }
}

/// Words that mean nothing, or two things.
void check_usage(CaseContext& ctx) {
  Gateway gateway(ctx);
  for (const Words& more :
       {Words{"--nonsense"}, Words{"--nonsense=1"}, Words{"--name=b"}, Words{"--create"},
        Words{"--remove"}, Words{"--stop"}, Words{"stray"}, Words{"--dst-port"},
        Words{"--ip-proto=tcp", "--dst-port"}, Words{"-dst-port=80", "--ip-proto=tcp"},
        Words{"\xE2\x80\x93-dst-port=80", "--ip-proto=tcp"}, Words{"--dst-address=192.168.7.8"},
        Words{"--ca-cert-file=ca.pem"}})
    gateway.expect_refused("IC-09", plain_words() + more, {2});
  for (const Words& words :
       {Words{}, Words{"--name=head"}, Words{"--create"}, Words{"--remove"},
        Words{"--remove", "--stop", "--name=head"}, Words{"--remove", "--dst-address=192.168.7.7"}})
    gateway.expect_refused("IC-09", words, {2});
}

/// Each value is wrong alone in a line that is right.
void check_values(CaseContext& ctx) {
  Gateway gateway(ctx);
  gateway.write_certificates();
  gateway.take_as_given();
  const Words certificates = {"--install-certs", "--ca-cert-file=ca.pem",
                              "--cert-file-public=mgu.pem", "--cert-file-private=mgu_key.pem"};
  const Words head(plain_words().begin(), plain_words().begin() + 2);
  for (const char* peer : {"192.168.7", "192.168.7.256", "head.example", "0.0.0.0", "224.0.0.1",
                           "255.255.255.255", "192.168.1.100", "192.168.7.7/32", "::", "ff02::1"}) {
    const Words words = head + Words{fmt::format("--dst-address={}", peer)};
    gateway.expect_refused("IC-10", words + Words{plain_words()[3]}, {2});
    // Certificates that are right are not installed for a configuration that is not.
    gateway.expect_refused("IC-10", words + certificates, {2});
  }
  gateway.expect_refused("IC-10", head + Words{plain_words()[2]} + Words{"--dst-preshared-key="},
                         {2});
}

void check_limits(CaseContext& ctx) {
  Gateway gateway(ctx);
  const auto refused = [&](const char* requirement, const Words& more) {
    gateway.expect_refused(requirement, plain_words() + more, {2});
  };
  for (const char* port : {"0", "65536", "-1", "80-90", "80,90", "none", "0x50", "1e3", ""})
    refused("MO-18", {"--ip-proto=tcp", fmt::format("--dst-port={}", port)});
  for (const char* protocol : {"1", "50", "icmp", "gre"})
    refused("MO-18", {fmt::format("--ip-proto={}", protocol), "--src-port=80"});
  refused("MO-18", {"--dst-port=80"});
  for (const char* protocol : {"256", "-1", "none", "6 ", "tcp/udp"})
    refused("MO-06", {fmt::format("--ip-proto={}", protocol)});
  for (const char* port : {"1", "65535", "http", "www"}) {
    ctx.expect_accepted(
        gateway.run(plain_words() + Words{"--ip-proto=tcp", fmt::format("--dst-port={}", port)}),
        "MO-18");
    ctx.expect_accepted(gateway.run({"--remove", "--name=head"}), "MO-18");
  }
}

void check_networks(CaseContext& ctx) {
  Gateway gateway(ctx);
  for (const char* network : {"10.0.0.0", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0/24", "/24", "any",
                              "0.0.0.0/0", "2001:db8::/32", "192.168.1.100/32"})
    gateway.expect_refused("MO-19", plain_words() + Words{fmt::format("--dst-network={}", network)},
                           {2});
  const Words bits = plain_words() + Words{"--dst-network=10.1.2.3/22"};
  gateway.expect_refused("MO-19", bits, {2});
  if (!ctx.has("ipsec.extended")) return;
  const std::string told = gateway.run(bits).obs.value("stderr", "");
  ctx.expect(told.find("10.1.0.0/22") != std::string::npos, "MO-19", "10.1.0.0/22 in the message",
             told);
}

void check_network_alone(CaseContext& ctx) {
  Gateway gateway(ctx);
  Words words = plain_words();
  words[2] = "--dst-network=10.9.0.0/16";
  gateway.expect_refused("MO-17", words, {2});
}

/// The same words again change nothing, whatever they are answered.
void check_twice(CaseContext& ctx) {
  Gateway gateway(ctx);
  const CreateLine line = gateway.plain();
  const Words certificates = {"--install-certs", "--ca-cert-file=ca.pem",
                              "--cert-file-public=mgu.pem", "--cert-file-private=mgu_key.pem"};
  ctx.expect_accepted(gateway.create(line), "IC-08");
  const auto made = gateway.tree();
  gateway.expect_refused("IC-08", line.argv, {9});
  gateway.expect_same("IC-08", made);
  Words other = line.argv;
  other[2] = "--dst-address=192.168.77.77";
  gateway.expect_refused("IC-08", other, {9});
  gateway.expect_refused("IC-08", {"--remove", "--name=unknown"}, {3});
  gateway.write_certificates();
  ctx.expect_accepted(gateway.run(certificates), "IC-08");
  const auto installed = gateway.tree();
  ctx.expect_accepted(gateway.run(certificates), "IC-08");
  gateway.expect_same("IC-08", installed);
}

/// The script of a dry run names every file and policy, and no key; nothing is touched.
void check_dry_run(CaseContext& ctx) {
  Gateway gateway(ctx);
  CreateLine line = gateway.plain();
  const std::string key = "a key that a shell needs no quotes for";  // and so is found raw
  line.argv.back() = "--dst-preshared-key=" + key;
  ctx.secret(as_octets(key));
  const auto found = ctx.sandbox().snapshot();
  const Response response = gateway.run(line.argv + Words{"--start", "--dry-run"});
  ctx.expect_accepted(response, "IC-07");
  ctx.expect_unchanged(found, "IC-07");
  const std::string told = response.obs.value("stdout", "");
  for (const std::string& part : {std::string("/etc/racoon/racoon.conf"),
                                  "/etc/" + oracle::ipsec::peer_file(line.wish.destination),
                                  std::string("/etc/racoon/psk.txt"), "ifcfg-" + line.wish.name,
                                  std::string("spdadd 192.168.1.100 ") + line.wish.destination})
    ctx.expect(told.find(part) != std::string::npos, "IC-07", part + " in what is told", "not");
  gateway.expect_nothing_started("IC-07", response);
}

void check_list(CaseContext& ctx) {
  Gateway gateway(ctx);
  std::vector<oracle::ipsec::GatewayWish> made;
  for (const char* network : {"", "10.44.0.0/16"}) {
    CreateLine line = gateway.plain(static_cast<unsigned>(made.size()));
    if (*network != 0) line.argv.push_back(fmt::format("--dst-network={}", network));
    line.wish.network = network;
    ctx.expect_accepted(gateway.create(line), "IC-12");
    made.push_back(line.wish);
  }
  const Response text = gateway.run({"--list"});
  const Response json = gateway.run({"--list", "--json"});
  const Json object = Json::parse(json.obs.value("stdout", ""), nullptr, false);
  ctx.expect(object.is_object() && object.contains("configurations"), "IC-12",
             "an object with configurations", json.obs.value("stdout", ""));
  for (const auto& wish : made) {
    ctx.expect(text.obs.value("stdout", "").find(wish.name) != std::string::npos, "IC-12",
               wish.name + " in the list", text.obs.value("stdout", ""));
    const auto found = std::ranges::find_if(object.at("configurations"), [&](const Json& one) {
      return one.value("name", "") == wish.name;
    });
    ctx.expect(found != object.at("configurations").end(), "IC-12", wish.name + " in the object",
               object.dump());
    ctx.expect_equal("IC-12", "mode", wish.tunnel() ? "tunnel" : "transport",
                     found->value("mode", ""));
    ctx.expect_equal("IC-12", "network", wish.network, found->value("network", ""));
  }
}

}  // namespace

void add_gateway_life_cases(harness::Registry& registry) {
  const auto add = [&](const char* id, Judged judged, const char* title, void (*body)(CaseContext&),
                       bool extended = false) {
    add_gateway_case(registry, id, std::move(judged), title, body, extended);
  };
  add("IC-02.TakesLettersAndDigits", {"IC-02"},
      "A nickname is 1 to 32 letters and digits, and nothing else", check_names);
  add("IC-09.RefusesWordsThatMeanNothing", {"IC-09"},
      "An unknown switch, one without its value, one twice and two actions are refused",
      check_usage);
  add("IC-10.TouchesNothingForAWrongValue", {"IC-10"},
      "One wrong value leaves every file as it was", check_values);
  add("MO-18.RefusesPortsWithoutMeaning", {"MO-18", "MO-06"},
      "A port is one from 1 to 65535 or a known name, with a protocol that has ports",
      check_limits);
  add("MO-19.RefusesNetworksWithHostBits", {"MO-19"},
      "A network has no host bits; the message shows the one that was meant", check_networks);
  add("MO-17.RefusesANetworkWithoutItsPeer", {"MO-17"},
      "A network without the peer that ends the tunnel is refused", check_network_alone);
  add("IC-08.ChangesNothingTheSecondTime", {"IC-08"},
      "The same words again change nothing, and an unknown name is refused", check_twice);
  add("IC-07.TellsWhatItWouldDo", {"IC-07"},
      "A dry run tells every file and policy, and touches nothing", check_dry_run, true);
  add("IC-12.ListsConfigurations", {"IC-12"}, "Configurations are listed, as JSON too", check_list,
      true);
}

}  // namespace touchstone::conformance::suites::ipsec_config
