#pragma once
// Which gateways still have to hear of new network keys, and the HAR that tells them (RFC 4004
// §5.3, docs/formats/diameter-kms.md).

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "reference/base/random.h"
#include "reference/diameter/mobile_ip.h"
#include "reference/kms/key_service.h"

namespace touchstone::kms {

/// Remembers what changed since it was made and who has acknowledged it. A gateway that was away
/// hears of it when it comes back, one that cannot take the keys now after a while; one that
/// refuses them is told three times in all.
class Rotations {
 public:
  using Request = std::uint64_t;

  /// The keyring that is served now has other network keys than the one before.
  void on_changed(bool gateway, bool code_download);

  /// Whether `host` has to hear of new keys and no HAR is on its way to it.
  [[nodiscard]] bool wants(std::string_view host) const;

  /// Appends the HAR for `host`, a gateway of our realm, with the keys of `keys`.
  void encode(SecretOctets& out, const KeySnapshot& keys, const KeyServiceSettings& settings,
              std::string_view host, std::string_view session_id, RandomSource& random) const;

  struct Told {
    std::string host;           ///< the gateway; empty when the request was none of ours
    bool is_for_later = false;  ///< it has to hear of the keys again
  };

  void on_sent(Request request, std::string_view host);
  /// The HAA, or none.
  Told on_answer(Request request, std::uint32_t result);
  Told on_failure(Request request) { return take(request, false); }

  /// Gateways that a HAR is on its way to.
  [[nodiscard]] std::size_t pending() const noexcept { return sent_.size(); }

 private:
  struct Sent {
    std::string host;
    std::uint64_t generation = 0;
  };

  struct Refused {
    std::uint64_t generation = 0;
    int times = 0;
  };

  Told take(Request request, bool is_done);

  bool gateway_ = false;
  bool code_download_ = false;
  std::uint64_t generation_ = 0;  // how often the keys have changed
  std::unordered_map<std::string, std::uint64_t> done_;
  std::unordered_map<std::string, std::uint64_t> on_the_way_;
  std::unordered_map<std::string, Refused> refused_;
  std::unordered_map<Request, Sent> sent_;
};

}  // namespace touchstone::kms
