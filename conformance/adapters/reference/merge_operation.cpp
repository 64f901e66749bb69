#include "conformance/adapters/reference/merge_operation.h"

#include <algorithm>
#include <vector>

#include "conformance/harness/base64.h"
#include "reference/keyring/keyring_file.h"
#include "reference/kms/merge.h"

namespace touchstone::conformance::adapters::reference {
namespace {

kms::MergeOptions merge_options(const Json& args) {
  kms::MergeOptions options;
  const std::string policy = args.value("on_conflict", "abort");
  if (policy == "keep") options.on_conflict = kms::OnConflict::keep;
  if (policy == "replace") options.on_conflict = kms::OnConflict::replace;
  if (args.contains("max_replace")) options.max_replace = number_argument(args, "max_replace");
  options.revive = args.value("revive", false);
  return options;
}

std::vector<kms::Tombstone> tombstones(const Json& args) {
  std::vector<kms::Tombstone> stones;
  for (const Json& stone : args.value("tombstones", Json::array()))
    stones.push_back({stone.at(0).get<std::uint32_t>(), stone.at(1).get<std::uint32_t>()});
  std::ranges::sort(stones, {}, &kms::Tombstone::node_id);
  return stones;
}

}  // namespace

Response merge_keyring(const Json& args) {
  Findings findings;
  const Octets before = octets_argument(args, "keyring_b64");
  auto keyring = keyring::parse_keyring(before, {}, findings);
  if (!keyring) return rejected(keyring.error(), findings);
  const keyring::NodeRows batch = rows_argument(args.at("nodes"));
  kms::Merge merged = kms::merge(keyring->nodes, batch, tombstones(args), merge_options(args));
  if (!merged.conflicts.empty())
    return rejected({kms::make_error_code(merged.conflicts.front().reason), Error::no_offset, {}},
                    merged.findings);
  keyring->nodes = std::move(merged.rows);
  // What changes nothing leaves every octet, a tolerated layout too (docs/formats/keyring.md).
  const bool changed = merged.added + merged.replaced != 0;
  const std::string after =
      changed ? harness::to_base64(keyring::print_keyring(*keyring)) : harness::to_base64(before);
  return accepted({{"keyring_b64", after},
                   {"added", merged.added},
                   {"replaced", merged.replaced},
                   {"unchanged", merged.unchanged + merged.kept},
                   {"stale", merged.stale + merged.revoked},
                   {"findings", print_findings(merged.findings)}});
}

}  // namespace touchstone::conformance::adapters::reference
