#include "reference/keyring/gateway_key_file.h"

#include <algorithm>

#include "reference/base/defect.h"
#include "reference/base/reader.h"
#include "reference/crypto/cipher.h"
#include "reference/keyring/crypto_errors.h"
#include "reference/keyring/key_derivation.h"
#include "reference/keyring/keyring_file.h"

namespace touchstone::keyring {
namespace {

constexpr std::string_view magic = "ULPGWK1\n";
constexpr std::uint8_t cipher_aes128_cbc = 1;
constexpr std::size_t header_octets = 64;
constexpr std::size_t block = 16;

std::unexpected<Error> parameters(const char* expected, std::size_t offset) {
  return fail(Errc::parameters, expected, offset);
}

Result<PassphraseKdf> take_kdf(Reader& reader, std::uint8_t kind) {
  PassphraseKdf kdf;
  if (kind != 1 && kind != 2) return parameters("expected KDF 1 or 2", 8);
  kdf.kind = static_cast<PassphraseKdf::Kind>(kind);
  TOUCHSTONE_TRY(kdf.cost, reader.u32());
  TOUCHSTONE_TRY(kdf.block_size, reader.u32());
  TOUCHSTONE_TRY(kdf.parallel, reader.u32());
  TOUCHSTONE_TRY_VOID(check_kdf(kdf));
  return kdf;
}

Result<std::array<std::uint8_t, 16>> take_16(Reader& reader) {
  TOUCHSTONE_TRY(const OctetView octets, reader.octets(16));
  std::array<std::uint8_t, 16> value{};
  std::copy(octets.begin(), octets.end(), value.begin());
  return value;
}

Result<crypto::SignatureScheme> to_scheme(std::uint8_t id) {
  if (id != 1 && id != 2) return parameters("expected signature 1 or 2", 10);
  return static_cast<crypto::SignatureScheme>(id);
}

/// PKCS#7 leaves one length of plaintext a number of blocks, give or take the last block.
Result<void> check_lengths(const GatewayKeyHeader& header) {
  const std::uint64_t size = header.ciphertext.size();
  if (TOUCHSTONE_DEFECT("GW-13.length_unchecked")) return {};
  if (size == 0 || size % block != 0)
    return fail(Errc::length, "expected whole blocks of ciphertext", header_octets);
  if (header.plaintext_size >= size || header.plaintext_size + block < size)
    return fail(Errc::length, "expected a plaintext length that fits the ciphertext", 56);
  return {};
}

Octets print_header(const GatewayKeyHeader& header) {
  Writer writer;
  writer.text(magic)
      .u8(static_cast<std::uint8_t>(header.kdf.kind))
      .u8(cipher_aes128_cbc)
      .u8(static_cast<std::uint8_t>(header.scheme))
      .u8(0)
      .u32(header.kdf.cost)
      .u32(header.kdf.block_size)
      .u32(header.kdf.parallel)
      .octets(header.salt)
      .octets(header.iv)
      .u64(TOUCHSTONE_DEFECT("GW-10.length_of_ciphertext")
               ? (header.plaintext_size / block + 1) * block
               : header.plaintext_size);
  TOUCHSTONE_CHECK(writer.size() == header_octets);
  return std::move(writer).take();
}

/// What the signature has to verify as is itself in the header, unverified: a file that names the
/// wrong scheme fails like any other altered file.
Result<void> verify(const GatewayKeyFile& input, const crypto::RsaPublicKey& signer) {
  if (input.signature.empty() && TOUCHSTONE_DEFECT("GW-05.unsigned_taken")) return {};
  if (input.signature.empty()) return fail(Errc::signature_missing);
  constexpr std::size_t scheme_at = 10;
  const bool pss = input.file.size() > scheme_at && input.file[scheme_at] == 2;
  const auto scheme =
      pss ? crypto::SignatureScheme::pss_sha256 : crypto::SignatureScheme::pkcs1_v15_sha256;
  OctetView covered = input.file;
  if (TOUCHSTONE_DEFECT("GW-11.body_alone") && covered.size() > header_octets)
    covered = covered.subspan(header_octets);
  const auto verified = from_crypto(signer.verify(scheme, covered, input.signature));
  if (!verified && TOUCHSTONE_DEFECT("GW-11.any_scheme"))
    return from_crypto(signer.verify(
        pss ? crypto::SignatureScheme::pkcs1_v15_sha256 : crypto::SignatureScheme::pss_sha256,
        covered, input.signature));
  if (!verified && TOUCHSTONE_DEFECT("GW-09.unverified")) return {};
  return verified;
}

}  // namespace

Result<GatewayKeyFile> encode_gateway_key_file(const NetworkKeys& network, const PassphraseKdf& kdf,
                                               crypto::SignatureScheme scheme,
                                               const crypto::RsaPrivateKey& signer,
                                               RandomSource& random) {
  TOUCHSTONE_TRY_VOID(check_kdf(kdf));
  NetworkKeys carried = network.copy();
  if (TOUCHSTONE_DEFECT("GW-02.base_for_cdld")) carried.gateway_cdld = network.base.copy();
  SecretOctets plaintext = print_network_keys(carried);
  if (TOUCHSTONE_DEFECT("GW-03.no_last_line_end")) plaintext.pop_back();
  GatewayKeyHeader header;
  header.kdf = kdf;
  header.scheme = scheme;
  header.salt = pwdh_salt(network.base);
  if (!TOUCHSTONE_DEFECT("GW-14.fixed_iv")) random.fill(header.iv);
  header.plaintext_size = plaintext.size();
  const SecretKey<16> key = TOUCHSTONE_DEFECT("GW-04.pwdh_as_key")
                                ? network.pwdh.copy()
                                : derive_subkey(network.pwdh, Purpose::gateway_key_file);
  GatewayKeyFile out;
  out.file = print_header(header);
  const Octets ciphertext = crypto::aes128_cbc_encrypt(key.view(), header.iv, plaintext);
  out.file.insert(out.file.end(), ciphertext.begin(), ciphertext.end());
  const std::size_t skipped = TOUCHSTONE_DEFECT("GW-11.header_unsigned") ? header_octets : 0;
  TOUCHSTONE_TRY(out.signature, signer.sign(scheme, OctetView(out.file).subspan(skipped)));
  return out;
}

Result<GatewayKeyHeader> decode_gateway_key_header(OctetView file) {
  if (!as_text(file).starts_with(magic))
    return fail(Errc::unknown_format, "expected ULPGWK1 at the start", 0);
  Reader reader(file);
  if (file.size() < header_octets)
    return fail(Errc::length, "expected a header of 64 octets", file.size());
  GatewayKeyHeader header;
  TOUCHSTONE_TRY_VOID(reader.octets(magic.size()));
  TOUCHSTONE_TRY(const std::uint8_t kdf, reader.u8());
  TOUCHSTONE_TRY(const std::uint8_t cipher, reader.u8());
  TOUCHSTONE_TRY(const std::uint8_t scheme, reader.u8());
  TOUCHSTONE_TRY(const std::uint8_t reserved, reader.u8());
  if (cipher != cipher_aes128_cbc && !TOUCHSTONE_DEFECT("GW-13.cipher_unchecked"))
    return parameters("expected cipher 1", 9);
  TOUCHSTONE_TRY(header.scheme, to_scheme(scheme));
  if (reserved != 0 && !TOUCHSTONE_DEFECT("GW-13.reserved_unchecked"))
    return parameters("expected 0 in the reserved octet", 11);
  TOUCHSTONE_TRY(header.kdf, take_kdf(reader, kdf));
  TOUCHSTONE_TRY(header.salt, take_16(reader));
  TOUCHSTONE_TRY(header.iv, take_16(reader));
  TOUCHSTONE_TRY(header.plaintext_size, reader.u64());
  TOUCHSTONE_TRY(header.ciphertext, reader.octets(reader.remaining()));
  TOUCHSTONE_TRY_VOID(check_lengths(header));
  return header;
}

Result<NetworkKeys> decrypt_gateway_keys(const GatewayKeyHeader& header,
                                         const SecretKey<16>& pwdh) {
  const SecretKey<16> key = derive_subkey(pwdh, Purpose::gateway_key_file);
  const Result<SecretOctets> plaintext =
      from_crypto(crypto::aes128_cbc_decrypt(key.view(), header.iv, header.ciphertext));
  // Padding that comes out wrong means another key, and the key comes from the passphrase alone.
  if (!plaintext) return fail(Errc::passphrase_wrong);
  Findings findings;
  if (!as_text(*plaintext).starts_with("pwdh, 0x")) return fail(Errc::passphrase_wrong);
  if (plaintext->size() != header.plaintext_size)
    return fail(Errc::length, "expected the plaintext length of the header", 56);
  std::size_t lines = plaintext->size();
  if (TOUCHSTONE_DEFECT("GW-03.rest_ignored")) lines = std::min<std::size_t>(lines, 191);
  TOUCHSTONE_TRY(NetworkKeys network,
                 parse_network_keys(OctetView(*plaintext).first(lines), findings));
  if (!network.pwdh.equals(pwdh) && !TOUCHSTONE_DEFECT("GW-08.padding_alone"))
    return fail(Errc::passphrase_wrong);
  if (!equal_in_constant_time(pwdh_salt(network.base), header.salt) &&
      !TOUCHSTONE_DEFECT("GW-14.salt_unchecked"))
    return fail(Errc::parameters, "expected the salt that belongs to base", 24);
  return network;
}

Result<OpenedGatewayKeyFile> decode_gateway_key_file(const GatewayKeyFile& input,
                                                     const crypto::RsaPublicKey& signer,
                                                     OctetView passphrase) {
  if (TOUCHSTONE_DEFECT("GW-09.header_first"))
    TOUCHSTONE_TRY_VOID(decode_gateway_key_header(input.file));
  TOUCHSTONE_TRY_VOID(verify(input, signer));
  TOUCHSTONE_TRY(const GatewayKeyHeader header, decode_gateway_key_header(input.file));
  TOUCHSTONE_TRY(const SecretKey<16> pwdh,
                 derive_pwdh_with_salt(passphrase, header.salt, header.kdf));
  TOUCHSTONE_TRY(NetworkKeys network, decrypt_gateway_keys(header, pwdh));
  return OpenedGatewayKeyFile{std::move(network), header.kdf};
}

}  // namespace touchstone::keyring
