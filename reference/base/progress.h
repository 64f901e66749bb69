#pragma once
// What a role is doing, for the person who waits.

#include <cstdint>
#include <string_view>

namespace touchstone {

class Progress {
 public:
  virtual ~Progress() = default;

  /// The step that begins now, such as "decrypting batch7.csv.rsa".
  virtual void step(std::string_view what) = 0;
  /// How much of the step is done; called at most some hundred times a step.
  virtual void done(std::uint64_t count, std::uint64_t total) = 0;
};

/// For callers that nobody watches.
class NoProgress final : public Progress {
 public:
  void step(std::string_view) override {}
  void done(std::uint64_t, std::uint64_t) override {}
};

}  // namespace touchstone
