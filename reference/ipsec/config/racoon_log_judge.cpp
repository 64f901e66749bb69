#include <fmt/format.h>

#include <algorithm>

#include "reference/ipsec/config/racoon_log.h"

#include "reference/base/defect.h"

namespace touchstone::ipsec::config {
namespace {

/// What was seen since the last ISAKMP association with the peer.
struct Seen {
  const LogLine* isakmp = nullptr;
  const LogLine* begun = nullptr;
  const LogLine* out = nullptr;
  const LogLine* in = nullptr;
  const LogLine* fault = nullptr;  ///< what racoon told as an error
};

class Judge {
 public:
  Judge(const RacoonLog& log, const LogWish& wish) : log_(&log), wish_(&wish) {}

  std::vector<FileFinding> run() {
    for (const LogLine& line : log_->lines)
      look(line);
    missing(seen_.isakmp, "ISAKMP-SA established");
    if (seen_.isakmp != nullptr) missing(seen_.begun, "new phase 2 negotiation");
    if (seen_.begun != nullptr && seen_.out == nullptr && seen_.in == nullptr)
      missing(nullptr, "IPsec-SA established");
    else if (seen_.begun != nullptr && !TOUCHSTONE_DEFECT("SL-06.one_direction") &&
             (seen_.out == nullptr || seen_.in == nullptr))
      notes_.note(Rule::log_direction, {});
    return std::move(notes_).take();
  }

 private:
  [[nodiscard]] bool between(const Socket& self, const Socket& peer) const {
    return self.address == wish_->self && peer.address == wish_->peer;
  }

  void look(const LogLine& line) {
    if (line.level == "ERROR" && !TOUCHSTONE_DEFECT("SL-07.nameless")) seen_.fault = &line;
    if (line.isakmp && between(line.isakmp->self, line.isakmp->peer)) {
      seen_ = {.isakmp = &line};
      return;
    }
    if (line.begun && between(line.begun->self, line.begun->peer)) {
      if (seen_.isakmp == nullptr) notes_.note(Rule::log_order, line.place);
      seen_.begun = &line;
    }
    if (line.ipsec) look(line, *line.ipsec);
  }

  void look(const LogLine& line, const IpsecEstablished& one) {
    const bool out = between(one.from, one.to);
    const bool in = between(one.to, one.from);
    if (!out && !in) return;
    if (seen_.begun == nullptr) notes_.note(Rule::log_order, line.place);
    if ((one.mode != wish_->mode && !TOUCHSTONE_DEFECT("SL-06.any_mode")) ||
        one.protocol != wish_->protocol)
      notes_.note(Rule::log_mode, line.place);
    (out ? seen_.out : seen_.in) = &line;
  }

  void missing(const LogLine* found, std::string_view what) {
    if (found != nullptr) return;
    const Place place = seen_.fault == nullptr ? Place() : seen_.fault->place;
    notes_.note(Rule::log_missing, place,
                seen_.fault == nullptr
                    ? fmt::format("expected a line \"{}\" about the peer", what)
                    : fmt::format("expected a line \"{}\" about the peer, not an error", what));
  }

  const RacoonLog* log_;
  const LogWish* wish_;
  Seen seen_;
  RuleLog notes_{Profile::strict};
};

}  // namespace

std::vector<FileFinding> judge_racoon_log(const RacoonLog& log, const LogWish& wish) {
  return Judge(log, wish).run();
}

}  // namespace touchstone::ipsec::config
