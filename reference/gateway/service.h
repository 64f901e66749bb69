#pragma once
// The gateway (KMC) with its KMS: what the decisions of gateway.h ask becomes an AMR, and what an
// AMA or a HAR brings goes back to them (docs/formats/diameter-kms.md). No socket, clock or file.

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "reference/base/random.h"
#include "reference/diameter/node.h"
#include "reference/gateway/gateway.h"

namespace touchstone::gateway {

/// The Diameter node that the service speaks through. Which KMS is asked is the node's affair: the
/// first of the configuration that it trusts. One that fails is left at once, what waits for it
/// goes to the next; it is returned to when it has answered three watchdogs (RFC 3539 §3.4.1).
class KmsLink {
 public:
  virtual ~KmsLink() = default;

  /// Nothing when no KMS can be asked now.
  virtual std::optional<diameter::RequestId> request(OctetView message) = 0;
  virtual void answer(diameter::RequestId request, OctetView message) = 0;
  virtual std::string next_session_id() = 0;
};

struct ServiceSettings {
  std::string host;                   ///< Origin-Host
  std::string realm;                  ///< Origin-Realm
  std::uint32_t address = 0;          ///< IPv4 of the gateway, for the Registration Request
  std::vector<std::string> kms = {};  ///< Origin-Hosts, in the order of preference
  GatewaySettings gateway = {};
  const SecretKey<16>* wrapping_key = nullptr;  ///< must outlive the service
  /// While the cache lacks a network key it is asked for again after this time, and whenever a KMS
  /// comes up.
  diameter::Duration ask_again = std::chrono::seconds(10);
};

/// What the driver has to do after a call.
struct ServiceOutput {
  std::vector<Output::Datagram> send;
  bool save_cache = false;
  bool save_now = false;          ///< with save_cache: a KMS waits for on_saved()
  std::vector<JoinRecord> joins;  ///< as the log has them
  std::vector<std::string> log;   ///< lines of kmc.log, without time; never octets of a key (GC-07)
};

struct ServiceCounters {
  std::uint64_t admitted = 0;
  std::uint64_t refused = 0;
  std::uint64_t later = 0;
  std::uint64_t asked = 0;      ///< AMR
  std::uint64_t rotations = 0;  ///< HAR that were acknowledged
};

class GatewayService {
 public:
  using Time = diameter::Time;

  /// `cache.realm` is the realm of the KMS. What the references name outlives the service.
  GatewayService(Cache cache, ServiceSettings settings, KmsLink& link, RandomSource& random);

  ServiceOutput start(Time now);
  /// A datagram of a node or of an access point.
  ServiceOutput receive(OctetView datagram, const Sender& sender, Time now);
  ServiceOutput on_peer_up(std::string_view host, Time now);
  ServiceOutput on_peer_down(std::string_view host);
  ServiceOutput on_answer(diameter::RequestId request, const diameter::MessageView& message,
                          Time now);
  /// No answer comes: no KMS is left (3002), or it took too long (0). What took too long is asked a
  /// second time, of the next KMS that is up: a watchdog needs a minute to see that one hangs.
  ServiceOutput on_failure(diameter::RequestId request, std::uint32_t result, Time now);
  /// A HAR that obeys its grammar. What is refused is answered within the call; new keys are taken,
  /// and answered by on_saved(): a KMS tells them once to who has acknowledged them.
  ServiceOutput on_request(diameter::RequestId request, const diameter::MessageView& message);
  /// The cache as it is now is on the disk, or could not be written. HARs that wait are answered
  /// 2001, or 4002, after which the KMS tells again; the new keys are used in both cases.
  ServiceOutput on_saved(bool is_saved);
  ServiceOutput on_timer(Time now);
  [[nodiscard]] std::optional<Time> next_deadline() const noexcept { return ask_again_at_; }

  [[nodiscard]] const Cache& cache() const noexcept { return gateway_.cache(); }
  /// Both network keys are there.
  [[nodiscard]] bool has_network_keys() const noexcept {
    return cache().gateway.has_value() && cache().code_download.has_value();
  }
  [[nodiscard]] const ServiceCounters& counters() const noexcept { return counters_; }

 private:
  struct Question {
    diameter::AskedKeys asked;
    keyring::NodeId node_id = 0;
    std::uint64_t identification = 0;
    std::string session_id = {};
    std::string second_kms = {};  ///< the question is asked for the second time
    bool is_outdated = false;     ///< network keys have come by a HAR since it was asked
  };

  /// A HAR whose keys are not on the disk yet, with both its answers.
  struct Unsaved {
    diameter::RequestId request = 0;
    SecretOctets taken;
    SecretOctets refused;
  };

  [[nodiscard]] diameter::KeyRequest request_of(const Question& question) const;
  bool ask(Question question);
  [[nodiscard]] std::string second_kms() const;
  void ask_network_keys(Time now, ServiceOutput& out);
  void carry_out(Output output, Time now, ServiceOutput& out);
  void take(const Question& question, diameter::KeyAnswer answer,
            const diameter::MessageView& message, Time now, ServiceOutput& out);
  void give_up(const Question& question, std::string_view why, Time now, ServiceOutput& out);

  ServiceSettings settings_;
  KmsLink& link_;
  RandomSource& random_;
  Gateway gateway_;
  std::unordered_map<diameter::RequestId, Question> questions_;
  std::set<std::string, std::less<>> up_;  ///< Origin-Hosts
  bool asks_network_keys_ = false;         ///< a question for them is on its way
  std::optional<Time> ask_again_at_;
  std::vector<Unsaved> unsaved_;
  ServiceCounters counters_;
};

}  // namespace touchstone::gateway
