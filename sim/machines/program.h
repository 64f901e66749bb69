#pragma once
// What runs on a simulated machine. It hears of the network and of its timers, and says what it
// wants through its Machine; a crash takes it away, a restart makes a new one.

#include <cstdint>

#include "sim/world/world.h"

namespace touchstone::sim {

class Program {
 public:
  using Timer = std::uint8_t;  ///< 0 .. Machine::timer_count - 1

  virtual ~Program() = default;

  /// Once, when the machine has power.
  virtual void start() = 0;
  virtual void on_accepted(StreamId /*stream*/, std::uint16_t /*port*/, Endpoint /*from*/) {}
  virtual void on_connected(StreamId /*stream*/) {}
  virtual void on_connect_failed(StreamId /*stream*/) {}
  virtual void on_octets(StreamId /*stream*/, OctetView /*octets*/) {}
  virtual void on_closed(StreamId /*stream*/) {}
  virtual void on_datagram(std::uint16_t /*port*/, Endpoint /*from*/, OctetView /*octets*/) {}
  virtual void on_timer(Timer /*timer*/) {}
  /// The machine is about to lose its power in an orderly way; it may say goodbye.
  virtual void on_stop() {}
};

}  // namespace touchstone::sim
