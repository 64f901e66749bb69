#include <algorithm>

#include "reference/base/progress.h"
#include "reference/lks/export.h"
#include "reference/lks/provision.h"
#include "sim/nodes/factory.h"

namespace touchstone::sim {
namespace {

using namespace std::chrono_literals;

constexpr Machine::Timer retry_timer = 0;
constexpr Duration delivery_patience = 15s;
constexpr Duration answer_patience = 60s;
constexpr Duration retry_after = 10s;
constexpr std::size_t chunk = 4096;
constexpr const char* database = "lks/node_keys.db";
constexpr const char* recipient = "lks/kms_public.pem";
constexpr const char* outbox = "lks/batch_";

}  // namespace

FactoryProgram::FactoryProgram(Machine& machine, Network& network, FactoryStore& store)
    : machine_(machine), network_(network), store_(store) {}

void FactoryProgram::start() {
  if (machine_.disk().look(recipient) == nullptr)
    machine_.disk().put(recipient, as_octets(store_.recipient()), 0644);
  gather();
  attempt();
}

void FactoryProgram::provision(keyring::NodeId first, std::uint32_t nodes) {
  NoProgress progress;
  const MachineClock clock(machine_);
  const lks::Machine place{machine_.disk(), store_, clock, machine_.random(), progress};
  lks::ProvisionRequest request;
  request.database = database;
  request.first = first;
  request.nodes = nodes;
  request.deterministic = true;
  request.user = "factory";
  const auto made = lks::provision(place, request);
  lks::ExportRequest handing_out;
  handing_out.database = database;
  handing_out.output = outbox + std::to_string(++store_.exported);
  handing_out.public_keys = {recipient};
  handing_out.user = "factory";
  const auto written = lks::export_keys(place, handing_out);
  machine_.spend(Work::row, nodes);
  if (!made || !written)
    tell(machine_, network_, {.kind = Happening::Kind::disk, .text = "batch not written"});
  gather();
  attempt();
}

// What lies on the disk and has not been taken; after a crash, all of it again.
void FactoryProgram::gather() {
  for (std::uint32_t number = 1; number <= store_.exported; ++number) {
    const std::string name = "batch_" + std::to_string(number);
    const SimDisk& disk = machine_.disk();
    const Octets* file = disk.look("lks/" + name);
    const Octets* signature = disk.look("lks/" + name + ".sig");
    const Octets* manifest = disk.look("lks/" + name + ".manifest");
    if (file == nullptr || signature == nullptr || manifest == nullptr) continue;
    for (const Member& kms : network_.kms) {
      const std::string mark = "lks/" + name + ".taken." + kms.host;
      const bool is_open = std::ranges::any_of(open_, [&](const Delivery& one) {
        return one.batch.name == name && one.kms.node == kms.node;
      });
      if (is_open || disk.look(mark) != nullptr) continue;
      open_.push_back(
          {.batch = {name, *file, *signature, *manifest}, .kms = kms, .since = machine_.now()});
    }
  }
}

void FactoryProgram::attempt() {
  for (Delivery& one : open_) {
    if (one.is_under_way) continue;
    one.is_under_way = true;
    ++one.attempts;
    one.tried_at = machine_.now();
    const std::uint32_t address = machine_.all().world().topology().nodes[one.kms.node].address;
    one.stream = machine_.connect({address, delivery_port}, delivery_patience);
  }
  if (!open_.empty()) machine_.arm(retry_timer, machine_.now() + answer_patience);
}

FactoryProgram::Delivery* FactoryProgram::find(StreamId stream) {
  const auto found = std::ranges::find(open_, stream, &Delivery::stream);
  return found == open_.end() ? nullptr : &*found;
}

void FactoryProgram::on_connected(StreamId stream) {
  const Delivery* one = find(stream);
  if (one == nullptr) return;
  const Octets frame = encode_delivery(one->batch);
  OctetView rest = frame;
  while (!rest.empty()) {
    const OctetView piece = rest.first(std::min(rest.size(), chunk));
    machine_.send(stream, piece);
    rest = rest.subspan(piece.size());
  }
}

void FactoryProgram::on_octets(StreamId stream, OctetView octets) {
  Delivery* one = find(stream);
  if (one == nullptr) return;
  const bool is_taken = octets[0] == delivery_taken;
  tell(machine_, network_,
       {.kind = Happening::Kind::deliver,
        .peer = one->kms.node,
        .code = is_taken ? 0U : 1U,
        .count = one->attempts,
        .took = machine_.now() - one->since});
  machine_.close(stream);
  if (!is_taken) return retry(stream);
  // The mark is durable: what was taken is not handed over again after a crash.
  static_cast<void>(machine_.disk().append("lks/" + one->batch.name + ".taken." + one->kms.host,
                                           as_octets("taken\n"), {}));
  std::erase_if(open_, [stream](const Delivery& done) { return done.stream == stream; });
}

void FactoryProgram::retry(StreamId stream) {
  Delivery* one = find(stream);
  if (one == nullptr) return;
  one->is_under_way = false;
  one->stream = {};
  machine_.arm(retry_timer, machine_.now() + retry_after);
}

void FactoryProgram::on_connect_failed(StreamId stream) {
  retry(stream);
}

void FactoryProgram::on_closed(StreamId stream) {
  retry(stream);
}

// Some wait for the next attempt, and some for an answer that does not come.
void FactoryProgram::on_timer(Timer /*timer*/) {
  for (Delivery& one : open_) {
    if (!one.is_under_way || machine_.now() - one.tried_at < answer_patience) continue;
    machine_.abort(one.stream);
    one.is_under_way = false;
  }
  attempt();
}

}  // namespace touchstone::sim
