#include "reference/mediagateway/net8021x.h"

#include <gmock/gmock.h>

#include "reference/base/exit_class.h"
#include "reference/dot1x/config/wpa_conf.h"
#include "tests/unit/mediagateway/pki_files.h"

namespace touchstone::mediagateway {
namespace {

namespace config = dot1x::config;
using testing::ElementsAre;

/// The exit code, and the warnings as `CODE`.
struct Outcome {
  int code = 0;
  std::vector<std::string> warnings = {};
  friend bool operator==(const Outcome&, const Outcome&) = default;
  friend void PrintTo(const Outcome& one, std::ostream* out) {
    *out << one.code << " " << testing::PrintToString(one.warnings);
  }
};

Outcome outcome(const Net8021xRequest& request, const std::optional<SecretOctets>& standing = {}) {
  const auto made = plan_net8021x(request, standing);
  if (!made) return {exit_code(made.error())};
  Outcome one;
  for (const auto& [file, finding] : made->findings)
    one.warnings.emplace_back(finding.code);
  return one;
}

const Wish* wish(const Net8021xPlan& made, std::string_view path) {
  const auto& wishes = made.plan.wishes();
  const auto found = std::ranges::find(wishes, path, &Wish::path);
  return found == wishes.end() ? nullptr : &*found;
}

std::string conf_of(const Net8021xRequest& request, std::string_view standing = {}) {
  std::optional<SecretOctets> old;
  if (!standing.empty()) old = copy_secret(as_octets(standing));
  const auto made = plan_net8021x(request, old);
  if (!made) return "refused: " + made.error().detail;
  return std::string(as_text(wish(*made, wpa_conf)->content.octets()));
}

TEST(Net8021x, PlansTheFilesOfTheDocument) {
  Net8021xRequest request = good_request();
  request.activate = true;
  const auto made = plan_net8021x(request, std::nullopt);
  ASSERT_TRUE(made) << made.error().detail;
  std::vector<std::string> paths;
  for (const Wish& one : made->plan.wishes())
    paths.push_back(one.path);
  EXPECT_THAT(paths, ElementsAre("/etc/wpa_cert", "/etc/wpa_cert/ca.pem",
                                 "/etc/wpa_cert/client.pem", "/etc/wpa_cert/client_key.pem",
                                 "/etc/wpa_supplicant.conf", "/etc/systemd/system/net8021x.service",
                                 "/etc/systemd/system/multi-user.target.wants/net8021x.service"));
  EXPECT_EQ(wish(*made, wpa_cert_folder)->mode, 0700U);
  EXPECT_EQ(wish(*made, wpa_conf)->mode, 0600U);
  EXPECT_EQ(wish(*made, "/etc/wpa_cert/client_key.pem")->mode, 0600U);
  EXPECT_TRUE(made->findings.empty());
  request.activate = false;
  EXPECT_EQ(plan_net8021x(request, std::nullopt)->plan.wishes().size(), 5U);
}

TEST(Net8021x, NamesTheCopiesAndNotTheOriginals) {
  const std::string conf = conf_of(good_request());
  EXPECT_EQ(conf.find("/tmp/new"), std::string::npos);
  EXPECT_NE(conf.find("private_key=\"/etc/wpa_cert/client_key.pem\""), std::string::npos);
  EXPECT_TRUE(config::read_wpa_conf(copy_secret(as_octets(conf))).findings.empty());
}

TEST(Net8021x, RefusesWhatCannotWork) {
  const auto with = [](const std::function<void(Net8021xRequest&)>& change) {
    Net8021xRequest request = good_request();
    change(request);
    return outcome(request);
  };
  const auto client = [&](const std::string& name, const std::string& key = "client_key.pem") {
    return with([&](Net8021xRequest& one) {
      one.client_cert = given("-l", name);
      one.private_key = given("-p", key);
    });
  };
  EXPECT_EQ(client("client.der"), (Outcome{6}));
  EXPECT_EQ(client("client.p12"), (Outcome{6}));
  EXPECT_EQ(client("no_pem.pem"), (Outcome{6}));
  EXPECT_EQ(client("torn.pem"), (Outcome{6}));
  EXPECT_EQ(client("v1.pem"), (Outcome{6}));
  EXPECT_EQ(client("with_key.pem"), (Outcome{6}));
  EXPECT_EQ(client("expired.pem"), (Outcome{6}));
  EXPECT_EQ(client("not_yet_valid.pem"), (Outcome{6}));
  EXPECT_EQ(client("of_other_ca.pem"), (Outcome{7}));
  EXPECT_EQ(client("self_signed.pem"), (Outcome{7}));
  EXPECT_EQ(client("client.pem", "stranger_key.pem"), (Outcome{7}));
  EXPECT_EQ(client("client.pem", "client_key.der"), (Outcome{6}));
  EXPECT_EQ(client("client.pem", "encrypted_key.pem"), (Outcome{2}));
  EXPECT_EQ(client("server_only.pem"), (Outcome{0, {"ML-PURPOSE"}}));
  EXPECT_EQ(client("ec.pem", "ec_key.pem"), (Outcome{0}));
  EXPECT_EQ(with([](auto& one) { one.ca_cert = given("-c", "other_ca.pem"); }), (Outcome{7}));
}

TEST(Net8021x, TakesShortKeysByItsProfile) {
  Net8021xRequest request = good_request();
  request.client_cert = given("-l", "short.pem");
  request.private_key = given("-p", "short_key.pem");
  EXPECT_EQ(outcome(request), (Outcome{0, {"ML-WEAKKEY"}}));
  request.modern = true;
  EXPECT_EQ(outcome(request), (Outcome{6}));
  request.allow_weak = true;
  EXPECT_EQ(outcome(request), (Outcome{0, {"ML-WEAKKEY"}}));
}

TEST(Net8021x, WarnsOfDatesWhileTheClockStandsAtItsBootValue) {
  Net8021xRequest request = good_request();
  request.now = std::chrono::sys_seconds(std::chrono::seconds(60));
  EXPECT_EQ(outcome(request), (Outcome{0, {"ML-BOOTCLOCK", "ML-BOOTCLOCK"}}));
}

TEST(Net8021x, RefusesNamesThatWouldSayMore) {
  const std::string quoted = "a\"\n\tkey_mgmt=NONE";
  for (const std::string& identity :
       {std::string(), std::string("a\"b"), std::string("a\nb"), std::string("a\rb"),
        std::string("a\0b", 3), std::string("\x7F"), quoted, std::string(254, 'a')}) {
    Net8021xRequest request = good_request();
    request.identity = identity;
    EXPECT_EQ(outcome(request), (Outcome{2})) << identity;
  }
  for (const std::string& identity : {std::string(253, 'a'), std::string("a b#c}\\;$(x)'å")}) {
    Net8021xRequest request = good_request();
    request.identity = identity;
    const auto reading = config::read_wpa_conf(copy_secret(as_octets(conf_of(request))));
    EXPECT_EQ(as_text(*reading.document.string(1, "identity")), identity);
    EXPECT_TRUE(reading.findings.empty());
  }
  for (const char* name : {"a b", "x\"", "a;b", "ä"}) {
    Net8021xRequest request = good_request();
    request.server_name = name;
    EXPECT_EQ(outcome(request), (Outcome{2})) << name;
    request = good_request();
    request.interface = name;
    EXPECT_EQ(outcome(request), (Outcome{2})) << name;
  }
  Net8021xRequest request = good_request();
  request.client_cert.name = "/tmp/new/a\"b.pem";
  EXPECT_EQ(outcome(request), (Outcome{2}));
}

TEST(Net8021x, KeepsTwoFilesOfOneNameApart) {
  Net8021xRequest request = good_request();
  request.ca_cert.name = "/tmp/a/cert.pem";
  request.client_cert.name = "/tmp/b/cert.pem";
  request.private_key.name = "/tmp/c/cert.pem";
  const auto made = plan_net8021x(request, std::nullopt);
  ASSERT_TRUE(made);
  EXPECT_EQ(outcome(request), (Outcome{0, {"ML-SAMENAME", "ML-SAMENAME"}}));
  EXPECT_EQ(as_text(wish(*made, "/etc/wpa_cert/cert.pem")->content.octets()),
            as_text(request.ca_cert.octets));
  EXPECT_EQ(as_text(wish(*made, "/etc/wpa_cert/client-cert.pem")->content.octets()),
            as_text(request.client_cert.octets));
  EXPECT_EQ(as_text(wish(*made, "/etc/wpa_cert/key-cert.pem")->content.octets()),
            as_text(request.private_key.octets));
}

TEST(Net8021x, MindsOtherEndings) {
  Net8021xRequest request = good_request();
  request.client_cert.name = "/tmp/new/client.crt";
  EXPECT_EQ(outcome(request), (Outcome{0, {"ML-EXT"}}));
}

TEST(Net8021x, PutsThePasswordOfTheKeyIntoTheFileAndNotIntoAScript) {
  Net8021xRequest request = good_request();
  request.private_key = given("-p", "encrypted_key.pem");
  request.password = password_file(std::string(key_password) + "\r\n");
  const auto made = plan_net8021x(request, std::nullopt);
  ASSERT_TRUE(made) << made.error().detail;
  const FileContent& content = wish(*made, wpa_conf)->content;
  EXPECT_NE(as_text(content.octets()).find("private_key_passwd=\"Client key words 42\"\n}"),
            std::string_view::npos);
  for (const FileContent::Piece& piece : content.pieces())
    if (piece.origin == FileContent::Origin::text) {
      EXPECT_EQ(as_text(content.octets_of(piece)).find("words"), std::string_view::npos);
    }
  request.password = password_file("wrong");
  EXPECT_EQ(outcome(request), (Outcome{7}));
  request.password = password_file("two\nlines");
  EXPECT_EQ(outcome(request), (Outcome{2}));
  request.password = password_file("");
  EXPECT_EQ(outcome(request), (Outcome{2}));
  request = good_request();
  request.password = password_file(key_password);
  EXPECT_EQ(outcome(request), (Outcome{2})) << "the key is not encrypted";
}

TEST(Net8021x, ChangesAFileThatAHandHasMadeFieldByField) {
  const std::string by_hand =
      "# site 7\nctrl_interface=DIR=/run/wpa\nap_scan=0\nnetwork={\n\teap=TLS # our way\n"
      "\tkey_mgmt=IEEE8021X\n\tidentity=\"old\"\n\tphase1=\"tls_disable_tlsv1_3=0\"\n"
      "\tprivate_key_passwd=\"old\"\n}\n";
  const std::string conf = conf_of(good_request(), by_hand);
  EXPECT_TRUE(
      conf.starts_with("# site 7\nctrl_interface=DIR=/run/wpa\nap_scan=0\nnetwork={\n"
                       "\teap=TLS # our way\n\tkey_mgmt=IEEE8021X\n"
                       "\tidentity=\"test@test.se\"\n"
                       "\tphase1=\"tls_disable_tlsv1_3=0\"\n"))
      << conf;
  EXPECT_EQ(conf.find("private_key_passwd"), std::string::npos);
  EXPECT_EQ(conf_of(good_request(), conf), conf) << "the second run changes nothing";
  EXPECT_EQ(conf_of(good_request(), conf_of(good_request())), conf_of(good_request()));
}

TEST(Net8021x, LeavesAFileForAnotherMethodUnlessForced) {
  for (const std::string& foreign :
       {std::string("network={\n\teap=PEAP\n\tkey_mgmt=IEEE8021X\n}\n"), std::string("nonsense"),
        std::string("network={\n\teap=TLS\n}\nnetwork={\n\teap=TLS\n}\n"),
        std::string("network={\n\tssid=\"home\"\n\tpsk=\"12345678\"\n}\n")}) {
    Net8021xRequest request = good_request();
    EXPECT_EQ(outcome(request, copy_secret(as_octets(foreign))), (Outcome{9})) << foreign;
    request.force = true;
    EXPECT_EQ(conf_of(request, foreign), conf_of(good_request()));
  }
}

TEST(Net8021x, LeavesAFileAloneOfWhichWpaSupplicantDropsAPart) {
  const std::string conf = conf_of(good_request());
  std::string cut = conf;
  cut.insert(cut.find("\n\teap=TLS"), "#" + std::string(2000, '-'));
  const auto asked = [](const std::string& text) {
    return outcome(good_request(), copy_secret(as_octets(text)));
  };
  EXPECT_EQ(asked(conf), Outcome{0});
  EXPECT_EQ(asked(cut), Outcome{9});
}

TEST(Net8021x, TakesAnActivationBackAndLeavesTheFiles) {
  std::vector<std::string> gone;
  const TreePlan plan = plan_net8021x_off();
  for (const Wish& one : plan.wishes()) {
    EXPECT_EQ(one.kind, Wish::Kind::absent);
    gone.push_back(one.path);
  }
  EXPECT_THAT(gone, ElementsAre("/etc/systemd/system/multi-user.target.wants/net8021x.service",
                                "/etc/systemd/system/net8021x.service"));
}

TEST(Net8021x, HidesTheSecretsOfAHandMadeFile) {
  const std::string by_hand = "network={\n\teap=TLS\n\tpin=\"s3cret\"\n}\n";
  const auto made = plan_net8021x(good_request(), copy_secret(as_octets(by_hand)));
  ASSERT_TRUE(made);
  const FileContent& content = wish(*made, wpa_conf)->content;
  EXPECT_NE(as_text(content.octets()).find("s3cret"), std::string_view::npos);
  for (const FileContent::Piece& piece : content.pieces())
    if (piece.origin != FileContent::Origin::secret) {
      EXPECT_EQ(as_text(content.octets_of(piece)).find("s3cret"), std::string_view::npos);
    }
}

}  // namespace
}  // namespace touchstone::mediagateway
