#include "sim/net/paused_run.h"

#include <ns3/simulator.h>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace touchstone::sim::net {
namespace {

constexpr std::size_t stack_octets = 1 << 20;

}  // namespace

PausedRun::~PausedRun() {
  if (!stack_ || is_over_) return;
  ns3::Simulator::Stop();
  go_on();
}

// makecontext() hands on numbers of the size of an int alone.
void PausedRun::enter(unsigned high, unsigned low) {
  const auto address = static_cast<std::uintptr_t>(high) << 32 | low;
  auto* self = std::bit_cast<PausedRun*>(address);
  ns3::Simulator::Run();
  self->is_over_ = true;
}

void PausedRun::go_on() {
  if (is_over_) return;
  if (!stack_) {
    stack_ = std::make_unique<char[]>(stack_octets);
    static_cast<void>(getcontext(&inside_));
    inside_.uc_stack.ss_sp = stack_.get();
    inside_.uc_stack.ss_size = stack_octets;
    inside_.uc_link = &outside_;
    const auto address = reinterpret_cast<std::uintptr_t>(this);
    makecontext(&inside_, reinterpret_cast<void (*)()>(&PausedRun::enter), 2,
                static_cast<unsigned>(address >> 32), static_cast<unsigned>(address));
  }
  swapcontext(&outside_, &inside_);
}

void PausedRun::pause() {
  swapcontext(&inside_, &outside_);
}

}  // namespace touchstone::sim::net
