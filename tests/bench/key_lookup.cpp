// One lookup among a million nodes (KM-12: 1 us), known and unknown ids (KM-15), and a whole
// answer: decode the AMR, look up, encode the AMA.

#include "reference/kms/key_service.h"
#include "tests/bench/bench.h"
#include "tests/bench/made_keyring.h"

namespace {

namespace bench = touchstone::bench;
namespace diameter = touchstone::diameter;
namespace keyring = touchstone::keyring;
namespace kms = touchstone::kms;
using touchstone::OctetView;
using touchstone::SecretKey;
using touchstone::SecretOctets;

constexpr std::size_t nodes = 1'000'000;
constexpr std::size_t lookups = 1'000'000;
constexpr std::size_t answers = 100'000;
constexpr double target_ratio = 1.2;  ///< unknown against known

/// Ids in no order; `known` ones are in the keyring of made_keyring.h, the others between them.
std::vector<keyring::NodeId> made_ids(bool known) {
  std::mt19937_64 engine(7);
  std::vector<keyring::NodeId> ids(lookups);
  for (keyring::NodeId& id : ids)
    id = static_cast<keyring::NodeId>(0x00010000 + 3 * (engine() % nodes) + (known ? 0 : 1));
  return ids;
}

void look_up(const kms::KeySnapshot& keys, const std::vector<keyring::NodeId>& ids, bool known) {
  SecretKey<16> key;
  std::size_t found = 0;
  for (const keyring::NodeId id : ids)
    found += keys.find(id, key) ? 1U : 0U;
  TOUCHSTONE_CHECK(found == (known ? ids.size() : 0U));
}

/// A request for a known node, as it comes from the wire.
SecretOctets made_request() {
  diameter::KeyRequest request;
  request.asked.node_root = true;
  request.node_id = 0x00010003;
  request.session_id = "gateway.example;1;1";
  request.origin_host = "gateway.example";
  request.origin_realm = "example";
  request.realm = "example";
  SecretOctets octets;
  diameter::encode_key_request(octets, {.hop_by_hop = 1, .end_to_end = 2}, request);
  return octets;
}

void answer(kms::KeyService& service, const SecretOctets& request) {
  const diameter::MessageView message{diameter::decode_header(request)->header,
                                      OctetView(request).subspan(diameter::header_size), request};
  SecretOctets out;
  out.reserve(1024);
  for (std::size_t i = 0; i < answers; ++i) {
    out.clear();
    const kms::KeyAudit audit = service.answer(message, {"gateway.example", false}, {}, out);
    TOUCHSTONE_CHECK(audit.result_code == diameter::result_success);
  }
}

}  // namespace

int main() {
  bench::SeededRandom random(1);
  kms::KeyServiceSettings settings;
  settings.host = "kms.example";
  settings.realm = "example";
  kms::KeyService service(
      settings, std::make_unique<const kms::KeySnapshot>(bench::make_keyring(nodes)), random);
  const auto known = made_ids(true);
  const auto unknown = made_ids(false);
  const SecretOctets request = made_request();
  std::vector<bench::Subject> subjects = {
      {"1,000,000 lookups of known nodes", [&] { look_up(service.keys(), known, true); }},
      {"1,000,000 lookups of unknown nodes", [&] { look_up(service.keys(), unknown, false); }},
      {"100,000 answers", [&] { answer(service, request); }},
  };
  bench::measure(subjects, 7);
  const bool lookup = bench::report_seconds(subjects[0], 1e-6 * lookups);
  const bool even = bench::report(subjects[1], subjects[0], target_ratio);
  const bool whole = bench::report_seconds(subjects[2], 1e-6 * answers);
  return lookup && even && whole ? 0 : 1;
}
