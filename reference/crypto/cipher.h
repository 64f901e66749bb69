#pragma once
// AES-CBC with PKCS#7 padding, AES key wrap (RFC 3394), and single blocks of 3DES for key check
// values.

#include <array>
#include <cstdint>
#include <span>

#include "reference/base/octets.h"
#include "reference/base/result.h"
#include "reference/base/secret.h"

namespace touchstone::crypto {

using AesBlock = std::array<std::uint8_t, 16>;

/// 16 to 31 octets longer than nothing: PKCS#7 always pads.
[[nodiscard]] Octets aes128_cbc_encrypt(std::span<const std::uint8_t, 16> key,
                                        std::span<const std::uint8_t, 16> iv, OctetView plaintext);

/// Errc::decryption for a length that is no positive multiple of 16, or for bad padding.
Result<SecretOctets> aes128_cbc_decrypt(std::span<const std::uint8_t, 16> key,
                                        std::span<const std::uint8_t, 16> iv, OctetView ciphertext);

/// RFC 3394 under AES-128. `key` has a multiple of 8 octets, at least 16; the result 8 more.
[[nodiscard]] Octets aes128_wrap(std::span<const std::uint8_t, 16> kek, OctetView key);

/// Errc::decryption if the integrity check fails or the length is impossible.
Result<SecretOctets> aes128_unwrap(std::span<const std::uint8_t, 16> kek, OctetView wrapped);

/// One block of 3DES-EDE in ECB. For key check values only (KU-21).
[[nodiscard]] std::array<std::uint8_t, 8> des3_ecb_block(std::span<const std::uint8_t, 24> key,
                                                         std::span<const std::uint8_t, 8> block);

}  // namespace touchstone::crypto
