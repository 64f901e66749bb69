#include "reference/mediagateway/net8021x_doctor.h"

#include <gmock/gmock.h>

#include <map>

#include "reference/dot1x/config/wpa_status.h"
#include "reference/mediagateway/local_ntp.h"
#include "tests/unit/mediagateway/pki_files.h"

namespace touchstone::mediagateway {
namespace {

using Verdict = Check::Verdict;

/// A gateway on which net8021x and localNTP have run, and a switch that let it in.
struct Gateway {
  std::map<std::string, std::string> files;
  std::map<std::string, std::uint32_t> modes;
  std::optional<std::string> status = dot1x::config::print_status(
      {.address = "00:08:5d:79:1f:3e", .method = 13}, dot1x::config::StatusFormat::seed);
  std::chrono::sys_seconds now = today;

  explicit Gateway(const Net8021xRequest& request = good_request()) {
    const auto made = plan_net8021x(request, std::nullopt);
    EXPECT_TRUE(made) << made.error().detail;
    for (const Wish& wish : made->plan.wishes())
      if (wish.kind == Wish::Kind::file) {
        files[wish.path] = std::string(as_text(wish.content.octets()));
        modes[wish.path] = wish.mode;
      }
    files["/etc/ntp.conf"] = *edit_local_ntp({}, LocalNtp{"192.168.1.10", true});
  }

  std::string& conf() { return files[std::string(wpa_conf)]; }
  void put(const std::string& path, const std::string& fixture) {
    files[path] = std::string(as_text(pki_octets(fixture)));
  }
  void change(std::string_view part, std::string_view by) {
    const std::size_t at = conf().find(part);
    ASSERT_NE(at, std::string::npos) << part;
    conf().replace(at, part.size(), by);
  }

  Checks look() const {
    return check_net8021x({.read = [this](const std::string& path) -> Result<SecretOctets> {
                             const auto found = files.find(path);
                             if (found == files.end()) return fail(FileErrc::not_found);
                             return copy_secret(as_octets(found->second));
                           },
                           .mode = [this](const std::string& path) -> std::optional<std::uint32_t> {
                             const auto found = modes.find(path);
                             if (found == modes.end()) return std::nullopt;
                             return found->second;
                           },
                           .status = status,
                           .now = now});
  }
  /// One letter a check: good, warned, bad, unknown.
  std::string verdicts() const {
    std::string letters;
    for (const Check& check : look())
      letters += "gwbu"[static_cast<std::size_t>(check.verdict)];
    return letters;
  }
};

TEST(Net8021xDoctor, AsksInTheOrderOfTheDocument) {
  const Checks checks = Gateway().look();
  ASSERT_EQ(checks.size(), 4U);
  EXPECT_EQ(checks[0].name, "radius");
  EXPECT_EQ(checks[1].name, "certificates");
  EXPECT_EQ(checks[2].name, "key");
  EXPECT_EQ(checks[3].name, "clock");
  for (const Check& check : checks)
    EXPECT_EQ(check.lines.size(), 1U) << check.name;
  EXPECT_EQ(Gateway().verdicts(), "gggg");
}

TEST(Net8021xDoctor, KnowsOfTheServerWhatTheSupplicantHasSeen) {
  Gateway gateway;
  gateway.status.reset();
  EXPECT_EQ(gateway.verdicts(), "uggg");
  gateway.status = "nonsense";
  EXPECT_EQ(gateway.verdicts(), "uggg");
  dot1x::config::PortStatus held{
      .wpa_state = "ASSOCIATED", .pae_state = "HELD", .authorized = false, .eap_state = "FAILURE"};
  gateway.status = print_status(held, dot1x::config::StatusFormat::v2_10);
  EXPECT_EQ(gateway.verdicts(), "bggg");
  held.method = 13;
  gateway.status = print_status(held, dot1x::config::StatusFormat::v2_10);
  EXPECT_EQ(gateway.verdicts(), "gggg") << "it has answered, and refused";
}

TEST(Net8021xDoctor, SeesWrongCertificates) {
  const std::string client = "/etc/wpa_cert/client.pem";
  Gateway gateway;
  gateway.put(client, "of_other_ca.pem");
  EXPECT_EQ(gateway.verdicts(), "gbgg");
  gateway.put(client, "client.der");
  EXPECT_EQ(gateway.verdicts(), "gbgg");
  gateway.put(client, "server_only.pem");
  EXPECT_EQ(gateway.verdicts(), "gwgg");
  gateway.files.erase(client);
  EXPECT_EQ(gateway.verdicts(), "gbgg");
  gateway = Gateway();
  gateway.files.erase("/etc/wpa_cert/ca.pem");
  EXPECT_EQ(gateway.verdicts(), "gbgg");
  gateway = Gateway();
  gateway.change("\tca_cert=\"/etc/wpa_cert/ca.pem\"\n", "");
  EXPECT_EQ(gateway.verdicts(), "gbgg");
}

TEST(Net8021xDoctor, SeesAFileThatCannotBeRead) {
  Gateway gateway;
  gateway.files.erase(std::string(wpa_conf));
  EXPECT_EQ(gateway.verdicts(), "gbbg");
  gateway = Gateway();
  gateway.conf() = "network = {";
  EXPECT_EQ(gateway.verdicts(), "gbbg");
  gateway = Gateway();
  gateway.change("eap=TLS", "eap = TLS");
  EXPECT_EQ(gateway.verdicts()[1], 'b');
}

TEST(Net8021xDoctor, SeesAWrongKeyOrPassword) {
  const std::string key = "/etc/wpa_cert/client_key.pem";
  Gateway gateway;
  gateway.put(key, "stranger_key.pem");
  EXPECT_EQ(gateway.verdicts(), "ggbg");
  gateway.put(key, "encrypted_key.pem");
  EXPECT_EQ(gateway.verdicts(), "ggbg") << "no password";
  gateway.files.erase(key);
  EXPECT_EQ(gateway.verdicts(), "ggbg");
  gateway = Gateway();
  gateway.modes[key] = 0644;
  EXPECT_EQ(gateway.verdicts(), "ggwg");

  Net8021xRequest request = good_request();
  request.private_key = given("-p", "encrypted_key.pem");
  request.password = password_file(key_password);
  gateway = Gateway(request);
  EXPECT_EQ(gateway.verdicts(), "gggg");
  gateway.change(key_password, "no");
  EXPECT_EQ(gateway.verdicts(), "ggbg");
}

TEST(Net8021xDoctor, SeesAWrongClockAndDatesThatEnd) {
  Gateway gateway;
  gateway.now = std::chrono::sys_seconds(std::chrono::seconds(60));
  EXPECT_EQ(gateway.verdicts(), "gggb");
  gateway = Gateway();
  gateway.put("/etc/wpa_cert/client.pem", "expired.pem");
  EXPECT_EQ(gateway.verdicts(), "gggb");
  gateway = Gateway();
  gateway.files.erase("/etc/ntp.conf");
  EXPECT_EQ(gateway.verdicts(), "gggw");
  gateway = Gateway();
  gateway.now = std::chrono::sys_days(std::chrono::year(2049) / 12 / 20);
  EXPECT_EQ(gateway.verdicts(), "gggw");
  gateway.now = std::chrono::sys_days(std::chrono::year(2049) / 11 / 20);
  EXPECT_EQ(gateway.verdicts(), "gggg");
}

TEST(Net8021xDoctor, TellsNoSecret) {
  Net8021xRequest request = good_request();
  request.private_key = given("-p", "encrypted_key.pem");
  request.password = password_file(key_password);
  Gateway gateway(request);
  gateway.put("/etc/wpa_cert/encrypted_key.pem", "stranger_key.pem");
  for (const Check& check : gateway.look())
    for (const std::string& line : check.lines)
      EXPECT_EQ(line.find(key_password), std::string::npos) << line;
}

}  // namespace
}  // namespace touchstone::mediagateway
