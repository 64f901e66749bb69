#include "conformance/suites/keyfiles/gateway_refusals.h"

#include <array>

namespace touchstone::conformance::suites::keyfiles {
namespace {

using oracle::GatewayRecipe;
using oracle::SignedFile;
using Class = RejectClass;

/// Changed before it was signed: only the named fault is left.
template <class Change>
SignedFile changed(Change&& change, const oracle::RsaKey& signer = kms_key()) {
  GatewayRecipe recipe = good_gateway_file();
  change(recipe);
  return oracle::encode_gateway_file(recipe, signer);
}

SignedFile good() {
  return oracle::encode_gateway_file(good_gateway_file(), kms_key());
}

SignedFile with_header(std::size_t offset, std::uint8_t value) {
  return changed([&](GatewayRecipe& recipe) { recipe.header_octets = {{offset, value}}; });
}

/// The KDF of the header alone; it must be refused before it is computed.
SignedFile with_kdf(const oracle::Kdf& kdf) {
  return changed([&](GatewayRecipe& recipe) { recipe.kdf = kdf; });
}

SignedFile with_signature_size(std::size_t size) {
  SignedFile file = good();
  file.signature.resize(size, 0);
  return file;
}

SignedFile with_length(std::uint64_t length) {
  return changed([&](GatewayRecipe& recipe) { recipe.plaintext_length = length; });
}

constexpr std::array signature_rows{
    WrongGatewayFile{"NG-08, a signature of 255 octets", "GW-09", 4, Class::signature,
                     [] { return with_signature_size(255); }},
    WrongGatewayFile{"NG-08, a signature of 257 octets", "GW-09", 4, Class::signature,
                     [] { return with_signature_size(257); }},
    WrongGatewayFile{"an empty signature", "GW-09", 4, Class::signature,
                     [] { return with_signature_size(0); }},
    WrongGatewayFile{"NG-08, a signature of zeros", "GW-09", 4, Class::signature,
                     [] {
                       SignedFile file = good();
                       file.signature.assign(256, 0);
                       return file;
                     }},
    WrongGatewayFile{"a wrong signature and a wrong passphrase", "GW-09", 4, Class::signature,
                     [] {
                       SignedFile file = good();
                       file.signature[100] ^= 1;
                       return file;
                     },
                     "Not-the passphrase 1"},
    WrongGatewayFile{"a wrong signature and an unknown magic", "GW-09", 4, Class::signature,
                     [] {
                       SignedFile file = good();
                       file.file[0] ^= 1;
                       return file;
                     }},
    WrongGatewayFile{"a file cut within its header", "GW-09", 4, Class::signature,
                     [] {
                       SignedFile file = good();
                       file.file.resize(10);
                       return file;
                     }},
    WrongGatewayFile{"NG-08, the signature of another key", "GW-05", 4, Class::signature,
                     [] { return changed([](GatewayRecipe&) {}, other_key()); }},
    WrongGatewayFile{"NG-08, PSS where the header says PKCS#1 v1.5", "GW-11", 4, Class::signature,
                     [] {
                       return changed([](GatewayRecipe& recipe) {
                         recipe.signed_with = oracle::SignatureId::pss;
                       });
                     }},
    WrongGatewayFile{"PKCS#1 v1.5 where the header says PSS", "GW-11", 4, Class::signature,
                     [] {
                       return changed([](GatewayRecipe& recipe) {
                         recipe.signature = oracle::SignatureId::pss;
                         recipe.signed_with = oracle::SignatureId::pkcs1;
                       });
                     }},
    WrongGatewayFile{"NG-02, log2 N changed after the signing", "GW-11", 4, Class::signature,
                     [] {
                       SignedFile file = good();
                       file.file[15] = 15;
                       return file;
                     }},
    WrongGatewayFile{"a signature over the cipher text alone", "GW-11", 4, Class::signature,
                     [] {
                       SignedFile file = good();
                       file.signature = kms_key().sign(oracle::SignatureId::pkcs1,
                                                       OctetView(file.file).subspan(64));
                       return file;
                     }},
};

constexpr std::array header_rows{
    WrongGatewayFile{"NG-01, an unknown magic", "GW-13", 6, Class::syntax,
                     [] { return with_header(7, '\r'); }},
    WrongGatewayFile{"NG-01, an unknown KDF", "GW-13", 6, Class::range,
                     [] { return with_header(8, 3); }},
    WrongGatewayFile{"NG-01, an unknown cipher", "GW-13", 6, Class::range,
                     [] { return with_header(9, 2); }},
    WrongGatewayFile{"NG-01, an unknown signature id", "GW-13", 6, Class::range,
                     [] { return with_header(10, 3); }},
    WrongGatewayFile{"NG-01, a reserved octet of 1", "GW-13", 6, Class::range,
                     [] { return with_header(11, 1); }},
    WrongGatewayFile{
        "NG-05, no cipher text", "GW-13", 6, Class::length,
        [] { return changed([](GatewayRecipe& recipe) { recipe.ciphertext = Octets(); }); }},
    WrongGatewayFile{"NG-05, a cipher text of 17 octets", "GW-13", 6, Class::length,
                     [] {
                       return changed([](GatewayRecipe& recipe) {
                         recipe.ciphertext = Octets(17, 1);
                         recipe.plaintext_length = 16;
                       });
                     }},
    WrongGatewayFile{"NG-05, a length that is one too low", "GW-13", 6, Class::length,
                     [] { return with_length(190); }},
    WrongGatewayFile{"NG-05, a length that is one too high", "GW-13", 6, Class::length,
                     [] { return with_length(192); }},
    WrongGatewayFile{"a length of 2^63", "GW-13", 6, Class::length,
                     [] { return with_length(std::uint64_t{1} << 63); }},
    WrongGatewayFile{"NG-03, scrypt with log2 N of 13", "GW-12", 6, Class::range,
                     [] { return with_kdf({2, 13, 8, 1}); }},
    WrongGatewayFile{"NG-03, scrypt with log2 N of 21", "GW-12", 6, Class::range,
                     [] { return with_kdf({2, 21, 8, 1}); }},
    WrongGatewayFile{"NG-03, scrypt with log2 N of 63", "GW-12", 6, Class::range,
                     [] { return with_kdf({2, 63, 8, 1}); }},
    WrongGatewayFile{"NG-03, scrypt with r of 0", "GW-12", 6, Class::range,
                     [] { return with_kdf({2, 14, 0, 1}); }},
    WrongGatewayFile{"scrypt with r of 9", "GW-12", 6, Class::range,
                     [] { return with_kdf({2, 14, 9, 1}); }},
    WrongGatewayFile{"scrypt with p of 0", "GW-12", 6, Class::range,
                     [] { return with_kdf({2, 14, 8, 0}); }},
    WrongGatewayFile{"scrypt with p of 5", "GW-12", 6, Class::range,
                     [] { return with_kdf({2, 14, 8, 5}); }},
    WrongGatewayFile{"NG-03, scrypt with p of 100", "GW-12", 6, Class::range,
                     [] { return with_kdf({2, 14, 8, 100}); }},
    WrongGatewayFile{"NG-04, PBKDF2 with 99 999 iterations", "GW-12", 6, Class::range,
                     [] { return with_kdf({1, 99'999, 0, 0}); }},
    WrongGatewayFile{"PBKDF2 with 10 000 001 iterations", "GW-12", 6, Class::range,
                     [] { return with_kdf({1, 10'000'001, 0, 0}); }},
    WrongGatewayFile{"NG-04, PBKDF2 with 2^32 - 1 iterations", "GW-12", 6, Class::range,
                     [] { return with_kdf({1, 0xFFFFFFFF, 0, 0}); }},
};

constexpr std::array content_rows{
    WrongGatewayFile{"NG-06, another passphrase", "GW-08", 10, Class::auth, good,
                     "Not-the passphrase 1"},
    WrongGatewayFile{"NG-07, another case of one letter", "GW-08", 10, Class::auth, good,
                     "Brisk-meadow 42 lanterns"},
    WrongGatewayFile{"a space at the end", "GW-08", 10, Class::auth, good,
                     "Brisk-Meadow 42 lanterns "},
    WrongGatewayFile{"NG-09, a pwdh line of another passphrase", "GW-08", 10, Class::auth,
                     [] {
                       return changed([](GatewayRecipe& recipe) {
                         recipe.encryption_pwdh = recipe.network.pwdh;
                         recipe.network.pwdh = sample_key(77);
                       });
                     }},
    WrongGatewayFile{"NG-09, a salt that is not that of base", "GW-14", 6, Class::syntax,
                     [] {
                       return changed([](GatewayRecipe& recipe) {
                         recipe.salt = sample_key(78);
                         recipe.network.pwdh =
                             oracle::derive_pwdh(as_octets(passphrase), *recipe.salt, recipe.kdf);
                       });
                     }},
    WrongGatewayFile{"NG-10, node rows after the four lines", "GW-03", 6, Class::unspecified,
                     [] {
                       return changed([](GatewayRecipe& recipe) {
                         recipe.plaintext = oracle::print_keyring({recipe.network, known_rows()});
                       });
                     }},
    WrongGatewayFile{"a blank line between the four", "GW-03", 6, Class::unspecified,
                     [] {
                       return changed([](GatewayRecipe& recipe) {
                         const std::string text = oracle::print_header(recipe.network);
                         const std::size_t third = text.find("gateway, ");
                         recipe.plaintext = text.substr(0, third) + "\n" + text.substr(third);
                       });
                     }},
};

const std::vector<WrongGatewayFile>& all_rows() {
  static const std::vector<WrongGatewayFile> rows = [] {
    std::vector<WrongGatewayFile> all(signature_rows.begin(), signature_rows.end());
    all.insert(all.end(), header_rows.begin(), header_rows.end());
    all.insert(all.end(), content_rows.begin(), content_rows.end());
    return all;
  }();
  return rows;
}

}  // namespace

std::span<const WrongGatewayFile> wrong_gateway_files() {
  return all_rows();
}

}  // namespace touchstone::conformance::suites::keyfiles
