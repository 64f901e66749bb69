// Batches whose container is wrong in one place or in several, each with a right MAC and a manifest
// that fits, so that the container is what is judged.

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "conformance/generators/keyring.h"
#include "conformance/generators/octets.h"
#include "conformance/harness/base64.h"
#include "conformance/oracle/batch_file.h"
#include "conformance/oracle/der.h"
#include "conformance/oracle/derivation.h"
#include "conformance/oracle/model_json.h"
#include "reference/base/result.h"
#include "tests/property/parties.h"
#include "tests/support/tree.h"

namespace touchstone::tests {
namespace {

namespace oracle = conformance::oracle;
namespace generators = conformance::generators;
namespace tag = oracle::tag;
using conformance::harness::to_base64;

constexpr std::uint64_t pinned_seed = 20111114;
constexpr oracle::Key16 pwdh{0x62, 0x34};

oracle::RsaKey key_of(const char* name) {
  std::ifstream file(tests::tree_path("fixtures/pki/conformance/") + name);
  return oracle::RsaKey::from_private_pem(std::string(std::istreambuf_iterator<char>(file), {}));
}

const oracle::RsaKey& kms_key() {
  static const oracle::RsaKey key = key_of("kms.pem");
  return key;
}

const oracle::RsaKey& other_key() {
  static const oracle::RsaKey key = key_of("other.pem");
  return key;
}

/// The encoded elements in the content of one.
std::vector<Octets> elements_of(OctetView content) {
  std::vector<Octets> elements;
  for (oracle::DerReader reader(content); !reader.at_end();) {
    const auto element = reader.take();
    TOUCHSTONE_CHECK(element.has_value());
    elements.push_back(oracle::der(element->tag, element->content));
  }
  return elements;
}

std::vector<Octets> inside(const Octets& element) {
  return elements_of(oracle::DerReader(element).take()->content);
}

Octets wrapped(std::uint8_t outer, const std::vector<Octets>& elements) {
  Octets content;
  for (const Octets& element : elements)
    content.insert(content.end(), element.begin(), element.end());
  return oracle::der(outer, OctetView(content));
}

/// EnvelopedData taken apart, to be put together again otherwise.
struct Container {
  Octets type;
  std::vector<Octets> data;                     ///< version, recipients, content
  std::vector<std::vector<Octets>> recipients;  ///< version, identifier, algorithm, key
  std::vector<Octets> content;                  ///< type, algorithm, octets

  explicit Container(const Octets& encoded) {
    const auto info = inside(encoded);
    type = info.at(0);
    data = inside(inside(info.at(1)).at(0));
    for (const Octets& recipient : inside(data.at(1)))
      recipients.push_back(inside(recipient));
    content = inside(data.at(2));
  }

  [[nodiscard]] Octets print() const {
    std::vector<Octets> parts = data;
    std::vector<Octets> infos;
    for (const auto& recipient : recipients)
      infos.push_back(wrapped(tag::sequence, recipient));
    parts.at(1) = wrapped(tag::set, infos);
    parts.at(2) = wrapped(tag::sequence, content);
    return wrapped(tag::sequence,
                   {type, wrapped(tag::context_0_made, {wrapped(tag::sequence, parts)})});
  }
};

/// Recipients are named by issuer and serial number in version 0 (RFC 5652 6.2.1).
void name_by_issuer(std::vector<Octets>& recipient) {
  recipient.at(0) = oracle::der_small_integer(0);
  recipient.at(1) =
      wrapped(tag::sequence, {wrapped(tag::sequence, {}), oracle::der_small_integer(7)});
}

/// SHA-256 with NULL parameters in one place, or in both (RFC 4055 2.1).
Octets oaep_with_nulls(bool in_hash, bool in_mask) {
  const auto sha256 = [](bool null) {
    const Octets oid = oracle::der_oid("608648016503040201");
    return null ? oracle::der(tag::sequence, {oid, oracle::der(tag::null, OctetView())})
                : oracle::der(tag::sequence, {oid});
  };
  const Octets mgf1 =
      oracle::der(tag::sequence, {oracle::der_oid("2a864886f70d010108"), sha256(in_mask)});
  return oracle::der(
      tag::sequence,
      {oracle::der_oid("2a864886f70d010107"),
       oracle::der(tag::sequence, {oracle::der(tag::context_0_made, {sha256(in_hash)}),
                                   oracle::der(tag::context_1_made, {mgf1})})});
}

void change(Container& container) {
  auto& recipient = container.recipients.at(
      generators::draw_below(static_cast<std::uint32_t>(container.recipients.size())));
  const auto small = static_cast<std::uint8_t>(generators::draw_below(6));
  Octets& ciphertext = container.content.back();
  const auto body = oracle::DerReader(ciphertext).take();
  const Octets attributes = oracle::der(tag::context_1_made, OctetView());
  switch (generators::draw_below(11)) {
    case 0:
      container.data.at(0) = oracle::der_small_integer(small);
      break;
    case 1:
      recipient.at(0) = oracle::der_small_integer(small);
      break;
    case 2:
    case 3:
      name_by_issuer(recipient);
      if (small == 1) recipient.at(0) = oracle::der_small_integer(2);
      break;
    case 4:
      ciphertext = oracle::der(tag::context_0, body->content.first(body->content.size() - small));
      break;
    case 5:
      container.data.push_back(attributes);
      break;
    case 6:
      recipient.push_back(attributes);
      break;
    case 7:
      recipient.at(2) = oaep_with_nulls(small % 2 == 0, small % 3 == 0);
      break;
    case 8:
      ciphertext = oracle::der(tag::context_0_made,
                               {oracle::der(tag::octet_string, body->content.first(16)),
                                oracle::der(tag::octet_string, body->content.subspan(16))});
      break;
    case 9:
      container.content.push_back(attributes);
      break;
    default:
      break;
  }
}

struct BatchInput {
  Octets container;
  bool strict = false;
  oracle::Rows rows;
};

BatchInput draw_batch() {
  oracle::BatchRecipe recipe;
  recipe.rows = generators::draw_keyring_with_rows(1, 4).rows;
  recipe.pwdh = pwdh;
  recipe.recipients = {kms_key()};
  if (generators::draw_bool()) recipe.recipients.push_back(other_key());
  recipe.indefinite_lengths = generators::draw_below(4) == 0;
  BatchInput input{oracle::encode_batch(recipe).encrypted, generators::draw_bool(), recipe.rows};
  if (!recipe.indefinite_lengths) {
    Container container(input.container);
    for (std::uint32_t left = generators::draw_below(3); left > 0; --left)
      change(container);
    input.container = container.print();
  }
  if (generators::draw_below(3) != 0) return input;
  // The octets of structure alone, so that damage does not fall on the wrapped key most of the
  // time.
  const std::size_t front = std::min<std::size_t>(130, input.container.size());
  Octets damaged = generators::draw_damaged(OctetView(input.container).first(front));
  damaged.insert(damaged.end(), input.container.begin() + static_cast<std::ptrdiff_t>(front),
                 input.container.end());
  input.container = std::move(damaged);
  return input;
}

std::string judge_batch(Tally& tally, const BatchInput& input) {
  oracle::BatchRecipe recipe;
  recipe.rows = input.rows;
  recipe.pwdh = pwdh;
  recipe.container = input.container;
  const oracle::BatchFiles files = oracle::encode_batch(recipe);
  const auto opened = oracle::decode_batch(files, pwdh, kms_key(), input.strict);
  const Verdict by_oracle = opened ? accepted({{"nodes", opened->rows}}, opened->findings)
                                   : refused(opened.error().exit_code, opened.error().why);
  const Json args{{"encrypted_b64", to_base64(files.encrypted)},
                  {"signature_b64", to_base64(*files.signature)},
                  {"manifest_b64", to_base64(*files.manifest)},
                  {"file_name", recipe.file_name},
                  {"pwdh", to_hex(pwdh)},
                  {"private_key_pem", kms_key().private_pem()},
                  {"mode", input.strict ? "strict" : "tolerant"}};
  const auto ask = [&](conformance::harness::Adapter& party) {
    return verdict_of(party.call({"batch.decode", args}), {"nodes"});
  };
  const Verdict by_reference = ask(reference());
  ++tally[by_reference.exit];
  std::string found = differ("oracle", by_oracle, "reference", by_reference);
  if (found.empty()) found = differ("reference", by_reference, "python", ask(python()));
  if (found.empty()) return found;
  return fmt::format("{}\nstrict {}, container {}", found, input.strict,
                     to_base64(input.container));
}

TEST(Differential, ThreeReadersJudgeEveryContainerAlike) {
  Tally tally;
  EXPECT_EQ(first_disagreement<BatchInput>(
                pinned_seed, 250, draw_batch,
                [&](const BatchInput& input) { return judge_batch(tally, input); }),
            "");
  for (const auto& [exit, least] : Tally{{0, 50}, {5, 3}, {6, 30}, {13, 10}})
    EXPECT_GT(tally[exit], least) << "exit " << exit;
}

}  // namespace
}  // namespace touchstone::tests
