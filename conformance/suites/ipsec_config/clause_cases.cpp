// racoon.conf with what it includes and names, and what `ifup ipsecN` makes: RF-02, CE-07, IP-02 to
// IP-11.

#include <fmt/format.h>

#include "conformance/generators/ipsec.h"
#include "conformance/harness/property.h"
#include "conformance/suites/ipsec_config/cases.h"
#include "conformance/suites/ipsec_config/support.h"

namespace touchstone::conformance::suites::ipsec_config {

namespace {

/// racoon.conf of the tree in the sandbox, judged by the command as racoon would.
Response lint_tree(CaseContext& ctx, const std::string& text, const char* profile = "racoon-0.8") {
  ctx.sandbox().write("racoon.conf", text);
  return ctx.call("cmd.racoon_lint", {{"files", Json::array({"racoon.conf"})},
                                      {"profile", profile},
                                      {"root", ctx.sandbox().folder().string()}});
}

void check_includes(CaseContext& ctx) {
  const auto folder = [&](const char* name) { ctx.sandbox().make_folder(name); };
  for (const char* name : {"etc", "etc/racoon", "etc/other"})
    folder(name);
  ctx.sandbox().write("etc/racoon/10.0.0.2.conf", "log info;\n");
  ctx.sandbox().write("etc/other/10.0.0.3.conf", "log debug;\n");
  ctx.sandbox().write("etc/other/broken.conf", "log nonsense;\n");
  for (const char* good : {"include \"/etc/racoon/10.0.0.2.conf\";", "include \"10.0.0.2.conf\";",
                           "path include \"/etc/other\"; include \"10.0.0.3.conf\";",
                           "include \"/etc/racoon/*.conf\";"})
    ctx.expect_accepted(lint_tree(ctx, good), "RF-02");
  for (const char* bad : {"include \"/etc/racoon/10.0.0.4.conf\";", "include \"10.0.0.3.conf\";",
                          "include \"/etc/none/*.conf\";"}) {
    const Response response = lint_tree(ctx, bad);
    ctx.expect_rejected(response, "RF-02");
    ctx.expect_finding(response, "RF-02", "RC-INCLUDE");
  }
  const Response broken = lint_tree(ctx, "include \"/etc/other/broken.conf\";");
  ctx.expect_rejected(broken, "RF-02");
  ctx.expect_finding(broken, "RF-02", "RC-SYNTAX");
}

/// racoon has ten files open inside each other.
void check_depth(CaseContext& ctx) {
  ctx.sandbox().make_folder("etc");
  const auto chain = [&](int length) {
    for (int i = 1; i < length; ++i)
      ctx.sandbox().write(fmt::format("etc/{}.conf", i),
                          fmt::format("include \"/etc/{}.conf\";\n", i + 1));
    ctx.sandbox().write(fmt::format("etc/{}.conf", length), "log info;\n");
    return lint_tree(ctx, "include \"/etc/1.conf\";\n");
  };
  ctx.expect_accepted(chain(9), "RF-02");
  const Response deep = chain(10);
  ctx.expect_rejected(deep, "RF-02");
  ctx.expect_finding(deep, "RF-02", "RC-DEPTH");
  ctx.sandbox().write("etc/self.conf", "include \"/etc/self.conf\";\n");
  ctx.expect_rejected(lint_tree(ctx, "include \"/etc/self.conf\";\n"), "RF-02");
}

/// Whatever stands before it.
void check_places(CaseContext& ctx) {
  const std::string text = "# one\n\n" + plain_racoon() + "remote 10.0.0.9 {\n\tnonce 16;\n}\n";
  const Response response =
      ctx.call("racoon_conf.decode", {{"octets_b64", base64(text)}, {"profile", "strict"}});
  ctx.expect_rejected(response, "RF-07");
  ctx.expect_finding(response, "RF-07", "RC-SYNTAX");
  if (!response.obs.contains("findings")) return;
  const Json& first = response.obs.at("findings").at(0);
  ctx.expect_equal("RF-07", "line", 29, first.value("line", 0));
}

void check_certificates(CaseContext& ctx) {
  for (const char* name : {"etc", "etc/racoon", "etc/racoon/certs"})
    ctx.sandbox().make_folder(name);
  const std::string pem = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
  ctx.sandbox().write("etc/racoon/certs/good.pem", pem);
  ctx.sandbox().write("etc/racoon/certs/der.pem", std::string_view("\x30\x82\x01\x00", 4));
  ctx.sandbox().write("etc/racoon/certs/key.pem", "-----BEGIN PRIVATE KEY-----\nMAA=\n");
  const auto remote = [](std::string_view name) {
    return fmt::format(
        "remote 10.0.0.2 {{ exchange_mode main; certificate_type x509 \"{}\" \"own.key\"; proposal "
        "{{ encryption_algorithm aes 128; hash_algorithm sha1; authentication_method rsasig; "
        "dh_group 2; }} }}\n",
        name);
  };
  ctx.expect_accepted(lint_tree(ctx, remote("good.pem")), "CE-07");
  ctx.expect_accepted(lint_tree(ctx, remote("/etc/racoon/certs/good.pem")), "CE-07");
  for (const char* name : {"der.pem", "key.pem", "none.pem"}) {
    const Response response = lint_tree(ctx, remote(name));
    ctx.expect_rejected(response, "CE-07");
    ctx.expect_finding(response, "CE-07", "RC-CERTFILE");
  }
}

std::string include_of(CaseContext& ctx, const std::string& text, const std::string& path,
                       bool remove) {
  const Response response = ctx.call(
      "racoon_conf.include", {{"octets_b64", base64(text)}, {"path", path}, {"remove", remove}});
  ctx.expect_accepted(response, "IP-02");
  return text_of(response, "octets_b64");
}

/// Added once, found again by the oracle, and taken away without a trace.
void check_include_edit(CaseContext& ctx) {
  harness::property<Drawn>(
      ctx, "include", {},
      [] { return Drawn{"", "# by hand\n" + print_racoon(generators::draw_racoon()), "", 0}; },
      [](CaseContext& at, const Drawn& drawn) {
        const std::string path = "/etc/racoon/10.77.0.2.conf";
        at.counterexample("file", as_octets(drawn.file));
        const std::string added = include_of(at, drawn.file, path, false);
        auto wanted = oracle::ipsec::read_racoon(drawn.file).conf;
        wanted.includes.push_back(path);
        at.expect_equal("IP-02", "configuration", Json(wanted),
                        Json(oracle::ipsec::read_racoon(added).conf));
        at.expect(added.starts_with(drawn.file), "IP-02", "everything before as it was", added);
        const std::string again = include_of(at, added, path, false);
        at.expect_octets("IP-02", "added twice", as_octets(added), as_octets(again));
        const std::string removed = include_of(at, added, path, true);
        at.expect_octets("IP-02", "removed", as_octets(drawn.file), as_octets(removed));
        const std::string other = include_of(at, added, path + "x", true);
        at.expect_octets("IP-02", "another removed", as_octets(added), as_octets(other));
      });
}

struct Plan {
  Response response;
  oracle::ipsec::RacoonConf peer;
  std::vector<oracle::ipsec::SetkeyPolicy> policies;
};

Plan plan_of(CaseContext& ctx, const oracle::ipsec::IfcfgInput& input,
             std::string_view requirement) {
  Json args = ifcfg_arguments(input);
  args["self"] = "192.0.2.1";
  args["racoon_b64"] = base64("log info;\n");
  args["psk_b64"] = base64("10.0.0.20 another-key-of-20-octets\n");
  Plan plan;
  plan.response = ctx.call("ifup.plan", args, {.output_is_secret = true});
  ctx.expect_accepted(plan.response, requirement);
  plan.peer = oracle::ipsec::read_racoon(text_of(plan.response, "peer_b64")).conf;
  plan.policies = oracle::ipsec::read_setkey(plan.response.obs.value("script", "")).policies;
  return plan;
}

/// The file of the peer is the one that ifup-ipsec of RHEL 5 writes.
void check_peer_file(CaseContext& ctx) {
  auto input = plain_ifcfg();
  for (const int group : {2, 5, 14}) {
    input.ifcfg = plain_ifcfg().ifcfg + (group == 2 ? "" : fmt::format("IKE_DHGROUP={}\n", group));
    const Plan plan = plan_of(ctx, input, "IP-10");
    ctx.expect_equal("IP-10", "file", "/etc/racoon/10.0.0.2.conf",
                     plan.response.obs.value("peer_path", ""));
    oracle::ipsec::RacoonConf wanted;
    oracle::ipsec::RacoonRemote remote;
    remote.address = "10.0.0.2";
    remote.modes = {"aggressive", "main"};
    remote.proposals = {{5, 0, 2, 1, group, {}}};
    wanted.remotes = {remote};
    ctx.expect_equal("IP-10", "peer", Json(wanted), Json(plan.peer));
  }
  const Plan plan = plan_of(ctx, plain_ifcfg(), "IP-10");
  const std::string racoon = text_of(plan.response, "racoon_b64");
  const auto conf = oracle::ipsec::read_racoon(racoon).conf;
  ctx.expect_equal("IP-10", "includes", Json::array({"/etc/racoon/10.0.0.2.conf"}),
                   Json(conf.includes));
}

/// Policies out and in, mirrored, ESP inside AH, between the hosts or the networks.
void check_policies(CaseContext& ctx) {
  struct Row {
    const char* more;
    std::vector<std::string> protocols;
    bool tunnel;
  };
  const Row rows[] = {{"", {"esp", "ah"}, false},
                      {"AH_PROTO=none\n", {"esp"}, false},
                      {"ESP_PROTO=none\n", {"ah"}, false},
                      {"SRCNET=10.1.0.0/16\nDSTNET=10.2.0.0/16\n", {"esp", "ah"}, true}};
  for (const Row& row : rows) {
    auto input = plain_ifcfg();
    input.ifcfg += row.more;
    const Plan plan = plan_of(ctx, input, "IP-06");
    ctx.expect(plan.policies.size() == 2, "IP-06", "two policies",
               plan.response.obs.value("script", ""));
    for (const auto& policy : plan.policies) {
      const bool out = policy.direction == "out";
      std::vector<std::string> protocols;
      for (const auto& request : policy.requests) {
        protocols.push_back(request.protocol);
        ctx.expect_equal("IP-06", "level", "require", request.level);
        ctx.expect_equal("IP-06", "mode", row.tunnel ? "tunnel" : "transport", request.mode);
      }
      ctx.expect_equal("IP-11", "protocols", Json(row.protocols), Json(protocols));
      const std::string near = row.tunnel ? "10.1.0.0/16[any]" : "192.0.2.1/32[any]";
      const std::string far = row.tunnel ? "10.2.0.0/16[any]" : "10.0.0.2/32[any]";
      ctx.expect_equal("IP-06", "from", out ? near : far, print_end(policy.from));
      ctx.expect_equal("IP-06", "to", out ? far : near, print_end(policy.to));
    }
    ctx.expect(plan.policies[0].direction != plan.policies[1].direction, "IP-06",
               "a policy each way", "twice the same way");
  }
}

/// ifup makes everything at once: file, include, key and policies, and nobody else's key goes.
void check_ifup(CaseContext& ctx) {
  auto input = plain_ifcfg();
  const Plan plan = plan_of(ctx, input, "IP-05");
  const auto keys = oracle::ipsec::read_psk(text_of(plan.response, "psk_b64"), 0600U);
  const oracle::ipsec::PskRows wanted = {{"10.0.0.20", "another-key-of-20-octets"},
                                         {"10.0.0.2", "correct-horse-battery"}};
  ctx.expect(keys.rows == wanted, "IP-05", "the key of the peer, and the others",
             std::to_string(keys.rows.size()) + " other rows");
  input.ifcfg += "SRC=192.0.2.9\n";
  const Plan other = plan_of(ctx, input, "IP-05");
  ctx.expect_equal("IP-05", "source", "192.0.2.9/32[any]", print_end(other.policies.at(0).from));
}

}  // namespace

void add_clause_cases(harness::Registry& registry) {
  add_case(registry, "RF-02.FollowsIncludes", {"RF-02"}, {"cmd.racoon_lint"},
           "Includes are followed: absolute, relative to path include, and by pattern",
           check_includes);
  add_case(registry, "RF-02.EndsAtTenFiles", {"RF-02"}, {"cmd.racoon_lint"},
           "Ten files may be open inside each other, and a file cannot include itself",
           check_depth);
  add_case(registry, "RF-07.TellsTheLine", {"RF-07"}, {"racoon_conf.decode", "ipsec.model"},
           "A finding names the line of its fault", check_places);
  add_case(registry, "CE-07.OpensCertificates", {"CE-07"}, {"cmd.racoon_lint"},
           "A certificate that is named must be there, in PEM", check_certificates);
  add_case(registry, "IP-02.IncludesThePeerOnce", {"IP-02"}, {"racoon_conf.include"},
           "The include of a peer is added once, and taken away without a trace",
           check_include_edit);
  add_case(registry, "IP-10.MakesTheFileOfThePeer", {"IP-10"}, {"ifup.plan"},
           "The file of the peer is made and included", check_peer_file);
  add_case(registry, "IP-06.ProtectsBothWays", {"IP-06", "IP-11"}, {"ifup.plan"},
           "AH and ESP are required both ways, unless one is left out", check_policies);
  add_case(registry, "IP-05.StartsTheInterface", {"IP-05"}, {"ifup.plan"},
           "ifup sets the key of the peer and no other's", check_ifup);
}

}  // namespace touchstone::conformance::suites::ipsec_config
