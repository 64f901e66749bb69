// Two ends together: each difference alone, under both models and in both directions, and any two
// of them. The oracle's own model says what decides.

#include <fmt/format.h>

#include "conformance/generators/ipsec.h"
#include "conformance/generators/keyring.h"
#include "conformance/harness/property.h"
#include "conformance/oracle/ipsec/pair.h"
#include "conformance/suites/ipsec_config/cases.h"
#include "conformance/suites/ipsec_config/support.h"
#include "reference/base/result.h"

namespace touchstone::conformance::suites::ipsec_config {

namespace {

using oracle::ipsec::PairEnd;
using oracle::ipsec::RacoonRemote;

RacoonRemote& remote(PairEnd& end) {
  return end.racoon.remotes.at(0);
}
void for_requests(PairEnd& end, auto change) {
  for (auto& policy : end.policies)
    for (auto& request : policy.requests)
      change(request);
}

struct Difference {
  std::string_view requirement;
  std::string_view name;
  void (*apply)(PairEnd& a, PairEnd& b);
};

const Difference differences[] = {
    {"OR-06", "nothing", [](PairEnd&, PairEnd&) {}},
    {"OR-06", "no remote", [](PairEnd&, PairEnd& b) { b.racoon.remotes.clear(); }},
    {"OR-06", "anonymous remote", [](PairEnd&, PairEnd& b) { remote(b).address = "anonymous"; }},
    {"OR-06", "passive", [](PairEnd& a, PairEnd&) { remote(a).passive = true; }},
    {"OR-06", "both passive",
     [](PairEnd& a, PairEnd& b) { remote(a).passive = remote(b).passive = true; }},
    {"OR-06", "mode", [](PairEnd& a, PairEnd&) { remote(a).modes = {"base"}; }},
    {"OR-06", "second mode", [](PairEnd& a, PairEnd&) { remote(a).modes.emplace_back("base"); }},
    {"OR-06", "method",
     [](PairEnd& a, PairEnd&) {
       auto& method = remote(a).proposals[0].method;
       method = method == 1 ? 3 : 1;
     }},
    {"OR-06", "cipher",
     [](PairEnd& a, PairEnd&) {
       remote(a).proposals[0].cipher = 6;
       remote(a).proposals[0].key_bits = 128;
     }},
    {"OR-06", "key length",
     [](PairEnd& a, PairEnd& b) {
       remote(a).proposals[0].cipher = remote(b).proposals[0].cipher = 7;
       remote(a).proposals[0].key_bits = 128;
       remote(b).proposals[0].key_bits = 256;
     }},
    {"OR-06", "hash", [](PairEnd& a, PairEnd&) { remote(a).proposals[0].hash = 1; }},
    {"OR-06", "group", [](PairEnd& a, PairEnd&) { remote(a).proposals[0].group = 1; }},
    {"OR-06", "life time",
     [](PairEnd& a, PairEnd& b) {
       remote(a).lifetime = 7200;
       remote(b).lifetime = 3600;
     }},
    {"OR-06", "life time of a proposal",
     [](PairEnd& a, PairEnd& b) {
       remote(a).proposals[0].lifetime = 7200;
       remote(b).proposals[0].lifetime = 3600;
     }},
    {"OR-06", "exact",
     [](PairEnd& a, PairEnd& b) {
       remote(a).lifetime = 1800;
       remote(b).lifetime = 3600;
       remote(b).check = "exact";
     }},
    {"OR-06", "obey",
     [](PairEnd& a, PairEnd& b) {
       remote(a).lifetime = 7200;
       remote(b).lifetime = 3600;
       remote(b).check = "obey";
     }},
    {"OR-06", "claim",
     [](PairEnd& a, PairEnd& b) {
       remote(a).lifetime = 7200;
       remote(b).lifetime = 3600;
       remote(b).check = "claim";
     }},
    {"OR-06", "second proposal",
     [](PairEnd& a, PairEnd&) {
       auto first = remote(a).proposals[0];
       first.hash = 1;
       remote(a).proposals.insert(remote(a).proposals.begin(), first);
     }},
    {"OR-06", "identity",
     [](PairEnd& a, PairEnd& b) {
       remote(a).modes = remote(b).modes = {"aggressive"};
       remote(a).mine = {"fqdn", "a.example"};
       remote(b).peers = {{"fqdn", "b.example"}};
       remote(b).verify_identifier = true;
     }},
    {"OR-06", "identity that nobody verifies",
     [](PairEnd& a, PairEnd& b) {
       remote(a).modes = remote(b).modes = {"aggressive"};
       remote(a).mine = {"fqdn", "a.example"};
       remote(b).peers = {{"fqdn", "b.example"}};
     }},
    {"OR-06", "identity by type",
     [](PairEnd& a, PairEnd& b) {
       remote(a).modes = remote(b).modes = {"aggressive"};
       remote(b).peers = {{"address", std::nullopt}};
       remote(b).verify_identifier = true;
     }},
    {"OR-06", "no sainfo", [](PairEnd&, PairEnd& b) { b.racoon.sainfos.clear(); }},
    {"OR-06", "PFS at one end",
     [](PairEnd& a, PairEnd& b) {
       a.racoon.sainfos[0].pfs_group = 2;
       b.racoon.sainfos[0].pfs_group = 0;
     }},
    {"OR-06", "PFS groups",
     [](PairEnd& a, PairEnd& b) {
       a.racoon.sainfos[0].pfs_group = 2;
       b.racoon.sainfos[0].pfs_group = 14;
     }},
    {"OR-06", "life time of phase 2",
     [](PairEnd& a, PairEnd& b) {
       a.racoon.sainfos[0].lifetime = 7200;
       b.racoon.sainfos[0].lifetime = 3600;
     }},
    {"OR-06", "cipher of phase 2",
     [](PairEnd& a, PairEnd&) { a.racoon.sainfos[0].ciphers = {{3, 0}}; }},
    {"OR-06", "one cipher of two",
     [](PairEnd& a, PairEnd&) {
       a.racoon.sainfos[0].ciphers.insert(a.racoon.sainfos[0].ciphers.begin(), {3, 0});
     }},
    {"OR-06", "authentication of phase 2",
     [](PairEnd& a, PairEnd&) { a.racoon.sainfos[0].auths = {{5, 0}}; }},
    {"OR-06", "no NAT traversal", [](PairEnd&, PairEnd& b) { remote(b).nat = "off"; }},
    {"IC-06", "no policy", [](PairEnd& a, PairEnd&) { a.policies.clear(); }},
    {"IC-06", "policies that do not protect",
     [](PairEnd& a, PairEnd&) {
       for (auto& policy : a.policies) {
         policy.action = "none";
         policy.requests.clear();
       }
     }},
    {"PK-02", "no key at one end", [](PairEnd&, PairEnd& b) { b.keys.clear(); }},
    {"PK-02", "a key for everybody",
     [](PairEnd&, PairEnd& b) {
       if (!b.keys.empty()) b.keys[0].first = "*";
     }},
    {"PK-08", "another key",
     [](PairEnd&, PairEnd& b) {
       if (!b.keys.empty()) b.keys[0].second += "!";
     }},
    {"PK-08", "an own row beside",
     [](PairEnd& a, PairEnd&) {
       a.keys.insert(a.keys.begin(), {a.address, "own-key-of-16-octets"});
     }},
    {"PK-08", "a name in main mode",
     [](PairEnd& a, PairEnd& b) {
       remote(a).modes = remote(b).modes = {"main"};
       remote(a).mine = {"fqdn", "a.example"};
     }},
    {"CE-06", "no certificate", [](PairEnd& a, PairEnd&) { remote(a).certificate.clear(); }},
    {"MO-16", "another network",
     [](PairEnd& a, PairEnd&) {
       for (auto& policy : a.policies) {
         auto& end = policy.direction == "out" ? policy.from : policy.to;
         end.address = oracle::ipsec::read_address("10.77.0.0");
         end.prefix = 16;
       }
     }},
    {"MO-16", "a narrower network",
     [](PairEnd& a, PairEnd&) {
       for (auto& policy : a.policies) {
         auto& end = policy.direction == "out" ? policy.from : policy.to;
         if (end.prefix == 16) end.prefix = 24;
       }
     }},
    {"MO-16", "a port at one end",
     [](PairEnd& a, PairEnd&) {
       for (auto& policy : a.policies) {
         policy.protocol = 6;
         (policy.direction == "out" ? policy.to : policy.from).port = 22;
       }
     }},
    {"MO-16", "a policy made when asked",
     [](PairEnd&, PairEnd& b) {
       b.policies.clear();
       remote(b).generate_policy = "on";
     }},
    {"MO-07", "transport against tunnel",
     [](PairEnd& a, PairEnd& b) {
       for_requests(
           a, [](auto& request) { request = {request.protocol, "transport", {}, {}, "require"}; });
       for_requests(b, [](auto&) {});
       for (std::size_t i = 0; i < a.policies.size() && i < b.policies.size(); ++i) {
         const bool out = a.policies[i].direction == "out";
         const auto near = oracle::ipsec::read_address(a.address);
         const auto far = oracle::ipsec::read_address(b.address);
         a.policies[i].from = {out ? near : far, 32, 0};
         a.policies[i].to = {out ? far : near, 32, 0};
         b.policies[i].from = a.policies[i].from;
         b.policies[i].to = a.policies[i].to;
         for (auto& request : b.policies[i].requests)
           request = {"esp", "tunnel", out ? near : far, out ? far : near, "require"};
       }
     }},
    {"MO-20", "AH against ESP",
     [](PairEnd& a, PairEnd&) { for_requests(a, [](auto& request) { request.protocol = "ah"; }); }},
    {"MO-20", "AH and ESP at both",
     [](PairEnd& a, PairEnd& b) {
       for (PairEnd* end : {&a, &b})
         for (auto& policy : end->policies) {
           auto second = policy.requests.at(0);
           second.protocol = "ah";
           policy.requests.push_back(second);
         }
     }},
    {"MO-20", "AH alone",
     [](PairEnd& a, PairEnd& b) {
       for (PairEnd* end : {&a, &b})
         for_requests(*end, [](auto& request) { request.protocol = "ah"; });
       a.racoon.sainfos[0].ciphers = {{3, 0}};
     }},
};

/// The files of both ends, so that a counterexample can be replayed.
struct Pair {
  std::string what;
  std::vector<std::string> files;  ///< racoon.conf, psk.txt and setkey.conf of A, then of B
  std::string a, b;                ///< addresses
  bool charon = false;
  bool nat = false;
};

void to_json(Json& json, const Pair& pair) {
  json = {{"what", pair.what}, {"files", pair.files},   {"a", pair.a},
          {"b", pair.b},       {"charon", pair.charon}, {"nat", pair.nat}};
}

void from_json(const Json& json, Pair& pair) {
  json.at("what").get_to(pair.what);
  json.at("files").get_to(pair.files);
  json.at("a").get_to(pair.a);
  json.at("b").get_to(pair.b);
  json.at("charon").get_to(pair.charon);
  json.at("nat").get_to(pair.nat);
}

Pair files_of(const std::string& what, const PairEnd& a, const PairEnd& b, bool charon, bool nat) {
  Pair pair{what, {}, a.address, b.address, charon, nat};
  for (const PairEnd* end : {&a, &b}) {
    // Certificates are compared by being there; no tree holds one.
    pair.files.push_back(print_racoon(end->racoon));
    std::string keys;
    for (const auto& [identifier, key] : end->keys)
      keys += fmt::format("{} {}\n", identifier, key);
    std::string script;
    for (const auto& policy : end->policies)
      script += print_policy(policy);
    pair.files.push_back(keys);
    pair.files.push_back(script);
  }
  return pair;
}

/// An end as its files tell it.
PairEnd end_of(const Pair& pair, bool second) {
  const std::size_t at = second ? 3 : 0;
  return {second ? pair.b : pair.a, oracle::ipsec::read_racoon(pair.files.at(at)).conf,
          oracle::ipsec::read_psk(pair.files.at(at + 1)).rows,
          oracle::ipsec::read_setkey(pair.files.at(at + 2)).policies};
}

void write_tree(CaseContext& ctx, const Pair& pair) {
  for (const char* end : {"A", "B"}) {
    const std::size_t at = *end == 'A' ? 0 : 3;
    for (const char* name : {"", "/etc", "/etc/racoon", "/etc/racoon/certs"})
      ctx.sandbox().make_folder(end + std::string(name));
    const std::string folder = end + std::string("/etc/racoon/");
    ctx.sandbox().write(folder + "racoon.conf", pair.files.at(at));
    ctx.sandbox().write(folder + "psk.txt", pair.files.at(at + 1));
    ctx.sandbox().write(folder + "setkey.conf", pair.files.at(at + 2));
    ctx.sandbox().write(folder + "certs/own.pem",
                        "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n");
  }
}

void expect_prediction(CaseContext& ctx, const std::string& requirement, const Pair& pair) {
  ctx.start_afresh();
  ctx.counterexample("pair", Json(pair));
  write_tree(ctx, pair);
  const PairEnd a = end_of(pair, false);
  const PairEnd b = end_of(pair, true);
  const oracle::ipsec::PairUse use{pair.charon, pair.nat};
  const std::string codes[] = {predict(a, b, use), predict(b, a, use)};
  const auto works = [](const std::string& code) { return code.empty(); };
  const auto waits = [](const std::string& code) { return code == "PC-PASSIVE"; };
  const bool negotiates = (works(codes[0]) || works(codes[1])) &&
                          (works(codes[0]) || waits(codes[0])) &&
                          (works(codes[1]) || waits(codes[1]));
  const Response response =
      ctx.call("cmd.ipsec_check", {{"a", "A"},
                                   {"b", "B"},
                                   {"peer", pair.charon ? "charon" : "racoon-0.8"},
                                   {"nat", pair.nat},
                                   {"json", true}});
  ctx.expect_exit(response, requirement, {negotiates ? 0 : 1});
  if (!ctx.has("output.json")) return;
  const Json told = Json::parse(response.obs.value("stdout", ""), nullptr, false);
  ctx.expect(told.is_object() && told.contains("directions"), requirement, "a JSON object",
             response.obs.value("stdout", ""));
  for (std::size_t i = 0; i < 2; ++i)
    ctx.expect_equal(requirement, i == 0 ? "A begins" : "B begins", codes[i],
                     told.at("directions").at(i).value("code", Json()));
}

/// A pair that does not change from run to run.
std::pair<PairEnd, PairEnd> plain_pair(bool by_key, bool tunnel) {
  PairEnd a;
  PairEnd b;
  a.address = "192.0.2.1";
  b.address = "198.51.100.2";
  RacoonRemote made;
  made.modes = {"main"};
  made.nat = "on";
  made.proposals = {{7, 128, 2, by_key ? 1 : 3, 2, {}}};
  if (!by_key) {
    made.certificate = "own.pem";
    made.key = "own.key";
  }
  oracle::ipsec::RacoonSainfo sainfo;
  sainfo.ciphers = {{12, 128}};
  sainfo.auths = {{2, 0}};
  sainfo.compressions = {{2, 0}};
  const auto host = [](const std::string& text, std::uint64_t bits) {
    return oracle::ipsec::SetkeyEnd{oracle::ipsec::read_address(text), bits, 0};
  };
  oracle::ipsec::SetkeyPolicy out;
  out.from = tunnel ? host("10.1.0.0", 16) : host(a.address, 32);
  out.to = tunnel ? host("10.2.0.0", 16) : host(b.address, 32);
  out.requests = {{"esp", tunnel ? "tunnel" : "transport", {}, {}, "require"}};
  if (tunnel) {
    out.requests[0].from = oracle::ipsec::read_address(a.address);
    out.requests[0].to = oracle::ipsec::read_address(b.address);
  }
  auto in = out;
  in.direction = "in";
  std::swap(in.from, in.to);
  std::swap(in.requests[0].from, in.requests[0].to);
  for (PairEnd* end : {&a, &b}) {
    PairEnd& other = end == &a ? b : a;
    end->racoon.remotes = {made};
    end->racoon.remotes[0].address = other.address;
    end->racoon.sainfos = {sainfo};
    end->keys = {{other.address, "correct-horse-battery"}};
    end->policies = {out, in};
  }
  std::swap(b.policies[0].direction, b.policies[1].direction);
  return {a, b};
}

void check_differences(CaseContext& ctx, const std::string& requirement) {
  for (const Difference& row : differences) {
    if (row.requirement != requirement) continue;
    // A process a pair: both models with keys have to do.
    for (unsigned choice = 0; choice < 8; choice += ctx.has("ipsec.model") ? 1U : 3U) {
      const bool charon = (choice & 1) != 0;
      const bool by_key = (choice & 2) != 0;
      auto [a, b] = plain_pair(by_key, (choice & 4) != 0);
      row.apply(a, b);
      expect_prediction(
          ctx, requirement,
          files_of(std::string(row.name), a, b, charon, row.name == "no NAT traversal"));
    }
  }
}

void check_any_two(CaseContext& ctx) {
  harness::property<Pair>(
      ctx, "two differences", {.classes = {{"charon", 0.2}}, .cost = 4},
      [] {
        auto [a, b] = generators::draw_pair();
        std::string what;
        for (std::uint32_t more = generators::draw_below(3); more > 0; --more) {
          const Difference& row = differences[generators::draw_below(std::size(differences))];
          const bool whole = !a.racoon.remotes.empty() && !b.racoon.remotes.empty() &&
                             !a.racoon.sainfos.empty() && !b.racoon.sainfos.empty();
          if (!whole) break;
          if (generators::draw_bool())
            row.apply(a, b);
          else
            row.apply(b, a);
          what += std::string(row.name) + "; ";
        }
        return files_of(what, a, b, generators::draw_bool(), generators::draw_below(4) == 0);
      },
      [](CaseContext& at, const Pair& pair) {
        harness::classify(at, "charon", pair.charon);
        expect_prediction(at, "OR-06", pair);
      });
}

/// A file that its own program refuses ends the check; no key is ever shown.
void check_refusals(CaseContext& ctx) {
  auto [a, b] = plain_pair(true, false);
  const Pair pair = files_of("", a, b, false, false);
  write_tree(ctx, pair);
  ctx.secret(as_octets(std::string_view("correct-horse-battery")));
  ctx.sandbox().write("B/etc/racoon/racoon.conf", "remote {\n");
  const auto check = [&](const char* first, const char* second) {
    return ctx.call("cmd.ipsec_check", {{"a", first}, {"b", second}});
  };
  ctx.expect_exit(check("A", "B"), "OR-06", {6});
  ctx.expect_exit(check("B", "A"), "OR-06", {6});
  ctx.expect_exit(check("A", "nowhere"), "OR-06", {3});
  write_tree(ctx, pair);
  ctx.expect_exit(check("A", "B"), "OR-06", {0});
  ctx.sandbox().set_mode("B/etc/racoon/psk.txt", 0644);
  ctx.expect_exit(check("A", "B"), "OR-06", {1});
}

struct PairCase {
  const char* requirement;
  const char* name;
  const char* title;
};
constexpr PairCase pair_rows[] = {
    {"OR-06", "PredictsEachDifference", "Each difference alone stops the direction that it stops"},
    {"IC-06", "NeedsAPolicyToBegin", "Nothing is negotiated without a policy that protects"},
    {"PK-02", "NeedsAKeyAtBothEnds", "Both ends need a row for the other"},
    {"PK-08", "ComparesTheKeysOfAPair", "One key a pair decides: the row of the peer"},
    {"CE-06", "NeedsCertificatesAtBothEnds", "Signatures need a certificate at both ends"},
    {"MO-16", "ComparesMirroredPolicies",
     "Policies that are not mirrored stop racoon, and are narrowed by charon"},
    {"MO-07", "ComparesModes", "Transport does not meet tunnel"},
    {"MO-20", "ComparesProtocols", "AH and ESP have to agree; charon has no bundles"},
};

}  // namespace

void add_pair_cases(harness::Registry& registry) {
  for (const PairCase& row : pair_rows) {
    const std::string requirement = row.requirement;
    add_case(registry, requirement + "." + row.name, {requirement}, {"cmd.ipsec_check"}, row.title,
             [requirement](CaseContext& ctx) { check_differences(ctx, requirement); });
  }
  add_case(registry, "OR-06.PredictsAnyTwoDifferences", {"OR-06"}, {"cmd.ipsec_check"},
           "Whatever differs between two ends, each direction ends at the first that decides",
           check_any_two);
  add_case(registry, "OR-06.RefusesBrokenTrees", {"OR-06"}, {"cmd.ipsec_check"},
           "A tree that its own program refuses is not compared", check_refusals);
}

}  // namespace touchstone::conformance::suites::ipsec_config
