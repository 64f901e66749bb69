#pragma once
// TLS as octets in and octets out: no socket. TLS 1.2 or 1.3, and both sides show a certificate
// (RFC 6733 §13.1).

#include <memory>
#include <string>
#include <vector>

#include "reference/base/octets.h"
#include "reference/base/result.h"
#include "reference/base/secret.h"

namespace touchstone::crypto {

/// Who we are and whom we trust; made once and shared by channels.
class TlsContext {
 public:
  /// PEM: our certificate and those between it and the root, its private key, and the roots that
  /// the certificates of peers lead to. Errc::not_a_key for text that is none of them,
  /// Errc::passphrase_needed for an encrypted key, Errc::wrong_recipient for a key that is not that
  /// of the certificate.
  static Result<TlsContext> make(OctetView certificates, OctetView key, OctetView roots);

  TlsContext(TlsContext&&) noexcept;
  TlsContext& operator=(TlsContext&&) noexcept;
  ~TlsContext();

 private:
  friend class TlsChannel;
  struct Native;
  explicit TlsContext(std::unique_ptr<Native> native) noexcept;
  std::unique_ptr<Native> native_;
};

/// One connection. Whatever a call made the channel say to the network waits in output().
class TlsChannel {
 public:
  enum class Side { client, server };

  /// `context` outlives the channel. A client begins the handshake at once.
  TlsChannel(const TlsContext& context, Side side);
  ~TlsChannel();
  TlsChannel(const TlsChannel&) = delete;
  TlsChannel& operator=(const TlsChannel&) = delete;

  /// Takes octets of the network and appends what they were in clear to `plain`. Errc::malformed
  /// for what is no TLS or was changed on the way, Errc::signature_bad for a peer without a
  /// certificate that leads to our roots; the channel is of no use then, but output() has the
  /// alert.
  Result<void> receive(OctetView network, SecretOctets& plain);
  /// Encrypts `plain`; until the handshake is done it waits.
  void send(OctetView plain);
  /// Says that nothing more comes.
  void close();
  /// Octets for the network, once.
  SecretOctets output();

  /// The handshake is done, and the peer's certificate is good.
  [[nodiscard]] bool is_open() const noexcept { return is_open_; }
  /// The peer has said that nothing more comes.
  [[nodiscard]] bool has_ended() const noexcept { return has_ended_; }
  /// The hosts that the peer's certificate is for: the DNS names and IPv4 addresses of
  /// subjectAltName, the common name only where it has none of them. Empty before is_open().
  [[nodiscard]] std::vector<std::string> peer_hosts() const;

 private:
  Result<void> shake_hands();

  struct Native;
  std::unique_ptr<Native> native_;
  SecretOctets held_;  // in clear, until the handshake is done
  bool is_open_ = false;
  bool has_ended_ = false;
};

}  // namespace touchstone::crypto
