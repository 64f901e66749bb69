#pragma once
// OpenSSL handles that free themselves. Only the sources of crypto include this header.

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <memory>

#include "reference/crypto/rsa.h"

namespace touchstone::crypto {

template <auto release>
struct Release {
  template <class T>
  void operator()(T* handle) const noexcept {
    release(handle);
  }
};

using PkeyHandle = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using PkeyContext = std::unique_ptr<EVP_PKEY_CTX, Release<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Release<EVP_CIPHER_CTX_free>>;
using CipherHandle = std::unique_ptr<EVP_CIPHER, Release<EVP_CIPHER_free>>;
using MacHandle = std::unique_ptr<EVP_MAC, Release<EVP_MAC_free>>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, Release<EVP_MAC_CTX_free>>;
using BioHandle = std::unique_ptr<BIO, Release<BIO_free_all>>;

struct RsaPublicKey::Native {
  PkeyHandle key;
};

struct RsaPrivateKey::Native {
  PkeyHandle key;
};

/// Leaves the error queue of this thread empty: an error that stayed would be blamed on the next
/// call.
class ErrorQueueDrain {
 public:
  ErrorQueueDrain() = default;
  ErrorQueueDrain(const ErrorQueueDrain&) = delete;
  ErrorQueueDrain& operator=(const ErrorQueueDrain&) = delete;
  ~ErrorQueueDrain() { ERR_clear_error(); }
};

}  // namespace touchstone::crypto
