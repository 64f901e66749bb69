#include "reference/ipsec/config/pair_check.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>

#include "reference/ipsec/config/racoon.h"
#include "tests/unit/ipsec/config/reading.h"

namespace touchstone::ipsec::config {
namespace {

/// What one end is made of; a test changes one thing.
struct Parts {
  std::string self, peer;
  std::string head = "exchange_mode main; my_identifier address;";
  std::string proposal =
      "encryption_algorithm aes 128; hash_algorithm sha1; "
      "authentication_method pre_shared_key; dh_group 2; "
      "lifetime time 8 hour;";
  std::string sainfo = "anonymous";
  std::string quick =
      "pfs_group 2; lifetime time 1 hour; encryption_algorithm aes 128; "
      "authentication_algorithm hmac_sha1; compression_algorithm deflate;";
  std::string key = "0123456789abcdef";
  std::string upper = "any";
  std::string requests = "esp/transport//require";
  bool mirrored = true;
};

End make(const std::string& name, const Parts& parts) {
  const std::string text =
      fmt::format("remote {} {{ {} proposal {{ {} }} }}\nsainfo {} {{ {} }}\n", parts.peer,
                  parts.head, parts.proposal, parts.sainfo, parts.quick);
  RacoonReading racoon = read_racoon("racoon.conf", secret(text), {.profile = Profile::daemon});
  EXPECT_TRUE(racoon.accepted) << text;
  std::string script = fmt::format("spdadd {} {} {} -P out ipsec {};\n", parts.self, parts.peer,
                                   parts.upper, parts.requests);
  if (parts.mirrored)
    script += fmt::format("spdadd {} {} {} -P in ipsec {};\n", parts.peer, parts.self, parts.upper,
                          parts.requests);
  SetkeyReading setkey = read_setkey(secret(script), Profile::daemon);
  EXPECT_TRUE(setkey.accepted) << script;
  const std::string keys = parts.key.empty() ? "" : parts.peer + " " + parts.key + "\n";
  return {name, std::move(racoon.config), read_psk(as_octets(keys), Profile::daemon),
          std::move(setkey.policies)};
}

struct Row {
  const char* what;
  std::function<void(Parts& a, Parts& b)> change;
  const char* racoon[2];  ///< codes of A to B and of B to A, empty where they negotiate
  const char* charon[2];
};

void change(std::string& text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  ASSERT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
}

const std::vector<Row> rows = {
    {"equal ends", [](Parts&, Parts&) {}, {"", ""}, {"", ""}},
    {"another exchange mode",
     [](Parts&, Parts& b) { change(b.head, "main", "aggressive"); },
     {"PC-MODE", "PC-MODE"},
     {"PC-MODE", "PC-MODE"}},
    {"aggressive first, both listed by the other",
     [](Parts& a, Parts& b) {
       change(a.head, "main", "aggressive, main");
       change(b.head, "main", "main, aggressive");
     },
     {"", ""},
     {"", ""}},
    {"another cipher",
     [](Parts& a, Parts&) { change(a.proposal, "aes 128", "3des"); },
     {"PC-CIPHER", "PC-CIPHER"},
     {"PC-CIPHER", "PC-CIPHER"}},
    {"a longer key at A",
     [](Parts& a, Parts&) { change(a.proposal, "aes 128", "aes 256"); },
     {"", "PC-KEYLENGTH"},
     {"PC-KEYLENGTH", "PC-KEYLENGTH"}},
    {"another hash",
     [](Parts& a, Parts&) { change(a.proposal, "sha1", "sha256"); },
     {"PC-HASH", "PC-HASH"},
     {"PC-HASH", "PC-HASH"}},
    {"another group",
     [](Parts& a, Parts&) { change(a.proposal, "dh_group 2", "dh_group 14"); },
     {"PC-GROUP", "PC-GROUP"},
     {"PC-GROUP", "PC-GROUP"}},
    {"another method",
     [](Parts& a, Parts&) { change(a.proposal, "pre_shared_key", "rsasig"); },
     {"PC-METHOD", "PC-METHOD"},
     {"PC-METHOD", "PC-METHOD"}},
    {"a longer life at A",
     [](Parts& a, Parts&) { change(a.proposal, "8 hour", "9 hour"); },
     {"PC-LIFETIME", ""},
     {"", ""}},
    {"a longer life at A, which B obeys",
     [](Parts& a, Parts& b) {
       change(a.proposal, "8 hour", "9 hour");
       b.head += " proposal_check obey;";
     },
     {"", ""},
     {"", ""}},
    {"a shorter life at A, which B wants exact",
     [](Parts& a, Parts& b) {
       change(a.proposal, "8 hour", "7 hour");
       b.head += " proposal_check exact;";
     },
     {"PC-LIFETIME", "PC-LIFETIME"},
     {"", ""}},
    {"another identifier, verified",
     [](Parts&, Parts& b) {
       b.head += " peers_identifier address 10.0.0.9; verify_identifier on;";
     },
     {"PC-IDENTITY", "PC-IDENTITY"},
     {"PC-IDENTITY", "PC-IDENTITY"}},
    {"another identifier, not verified",
     [](Parts&, Parts& b) { b.head += " peers_identifier address 10.0.0.9;"; },
     {"", ""},
     {"PC-IDENTITY", "PC-IDENTITY"}},
    {"a name in main mode with a key",
     [](Parts& a, Parts&) { change(a.head, "my_identifier address", "my_identifier fqdn \"a\""); },
     {"PC-IDENTITY", "PC-IDENTITY"},
     {"", ""}},
    {"no key at A",
     [](Parts& a, Parts&) { a.key.clear(); },
     {"PC-NOKEY", "PC-NOKEY"},
     {"PC-NOKEY", "PC-NOKEY"}},
    {"different keys",
     [](Parts& a, Parts&) { a.key += "x"; },
     {"PC-KEY", "PC-KEY"},
     {"PC-KEY", "PC-KEY"}},
    {"one key in hexadecimal",
     [](Parts& a, Parts&) { a.key = "0x30313233343536373839616263646566"; },
     {"", ""},
     {"", ""}},
    {"A is passive",
     [](Parts& a, Parts&) { a.head += " passive on;"; },
     {"PC-PASSIVE", ""},
     {"PC-PASSIVE", ""}},
    {"another upper protocol",
     [](Parts& a, Parts&) { a.upper = "tcp"; },
     {"PC-SELECTOR", "PC-SELECTOR"},
     {"", ""}},
    {"no policy in at B",
     [](Parts&, Parts& b) { b.mirrored = false; },
     {"PC-SELECTOR", ""},
     {"PC-SELECTOR", ""}},
    {"no policy in at B, which makes it",
     [](Parts&, Parts& b) {
       b.mirrored = false;
       b.head += " generate_policy on;";
     },
     {"", ""},
     {"", ""}},
    {"AH at A",
     [](Parts& a, Parts&) { a.requests = "ah/transport//require"; },
     {"PC-PROTOCOLS", "PC-PROTOCOLS"},
     {"PC-PROTOCOLS", "PC-PROTOCOLS"}},
    {"AH and ESP at both",
     [](Parts& a, Parts& b) {
       a.requests = b.requests = "esp/transport//require ah/transport//require";
     },
     {"", ""},
     {"PC-BUNDLE", "PC-BUNDLE"}},
    {"no sainfo for these selectors at B",
     [](Parts&, Parts& b) { b.sainfo = "address 10.9.0.1 any anonymous"; },
     {"PC-NOSAINFO", "PC-NOSAINFO"},
     {"PC-NOSAINFO", "PC-NOSAINFO"}},
    {"another cipher of phase 2",
     [](Parts& a, Parts&) { change(a.quick, "aes 128", "3des"); },
     {"PC-CIPHER2", "PC-CIPHER2"},
     {"PC-CIPHER2", "PC-CIPHER2"}},
    {"one cipher of two in common",
     [](Parts& a, Parts&) { change(a.quick, "aes 128", "3des, aes 128"); },
     {"", ""},
     {"", ""}},
    {"another authentication of phase 2",
     [](Parts& a, Parts&) { change(a.quick, "hmac_sha1", "hmac_md5"); },
     {"PC-AUTH2", "PC-AUTH2"},
     {"PC-AUTH2", "PC-AUTH2"}},
    {"PFS at A alone",
     [](Parts&, Parts& b) { change(b.quick, "pfs_group 2;", ""); },
     {"", "PC-PFS"},
     {"PC-PFS", "PC-PFS"}},
    {"a longer life of phase 2 at A",
     [](Parts& a, Parts&) { change(a.quick, "1 hour", "2 hour"); },
     {"PC-LIFETIME2", ""},
     {"", ""}},
    {"the 3960 seconds of charon against an hour",
     [](Parts& a, Parts&) { change(a.quick, "1 hour", "66 min"); },
     {"PC-LIFETIME2", ""},
     {"", ""}},
};

TEST(PairCheck, SaysOfEachPairWhetherAndWhyNot) {
  for (const Row& row : rows) {
    Parts a{.self = "10.0.0.1", .peer = "10.0.0.2"};
    Parts b{.self = "10.0.0.2", .peer = "10.0.0.1"};
    row.change(a, b);
    for (const PeerModel model : {PeerModel::racoon, PeerModel::charon}) {
      const bool racoon = model == PeerModel::racoon;
      const auto verdict = check_pair(make("A", a), make("B", b), {.peer = model});
      ASSERT_EQ(verdict.directions.size(), 2U);
      for (std::size_t i = 0; i < 2; ++i) {
        const std::string_view expected = racoon ? row.racoon[i] : row.charon[i];
        const DirectionVerdict& one = verdict.directions[i];
        EXPECT_EQ(one.code, expected)
            << row.what << (racoon ? ", racoon " : ", charon ") << i << ": " << one.sentence;
        EXPECT_EQ(one.negotiates, expected.empty()) << row.what;
        EXPECT_FALSE(one.sentence.empty());
      }
    }
  }
}

TEST(PairCheck, ComparesTunnelsByTheirEnds) {
  const auto tunnel = [](const std::string& from, const std::string& to, const std::string& outer) {
    return fmt::format(
        "spdadd {0} {1} any -P out ipsec esp/tunnel/{2}/require;\n"
        "spdadd {1} {0} any -P in ipsec esp/tunnel/{3}/require;\n",
        from, to, outer,
        outer.substr(outer.find('-') + 1) + "-" + outer.substr(0, outer.find('-')));
  };
  const auto end = [&](const std::string& name, const Parts& parts, const std::string& script) {
    End made = make(name, parts);
    made.policies = read_setkey(secret(script), Profile::daemon).policies;
    return made;
  };
  const Parts a{.self = "10.0.0.1", .peer = "10.0.0.2"};
  const Parts b{.self = "10.0.0.2", .peer = "10.0.0.1"};
  const auto code = [&](const std::string& script_b, PeerModel model) {
    return check_pair(end("A", a, tunnel("10.1.0.0/24", "10.2.0.0/24", "10.0.0.1-10.0.0.2")),
                      end("B", b, script_b), {.peer = model})
        .directions[0]
        .code;
  };
  EXPECT_EQ(code(tunnel("10.2.0.0/24", "10.1.0.0/24", "10.0.0.2-10.0.0.1"), PeerModel::racoon), "");
  const auto wider = tunnel("10.2.0.0/16", "10.1.0.0/24", "10.0.0.2-10.0.0.1");
  EXPECT_EQ(code(wider, PeerModel::racoon), "PC-SELECTOR");
  EXPECT_EQ(code(wider, PeerModel::charon), "") << "charon narrows";
  EXPECT_EQ(code(tunnel("10.2.0.0/24", "10.1.0.0/24", "10.0.0.2-10.0.0.7"), PeerModel::racoon),
            "PC-ENDS");
}

/// An end that signs with a certificate of fixtures/pki/mgu and trusts a CA of it.
End signer(const std::string& name, Parts parts, const std::string& own, const std::string& ca) {
  change(parts.proposal, "pre_shared_key", "rsasig");
  parts.head =
      "exchange_mode main; my_identifier asn1dn; certificate_type x509 \"own\" \"key\"; "
      "ca_type x509 \"ca\";";
  End made = make(name, parts);
  made.certificates.emplace("own", secret(fixture("pki/mgu/" + own)));
  made.certificates.emplace("ca", secret(fixture("pki/mgu/" + ca)));
  return made;
}

TEST(PairCheck, LooksIntoCertificates) {
  const Parts a{.self = "10.0.0.1", .peer = "10.0.0.2"};
  const Parts b{.self = "10.0.0.2", .peer = "10.0.0.1"};
  constexpr std::chrono::sys_seconds now =
      std::chrono::sys_days(std::chrono::year(2030) / std::chrono::June / 1);
  const auto told = [&](const std::string& own, const std::string& ca, PeerModel model) {
    const auto verdict = check_pair(signer("A", a, own, "ca.pem"), signer("B", b, "server.pem", ca),
                                    {.peer = model, .now = now});
    const DirectionVerdict& out = verdict.directions[0];
    EXPECT_EQ(out.code, verdict.directions[1].code) << "of whoever begins";
    return std::string(out.code) + " " + std::string(out.notify);
  };
  for (const PeerModel model : {PeerModel::racoon, PeerModel::charon}) {
    EXPECT_EQ(told("client.pem", "ca.pem", model), " ");
    EXPECT_EQ(told("expired.pem", "ca.pem", model), "PC-CERTDATE AUTHENTICATION-FAILED");
    EXPECT_EQ(told("not_yet_valid.pem", "ca.pem", model), "PC-CERTDATE AUTHENTICATION-FAILED");
    EXPECT_EQ(told("client.pem", "other_ca.pem", model), "PC-TRUST AUTHENTICATION-FAILED");
    EXPECT_EQ(told("of_other_ca.pem", "ca.pem", model), "PC-TRUST AUTHENTICATION-FAILED");
    EXPECT_EQ(told("self_signed.pem", "self_signed.pem", model), " ") << "its own CA (CE-07)";
  }
}

TEST(PairCheck, KnowsWhatCharonSends) {
  Parts a{.self = "10.0.0.1", .peer = "10.0.0.2"};
  Parts b{.self = "10.0.0.2", .peer = "10.0.0.1"};
  const auto sent = [&](std::size_t direction) {
    return check_pair(make("A", a), make("B", b), {.peer = PeerModel::charon})
        .directions[direction]
        .notify;
  };
  b.head += " peers_identifier address 10.0.0.9;";
  EXPECT_EQ(sent(0), "AUTHENTICATION-FAILED");
  EXPECT_EQ(sent(1), "") << "the initiator goes without a word";
  b.head = a.head;
  b.key.clear();
  EXPECT_EQ(sent(0), "INVALID-KEY-INFORMATION");
  b.key = a.key;
  change(b.head, "exchange_mode main", "exchange_mode aggressive");
  EXPECT_EQ(sent(0), "AUTHENTICATION-FAILED");
}

TEST(PairCheck, WantsTraversalBehindANat) {
  Parts a{.self = "10.0.0.1", .peer = "10.0.0.2"};
  Parts b{.self = "10.0.0.2", .peer = "10.0.0.1"};
  const auto code = [&] {
    return check_pair(make("A", a), make("B", b), {.nat = true}).directions[0].code;
  };
  EXPECT_EQ(code(), "PC-NAT");
  a.head += " nat_traversal on;";
  b.head += " nat_traversal force;";
  EXPECT_EQ(code(), "");
  a.requests = b.requests = "ah/transport//require";
  EXPECT_EQ(code(), "PC-NATAH");
}

TEST(PairCheck, CountsAPassiveEndAsMeant) {
  Parts a{.self = "10.0.0.1", .peer = "10.0.0.2"};
  Parts b{.self = "10.0.0.2", .peer = "10.0.0.1"};
  a.head += " passive on;";
  EXPECT_TRUE(check_pair(make("A", a), make("B", b), {}).negotiates());
  b.head += " passive on;";
  EXPECT_FALSE(check_pair(make("A", a), make("B", b), {}).negotiates());
}

TEST(PairCheck, SaysThatNothingTellsWhoTheEndsAre) {
  const PairVerdict verdict =
      check_pair({.name = "A", .racoon = {}, .keys = {}, .policies = {}},
                 {.name = "B", .racoon = {}, .keys = {}, .policies = {}}, {});
  EXPECT_FALSE(verdict.negotiates());
  EXPECT_EQ(verdict.directions.at(0).code, "PC-ADDRESS");
}

TEST(PairCheck, NeverSaysWhatAKeyIs) {
  Parts a{.self = "10.0.0.1", .peer = "10.0.0.2"};
  Parts b{.self = "10.0.0.2", .peer = "10.0.0.1"};
  a.key = "A-secret-of-the-house";
  const auto verdict = check_pair(make("A", a), make("B", b), {});
  for (const DirectionVerdict& one : verdict.directions) {
    std::string all = one.sentence;
    for (const Step& step : one.steps)
      all += step.initiator + step.responder;
    EXPECT_EQ(all.find("secret"), std::string::npos) << all;
    EXPECT_EQ(all.find("0123456789"), std::string::npos) << all;
  }
}

}  // namespace
}  // namespace touchstone::ipsec::config
