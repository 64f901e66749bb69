#pragma once
// The object identifiers and algorithm parameters of the profile, in DER. Internal to crypto.

#include <array>
#include <cstdint>

namespace touchstone::crypto::cms {

/// id-data 1.2.840.113549.1.7.1 and id-envelopedData 1.2.840.113549.1.7.3 (RFC 5652 §4, §6)
inline constexpr std::array<std::uint8_t, 9> id_data = {0x2a, 0x86, 0x48, 0x86, 0xf7,
                                                        0x0d, 0x01, 0x07, 0x01};
inline constexpr std::array<std::uint8_t, 9> id_enveloped_data = {0x2a, 0x86, 0x48, 0x86, 0xf7,
                                                                  0x0d, 0x01, 0x07, 0x03};
/// id-RSAES-OAEP 1.2.840.113549.1.1.7 and id-mgf1 1.2.840.113549.1.1.8 (RFC 4055 §2, §4.1)
inline constexpr std::array<std::uint8_t, 9> id_rsaes_oaep = {0x2a, 0x86, 0x48, 0x86, 0xf7,
                                                              0x0d, 0x01, 0x01, 0x07};
inline constexpr std::array<std::uint8_t, 9> id_mgf1 = {0x2a, 0x86, 0x48, 0x86, 0xf7,
                                                        0x0d, 0x01, 0x01, 0x08};
/// id-sha256 2.16.840.1.101.3.4.2.1 and id-aes256-CBC 2.16.840.1.101.3.4.1.42
inline constexpr std::array<std::uint8_t, 9> id_sha256 = {0x60, 0x86, 0x48, 0x01, 0x65,
                                                          0x03, 0x04, 0x02, 0x01};
inline constexpr std::array<std::uint8_t, 9> id_aes256_cbc = {0x60, 0x86, 0x48, 0x01, 0x65,
                                                              0x03, 0x04, 0x01, 0x2a};

}  // namespace touchstone::crypto::cms
