#include "conformance/oracle/gateway_file.h"

#include <openssl/evp.h>

#include <algorithm>

#include "conformance/oracle/keyring_text.h"
#include "conformance/oracle/oracle_defect.h"
#include "reference/base/reader.h"

namespace touchstone::conformance::oracle {

namespace {

constexpr std::string_view magic = "ULPGWK1\n";
constexpr std::size_t header_size = 64;
constexpr std::size_t largest_plaintext = 4096;

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

/// AES-128-CBC with PKCS#7 in either direction; nothing when the padding is wrong.
std::optional<Octets> aes_cbc(bool encrypt, const Key16& key, const Key16& iv, OctetView in) {
  const CipherContext context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  Octets out(in.size() + 16);
  int first = 0;
  int last = 0;
  EVP_CipherInit_ex2(context.get(), EVP_aes_128_cbc(), key.data(), iv.data(), encrypt ? 1 : 0,
                     nullptr);
  if (EVP_CipherUpdate(context.get(), out.data(), &first, in.data(), static_cast<int>(in.size())) !=
          1 ||
      EVP_CipherFinal_ex(context.get(), out.data() + first, &last) != 1)
    return std::nullopt;
  out.resize(static_cast<std::size_t>(first) + static_cast<std::size_t>(last));
  return out;
}

Octets header_of(const GatewayRecipe& recipe, std::uint64_t plaintext_size) {
  Writer header;
  header.text(magic).u8(recipe.kdf.id).u8(1).u8(static_cast<std::uint8_t>(recipe.signature)).u8(0);
  header.u32(recipe.kdf.cost).u32(recipe.kdf.block).u32(recipe.kdf.lanes);
  header.octets(recipe.salt.value_or(pwdh_salt(recipe.network.base))).octets(recipe.iv);
  header.u64(recipe.plaintext_length.value_or(plaintext_size));
  Octets octets = std::move(header).take();
  for (const auto& [offset, value] : recipe.header_octets)
    octets.at(offset) = value;
  return octets;
}

struct Header {
  Kdf kdf;
  SignatureId signature = SignatureId::pkcs1;
  Key16 salt{};
  Key16 iv{};
  std::uint64_t plaintext_size = 0;
};

std::uint32_t u32_at(OctetView octets, std::size_t at) {
  return std::uint32_t{octets[at]} << 24 | std::uint32_t{octets[at + 1]} << 16 |
         std::uint32_t{octets[at + 2]} << 8 | std::uint32_t{octets[at + 3]};
}

/// The fields by their offsets in the table of GW-10, each checked.
Judged<Header> read_header(OctetView file) {
  if (file.size() < header_size || as_text(file.first(8)) != magic)
    return refuse(6, "syntax", "the magic ULPGWK1");
  if (file[9] != 1 || file[11] != 0 || file[10] < 1 || file[10] > 2)
    return refuse(6, "range", "known cipher and signature ids and a reserved octet of 0");
  Header header;
  header.kdf = {file[8], u32_at(file, 12), u32_at(file, 16), u32_at(file, 20)};
  header.signature = static_cast<SignatureId>(file[10]);
  if (!is_allowed(header.kdf) && !TOUCHSTONE_ORACLE_DEFECT("gateway.kdf-bounds"))
    return refuse(6, "range", "a KDF within the bounds of GW-12");
  std::ranges::copy(file.subspan(24, 16), header.salt.begin());
  std::ranges::copy(file.subspan(40, 16), header.iv.begin());
  header.plaintext_size = std::uint64_t{u32_at(file, 56)} << 32 | u32_at(file, 60);
  const std::uint64_t body = file.size() - header_size;
  if (body == 0 || body % 16 != 0 || header.plaintext_size > largest_plaintext ||
      header.plaintext_size / 16 * 16 + 16 != body)
    return refuse(6, "length", "a ciphertext that matches the length field");
  return header;
}

}  // namespace

SignedFile encode_gateway_file(const GatewayRecipe& recipe, const RsaKey& signer) {
  const std::string plaintext = recipe.plaintext.value_or(print_header(recipe.network));
  const Key16 key = gateway_file_key(recipe.encryption_pwdh.value_or(recipe.network.pwdh));
  Octets file = header_of(recipe, plaintext.size());
  const Octets body = recipe.ciphertext
                          ? *recipe.ciphertext
                          : aes_cbc(true, key, recipe.iv, as_octets(plaintext)).value();
  file.insert(file.end(), body.begin(), body.end());
  Octets signature = signer.sign(recipe.signed_with.value_or(recipe.signature), file);
  return {std::move(file), std::move(signature)};
}

Judged<OpenedGatewayFile> decode_gateway_file(const SignedFile& input, const RsaKey& signer,
                                              OctetView passphrase) {
  const auto& [file, signature] = input;
  const bool pss = file.size() > 10 && file[10] == 2;
  const OctetView covered =
      TOUCHSTONE_ORACLE_DEFECT("gateway.signed-part") && file.size() > header_size
          ? OctetView(file).subspan(header_size)
          : OctetView(file);
  if (!signer.verify(pss ? SignatureId::pss : SignatureId::pkcs1, covered, signature))
    return refuse(4, "signature", "a signature of the KMS over the whole file");
  const auto header = read_header(file);
  if (!header) return std::unexpected(header.error());
  const Key16 pwdh = derive_pwdh(passphrase, header->salt, header->kdf);
  const auto plaintext =
      aes_cbc(false, gateway_file_key(pwdh), header->iv, OctetView(file).subspan(header_size));
  // Nearly always the padding tells a wrong passphrase, once in 256 times the first line.
  const std::string first_line = "pwdh, 0x" + to_hex(pwdh) + "\n";
  const bool same_pwdh = plaintext && as_text(*plaintext).starts_with(first_line);
  if (!plaintext || (!same_pwdh && !TOUCHSTONE_ORACLE_DEFECT("gateway.pwdh")))
    return refuse(10, "auth", "the passphrase of this network");
  if (plaintext->size() != header->plaintext_size)
    return refuse(6, "length", "a text as long as the header says");
  const KeyringReading lines = read_header_lines(*plaintext);
  if (lines.exit_code != 0) return refuse(6, lines.reject_class, "the four header lines");
  const Network& network = lines.keyring.network;
  if (pwdh_salt(network.base) != header->salt)
    return refuse(6, "syntax", "a salt that is that of base");
  return OpenedGatewayFile{network, header->kdf, header->signature, header->salt, header->iv};
}

Network with_passphrase(Network network, OctetView passphrase, const Kdf& kdf) {
  network.pwdh = derive_pwdh(passphrase, pwdh_salt(network.base), kdf);
  return network;
}

}  // namespace touchstone::conformance::oracle
