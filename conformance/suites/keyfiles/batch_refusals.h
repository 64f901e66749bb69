#pragma once
// Every wrong batch of the cases NB and NM as a row: how it is made and what must come of it. Each
// has one fault and is otherwise authentic, so that only a reader that looks for the fault sees it.

#include <span>
#include <vector>

#include "conformance/suites/keyfiles/world.h"

namespace touchstone::conformance::suites::keyfiles {

struct WrongBatch {
  std::string_view name;         ///< the number in the table of negative cases, and what is wrong
  std::string_view requirement;  ///< which is broken when it is taken
  int exit_code;                 ///< 0: to be taken, with `finding`
  RejectClass reject_class;
  oracle::BatchFiles (*make)();
  std::string_view finding = {};
};

[[nodiscard]] std::span<const WrongBatch> wrong_signatures();  ///< NB-01..NB-08: exit 4
[[nodiscard]] std::span<const WrongBatch> wrong_containers();  ///< NB-03, NB-09..NB-23: 5 and 6
[[nodiscard]] std::span<const WrongBatch> wrong_bodies();      ///< NB-19..NB-22: 6
[[nodiscard]] std::span<const WrongBatch> wrong_manifests();   ///< NM-01..NM-11: 6 and 7
[[nodiscard]] std::span<const WrongBatch> odd_batches();       ///< taken, with a finding

/// Those that break `requirement`.
[[nodiscard]] std::vector<WrongBatch> wrong_for(std::string_view requirement);

}  // namespace touchstone::conformance::suites::keyfiles
