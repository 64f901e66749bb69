#pragma once
// Whether two ends will negotiate, and exactly why not: what each step of IKEv1 compares (RFC
// 2409), with the differences between racoon and charon as the responder. Nothing is sent.
// docs/formats/pair-check.md

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/ipsec/config/psk.h"
#include "reference/ipsec/config/racoon_model.h"
#include "reference/ipsec/config/setkey.h"

namespace touchstone::ipsec::config {

/// Who answers. racoon refuses a longer life time and asks for PFS only where it sets it itself;
/// charon ignores life times, narrows selectors and wants PFS to agree.
enum class PeerModel : std::uint8_t { racoon, charon };

/// One end, as its tree tells it.
struct End {
  std::string name;  ///< for people: "A"
  RacoonConfig racoon;
  PskReading keys;
  std::vector<Policy> policies;
  /// The PEM files that its remotes name, by the names that they have there; one that is missing
  /// is not looked into.
  std::map<std::string, SecretOctets> certificates = {};
};

/// One step of the negotiation in the order in which it is taken.
struct Step {
  enum class Verdict : std::uint8_t { agrees, differs, not_reached };
  std::string_view what;  ///< "life time of phase 1"
  std::string initiator, responder;
  Verdict verdict = Verdict::not_reached;
};

struct DirectionVerdict {
  std::string initiator, responder;  ///< names of the ends
  bool negotiates = false;
  bool passive = false;     ///< the initiator is told never to begin
  std::string_view code;    ///< of the rule that fails; empty where it negotiates
  std::string sentence;     ///< the answer for people
  std::string_view notify;  ///< what the responder sends, empty where it sends nothing
  std::vector<Step> steps;
};

struct PairVerdict {
  std::optional<Address> a, b;  ///< the addresses of the ends, as the files tell them
  std::vector<DirectionVerdict> directions;

  /// At least one direction negotiates, and so does every one whose initiator is not passive.
  [[nodiscard]] bool negotiates() const;
};

struct PairOptions {
  PeerModel peer = PeerModel::racoon;
  bool nat = false;                                  ///< an address is translated between the ends
  std::optional<std::chrono::sys_seconds> now = {};  ///< without it dates do not count
};

[[nodiscard]] PairVerdict check_pair(const End& a, const End& b, const PairOptions& options);

}  // namespace touchstone::ipsec::config
