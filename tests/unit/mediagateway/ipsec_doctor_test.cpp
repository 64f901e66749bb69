#include "reference/mediagateway/ipsec_doctor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/support/tree.h"
#include "tests/unit/mediagateway/ipsec_scene.h"

namespace touchstone::mediagateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using Verdict = Check::Verdict;

std::string pem(const std::string& name) {
  std::ifstream in(tests::tree_path("fixtures/pki/mgu/") + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

constexpr std::chrono::sys_seconds now =
    std::chrono::sys_days(std::chrono::year(2030) / std::chrono::June / std::chrono::day(1));

const std::string dump_line =
    "\n\tesp mode=transport spi=4096(0x00001000) reqid=0(0x00000000)\n"
    "\tseq=0x00000000 replay=4 flags=0x00000000 state=mature \n"
    "\tcurrent: 64(bytes)\thard: 0(bytes)\tsoft: 0(bytes)\n"
    "\tsadb_seq=0 pid=1 refcnt=0\n";
const std::string list =
    "Destination            Cookies                           Created\n"
    "192.168.1.200.500      0011223344556677:0011223344556677 2030-06-01 00:00:00 \n";
const std::string log_front = "Jun  1 00:00:00 mgu racoon: INFO: ";

/// A gateway on which everything is as it should be.
struct Gateway {
  MemoryTree memory;
  std::map<std::string, std::uint32_t> modes;
  std::chrono::sys_seconds time = now;
  std::optional<std::string> isakmp = list;
  std::optional<std::string> associations =
      "192.168.1.100 192.168.1.200" + dump_line + "192.168.1.200 192.168.1.100" + dump_line;

  explicit Gateway(bool signs = false) {
    CreateWish wanted = wish();
    wanted.profile = "modern";
    if (signs) {
      memory.files[std::string(ipsec_places::ca)] = pem("ca.pem");
      memory.files[std::string(ipsec_places::certificate)] = pem("client.pem");
      memory.files[std::string(ipsec_places::private_key)] = pem("client_key.pem");
      wanted.destination_key.reset();
    }
    EXPECT_EQ(create(memory, wanted), "");
    memory.files["/var/run/mgu-ipsec/head"] = "active";
    memory.files["/var/log/syslog"] =
        log_front +
        "ISAKMP-SA established 192.168.1.100[500]-192.168.1.200[500] "
        "spi:0011223344556677:0011223344556677\n" +
        log_front + "respond new phase 2 negotiation: 192.168.1.100[0]<=>192.168.1.200[0]\n" +
        log_front +
        "IPsec-SA established: ESP/Transport 192.168.1.200[0]->192.168.1.100[0] spi=1(0x1)\n" +
        log_front +
        "IPsec-SA established: ESP/Transport 192.168.1.100[0]->192.168.1.200[0] spi=2(0x2)\n";
  }

  Checks check() {
    return check_ipsec({.files = &memory,
                        .mode = [this](const std::string& path) -> std::optional<std::uint32_t> {
                          const auto told = modes.find(path);
                          return told == modes.end() ? 0600 : told->second;
                        },
                        .now = time,
                        .isakmp = isakmp,
                        .associations = associations});
  }
};

/// The checks that are not good, as `name` or `name?` for what is only a warning or unknown.
std::vector<std::string> faults(Gateway& gateway) {
  std::vector<std::string> names;
  for (const Check& one : gateway.check())
    if (one.verdict != Verdict::good)
      names.push_back(std::string(one.name) + (one.verdict == Verdict::bad ? "" : "?"));
  return names;
}

std::string lines(Gateway& gateway, std::string_view name) {
  std::string text;
  for (const Check& one : gateway.check())
    if (one.name == name)
      for (const std::string& line : one.lines)
        text += line + "\n";
  return text;
}

TEST(IpsecDoctor, FindsNothingOnAGatewayThatIsWell) {
  Gateway keys;
  EXPECT_THAT(faults(keys), ElementsAre());
  Gateway signs(true);
  EXPECT_THAT(faults(signs), ElementsAre());
}

TEST(IpsecDoctor, AsksInTheOrderOfTheDocument) {
  Gateway gateway;
  std::vector<std::string_view> names;
  for (const Check& one : gateway.check())
    names.push_back(one.name);
  EXPECT_THAT(names, ElementsAre("credentials", "clock", "scope", "algorithms", "files", "active",
                                 "negotiated", "syslog"));
}

TEST(IpsecDoctor, SeesKeysThatAreMissingShortOrReadable) {
  Gateway readable;
  readable.modes["/etc/racoon/psk.txt"] = 0644;
  EXPECT_THAT(faults(readable), ElementsAre("credentials"));
  Gateway missing;
  missing.memory.files.erase("/etc/racoon/psk.txt");
  EXPECT_THAT(faults(missing), ElementsAre("credentials"));
  Gateway other;
  other.memory.files["/etc/racoon/psk.txt"] = "10.0.0.1 a key of enough octets\n";
  EXPECT_THAT(faults(other), ElementsAre("credentials"));
  Gateway weak;
  weak.memory.files["/etc/racoon/psk.txt"] = "192.168.1.200 short\n";
  EXPECT_THAT(faults(weak), ElementsAre("credentials?"));
  EXPECT_THAT(lines(weak, "credentials"), Not(HasSubstr("short\n")));
}

TEST(IpsecDoctor, WarnsOfCertificatesThirtyAndSevenDaysBeforeTheyEnd) {
  using std::chrono::days;
  const std::chrono::sys_seconds end =
      std::chrono::sys_days(std::chrono::year(2049) / std::chrono::December / 31) +
      std::chrono::hours(23) + std::chrono::minutes(59) + std::chrono::seconds(59);
  Gateway gateway(true);
  gateway.time = end - days(31);
  EXPECT_THAT(faults(gateway), ElementsAre());
  gateway.time = end - days(29);
  EXPECT_THAT(lines(gateway, "credentials"), HasSubstr("within 30 days"));
  EXPECT_THAT(faults(gateway), ElementsAre("credentials?"));
  gateway.time = end - days(6);
  EXPECT_THAT(lines(gateway, "credentials"), HasSubstr("within 7 days"));
  gateway.time = end + days(1);
  EXPECT_THAT(faults(gateway), ElementsAre("credentials"));
}

TEST(IpsecDoctor, SeesCertificatesThatAreMissingReadableOrOfAnotherCa) {
  Gateway missing(true);
  missing.memory.files.erase(std::string(ipsec_places::ca));
  EXPECT_THAT(faults(missing), testing::Contains("credentials"));
  Gateway readable(true);
  readable.modes[std::string(ipsec_places::private_key)] = 0640;
  EXPECT_THAT(faults(readable), ElementsAre("credentials"));
  Gateway other(true);
  other.memory.files[std::string(ipsec_places::ca)] = pem("other_ca.pem");
  EXPECT_THAT(faults(other), ElementsAre("credentials"));
}

TEST(IpsecDoctor, SeesAClockThatWasNeverSet) {
  Gateway gateway;
  gateway.time = {};
  EXPECT_THAT(faults(gateway), ElementsAre("clock"));
}

TEST(IpsecDoctor, SeesAScopeThatCannotBe) {
  Gateway gateway;
  gateway.memory.files["/etc/sysconfig/network-scripts/ifcfg-head"] += "MGU_PROTOCOL=300\n";
  EXPECT_THAT(faults(gateway), testing::Contains("scope"));
  Gateway later;
  std::string& ifcfg = later.memory.files["/etc/sysconfig/network-scripts/ifcfg-head"];
  ifcfg.replace(ifcfg.find("ONBOOT=yes"), 10, "ONBOOT=no");
  EXPECT_THAT(faults(later), ElementsAre("scope?"));
}

TEST(IpsecDoctor, SeesFilesThatRacoonRefusesOrThatAreNotIncluded) {
  Gateway broken;
  broken.memory.files["/etc/racoon/192.168.1.200.conf"] += "nonsense;\n";
  EXPECT_THAT(faults(broken), ElementsAre("algorithms"));
  Gateway weak;
  std::string& peer = weak.memory.files["/etc/racoon/192.168.1.200.conf"];
  peer.replace(peer.find("sha256"), 6, "md5");
  EXPECT_THAT(faults(weak), ElementsAre("algorithms?"));
  Gateway apart;
  apart.memory.files["/etc/racoon/racoon.conf"] = "log info;\n";
  EXPECT_THAT(faults(apart), ElementsAre("files"));
  Gateway unlinked;
  unlinked.memory.files.erase("/etc/racoon.conf");
  EXPECT_THAT(faults(unlinked), ElementsAre("files"));
}

TEST(IpsecDoctor, SeesWhatIsNotActiveOrNotNegotiated) {
  Gateway idle;
  idle.memory.files.erase("/var/run/mgu-ipsec/head");
  EXPECT_THAT(faults(idle), ElementsAre("active"));
  Gateway half;
  half.associations = "192.168.1.100 192.168.1.200" + dump_line;
  EXPECT_THAT(faults(half), ElementsAre("negotiated"));
  Gateway none;
  none.isakmp = "";
  EXPECT_THAT(faults(none), ElementsAre("negotiated"));
  Gateway silent;
  silent.isakmp.reset();
  EXPECT_THAT(faults(silent), ElementsAre("negotiated?"));
}

TEST(IpsecDoctor, SeesASyslogThatTellsOfAFailure) {
  Gateway gateway;
  gateway.memory.files["/var/log/syslog"] =
      "Jun  1 00:00:00 mgu racoon: ERROR: phase1 negotiation failed.\n";
  EXPECT_THAT(faults(gateway), ElementsAre("syslog"));
  gateway.memory.files.erase("/var/log/syslog");
  EXPECT_THAT(faults(gateway), ElementsAre("syslog?"));
}

}  // namespace
}  // namespace touchstone::mediagateway
