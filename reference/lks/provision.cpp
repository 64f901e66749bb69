#include "reference/lks/provision.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "reference/base/defect.h"
#include "reference/keyring/kgf.h"
#include "reference/lks/audit.h"

namespace touchstone::lks {
namespace {

constexpr std::uint32_t max_u32 = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t progress_nodes = 4 * 4096;
constexpr std::size_t block_nodes = 4096;  ///< nonces and rows are made so many at a time

Result<void> check_request(const ProvisionRequest& request) {
  if (TOUCHSTONE_DEFECT("LK-01.last_id_unchecked")) return {};
  if (request.reprovision && request.idempotent)
    return fail(Errc::choice, "--reprovision makes new keys, --idempotent keeps them");
  if (request.nodes == 0 || request.nodes > max_nodes_a_run)
    return fail(Errc::node_range, fmt::format("1..{} nodes a run", max_nodes_a_run));
  if (request.first > max_u32 || request.nodes - 1 > max_u32 - request.first)
    return fail(Errc::node_range, "node ids end at 0xffffffff");
  return {};
}

/// The open batch; opened now if the newest one is closed (LK-09).
Result<std::uint32_t> open_batch(KeyDatabase& database, Time now) {
  TOUCHSTONE_TRY(const auto newest, database.newest_batch());
  if (newest && !newest->exported) return newest->number;
  if (newest && newest->number == max_u32)
    return fail(Errc::batches_exhausted, "batch 4294967295 was exported");
  const std::uint32_t step = TOUCHSTONE_DEFECT("LK-09.number_skipped") ? 2 : 1;
  const std::uint32_t number = newest ? newest->number + step : 1;
  TOUCHSTONE_TRY_VOID(database.open_batch(number, now));
  return number;
}

/// One run over the ids of a request.
class Run {
 public:
  Run(const Machine& machine, const ProvisionRequest& request, KeyDatabase& database,
      const Network& network, std::uint32_t batch)
      : machine_(machine), request_(request), database_(database), kgf_(network.keys.base) {
    answer_.batch = batch;
    answer_.network = network.keys.copy();
  }

  Result<ProvisionAnswer> go() {
    const auto last = static_cast<keyring::NodeId>(request_.first + request_.nodes - 1);
    const auto first = static_cast<keyring::NodeId>(request_.first);
    TOUCHSTONE_TRY(known_, database_.newest_keys(first, last));
    if (request_.with_keys) answer_.keys.reserve(request_.nodes);
    for (std::uint64_t done = 0; done < request_.nodes;) {
      const auto size = std::min<std::uint64_t>(block_nodes, request_.nodes - done);
      TOUCHSTONE_TRY_VOID(block(static_cast<keyring::NodeId>(request_.first + done),
                                static_cast<std::size_t>(size)));
      done += size;
      if (done % progress_nodes == 0) machine_.progress.done(done, request_.nodes);
    }
    return std::move(answer_);
  }

 private:
  Result<void> block(keyring::NodeId first, std::size_t size) {
    made_.clear();
    draw_nonces(size);
    if (TOUCHSTONE_DEFECT("LK-01.one_too_few") && size > 1) --size;
    for (std::size_t i = 0; i < size; ++i)
      TOUCHSTONE_TRY_VOID(node(static_cast<keyring::NodeId>(first + i),
                               nonces_[TOUCHSTONE_DEFECT("LK-04.one_nonce") ? 0 : i]));
    if (TOUCHSTONE_DEFECT("LK-02.last_not_stored") && made_.size() > 1) made_.pop_back();
    return database_.insert(made_, machine_.clock.now(), request_.user);
  }

  void draw_nonces(std::size_t size) {
    nonces_.assign(size, keyring::Nonce{});
    if (request_.deterministic && !TOUCHSTONE_DEFECT("LK-06.nonce_in_deterministic")) return;
    machine_.random.fill({nonces_.front().data(), size * sizeof(keyring::Nonce)});
  }

  Result<void> node(keyring::NodeId id, const keyring::Nonce& nonce) {
    if (const NodeKey* known = take_known(id)) return known_node(*known, nonce);
    make(id, 0, nonce);
    ++answer_.made;
    return {};
  }

  Result<void> known_node(const NodeKey& known, const keyring::Nonce& nonce) {
    if (request_.idempotent && !TOUCHSTONE_DEFECT("LK-11.idempotent_renews")) {
      ++answer_.unchanged;
      if (request_.with_keys) answer_.keys.push_back(known);
      return {};
    }
    if (!request_.reprovision && !TOUCHSTONE_DEFECT("LK-11.known_is_reprovisioned"))
      return fail(Errc::node_known,
                  fmt::format("node 0x{:08x} has a key (batch {}, count {}); --reprovision makes a "
                              "new one, --idempotent keeps it",
                              known.node_id, known.batch, known.count));
    if (known.count == max_u32)
      return fail(Errc::count_exhausted,
                  fmt::format("node 0x{:08x} has count {}", known.node_id, known.count));
    make(known.node_id, known.count + (TOUCHSTONE_DEFECT("LK-08.count_by_two") ? 2 : 1),
         TOUCHSTONE_DEFECT("LK-08.key_is_kept") ? known.nonce : nonce);
    ++answer_.reprovisioned;
    return {};
  }

  void make(keyring::NodeId id, std::uint32_t count, const keyring::Nonce& nonce) {
    const std::uint32_t input = TOUCHSTONE_DEFECT("LK-05.count_left_out") ? 0 : count;
    made_.push_back({id, count, answer_.batch, kgf_.root_key(id, input, nonce), nonce});
    if (request_.with_keys) answer_.keys.push_back(made_.back());
  }

  /// Both the ids of the run and the known ones ascend.
  const NodeKey* take_known(keyring::NodeId id) {
    if (next_known_ == known_.size() || known_[next_known_].node_id != id) return nullptr;
    return &known_[next_known_++];
  }

  const Machine& machine_;
  const ProvisionRequest& request_;
  KeyDatabase& database_;
  keyring::KeyGenerationFunction kgf_;
  NodeKeys known_;
  std::size_t next_known_ = 0;
  NodeKeys made_;
  std::vector<keyring::Nonce> nonces_;
  ProvisionAnswer answer_;
};

Result<void> append_audit(KeyDatabase& database, Time now, const ProvisionRequest& request,
                          const ProvisionAnswer& answer) {
  const std::string text = fmt::format(
      "first=0x{:08x} nodes={} made={} reprovisioned={} unchanged={} batch={} handed_out={}",
      request.first, request.nodes, answer.made, answer.reprovisioned, answer.unchanged,
      answer.batch, request.hand_out ? "yes" : "no");
  TOUCHSTONE_TRY(const auto last, database.last_audit());
  return database.append(next_audit(last, now, {"provision", request.user, text}));
}

Result<ProvisionAnswer> provision_in_database(const Machine& machine,
                                              const ProvisionRequest& request) {
  TOUCHSTONE_TRY(const auto database, machine.databases.open(request.database));
  const Time now = machine.clock.now();
  TOUCHSTONE_TRY_VOID(database->begin());
  TOUCHSTONE_TRY(const Network network, database->network());
  TOUCHSTONE_TRY(const std::uint32_t batch, open_batch(*database, now));
  machine.progress.step("making node keys");
  Run run(machine, request, *database, network, batch);
  TOUCHSTONE_TRY(ProvisionAnswer answer, run.go());
  TOUCHSTONE_TRY_VOID(append_audit(*database, now, request, answer));
  TOUCHSTONE_TRY_VOID(database->commit());
  return answer;
}

}  // namespace

Result<ProvisionAnswer> provision(const Machine& machine, const ProvisionRequest& request) {
  TOUCHSTONE_TRY_VOID(check_request(request));
  return located(request.database, provision_in_database(machine, request));
}

}  // namespace touchstone::lks
