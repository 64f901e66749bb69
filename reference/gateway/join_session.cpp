#include "reference/gateway/join_session.h"

#include <algorithm>

namespace touchstone::gateway {
namespace {

using namespace std::chrono_literals;

/// How long a message waits for its answer, the first time and each time after it.
constexpr std::array<JoinTime, 4> patience = {1s, 2s, 4s, 8s};

}  // namespace

JoinSession::JoinSession(keyring::NodeId node_id, SecretKey<16> root_key, RandomSource& random)
    : node_id_(node_id), root_key_(std::move(root_key)), random_(random) {}

Octets JoinSession::start(JoinTime now) {
  return begin(now);
}

Octets JoinSession::begin(JoinTime now) {
  JoinNonce nonce;
  random_.fill(nonce);
  attempt_.emplace(node_id_, root_key_.copy(), nonce);
  phase_ = Phase::asking;
  times_ = 0;
  return say(attempt_->request(), now);
}

Octets JoinSession::say(Octets octets, JoinTime now) {
  said_ = std::move(octets);
  deadline_ = now + patience[times_++];
  return said_;
}

Octets JoinSession::receive(OctetView datagram, JoinTime now) {
  if (!attempt_ || result_ != JoinCode::none) return {};
  JoiningNode::Step step = attempt_->receive(datagram);
  if (step.result) hear(*step.result, now);
  // A second challenge answers a request that was repeated: one proof is under way.
  if (step.reply.empty() || phase_ != Phase::asking) return {};
  phase_ = Phase::proving;
  times_ = 0;
  return say(std::move(step.reply), now);
}

void JoinSession::hear(JoinCode code, JoinTime now) {
  heard_ = code;
  if (code == JoinCode::admitted) {
    result_ = code;
    deadline_.reset();
  } else if (code == JoinCode::refused && phase_ != Phase::refused) {
    phase_ = Phase::refused;
    deadline_ = now + refusal_settles;
  } else if (code == JoinCode::later && phase_ == Phase::proving) {
    phase_ = Phase::later;
    deadline_ = now + patience[std::min(laters_++, patience.size() - 1)];
  }
}

Octets JoinSession::on_timer(JoinTime now) {
  if (!deadline_ || now < *deadline_) return {};
  if (phase_ == Phase::refused) {
    result_ = JoinCode::refused;
    deadline_.reset();
    return {};
  }
  if (phase_ == Phase::later || times_ == patience.size()) return begin(now);
  return say(std::move(said_), now);
}

}  // namespace touchstone::gateway
