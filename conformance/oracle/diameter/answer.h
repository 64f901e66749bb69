#pragma once
// Which answers to a request the documents allow: RFC 6733, RFC 4004 and
// docs/formats/diameter-kms.md. The first error alone is reported (§7.1), but the documents do not
// say in which order a message is looked at, so a request with several faults may be answered for
// any of them.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/oracle/diameter/codec.h"
#include "conformance/oracle/diameter/mapping.h"

namespace touchstone::conformance::oracle::diameter {

/// The KMS that is asked, and who asks.
struct KmsView {
  std::string host = "kms.example";  ///< Origin-Host
  std::string realm = "example";
  Keyring keyring;
  std::string peer = "gw1.example";  ///< Origin-Host of the capabilities exchange
  bool peer_is_agent = false;        ///< configured to speak for others
  bool is_protected = false;         ///< TLS or IPsec below the connection
  bool requires_protection = false;
  std::optional<Key16> wrapping_key;  ///< docs/formats/diameter-kms.md, Wrapped keys
};

/// What a Failed-AVP holds.
enum class FailedAvp {
  none,    ///< nothing is demanded of it
  should,  ///< if it is there, the AVP
  must,    ///< it is there, with the AVP
};

/// One answer that is right.
struct AllowedAnswer {
  std::uint32_t result_code = 0;
  FailedAvp failed_avp = FailedAvp::none;
  std::uint32_t failed_code = 0;  ///< of the AVP in it, or of a group round it
  std::vector<std::uint32_t> failed_groups;
  std::string_view clause;
  /// The entry of the interpretation register and the reading by which this is allowed, `X-43.B`;
  /// empty when every reading allows it.
  std::string_view reading;
};

/// The key answer to a request that is served.
struct Served {
  KeyKind kind = KeyKind::node_root;
  std::uint32_t node = 0;
  bool has_reply = true;  ///< bit 256 was clear, so there is a MIP-Reg-Reply
  std::uint64_t identification = 0;
  std::string_view reading;  ///< as above, when it need not be served
};

struct Expected {
  std::vector<AllowedAnswer> answers;
  std::optional<Served> served;  ///< 2001 with keys is allowed
  bool may_close = false;        ///< so is the end of the connection
  std::string_view close_reading;

  [[nodiscard]] bool must_be_served() const noexcept { return served && answers.empty(); }
};

/// The answers to `request`, which `view` receives on an open connection, by the documented
/// mapping.
[[nodiscard]] Expected expected_answer(OctetView request, const KmsView& view);

/// The answers to a good request for `ask` by a KMS with a mapping of its own.
[[nodiscard]] Expected expected_answer(const Mapping& mapping, const Ask& ask, const KmsView& view);

/// Something wrong with an answer.
struct Mistake {
  enum class Topic {
    frame,       ///< it cannot be decoded
    header,      ///< flags, command, application, identifiers
    echo,        ///< Session-Id, Proxy-Info
    origin,      ///< Origin-Host, Origin-Realm, Destination-*
    format,      ///< its command format and the flags of its AVPs
    result,      ///< Result-Code
    failed_avp,  ///< Failed-AVP
    keys,        ///< a key is missing, wrong or not asked for
    members,     ///< the rest of a key answer: lifetime, addresses, reply, SPIs
    leak,        ///< octets of a key that nobody asked for
  };
  Topic topic = Topic::frame;
  std::string expected;  ///< one line, without a key
  std::string observed;
  std::string_view clause;
};
[[nodiscard]] std::string_view print_topic(Mistake::Topic topic) noexcept;

/// All mistakes of `answer` to `request`, the gravest first: leak, keys, frame, then as above.
[[nodiscard]] std::vector<Mistake> mistakes_of(OctetView answer, OctetView request,
                                               const Expected& expected, const KmsView& view,
                                               const Mapping& mapping);

/// The reading by which `answer` is allowed (`X-43.B`), empty when all readings allow it. Of an
/// answer without mistakes.
[[nodiscard]] std::string_view reading_of(const Message& answer, const Expected& expected);

/// The keys of `view` that stand in `octets`, apart from those that `served` may get: what they
/// are, for the report.
[[nodiscard]] std::vector<std::string> leaks_in(OctetView octets, const KmsView& view,
                                                const std::optional<Served>& served);

/// AES key wrap of RFC 3394.
[[nodiscard]] Octets wrap_key(const Key16& wrapping_key, OctetView key);

}  // namespace touchstone::conformance::oracle::diameter
