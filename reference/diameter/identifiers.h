#pragma once
// Numbers that must not repeat: Session-Id (RFC 6733 §8.8), End-to-End and Hop-by-Hop identifiers
// (§3). Time and chance come in as arguments of the constructors, once.

#include <cstdint>
#include <string>
#include <string_view>

namespace touchstone::diameter {

/// `<DiameterIdentity>;<high 32 bits>;<low 32 bits>`: the high half begins with the seconds since
/// 1970 of the start, the low half with zero, so that no restart repeats one unless it is faster
/// than a second.
class SessionIds {
 public:
  SessionIds(std::string_view identity, std::uint32_t seconds)
      : identity_(identity), next_(std::uint64_t{seconds} << 32) {}

  [[nodiscard]] std::string next();

 private:
  std::string identity_;
  std::uint64_t next_;
};

/// The sender's identity in a Session-Id: all before the first ';'.
[[nodiscard]] std::string_view session_identity(std::string_view session_id) noexcept;

/// Ascending identifiers. End-to-End: `end_to_end` puts the low 12 bits of the seconds into the
/// high 12 bits and chance into the low 20, so that none repeats for four minutes across a restart
/// (§3).
class Identifiers {
 public:
  explicit Identifiers(std::uint32_t first) noexcept : next_(first) {}

  [[nodiscard]] static Identifiers end_to_end(std::uint32_t seconds,
                                              std::uint32_t random) noexcept {
    return Identifiers(seconds << 20 | (random & 0xFFFFF));
  }

  [[nodiscard]] std::uint32_t next() noexcept { return next_++; }

 private:
  std::uint32_t next_;
};

}  // namespace touchstone::diameter
