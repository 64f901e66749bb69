#pragma once
// A real process in a network of its own, whose one wire ends at us.

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "reference/base/result.h"
#include "reference/host/descriptor.h"

namespace touchstone::sim::emu {

struct EnclosurePlan {
  std::uint32_t address = 0;                                      ///< IPv4 of the process
  std::uint32_t gateway = 0;                                      ///< who forwards for it
  std::vector<std::pair<std::string, std::uint32_t>> hosts = {};  ///< names that it knows
  std::vector<std::string> command = {};  ///< empty: nothing runs, the network is there
  std::string log = {};  ///< takes both of its outputs; empty: they are those of this process
};

/// The process ends with its enclosure: SIGTERM, and SIGKILL for what is left after two seconds.
class Enclosure {
 public:
  /// Starts it. Call it before the first thread begins. Errors: those of tap.h, Errc::ended.
  static Result<Enclosure> open(const EnclosurePlan& plan);

  Enclosure(Enclosure&& other) noexcept
      : id_(std::exchange(other.id_, 0)), tap_(std::move(other.tap_)) {}
  Enclosure& operator=(Enclosure&&) = delete;
  ~Enclosure();

  /// Returns when `port` listens (TCP). Errc::ended, Errc::not_ready after `patience`.
  Result<void> wait_for(std::uint16_t port, std::chrono::milliseconds patience) const;

  /// Of the process: /proc/<id>/ns/net is its network.
  [[nodiscard]] int id() const noexcept { return id_; }
  /// Frames of its wire, whole.
  [[nodiscard]] int tap() const noexcept { return tap_.get(); }

 private:
  Enclosure(int id, host::Descriptor tap) : id_(id), tap_(std::move(tap)) {}

  int id_;
  host::Descriptor tap_;
};

}  // namespace touchstone::sim::emu
