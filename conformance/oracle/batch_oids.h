#pragma once
// The object identifiers of a batch, as the content octets of their encoding, in hexadecimal.

#include <string_view>

namespace touchstone::conformance::oracle::oids {

inline constexpr std::string_view data = "2a864886f70d010701";                 // RFC 5652 4
inline constexpr std::string_view signed_data = "2a864886f70d010702";          // RFC 5652 5
inline constexpr std::string_view enveloped_data = "2a864886f70d010703";       // RFC 5652 6
inline constexpr std::string_view compressed_data = "2a864886f70d0109100109";  // RFC 3274
inline constexpr std::string_view zlib_compress = "2a864886f70d0109100308";    // RFC 3274
inline constexpr std::string_view rsa_encryption = "2a864886f70d010101";       // RFC 8017 A.1
inline constexpr std::string_view rsaes_oaep = "2a864886f70d010107";           // RFC 8017 A.2.1
inline constexpr std::string_view mgf1 = "2a864886f70d010108";                 // RFC 8017 A.2.1
inline constexpr std::string_view sha256 = "608648016503040201";               // RFC 8017 B.1
inline constexpr std::string_view aes_256_ecb = "608648016503040129";          // NIST CSOR
inline constexpr std::string_view aes_256_cbc = "60864801650304012a";          // RFC 3565
inline constexpr std::string_view des_ede3_cbc = "2a864886f70d0307";           // RFC 3370
inline constexpr std::string_view rc2_cbc = "2a864886f70d0302";                // RFC 3370

}  // namespace touchstone::conformance::oracle::oids
