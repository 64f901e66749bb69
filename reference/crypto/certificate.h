#pragma once
// Whether a root, a certificate and its private key can be used together: what is to be known
// before they are installed anywhere. `now` is an argument; nothing here asks a clock.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "reference/base/octets.h"
#include "reference/base/result.h"
#include "reference/base/secret.h"

namespace touchstone::crypto {

/// Which of the three files a fault is in.
enum class CertificateFile { root, own, key };

enum class CertificateFault {
  der,                ///< DER where PEM is needed
  pkcs12,             ///< PKCS#12 where PEM is needed
  no_pem,             ///< not PEM of the kind that is needed, or torn
  too_large,          ///< over 64 KiB
  several,            ///< more than one certificate in the file
  key_inside,         ///< a private key in a file that is for the public
  version,            ///< not X.509 version 3
  not_yet_valid,      ///< at `now`
  expired,            ///< at `now`
  weak_key,           ///< RSA under 2048 bits, another key under 224
  not_rsa,            ///< a key of another kind than RSA
  wrong_purpose,      ///< its extensions do not allow a TLS client to show it
  no_root,            ///< may not sign certificates
  self_signed,        ///< signed by its own key and not by the root
  wrong_root,         ///< does not lead to the root
  wrong_key,          ///< the private key is that of another certificate
  password_missing,   ///< the key is encrypted
  password_wrong,     ///< and this does not open it
  password_unneeded,  ///< the key is not encrypted
};

/// One word for a fault, as in `wrong_root`.
[[nodiscard]] std::string_view name_of(CertificateFault fault) noexcept;

struct CertificateProblem {
  CertificateFile file = CertificateFile::own;
  CertificateFault fault = CertificateFault::no_pem;
  std::string text;  ///< what was expected, and for dates what was found; no octet of a key
};

/// PEM texts as they are in their files.
struct CertificateSet {
  OctetView root;
  OctetView own;
  OctetView key;
  std::optional<OctetView> password = {};  ///< of the key
};

/// What one certificate says; of the first in its file.
struct CertificateFacts {
  std::string subject;  ///< RFC 2253, as in CN=mgu1.example
  std::chrono::sys_seconds not_before;
  std::chrono::sys_seconds not_after;
  int version = 0;  ///< 1 to 3
  int bits = 0;     ///< of its public key
};

struct CertificateReport {
  /// By file, in the order root, own, key. Which of them matter, and how much, is for the caller.
  std::vector<CertificateProblem> problems;
  std::optional<CertificateFacts> root;  ///< nothing when it could not be read
  std::optional<CertificateFacts> own;
  bool key_is_encrypted = false;

  [[nodiscard]] bool has(CertificateFault fault) const noexcept;
};

/// Every problem that there is; an earlier one in a file hides only what cannot be found out
/// because of it. The own file may have the certificates between it and the root after its first
/// one, and `several` says so.
[[nodiscard]] CertificateReport check_certificates(const CertificateSet& set,
                                                   std::chrono::sys_seconds now);

/// The facts of the first certificate of a PEM file; Errc::not_a_key.
Result<CertificateFacts> read_certificate(OctetView pem);

}  // namespace touchstone::crypto
