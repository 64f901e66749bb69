#include "reference/host/doctor.h"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reference/keyring/keyring_file.h"
#include "tests/unit/lks/lks_test.h"

namespace touchstone::host {
namespace {

using Level = Diagnosis::Level;
using touchstone::tests::TemporaryFolder;

constexpr std::string_view tcp_head = "  sl  local_address rem_address   st tx_queue rx_queue\n";

std::string listener(std::string_view port, std::string_view state = "0A") {
  return std::string(tcp_head) + "   0: 0100007F:" + std::string(port) + " 00000000:0000 " +
         std::string(state) + " 00000000:00000000 00:00000000\n";
}

std::string limits(std::string_view core) {
  return "Limit                     Soft Limit           Hard Limit           Units     \n"
         "Max core file size        " +
         std::string(core) + "                    unlimited            bytes     \n";
}

/// A healthy KMS, which each test makes ill in one way.
class Doctor : public ::testing::Test {
 protected:
  Doctor() {
    for (const char* folder : {"logs", "kms-utils"})
      ::mkdir(root_.path(folder).c_str(), 0755);
    ::mkdir(proc_.path("net").c_str(), 0755);
    parent_ = std::to_string(::getppid());
    ::mkdir(proc_.path(parent_).c_str(), 0755);
    write_keyring("keyring.csv");
    root_.write("keyring.110222172503.csv", root_.read("keyring.csv"));
    root_.write("kms-utils/kms.pem", "-----BEGIN PRIVATE KEY-----\n");
    root_.write("kms-utils/kms.pub.pem", "-----BEGIN PUBLIC KEY-----\n", 0644);
    root_.write("logs/kms.log", "started\n", 0640);
    proc_.write("net/tcp", listener("0F1C"));
    proc_.write("net/tcp6", std::string(tcp_head));
    proc_.write(parent_ + "/limits", limits("0"));
  }

  void write_keyring(const std::string& name) {
    const SecretOctets text = keyring::print_keyring({lks::tests::vector_keys(), {}});
    root_.write(name, std::string(as_text(text)));
  }
  std::string make_database() {
    const std::string path = root_.path("node_keys.db");
    const lks::Network network{lks::tests::vector_keys(), {}, {}, {}, {}};
    const auto audit = lks::next_audit(std::nullopt, {}, {"test", "me", "made"});
    SqliteKeyDatabases databases(files_);
    EXPECT_TRUE(databases.create(path, {network, 1, audit}));
    return path;
  }
  Diagnosis ask(std::string_view check) {
    DoctorPlaces places{root_.folder(), proc_.folder(), scripts_.folder()};
    for (Diagnosis& diagnosis : examine(files_, places))
      if (diagnosis.check == check) return diagnosis;
    return {check, Level::ok, "no such check"};
  }
  Level level(std::string_view check) { return ask(check).level; }

  TemporaryFolder root_;
  TemporaryFolder proc_;
  TemporaryFolder scripts_;
  std::string parent_;
  PosixFiles files_;
};

TEST_F(Doctor, FindsNothingOnAHealthyMachine) {
  make_database();
  const DoctorPlaces places{root_.folder(), proc_.folder(), scripts_.folder()};
  const auto diagnoses = examine(files_, places);
  EXPECT_GE(diagnoses.size(), 17U);
  for (const Diagnosis& diagnosis : diagnoses)
    EXPECT_EQ(diagnosis.level, Level::ok) << diagnosis.check << ": " << diagnosis.text;
}

TEST_F(Doctor, SeesAFolderThatOthersMayChange) {
  ::chmod(root_.path("logs").c_str(), 0777);
  EXPECT_EQ(level("folders"), Level::fail);
}

TEST_F(Doctor, SeesAMissingRoot) {
  const DoctorPlaces places{root_.path("none"), proc_.folder(), scripts_.folder()};
  EXPECT_EQ(examine(files_, places).front().level, Level::fail);
}

TEST_F(Doctor, SeesAKeyringThatOthersMayRead) {
  ::chmod(root_.path("keyring.csv").c_str(), 0640);
  EXPECT_EQ(level("keyring-mode"), Level::fail);
}

TEST_F(Doctor, SeesAMissingKeyring) {
  ::unlink(root_.path("keyring.csv").c_str());
  EXPECT_EQ(level("keyring-mode"), Level::warn);
}

TEST_F(Doctor, SeesASecretOfAnotherUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "root alone can give a file away";
  ASSERT_EQ(::chown(root_.path("kms-utils/kms.pem").c_str(), 4711, 4711), 0);
  EXPECT_EQ(level("one-owner"), Level::fail);
}

TEST_F(Doctor, SeesABackupThatOthersMayRead) {
  ::chmod(root_.path("keyring.110222172503.csv").c_str(), 0604);
  EXPECT_EQ(level("backup-modes"), Level::fail);
}

TEST_F(Doctor, SeesAPrivateKeyThatOthersMayRead) {
  ::chmod(root_.path("kms-utils/kms.pem").c_str(), 0644);
  const Diagnosis diagnosis = ask("private-keys");
  EXPECT_EQ(diagnosis.level, Level::fail);
  EXPECT_NE(diagnosis.text.find("kms.pem"), std::string::npos);
}

TEST_F(Doctor, SeesADatabaseThatOthersMayRead) {
  ::chmod(make_database().c_str(), 0644);
  EXPECT_EQ(level("database-modes"), Level::fail);
}

TEST_F(Doctor, SeesALogForEverybody) {
  ::chmod(root_.path("logs/kms.log").c_str(), 0644);
  EXPECT_EQ(level("logs"), Level::fail);
}

TEST_F(Doctor, SeesALogThatIsALink) {
  ASSERT_EQ(::symlink("/dev/null", root_.path("logs/kmc.log").c_str()), 0);
  EXPECT_EQ(level("logs"), Level::fail);
}

TEST_F(Doctor, SeesWhatAKilledRunLeft) {
  for (const char* name : {".keyring.csv.pending", ".keyring.csv.unfinished", "keyring.csv.tmp"}) {
    root_.write(name, "");
    EXPECT_EQ(level("left-over"), Level::fail) << name;
    ::unlink(root_.path(name).c_str());
  }
  EXPECT_EQ(level("left-over"), Level::ok);
}

TEST_F(Doctor, SeesThatThereIsNoBackup) {
  ::unlink(root_.path("keyring.110222172503.csv").c_str());
  EXPECT_EQ(level("backup"), Level::warn);
}

TEST_F(Doctor, SeesAKeyringThatNoServiceReads) {
  write_keyring("kms-utils/keyring.csv");
  EXPECT_EQ(level("master-path"), Level::warn);
}

TEST_F(Doctor, SeesABrokenKeyring) {
  root_.write("keyring.csv", "pwdh, 0x00\n");
  EXPECT_EQ(level("keyring"), Level::fail);
}

TEST_F(Doctor, SeesALayoutThatTheStrictReaderRefuses) {
  root_.write("keyring.csv", root_.read("keyring.csv") + "\n");
  EXPECT_EQ(level("keyring"), Level::warn);
}

TEST_F(Doctor, SeesABrokenTrail) {
  root_.write("keyring.csv.audit", "no line of an audit\n");
  EXPECT_EQ(level("trail"), Level::fail);
}

TEST_F(Doctor, SeesBrokenTombstones) {
  root_.write("keyring.csv.tombstones", "no line of a tombstone\n");
  EXPECT_EQ(level("tombstones"), Level::fail);
}

TEST_F(Doctor, SeesABrokenAudit) {
  const std::string path = make_database();
  sqlite3* hand = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &hand), SQLITE_OK);
  sqlite3_exec(hand, "INSERT INTO audit VALUES(2, 0, '', '', '', zeroblob(32), zeroblob(32))",
               nullptr, nullptr, nullptr);
  sqlite3_close(hand);
  EXPECT_EQ(level("databases"), Level::fail);
}

TEST_F(Doctor, SeesTelnetAndFtp) {
  for (const char* port : {"0015", "0017"})
    for (const char* table : {"net/tcp", "net/tcp6"}) {
      const std::string before = proc_.read(table);
      proc_.write(table, listener(port));
      EXPECT_EQ(level("listeners"), Level::fail) << port << " in " << table;
      proc_.write(table, listener(port, "01"));  // established from here to there
      EXPECT_EQ(level("listeners"), Level::ok) << port << " in " << table;
      proc_.write(table, before);
    }
}

const std::string diameter_start =
    "URI=aaa://kms.example\nStackType=SERVER\nRealm=example\nPeerTable.0.URI=aaa://gw.example\n";

TEST_F(Doctor, SeesDiameterInClear) {
  for (const char* text : {"", "InbandSecurityIds.0.SecurityId=NO_INBAND_SECURITY\n",
                           "InbandSecurityIds.0.SecurityId=TLS\n"
                           "InbandSecurityIds.1.SecurityId=NO_INBAND_SECURITY\n"}) {
    root_.write("diameter_server.conf", diameter_start + text);
    EXPECT_EQ(level("diameter"), Level::fail) << text;
  }
  root_.write("diameter_server.conf", diameter_start + "InbandSecurityIds.0.SecurityId=TLS\n");
  EXPECT_EQ(level("diameter"), Level::ok);
}

TEST_F(Doctor, ReadsTheDiameterConfigurationAsTheServiceDoes) {
  scripts_.write("ifcfg-ipsec0", "DST=192.0.2.1\n");
  root_.write("diameter_server.conf", diameter_start + "Realm=example\n");
  EXPECT_EQ(level("diameter"), Level::fail);
  root_.write("diameter_server.conf", diameter_start + "Colour=blue\n");
  EXPECT_EQ(level("diameter"), Level::warn);
}

TEST_F(Doctor, TakesIpsecForAnAnswer) {
  root_.write("diameter_server.conf", diameter_start);
  scripts_.write("ifcfg-ipsec0", "DST=192.0.2.1\n");
  EXPECT_EQ(level("diameter"), Level::ok);
}

TEST_F(Doctor, SeesThatCoresAreAllowed) {
  proc_.write(parent_ + "/limits", limits("unlimited"));
  EXPECT_EQ(level("core-dumps"), Level::warn);
}

}  // namespace
}  // namespace touchstone::host
