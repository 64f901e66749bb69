#include "reference/crypto/tls.h"

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>

#include "reference/crypto/errc.h"
#include "reference/crypto/native.h"

namespace touchstone::crypto {
namespace {

using SslContext = std::unique_ptr<SSL_CTX, Release<SSL_CTX_free>>;
using SslHandle = std::unique_ptr<SSL, Release<SSL_free>>;
using CertificateHandle = std::unique_ptr<X509, Release<X509_free>>;
using NamesHandle = std::unique_ptr<GENERAL_NAMES, Release<GENERAL_NAMES_free>>;

BioHandle memory_of(OctetView octets) {
  return BioHandle(BIO_new_mem_buf(octets.data(), static_cast<int>(octets.size())));
}

CertificateHandle next_certificate(BIO* pem) {
  return CertificateHandle(PEM_read_bio_X509(pem, nullptr, nullptr, nullptr));
}

// Nobody is asked for a passphrase here.
int no_passphrase(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

Result<void> use_certificates(SSL_CTX* context, OctetView pem) {
  const BioHandle text = memory_of(pem);
  const CertificateHandle own = next_certificate(text.get());
  if (own == nullptr || SSL_CTX_use_certificate(context, own.get()) != 1)
    return fail(Errc::not_a_key, "expected a certificate in PEM");
  while (const CertificateHandle more = next_certificate(text.get())) {
    if (SSL_CTX_add1_chain_cert(context, more.get()) != 1) return fail(Errc::internal);
  }
  return {};
}

Result<void> use_key(SSL_CTX* context, OctetView pem) {
  const BioHandle text = memory_of(pem);
  bool is_encrypted = false;
  const PkeyHandle key(PEM_read_bio_PrivateKey(text.get(), nullptr, no_passphrase, &is_encrypted));
  if (is_encrypted) return fail(Errc::passphrase_needed, "expected a key that is not encrypted");
  if (key == nullptr) return fail(Errc::not_a_key, "expected a private key in PEM");
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1)
    return fail(Errc::wrong_recipient, "expected the key of the certificate");
  return {};
}

Result<void> trust(SSL_CTX* context, OctetView pem) {
  const BioHandle text = memory_of(pem);
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  bool any = false;
  while (const CertificateHandle root = next_certificate(text.get())) {
    if (X509_STORE_add_cert(store, root.get()) != 1) return fail(Errc::internal);
    // Tells a peer which of its certificates we want.
    SSL_CTX_add_client_CA(context, root.get());
    any = true;
  }
  if (!any) return fail(Errc::not_a_key, "expected root certificates in PEM");
  return {};
}

void put_name(std::vector<std::string>& hosts, const GENERAL_NAME& name) {
  if (name.type == GEN_DNS) {
    const auto* text = reinterpret_cast<const char*>(ASN1_STRING_get0_data(name.d.dNSName));
    const std::string host(text, static_cast<std::size_t>(ASN1_STRING_length(name.d.dNSName)));
    // A zero would end the name in the eyes of others.
    if (host.find('\0') == std::string::npos) hosts.push_back(host);
  }
  if (name.type == GEN_IPADD && ASN1_STRING_length(name.d.iPAddress) == 4) {
    const unsigned char* octets = ASN1_STRING_get0_data(name.d.iPAddress);
    std::string host;
    for (int i = 0; i < 4; ++i)
      host += (i == 0 ? "" : ".") + std::to_string(octets[i]);
    hosts.push_back(host);
  }
}

std::string common_name(const X509& certificate) {
  std::array<char, 256> text{};
  const int size = X509_NAME_get_text_by_NID(X509_get_subject_name(&certificate), NID_commonName,
                                             text.data(), text.size());
  if (size <= 0) return {};
  const std::string name(text.data(), static_cast<std::size_t>(size));
  return name.find('\0') == std::string::npos ? name : std::string();
}

}  // namespace

struct TlsContext::Native {
  SslContext context;
};

TlsContext::TlsContext(std::unique_ptr<Native> native) noexcept : native_(std::move(native)) {}
TlsContext::TlsContext(TlsContext&&) noexcept = default;
TlsContext& TlsContext::operator=(TlsContext&&) noexcept = default;
TlsContext::~TlsContext() = default;

Result<TlsContext> TlsContext::make(OctetView certificates, OctetView key, OctetView roots) {
  const ErrorQueueDrain drain;
  auto native = std::make_unique<Native>();
  native->context.reset(SSL_CTX_new(TLS_method()));
  SSL_CTX* context = native->context.get();
  if (context == nullptr || SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1)
    return fail(Errc::internal);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  TOUCHSTONE_TRY_VOID(use_certificates(context, certificates));
  TOUCHSTONE_TRY_VOID(use_key(context, key));
  TOUCHSTONE_TRY_VOID(trust(context, roots));
  return TlsContext(std::move(native));
}

struct TlsChannel::Native {
  SslHandle ssl;
  BIO* in = nullptr;  // of the SSL
  BIO* out = nullptr;
};

TlsChannel::TlsChannel(const TlsContext& context, Side side) : native_(std::make_unique<Native>()) {
  const ErrorQueueDrain drain;
  native_->ssl.reset(SSL_new(context.native_->context.get()));
  native_->in = BIO_new(BIO_s_mem());
  native_->out = BIO_new(BIO_s_mem());
  TOUCHSTONE_CHECK(native_->ssl != nullptr && native_->in != nullptr && native_->out != nullptr);
  SSL_set_bio(native_->ssl.get(), native_->in, native_->out);
  if (side == Side::server) {
    SSL_set_accept_state(native_->ssl.get());
  } else {
    SSL_set_connect_state(native_->ssl.get());
    static_cast<void>(shake_hands());
  }
}

TlsChannel::~TlsChannel() = default;

Result<void> TlsChannel::shake_hands() {
  SSL* ssl = native_->ssl.get();
  const int done = SSL_do_handshake(ssl);
  if (done == 1) {
    is_open_ = true;
    if (!held_.empty()) send(std::exchange(held_, {}));
    return {};
  }
  if (SSL_get_error(ssl, done) == SSL_ERROR_WANT_READ) return {};
  if (SSL_get_verify_result(ssl) != X509_V_OK)
    return fail(Errc::signature_bad, X509_verify_cert_error_string(SSL_get_verify_result(ssl)));
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  return fail(Errc::malformed, reason == nullptr ? "no handshake" : reason);
}

Result<void> TlsChannel::receive(OctetView network, SecretOctets& plain) {
  const ErrorQueueDrain drain;
  SSL* ssl = native_->ssl.get();
  TOUCHSTONE_CHECK(BIO_write(native_->in, network.data(), static_cast<int>(network.size())) ==
                   static_cast<int>(network.size()));
  if (!is_open_) TOUCHSTONE_TRY_VOID(shake_hands());
  if (!is_open_) return {};
  constexpr std::size_t piece = 16384;  // a record has no more
  while (true) {
    const std::size_t before = plain.size();
    plain.resize(before + piece);
    const int got = SSL_read(ssl, plain.data() + before, static_cast<int>(piece));
    plain.resize(before + static_cast<std::size_t>(got > 0 ? got : 0));
    if (got > 0) continue;
    switch (SSL_get_error(ssl, got)) {
      case SSL_ERROR_WANT_READ:
        return {};
      case SSL_ERROR_ZERO_RETURN:
        has_ended_ = true;
        return {};
      default:
        if (SSL_get_verify_result(ssl) != X509_V_OK) return fail(Errc::signature_bad);
        return fail(Errc::malformed, "the stream was changed, or the peer has refused");
    }
  }
}

void TlsChannel::send(OctetView plain) {
  const ErrorQueueDrain drain;
  if (!is_open_) {
    held_.insert(held_.end(), plain.begin(), plain.end());
    return;
  }
  // A memory BIO takes everything; after a fatal alert nothing is taken, and nothing is lost.
  while (!plain.empty()) {
    const int put = SSL_write(native_->ssl.get(), plain.data(), static_cast<int>(plain.size()));
    if (put <= 0) return;
    plain = plain.subspan(static_cast<std::size_t>(put));
  }
}

void TlsChannel::close() {
  const ErrorQueueDrain drain;
  if (is_open_) SSL_shutdown(native_->ssl.get());
}

SecretOctets TlsChannel::output() {
  SecretOctets octets(BIO_ctrl_pending(native_->out));
  if (octets.empty()) return octets;
  const int got = BIO_read(native_->out, octets.data(), static_cast<int>(octets.size()));
  TOUCHSTONE_CHECK(got == static_cast<int>(octets.size()));
  return octets;
}

std::vector<std::string> TlsChannel::peer_hosts() const {
  const ErrorQueueDrain drain;
  std::vector<std::string> hosts;
  const CertificateHandle peer(is_open_ ? SSL_get1_peer_certificate(native_->ssl.get()) : nullptr);
  if (peer == nullptr) return hosts;
  const NamesHandle names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(peer.get(), NID_subject_alt_name, nullptr, nullptr)));
  const int count = names == nullptr ? 0 : sk_GENERAL_NAME_num(names.get());
  for (int i = 0; i < count; ++i)
    put_name(hosts, *sk_GENERAL_NAME_value(names.get(), i));
  if (hosts.empty()) {
    if (std::string name = common_name(*peer); !name.empty()) hosts.push_back(std::move(name));
  }
  return hosts;
}

}  // namespace touchstone::crypto
