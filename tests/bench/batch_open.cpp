// Making and opening a batch of a million nodes, stage by stage, and the keys of a million nodes.

#include <sys/resource.h>

#include "reference/base/result.h"
#include "reference/crypto/cms.h"
#include "reference/crypto/digest.h"
#include "reference/crypto/mac.h"
#include "reference/keyring/batch.h"
#include "reference/keyring/kgf.h"
#include "reference/keyring/manifest.h"
#include "tests/bench/bench.h"
#include "tests/bench/made_keyring.h"

namespace {

using touchstone::OctetView;
namespace bench = touchstone::bench;
namespace crypto = touchstone::crypto;
namespace keyring = touchstone::keyring;

constexpr std::size_t nodes = 1'000'000;
constexpr int rounds = 5;

/// Octets that this process has held at most.
std::size_t peak_octets() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::size_t>(usage.ru_maxrss) * 1024;
}

void open(const keyring::BatchFiles& files, const keyring::NetworkKeys& network,
          const crypto::RsaPrivateKey& kms) {
  touchstone::Findings findings;
  const keyring::BatchInput input{files.encrypted, files.signature, files.manifest, "batch.rsa"};
  const auto rows =
      keyring::decode_batch(input, network.pwdh, kms, keyring::Strictness::strict, findings);
  TOUCHSTONE_CHECK(rows && rows->size() == nodes);
}

void generate(const keyring::NetworkKeys& network) {
  keyring::KeyGenerationFunction kgf(network.base);
  const keyring::Nonce nonce{};
  for (std::size_t i = 0; i < nodes; ++i)
    bench::use(kgf.root_key(static_cast<keyring::NodeId>(i), 0, nonce));
}

}  // namespace

int main() {
  const auto kms = crypto::RsaPrivateKey::generate();
  TOUCHSTONE_CHECK(kms.has_value());
  std::vector<crypto::RsaPublicKey> recipients;
  recipients.push_back(kms->public_key());
  keyring::Keyring made = bench::make_keyring(nodes);
  const auto encode = [&] {
    return keyring::encode_batch(made.nodes, "batch.rsa", made.network.pwdh, recipients).value();
  };
  const keyring::BatchFiles files = encode();
  std::vector<bench::Subject> subjects = {
      {"CMAC", [&] { bench::use(crypto::cmac(made.network.pwdh.view(), files.encrypted)); }},
      {"SHA-256", [&] { bench::use(crypto::sha256(files.encrypted)); }},
      {"CMS open",
       [&] {
         const auto enveloped = crypto::decode_enveloped(files.encrypted);
         TOUCHSTONE_CHECK(crypto::open_enveloped(*enveloped, *kms).has_value());
       }},
      {"manifest parse",
       [&] {
         touchstone::Findings findings;
         TOUCHSTONE_CHECK(keyring::parse_manifest(files.manifest, nodes, findings).has_value());
       }},
      {"decode_batch", [&] { open(files, made.network, *kms); }},
      {"encode_batch", [&] { bench::use(encode()); }},
      {"keys of a million nodes", [&] { generate(made.network); }},
  };
  bench::measure(subjects, rounds);
  std::printf("%zu nodes, %zu octets\n", nodes, files.encrypted.size());
  for (std::size_t i = 0; i < 4; ++i)
    std::printf("%-36s %9.2f ms\n", (subjects[i].name + ':').c_str(), subjects[i].median_s * 1e3);
  bool good = bench::report_seconds(subjects[4], 0.75);
  good = bench::report_seconds(subjects[5], 0.75) && good;
  good = bench::report_seconds(subjects[6], 1.5) && good;
  const double times =
      static_cast<double>(peak_octets()) / static_cast<double>(files.encrypted.size());
  std::printf("peak memory of the whole bench:      %9.2f x the batch file\n", times);
  return good ? 0 : 1;
}
