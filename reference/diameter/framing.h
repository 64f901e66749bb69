#pragma once
// Cuts a stream into messages (RFC 6733 §2.1, §3). However the stream is split, the same messages
// come out.

#include <optional>

#include "reference/base/octets.h"
#include "reference/base/result.h"
#include "reference/base/secret.h"
#include "reference/diameter/message.h"

namespace touchstone::diameter {

class StreamDecoder {
 public:
  explicit StreamDecoder(std::uint32_t max_size = max_message_size) noexcept
      : max_size_(max_size) {}

  /// Takes octets in; they are copied only when a message is not yet whole.
  void feed(OctetView octets);

  /// The next whole message, nothing when more octets are needed. The view lives until the next
  /// feed(). Errc::message_length and Errc::version name a stream that cannot be read on: the
  /// connection must be closed; `identifiers` then holds what an answer would need.
  Result<std::optional<MessageView>> next();

  [[nodiscard]] const Header& identifiers() const noexcept { return last_; }
  /// Octets held for an unfinished message; at most max_size.
  [[nodiscard]] std::size_t held() const noexcept { return buffer_.size() - consumed_; }

 private:
  std::uint32_t max_size_;
  SecretOctets buffer_;  // answers carry keys
  std::size_t consumed_ = 0;
  Header last_;
};

}  // namespace touchstone::diameter
