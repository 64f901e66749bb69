// The oracle of IPsec configurations held against the recorded verdicts of racoon and setkey, and
// against cases written by hand from the manuals.

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "conformance/oracle/ipsec/keys_files.h"
#include "conformance/oracle/ipsec/pair.h"
#include "conformance/oracle/ipsec/racoon_conf.h"
#include "conformance/oracle/ipsec/setkey_script.h"
#include "tests/support/tree.h"
#include "tests/unit/conformance/oracle/checks.h"

namespace touchstone::conformance::oracle {

namespace {

using Json = nlohmann::json;
using ipsec::Verdict;

std::string racoon_vector(const Json& one) {
  const auto reading = ipsec::read_racoon(
      one.at("config"), [](const std::string&) { return std::vector<std::string>(); });
  return differ(one.at("name"), one.at("verdict") == "accept", reading.verdict.daemon_takes());
}

std::string setkey_vector(const Json& one) {
  const auto reading = ipsec::read_setkey(one.at("line").get<std::string>());
  return differ(one.at("line"), one.at("verdict") == "accept", reading.verdict.daemon_takes());
}

/// A text and what is said of it: the codes in order, `-` for none.
struct Row {
  const char* text;
  const char* codes;
};

std::string codes_of(const Verdict& verdict) {
  std::string text;
  for (const ipsec::Remark& one : verdict.remarks)
    text += (text.empty() ? "" : " ") + one.code;
  return text.empty() ? "-" : text;
}

constexpr std::string_view proposal =
    "proposal { encryption_algorithm aes 128; hash_algorithm sha1; authentication_method "
    "pre_shared_key; dh_group 2; }";
constexpr std::string_view algorithms =
    "encryption_algorithm aes 128; authentication_algorithm hmac_sha1; compression_algorithm "
    "deflate;";

/// PROPOSAL and ALGORITHMS stand for whole ones.
std::string whole(std::string text) {
  for (const auto& [name, value] :
       {std::pair("PROPOSAL", proposal), std::pair("ALGORITHMS", algorithms)})
    for (auto at = text.find(name); at != std::string::npos; at = text.find(name))
      text.replace(at, std::string_view(name).size(), value);
  return text;
}

constexpr Row racoon_rows[] = {
    {"remote 10.0.0.2 { exchange_mode main; PROPOSAL }", "-"},
    {"remote 10.2 { exchange_mode main; PROPOSAL }", "RC-SHORTADDRESS"},
    {"remote 10.0.0.2 { exchange_mode main; lifetime time 0 sec; PROPOSAL }", "RC-LIFETIME"},
    {"remote 10.0.0.2 { exchange_mode main; nonce_size x99; PROPOSAL }", "RC-JUNK RC-NONCE"},
    {"remote 10.0.0.2 { exchange_mode main; PROPOSAL } remote 10.0.0.2 { exchange_mode main; "
     "PROPOSAL }",
     "RC-DUPREMOTE"},
    {"remote 10.0.0.2 { exchange_mode main; proposal { encryption_algorithm aes 192; "
     "hash_algorithm sha1; authentication_method pre_shared_key; dh_group 2; } }",
     "-"},
    {"remote 10.0.0.2 { exchange_mode main; proposal { encryption_algorithm twofish; "
     "hash_algorithm sha1; authentication_method pre_shared_key; dh_group 2; } }",
     "RC-ALGORITHM"},
    {"remote 10.0.0.2 { exchange_mode main; proposal { encryption_algorithm aes 128; "
     "authentication_method pre_shared_key; dh_group 2; } }",
     "RC-PROPOSALPART"},
    {"listen { isakmp 10.0.0.1 [65536]; }", "RC-PORT"},
    {"sainfo address 10.0.0.0/33 any anonymous { ALGORITHMS }", "RC-PREFIX"},
    {"sainfo address 10.0.0.1/24 any anonymous { ALGORITHMS }", "RC-HOSTBITS"},
    {"sainfo anonymous { pfs_group 3; encryption_algorithm aes 128; authentication_algorithm "
     "hmac_sha1; compression_algorithm deflate; }",
     "RC-EC2N"},
};

constexpr Row setkey_rows[] = {
    {"add 10.0.0.1 10.0.0.2 ah 255 -A hmac-sha1 0x000102030405060708090a0b0c0d0e0f10111213;",
     "SK-SPI SK-NOPOLICY"},
    {"add 10.0.0.1 10.0.0.2 ah 256 -E aes-cbc 0x00112233445566778899aabbccddeeff;",
     "SK-ALGORITHM SK-NOPOLICY"},
    {"spdadd 10.0.0.0/33 10.0.0.2 any -P out none;", "SK-PREFIX"},
    {"spdadd 10.0.0.1 10.0.0.2 any -P out ipsec esp/tunnel//require;", "SK-TUNNEL"},
    {"spdadd 10.0.0.1 10.0.0.2 any -P out ipsec esp/transport//require;", "SK-MIRROR"},
    {"spdadd 10.0.0.1 10.0.0.2 any -P out none;\nspdadd 10.0.0.1 10.0.0.2 any -P out none;",
     "SK-TWICE"},
};

constexpr Row ifcfg_rows[] = {
    {"DST=10.0.0.2\nTYPE=IPSEC\nONBOOT=yes\nIKE_METHOD=PSK\n", "IF-KEYMODE"},
    {"DST=10.0.0.2\nTYPE=IPSEC\nONBOOT=yes\nIKE_METHOD=PSK\nDEVICE=\"$x\"\n",
     "IF-EXPANSION IF-KEYMODE"},
    {"DST=10.0.0.2\nTYPE=IPSEC\nONBOOT=yes\nIKE_METHOD=PSK\nSRCNET=10.0.0.0/8\n",
     "IF-KEYMODE IF-HALFNET"},
    {"DST=10.0.0.2\nTYPE=IPSEC\nONBOOT=yes\nIKE_METHOD=PSK\nAH_PROTO=none\nESP_PROTO=none\n",
     "IF-KEYMODE IF-NONE"},
};

constexpr Row psk_rows[] = {
    {"10.0.0.1 0123456789abcdef\n", "RC-PSKMODE"},
    {"10.0.0.1 0123456789abcdef \n", "RC-PSKMODE RC-PSKBLANK"},
};

std::string ifcfg_row(const Row& row) {
  const auto reading = ipsec::read_ifcfg({row.text, "IKE_PSK=0123456789abcdef\n", 0640U});
  return differ(row.text, std::string(row.codes), codes_of(reading.verdict));
}

/// Ends as text, and the rule that stops A; written by hand from RFC 2409 and notes on both peers.
struct PairRow {
  const char* name;
  const char* a;  ///< members of the remote of A, then |, members of its sainfo
  const char* b;
  bool charon;
  const char* code;
};
constexpr PairRow pair_rows[] = {
    {"equal", "exchange_mode main;|", "exchange_mode main;|", false, ""},
    {"mode", "exchange_mode base;|", "exchange_mode main;|", false, "PC-MODE"},
    {"passive", "exchange_mode main; passive on;|", "exchange_mode main;|", false, "PC-PASSIVE"},
    {"longer life", "exchange_mode main; lifetime time 2 hour;|",
     "exchange_mode main; lifetime time 1 hour;|", false, "PC-LIFETIME"},
    {"longer life, charon", "exchange_mode main; lifetime time 2 hour;|",
     "exchange_mode main; lifetime time 1 hour;|", true, ""},
    {"PFS of the responder", "exchange_mode main;|", "exchange_mode main;|pfs_group 2;", false,
     "PC-PFS"},
    {"PFS of the initiator", "exchange_mode main;|pfs_group 2;", "exchange_mode main;|", false, ""},
    {"identity", "exchange_mode main;|",
     "exchange_mode main; verify_identifier on; peers_identifier address 10.9.9.9;|", false,
     "PC-IDENTITY"},
};

ipsec::PairEnd end_of(const std::string& self, const std::string& peer, const std::string& members,
                      const std::string& key, const std::string& script) {
  const auto cut = members.find('|');
  const std::string text =
      fmt::format("remote {} {{ {} PROPOSAL }} sainfo anonymous {{ {} ALGORITHMS }}", peer,
                  members.substr(0, cut), members.substr(cut + 1));
  return {self,
          ipsec::read_racoon(whole(text)).conf,
          {{peer, key}},
          ipsec::read_setkey(script).policies};
}

std::string predicted(const std::string& a, const std::string& b, bool charon,
                      const std::string& key = "k", const std::string& net = "10.0.0.2") {
  const std::string out =
      "spdadd 10.0.0.1 10.0.0.2 any -P out ipsec esp/transport//require;"
      "spdadd 10.0.0.2 10.0.0.1 any -P in ipsec esp/transport//require;";
  const std::string in = fmt::format(
      "spdadd 10.0.0.1 {0} any -P in ipsec esp/transport//require;"
      "spdadd {0} 10.0.0.1 any -P out ipsec esp/transport//require;",
      net);
  return predict(end_of("10.0.0.1", "10.0.0.2", a, "k", out),
                 end_of("10.0.0.2", "10.0.0.1", b, key, in), {charon, false});
}

Json fixture(const std::string& name) {
  std::ifstream in(tests::tree_path("fixtures/ipsec/verdicts/" + name));
  return Json::parse(in);
}

void add_rows(std::vector<Check>& checks) {
  for (const Row& row : racoon_rows)
    checks.push_back({fmt::format("racoon.conf {}", row.codes), [&row] {
                        const auto reading = ipsec::read_racoon(whole(row.text));
                        return differ(row.text, std::string(row.codes), codes_of(reading.verdict));
                      }});
  for (const Row& row : setkey_rows)
    checks.push_back({fmt::format("setkey {}", row.codes), [&row] {
                        return differ(row.text, std::string(row.codes),
                                      codes_of(ipsec::read_setkey(row.text).verdict));
                      }});
  for (const Row& row : ifcfg_rows)
    checks.push_back({fmt::format("ifcfg {}", row.codes), [&row] { return ifcfg_row(row); }});
  for (const Row& row : psk_rows)
    checks.push_back({fmt::format("psk.txt {}", row.codes), [&row] {
                        return differ(row.text, std::string(row.codes),
                                      codes_of(ipsec::read_psk(row.text, 0640U).verdict));
                      }});
  for (const PairRow& row : pair_rows)
    checks.push_back({fmt::format("pair: {}", row.name), [&row] {
                        return differ(row.name, std::string(row.code),
                                      predicted(row.a, row.b, row.charon));
                      }});
}

}  // namespace

void add_ipsec_checks(std::vector<Check>& checks) {
  for (const Json& one : fixture("racoon.json"))
    checks.push_back(
        {"racoon: " + one.at("name").get<std::string>(), [one] { return racoon_vector(one); }});
  for (const Json& one : fixture("setkey.json"))
    if (one.at("verdict") == "accept" || one.at("verdict") == "refuse")
      checks.push_back(
          {"setkey: " + one.at("line").get<std::string>(), [one] { return setkey_vector(one); }});
  add_rows(checks);
  checks.push_back({"racoon takes an elliptic group", [] {
                      const auto reading =
                          ipsec::read_racoon(whole("sainfo anonymous { pfs_group 3; ALGORITHMS }"));
                      return differ("daemon", true, reading.verdict.daemon_takes());
                    }});
  const std::string same = "exchange_mode main;|";
  checks.push_back(
      {"pair: key",
       [same] { return differ("key", std::string("PC-KEY"), predicted(same, same, false, "x")); }});
  for (const bool charon : {false, true})
    checks.push_back({"pair: narrower", [same, charon] {
                        return differ("selectors", std::string(charon ? "" : "PC-SELECTOR"),
                                      predicted(same, same, charon, "k", "10.0.0.0/24"));
                      }});
}

}  // namespace touchstone::conformance::oracle
