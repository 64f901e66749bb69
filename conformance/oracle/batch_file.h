#pragma once
// A batch of node keys: `<file>`, `<file>.sig`, `<file>.manifest` (BK-13..BK-24). The encoder can
// make every wrong batch of the cases NB and NM; the decoder is what a correct KMS does.

#include "conformance/oracle/manifest_text.h"
#include "conformance/oracle/rsa_keys.h"

namespace touchstone::conformance::oracle {

struct BatchFiles {
  Octets encrypted;
  std::optional<Octets> signature;
  std::optional<Octets> manifest;
};

enum class ContentCipher { aes_256_cbc, aes_256_ecb, des_ede3_cbc, rc2_cbc };
enum class ContainerShape { enveloped, signed_data, compressed, plain_rows };
enum class MacKey { batch_mac, pwdh_itself, gateway_file_key };  ///< NB-07

/// How to make a batch. The members after `iv` are lies, all absent in a good batch; the MAC and
/// the manifest are made last and cover them, so that only the named fault is left.
struct BatchRecipe {
  Rows rows;
  std::string file_name = "batch_keys.csv.rsa";
  Key16 pwdh{};
  std::vector<RsaKey> recipients;
  std::array<std::uint8_t, 32> content_key{};  ///< fixed, so that a case is the same each time
  Key16 iv{};

  std::optional<std::string> body;    ///< instead of the rows: NB-19..NB-22
  std::optional<Octets> ski;          ///< SKI told for every recipient: NB-10
  std::optional<RsaKey> wrapped_for;  ///< key wrapped for this one whatever the SKI: NB-10
  KeyTransport transport = KeyTransport::oaep_sha256;  ///< NB-13, NB-23
  ContentCipher cipher = ContentCipher::aes_256_cbc;   ///< NB-14; rc2 names the cipher only
  ContainerShape shape = ContainerShape::enveloped;    ///< NB-15
  bool indefinite_lengths = false;                     ///< NB-16
  std::uint8_t version = 2;                            ///< of EnvelopedData
  std::uint8_t recipient_version = 2;                  ///< of every recipient
  std::size_t cut = 0;                                 ///< octets off the end of the cipher text
  Octets appended;                                     ///< NB-03
  std::optional<Octets> container;           ///< these octets instead of any container: NB-18
  MacKey mac_key = MacKey::batch_mac;        ///< NB-07
  std::optional<Manifest> manifest;          ///< instead of the true one: NM-02, NM-06..NM-08
  std::optional<std::string> manifest_text;  ///< NM-03, NM-04, NM-09, NM-10
};

[[nodiscard]] BatchFiles encode_batch(const BatchRecipe& recipe);

/// The true manifest of the batch that `recipe` makes, to be changed into a false one. Of no use
/// for the sha256 of a recipe whose wrapping is random: encode first (`manifest_for`).
[[nodiscard]] Manifest manifest_for(const BatchRecipe& recipe, const BatchFiles& files);

/// `files` with `manifest` in place of its own; nothing else changes.
[[nodiscard]] BatchFiles with_manifest(BatchFiles files, std::string text);

struct OpenedBatch {
  Rows rows;
  Findings findings;  ///< KL-BER, KL-MANID
};

/// In the order of BK-05 and BK-16. Refused with 4, 5, 6 or 7; findings with `strict` with 13.
[[nodiscard]] Judged<OpenedBatch> decode_batch(const BatchFiles& files, const Key16& pwdh,
                                               const RsaKey& recipient, bool strict);

}  // namespace touchstone::conformance::oracle
