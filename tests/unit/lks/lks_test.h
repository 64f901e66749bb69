#pragma once
// A Local Key Server for a test: a folder, a clock that stands, random octets from a seed, and a
// store in memory or in SQLite.

#include <gtest/gtest.h>

#include <random>

#include "reference/base/exit_class.h"
#include "reference/base/progress.h"
#include "reference/crypto/rsa.h"
#include "reference/host/posix_files.h"
#include "reference/host/sqlite_key_database.h"
#include "reference/lks/audit.h"
#include "reference/lks/export.h"
#include "reference/lks/gateway_keys.h"
#include "reference/lks/provision.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/lks/memory_databases.h"

namespace touchstone::lks::tests {

class StandingClock final : public Clock {
 public:
  [[nodiscard]] Time now() const override { return Time{std::chrono::seconds{1'795'000'000}}; }
  [[nodiscard]] std::chrono::local_seconds local(Time time) const override {
    return std::chrono::local_seconds{time.time_since_epoch()};
  }
};

class SeededRandom final : public RandomSource {
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& octet : out)
      octet = static_cast<std::uint8_t>(engine_());
  }

 private:
  std::mt19937 engine_{20'110'516};
};

/// The KMS of all tests of a program: 2048 bits, because making a key takes time.
inline const crypto::RsaPrivateKey& kms_key() {
  static const crypto::RsaPrivateKey key = *crypto::RsaPrivateKey::generate(2048);
  return key;
}

template <std::size_t size>
SecretKey<size> key_of(std::string_view digits) {
  const auto octets = from_hex(digits);
  return SecretKey<size>(std::span<const std::uint8_t, size>(octets.value()));
}

/// The network of the published vectors (fixtures of profile ts1).
inline keyring::NetworkKeys vector_keys() {
  return {key_of<16>("6234a480df307193e7ff863e41f1db1e"),
          key_of<16>("bf56cb411dae5c6f0eb7b9e1c0a8379d"),
          key_of<24>("52bac4b02025efb6f2fd405d6ecb7c8020e6511cd30be686"),
          key_of<16>("a5152b03769c4cc4b1dd5febad80b2f4")};
}

enum class Store { memory, sqlite };

inline std::string store_name(const ::testing::TestParamInfo<Store>& store) {
  return store.param == Store::memory ? "Memory" : "Sqlite";
}

class LksTest : public ::testing::TestWithParam<Store> {
 protected:
  LksTest() : database_(folder_.path("node_keys.db")) {}

  KeyDatabases& databases() {
    return GetParam() == Store::memory ? static_cast<KeyDatabases&>(memory_) : sqlite_;
  }
  Machine machine() { return machine_on(files_); }
  Machine machine_on(Files& files) { return {files, databases(), clock_, random_, progress_}; }

  void make_database(std::uint32_t first_batch = 1) {
    const Network network{
        vector_keys(), kms_key().public_key().spki_sha256(), {}, {}, clock_.now()};
    const AuditEntry audit = next_audit(std::nullopt, clock_.now(), {"test", "nobody", "made"});
    const auto made = databases().create(database_, {network, first_batch, audit});
    ASSERT_TRUE(made) << made.error().detail;
  }

  ProvisionRequest nodes(std::uint64_t first, std::uint64_t count = 1) {
    ProvisionRequest request;
    request.database = database_;
    request.first = first;
    request.nodes = count;
    request.user = "line 2";
    request.with_keys = true;
    return request;
  }
  Result<ProvisionAnswer> run(const ProvisionRequest& request) {
    return provision(machine(), request);
  }

  std::unique_ptr<KeyDatabase> open() {
    auto opened = databases().open(database_);
    TOUCHSTONE_CHECK(opened.has_value());
    return *std::move(opened);
  }

  touchstone::tests::TemporaryFolder folder_;
  std::string database_;
  host::PosixFiles files_;
  StandingClock clock_;
  SeededRandom random_;
  NoProgress progress_;
  MemoryDatabases memory_;
  host::SqliteKeyDatabases sqlite_{files_};
};

template <class T>
int exit_of(const Result<T>& result) {
  return result ? 0 : exit_code(result.error());
}

}  // namespace touchstone::lks::tests
