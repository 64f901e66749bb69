#pragma once
// A gateway that the runner plays: it opens a connection to the KMS under test as one of its peers,
// asks, and has the answer judged by the oracle.

#include <optional>
#include <string_view>

#include "conformance/oracle/diameter/answer.h"
#include "conformance/suites/diameter/peer.h"

namespace touchstone::conformance::suites::diameter {

/// The mapping of the manifest ([pixit.mapping]), or that of docs/formats/diameter-kms.md.
[[nodiscard]] dm::Mapping mapping_of(CaseContext& ctx);

/// What came of a request.
struct Outcome {
  std::optional<Octets> answer;
  Ending ending = Ending::open;  ///< of the connection, when nothing was answered
};

class Gateway {
 public:
  /// Plays the gateway `index` of the world; connects at once. INCONCLUSIVE when the KMS does not
  /// let it in. The KMS has been started with `started` (require_protected, wrapping_key).
  explicit Gateway(Network& network, std::size_t index = 0, bool is_protected = false);

  [[nodiscard]] const dm::KmsView& view() const noexcept { return view_; }
  [[nodiscard]] dm::KmsView& view() noexcept { return view_; }
  [[nodiscard]] const dm::Mapping& mapping() const noexcept { return mapping_; }

  /// A question with a session and an identification of its own.
  [[nodiscard]] dm::Ask ask(dm::KeyKind kind, std::uint32_t node = 0);
  /// The request for it, with identifiers of its own.
  [[nodiscard]] dm::Message request(const dm::Ask& ask);

  /// Sends `octets` and waits; connects again first when the connection has ended. A watchdog
  /// request of the KMS that comes in between is answered, another one passes by.
  [[nodiscard]] Outcome exchange(OctetView octets);

  /// Sends `request` and judges what comes of it by the oracle: an answer that is allowed, the end
  /// of the connection where that is allowed, never silence, never a key that is not due.
  void judge(std::string_view requirement, OctetView request);
  void judge(std::string_view requirement, const dm::Message& request);
  /// The same for a good request of a KMS with any mapping.
  void judge(std::string_view requirement, const dm::Ask& ask);
  /// The answer that judge() accepted last.
  [[nodiscard]] const std::optional<Octets>& last_answer() const noexcept { return last_; }

 private:
  void connect();
  void judge(std::string_view requirement, OctetView request, const dm::Expected& expected);
  void note_reading(std::string_view reading);

  Network* network_;
  dm::Mapping mapping_;
  dm::KmsView view_;
  bool is_protected_ = false;
  std::optional<Connection> connection_;
  bool is_ended_ = false;  // by us
  std::optional<Octets> last_;
  std::uint32_t next_ = 1;
};

}  // namespace touchstone::conformance::suites::diameter
