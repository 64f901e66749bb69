#pragma once
// A gateway that asks as fast as it is answered: requests made once and patched, one write for all
// that one read allows, nothing allocated while it runs.

#include <cstdint>
#include <string>
#include <vector>

#include "reference/base/octets.h"

namespace touchstone::bench {

struct LoadSettings {
  std::string address;  ///< IPv4
  std::uint16_t port = 0;
  std::string host = "gateway.example.test";  ///< Origin-Host
  std::string realm = "example.test";         ///< of both sides
  std::uint32_t first_node = 0x10000;
  std::uint32_t nodes = 1;  ///< asked for in turn, from first_node upward
  std::uint64_t count = 1;
  std::uint32_t in_flight = 1;
  bool is_echo = false;  ///< the other side sends back what it gets; no capabilities exchange
};

struct LoadResult {
  double seconds = 0;
  double processor_s = 0;  ///< of this thread
  std::uint64_t granted = 0;
  std::uint64_t refused = 0;  ///< any other Result-Code
  std::vector<std::uint32_t> latency_ns;
};

/// Connects, exchanges capabilities, asks `count` times, disconnects. A peer that closes, sends an
/// answer to nothing, or breaks off stops the program with a word on stderr: there is no figure.
LoadResult run_load(const LoadSettings& settings);

/// Sends back everything in one write for each read, on one connection after the other; prints its
/// port. Never returns.
[[noreturn]] void serve_echo();

}  // namespace touchstone::bench
