// Reading and judging racoon.conf: one of 200 lines, and 10,000 files of peers with their includes.

#include <fmt/format.h>

#include "reference/base/octets.h"
#include "reference/base/result.h"
#include "reference/host/config_files.h"
#include "reference/ipsec/config/pair_check.h"
#include "reference/ipsec/config/racoon.h"
#include "reference/ipsec/config/setkey.h"
#include "tests/bench/bench.h"
#include "tests/support/temporary_folder.h"

namespace {

namespace bench = touchstone::bench;
namespace config = touchstone::ipsec::config;

constexpr int peers = 10'000;
constexpr int rounds = 9;

touchstone::SecretOctets secret(std::string_view text) {
  const touchstone::OctetView octets = touchstone::as_octets(text);
  return {octets.begin(), octets.end()};
}

/// Ten lines.
std::string remote(int number) {
  return fmt::format(
      "remote 10.{}.{}.2 {{ # a peer\n\texchange_mode main;\n\tmy_identifier address;\n"
      "\tlifetime time 8 hour;\n\tproposal {{\n\t\tencryption_algorithm aes 128;\n"
      "\t\thash_algorithm sha1;\n\t\tauthentication_method pre_shared_key; dh_group 2;\n\t}}\n}}\n",
      number / 256, number % 256);
}

/// Ten lines.
std::string sainfo(int number) {
  return fmt::format(
      "sainfo address 10.{0}.{1}.0/24 any address 172.{0}.{1}.2 any {{\n\tpfs_group 2;\n"
      "\tlifetime time 1 hour;\n\t# what protects\n\tencryption_algorithm aes 128, 3des;\n"
      "\tauthentication_algorithm hmac_sha1, hmac_sha256;\n\tcompression_algorithm deflate;\n"
      "\n\t# end\n}}\n",
      number / 256, number % 256);
}

void judge(const std::string& text, config::FileView* view) {
  const auto reading =
      config::read_racoon("racoon.conf", secret(text), {.includes = {.view = view}});
  TOUCHSTONE_CHECK(reading.accepted && reading.findings.empty());
  bench::use(reading);
}

/// A script of 2,000 mirrored policies.
std::string policies() {
  std::string text;
  for (int i = 0; i < 1000; ++i)
    text += fmt::format(
        "spdadd 10.{0}.{1}.1 10.9.9.9 any -P out ipsec esp/transport//require;\n"
        "spdadd 10.9.9.9 10.{0}.{1}.1 any -P in ipsec esp/transport//require;\n",
        i / 256, i % 256);
  return text;
}

/// The end `self`, with policies towards `peer` and a hundred others.
config::End make_end(const std::string& self, const std::string& peer) {
  std::string text =
      "sainfo anonymous { encryption_algorithm aes 128; authentication_algorithm "
      "hmac_sha1; compression_algorithm deflate; }\n";
  text += fmt::format(
      "remote {} {{ exchange_mode main; proposal {{ encryption_algorithm aes 128; hash_algorithm "
      "sha1; authentication_method pre_shared_key; dh_group 2; }} }}\n",
      peer);
  for (int i = 0; i < 100; ++i)
    text += remote(i);
  const std::string script = fmt::format(
      "spdadd {0} {1} any -P out ipsec esp/transport//require;\n"
      "spdadd {1} {0} any -P in ipsec esp/transport//require;\n",
      self, peer);
  return {self, config::read_racoon("", secret(text), {}).config,
          config::read_psk(touchstone::as_octets(peer + " 0123456789abcdef\n"),
                           config::Profile::strict),
          config::read_setkey(secret(policies() + script), config::Profile::strict).policies};
}

}  // namespace

int main() {
  std::string small;
  for (int i = 0; i < 10; ++i)
    small += remote(i) + sainfo(i);
  const touchstone::tests::TemporaryFolder folder;
  std::string large;
  for (int i = 0; i < peers; ++i) {
    const std::string name = fmt::format("10.{}.{}.2.conf", i / 256, i % 256);
    folder.write(name, remote(i));
    large += "include \"" + folder.path(name) + "\";\n";
  }
  touchstone::host::ConfigFiles files;
  const std::string script = policies();
  const config::End a = make_end("192.0.2.1", "192.0.2.2");
  const config::End b = make_end("192.0.2.2", "192.0.2.1");
  std::vector<bench::Subject> subjects = {
      {"sum of octets",
       [&] {
         std::uint64_t sum = 0;
         for (const char c : small)
           sum += static_cast<unsigned char>(c);
         bench::use(sum);
       }},
      {"racoon.conf of 200 lines", [&] { judge(small, nullptr); }},
      {"10,000 files with includes", [&] { judge(large, &files); }},
      {"setkey script of 2,000 policies",
       [&] {
         const auto reading = config::read_setkey(secret(script), config::Profile::strict);
         TOUCHSTONE_CHECK(reading.findings.empty());
       }},
      {"pair check", [&] { TOUCHSTONE_CHECK(config::check_pair(a, b, {}).negotiates()); }},
  };
  bench::measure(subjects, rounds);
  std::printf("%zu octets, %zu with includes\n", small.size(), large.size());
  bool good = subjects[0].median_s < 1e-4;
  std::printf("%-36s %9.4f ms\n", "sum of octets:", subjects[0].median_s * 1e3);
  good = bench::report_seconds(subjects[1], 1e-3) && good;
  good = bench::report_seconds(subjects[2], 3) && good;
  good = bench::report_seconds(subjects[3], 0.05) && good;
  good = bench::report_seconds(subjects[4], 5e-3) && good;
  return good ? 0 : 1;
}
