#pragma once
// The KMS as gateways see it: an AMR that has passed the grammar in, an AMA and an audit record out
// (004 §3, §A.3; docs/formats/diameter-kms.md). No socket, clock or file.

#include <chrono>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "reference/base/random.h"
#include "reference/diameter/mobile_ip.h"
#include "reference/diameter/node_range.h"
#include "reference/kms/key_snapshot.h"

namespace touchstone::kms {

/// Time since any fixed moment; it never goes back.
using ServiceTime = std::chrono::nanoseconds;

/// How many unknown nodes a gateway may ask for (KM-15).
struct UnknownLimit {
  std::uint32_t burst = 100;                   ///< at once
  ServiceTime every{std::chrono::seconds(1)};  ///< and one more in this time
};

/// The nodes that a gateway may ask for.
struct PeerNodes {
  std::string host;
  std::vector<diameter::NodeRange> nodes;
};

/// When a changed keyring is served.
enum class ReloadMode {
  on_signal,       ///< KM-06, the default
  compat_restart,  ///< KM-05: on a restart alone, as the document says
};

struct KeyServiceSettings {
  std::string host;           ///< Origin-Host
  std::string realm;          ///< Origin-Realm, and the realm of User-Name
  std::uint32_t address = 0;  ///< MIP-Home-Agent-Address
  std::uint32_t state_id = 0;
  bool require_protection = false;  ///< 5025 on a connection without TLS or IPsec
  ReloadMode reload_mode = ReloadMode::on_signal;
  UnknownLimit unknown_limit;
  std::vector<PeerNodes> peer_nodes;            ///< of those who may not ask for every one
  const SecretKey<16>* wrapping_key = nullptr;  ///< must outlive the service
};

/// The connection that a request came over. Limits and counters are of this host, whatever
/// Origin-Host the request bears: an agent has one limit for all that it brings.
struct RequestingPeer {
  std::string_view host;  ///< Origin-Host of the capabilities exchange
  bool is_protected = false;
};

/// Who asked for what, and what was answered; never a key (KM-11).
struct KeyAudit {
  std::string peer;
  diameter::AskedKeys asked;  ///< nothing when the request names no key
  keyring::NodeId node_id = 0;
  std::uint32_t result_code = 0;
};
/// `peer=... asked=node:0x0001a2b3 result=2001`: one line without a line end. Octets of the peer's
/// name that are not printable become `?`.
[[nodiscard]] std::string print_audit(const KeyAudit& audit);
/// The name of a peer as lines show it: at most 255 octets, `?` for what is not printable.
[[nodiscard]] std::string print_peer(std::string_view host);

struct ServiceCounters {
  std::uint64_t served = 0;   ///< 2001
  std::uint64_t unknown = 0;  ///< unknown nodes
  std::uint64_t limited = 0;  ///< turned away by the limit
  std::uint64_t refused = 0;  ///< everything else
};

enum class ReloadResult {
  swapped,
  kept_bad_file,      ///< the new keyring cannot be used; the old one is served on
  kept_until_restart  ///< ReloadMode::compat_restart
};
struct Reload {
  ReloadResult result = ReloadResult::swapped;
  bool gateway_changed = false;        ///< gateways have to hear of it by HAR
  bool code_download_changed = false;  ///< likewise
  KeySnapshotPointer old;  ///< what was served before a swap; wiping a million rows takes a while
};
/// The line for the log: what is served now, `nodes` of them, or why it is the old keyring. `fault`
/// is the error of the new one.
[[nodiscard]] std::string print_reload(const Reload& done, std::size_t nodes,
                                       std::string_view fault);

class KeyService {
 public:
  /// Without a good keyring there is no service (KM-08), so one is needed to make it.
  KeyService(KeyServiceSettings settings, KeySnapshotPointer keys, RandomSource& random);

  /// Appends the AMA for `request` to `out`. The caller has checked grammar and routing.
  KeyAudit answer(const diameter::MessageView& request, const RequestingPeer& peer, ServiceTime now,
                  SecretOctets& out);

  /// Serves `loaded` from the next answer on, if it is one and the mode allows it.
  Reload reload(Result<KeySnapshotPointer> loaded);

  [[nodiscard]] const ServiceCounters& counters() const noexcept { return counters_; }
  /// Those of one gateway; zeros for one that never asked.
  [[nodiscard]] ServiceCounters counters_of(std::string_view peer) const;
  [[nodiscard]] const KeySnapshot& keys() const noexcept { return *keys_; }

 private:
  struct Peer {
    ServiceCounters counters;
    ServiceTime debt_until{};  ///< when the limit has all its room again
    const std::vector<diameter::NodeRange>* nodes = nullptr;  ///< null: every one
  };
  // Names of hosts are one whatever their case (RFC 6733 §4.3.1).
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view host) const noexcept;
  };
  struct Same {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const noexcept;
  };

  Peer& peer_named(std::string_view host, ServiceTime now);
  diameter::Refusal consider(const diameter::KeyRequest& request, Peer& peer,
                             const RequestingPeer& from, ServiceTime now,
                             const diameter::MessageView& message, SecretOctets& out);
  void grant(const diameter::KeyRequest& request, OctetView root,
             const diameter::MessageView& message, SecretOctets& out);
  [[nodiscard]] static bool may_ask(const Peer& peer, keyring::NodeId node_id) noexcept;
  [[nodiscard]] bool is_limited(const Peer& peer, ServiceTime now) const noexcept;
  void count(Peer& peer, std::uint64_t ServiceCounters::* counter) noexcept;
  [[nodiscard]] diameter::AnswerOrigin origin() const noexcept;

  KeyServiceSettings settings_;
  KeySnapshotPointer keys_;
  RandomSource* random_;
  ServiceCounters counters_;
  std::unordered_map<std::string, Peer, Hash, Same> peers_;
  std::unordered_map<std::string, std::vector<diameter::NodeRange>, Hash, Same> nodes_;
};

}  // namespace touchstone::kms
