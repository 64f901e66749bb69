// The whole of import_keys as a process, a million nodes: verify, decrypt, compare, merge, durable
// write. Beside it, in the same run: openssl's MAC and decryption of the same file, and writing the
// result with fsync.
//
// usage: import_bench [nodes [rounds]]. Exit 1 at twice a target, or with a baseline that is
// unreasonably slow.

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "reference/keyring/batch.h"
#include "reference/keyring/network_keys.h"
#include "reference/keyring/passphrase.h"
#include "tests/support/temporary_folder.h"

namespace touchstone {
namespace {

constexpr double target_s = 1.5;
constexpr double target_memory = 6.0;  // times the batch file
constexpr double slowest_baseline_octets_per_s = 20e6;

struct Cost {
  double wall_s = 0;
  double processor_s = 0;
  double peak_octets = 0;
};

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

/// Runs `argv` with its output thrown away; a failure ends the bench.
Cost run(std::vector<std::string> argv) {
  std::vector<char*> raw;
  for (std::string& one : argv)
    raw.push_back(one.data());
  raw.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  const auto start = std::chrono::steady_clock::now();
  pid_t child = 0;
  if (posix_spawnp(&child, raw[0], &actions, nullptr, raw.data(), environ) != 0) std::abort();
  int status = 0;
  rusage usage{};
  ::wait4(child, &status, 0, &usage);
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
  posix_spawn_file_actions_destroy(&actions);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    std::printf("%s failed\n", argv[0].c_str());
    std::exit(1);
  }
  return {.wall_s = wall.count(),
          .processor_s = seconds(usage.ru_utime) + seconds(usage.ru_stime),
          .peak_octets = static_cast<double>(usage.ru_maxrss) * 1024};
}

class SeededRandom final : public RandomSource {
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& octet : out)
      octet = static_cast<std::uint8_t>(engine_());
  }

 private:
  std::mt19937_64 engine_{20110516};
};

/// The files of one import, and what openssl needs to do the same work.
struct Scene {
  tests::TemporaryFolder folder;
  std::size_t batch_octets = 0;
  std::string header;
  std::string mac_key;

  [[nodiscard]] std::string path(const char* name) const { return folder.path(name); }
};

std::string text_of(OctetView octets) {
  return std::string(as_text(octets));
}

void make_files(const Scene& scene, std::size_t nodes) {
  SeededRandom random;
  keyring::NetworkKeys network = keyring::make_network_keys(random);
  random.fill(network.pwdh.writable());
  keyring::NodeRows rows;
  rows.reserve(nodes);
  for (std::size_t i = 0; i < nodes; ++i) {
    rows.push_back({.node_id = static_cast<keyring::NodeId>(0x10000 + 3 * i), .batch = 7});
    random.fill(rows.back().root_key);
  }
  const auto key = crypto::RsaPrivateKey::generate();
  std::vector<crypto::RsaPublicKey> recipients;
  recipients.push_back(key->public_key());
  const auto batch = keyring::encode_batch(rows, "b.rsa", network.pwdh, recipients);
  if (!key || !batch) std::abort();
  scene.folder.write("header", text_of(keyring::print_network_keys(network)));
  scene.folder.write(
      "mac_key", to_hex(keyring::derive_subkey(network.pwdh, keyring::Purpose::batch_mac).view()));
  scene.folder.write("kms.pem", text_of(key->to_pem()));
  scene.folder.write("b.rsa", text_of(batch->encrypted));
  scene.folder.write("b.rsa.sig", text_of(batch->signature));
  scene.folder.write("b.rsa.manifest", text_of(batch->manifest));
}

/// In a process of its own: what a parent ever used counts as the peak of its children (vfork).
void make(Scene& scene, std::size_t nodes) {
  const pid_t child = ::fork();
  if (child == 0) {
    make_files(scene, nodes);
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  struct stat batch{};
  if (status != 0 || ::stat(scene.path("b.rsa").c_str(), &batch) != 0) std::abort();
  scene.batch_octets = static_cast<std::size_t>(batch.st_size);
  scene.header = scene.folder.read("header");
  scene.mac_key = scene.folder.read("mac_key");
}

struct Round {
  Cost import;
  Cost again;  ///< the same batch once more: nothing to write, a full keyring to merge with
  Cost openssl;
  Cost write;
};

Round measure(const Scene& scene) {
  scene.folder.write("k.csv", scene.header);
  const std::vector<std::string> import = {std::string(TOUCHSTONE_BENCH_BIN_DIR) + "/import_keys",
                                           "-m",
                                           scene.path("k.csv"),
                                           "-i",
                                           scene.path("b.rsa"),
                                           "-k",
                                           scene.path("kms.pem")};
  Round round;
  round.import = run(import);
  round.again = run(import);
  const Cost mac = run({"openssl", "mac", "-cipher", "AES-128-CBC", "-macopt",
                        "hexkey:" + scene.mac_key, "-in", scene.path("b.rsa"), "CMAC"});
  const Cost decrypt =
      run({"openssl", "cms", "-decrypt", "-inform", "DER", "-in", scene.path("b.rsa"), "-inkey",
           scene.path("kms.pem"), "-out", scene.path("plain")});
  round.openssl = {.wall_s = mac.wall_s + decrypt.wall_s,
                   .processor_s = mac.processor_s + decrypt.processor_s,
                   .peak_octets = std::max(mac.peak_octets, decrypt.peak_octets)};
  round.write =
      run({"dd", "if=" + scene.path("k.csv"), "of=" + scene.path("copy"), "bs=1M", "conv=fsync"});
  return round;
}

Cost median(const std::vector<Round>& rounds, Cost Round::* which) {
  const auto middle = [&](double Cost::* field) {
    std::vector<double> values;
    for (const Round& round : rounds)
      values.push_back(round.*which.*field);
    std::ranges::sort(values);
    return values[values.size() / 2];
  };
  return {middle(&Cost::wall_s), middle(&Cost::processor_s), middle(&Cost::peak_octets)};
}

void print(const char* name, const Cost& cost, double batch_octets) {
  std::printf("%-42s %7.3f s wall %7.3f s processor %7.1f MB peak = %.2f x the batch\n", name,
              cost.wall_s, cost.processor_s, cost.peak_octets / 1e6,
              cost.peak_octets / batch_octets);
}

int bench(std::size_t nodes, int count) {
  Scene scene;
  make(scene, nodes);
  std::vector<Round> rounds;
  for (int i = 0; i < count; ++i)
    rounds.push_back(measure(scene));
  const auto octets = static_cast<double>(scene.batch_octets);
  const Cost import = median(rounds, &Round::import);
  const Cost baseline = median(rounds, &Round::openssl);
  std::printf("%zu nodes, a batch of %.1f MB, medians of %d rounds\n", nodes, octets / 1e6, count);
  print("import_keys, a new keyring", import, octets);
  print("import_keys, the same batch again", median(rounds, &Round::again), octets);
  print("openssl mac and cms -decrypt", baseline, octets);
  print("dd conv=fsync of the keyring", median(rounds, &Round::write), octets);
  // What other programs take from us does not count; waiting for the disk does.
  const Cost write = median(rounds, &Round::write);
  const double own_s = import.processor_s + std::max(0.0, write.wall_s - write.processor_s);
  std::printf("processor and disk %.3f s, target %.1f s; memory target %.0f x: %s\n", own_s,
              target_s, target_memory,
              own_s <= target_s && import.peak_octets <= target_memory * octets ? "met" : "MISSED");
  const bool gate = own_s <= 2 * target_s && import.peak_octets <= 2 * target_memory * octets;
  const bool sane = octets / baseline.wall_s >= slowest_baseline_octets_per_s;
  if (!sane) std::printf("the baseline is too slow for any verdict\n");
  return gate && sane ? 0 : 1;
}

}  // namespace
}  // namespace touchstone

int main(int argc, char** argv) {
  const auto nodes = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  const auto rounds = static_cast<int>(argc > 2 ? std::strtol(argv[2], nullptr, 10) : 3);
  return touchstone::bench(std::max<std::size_t>(nodes, 1), std::max(rounds, 1));
}
