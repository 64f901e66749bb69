// Keyrings, manifests and merges, damaged and whole, as three readers judge them. What one alone
// gets wrong is found here without anybody having thought of it.

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>

#include "conformance/generators/keyring.h"
#include "conformance/generators/merge.h"
#include "conformance/generators/octets.h"
#include "conformance/harness/base64.h"
#include "conformance/oracle/keyring_text.h"
#include "conformance/oracle/manifest_text.h"
#include "conformance/oracle/model_json.h"
#include "tests/property/parties.h"

namespace touchstone::tests {
namespace {

namespace oracle = conformance::oracle;
namespace generators = conformance::generators;
using conformance::harness::to_base64;

constexpr std::uint64_t pinned_seed = 20111114;

Json sorted(Json rows) {
  std::sort(rows.begin(), rows.end());
  return rows;
}

/// The three verdicts held against each other, and the input when they differ.
std::string judge(Tally& tally, OctetView input, const std::string& how, const Verdict& by_oracle,
                  const Verdict& by_reference, const Verdict& by_python) {
  ++tally[by_reference.exit];
  std::string found = differ("oracle", by_oracle, "reference", by_reference);
  if (found.empty()) found = differ("reference", by_reference, "python", by_python);
  return found.empty() ? found : fmt::format("{}\n{}\n{}", found, how, to_base64(input));
}

// --- keyrings

struct KeyringInput {
  Octets file;
  bool strict = false;
  bool accept_short_hex = false;
};

/// What ends a line or stands at its end; damage inside a line is the generator's.
Octets with_ends_changed(std::string text) {
  switch (generators::draw_below(6)) {
    case 0:
      text.back() = '\r';
      break;
    case 1:
      text += "\r";
      break;
    case 2:
      text.insert(text.find('\n'), generators::draw_below(2) == 0 ? 1 : 2, '\r');
      break;
    case 3: {  // a line of about the longest length
      const std::size_t end = text.find('\n');
      text.insert(end, 254 - end + generators::draw_below(5), ' ');
      if (generators::draw_bool()) text.insert(text.find('\n'), 1, '\r');
      if (generators::draw_bool()) text.resize(text.find('\n'));
      break;
    }
    default:
      break;
  }
  const OctetView octets = as_octets(text);
  return {octets.begin(), octets.end()};
}

KeyringInput draw_keyring_input() {
  const std::string text = oracle::print_keyring(generators::draw_keyring(6));
  KeyringInput input{with_ends_changed(text), generators::draw_bool(), generators::draw_bool()};
  if (generators::draw_bool()) input.file = generators::draw_damaged(input.file);
  return input;
}

std::string judge_keyring(Tally& tally, const KeyringInput& input) {
  const auto reading = oracle::read_keyring(
      input.file, {.strict = input.strict, .accept_short_hex = input.accept_short_hex});
  const Verdict by_oracle =
      reading.accepted()
          ? accepted({{"network", reading.keyring.network}, {"nodes", reading.keyring.rows}},
                     reading.findings)
          : refused(reading.exit_code, reading.reject_class);
  const Json args{{"octets_b64", to_base64(input.file)},
                  {"mode", input.strict ? "strict" : "tolerant"},
                  {"accept_short_hex", input.accept_short_hex}};
  const auto ask = [&](conformance::harness::Adapter& party) {
    return verdict_of(party.call({"keyring.decode", args}), {"network", "nodes"});
  };
  return judge(tally, input.file, args.value("mode", ""), by_oracle, ask(reference()),
               ask(python()));
}

TEST(Differential, ThreeReadersJudgeEveryKeyringAlike) {
  Tally tally;
  EXPECT_EQ(first_disagreement<KeyringInput>(
                pinned_seed, 3000, draw_keyring_input,
                [&](const KeyringInput& input) { return judge_keyring(tally, input); }),
            "");
  for (const int exit : {0, 6, 13})
    EXPECT_GT(tally[exit], 100) << "exit " << exit;
}

// --- manifests

/// A canonical manifest, its `count` now and then another, its name any that a file may have.
Octets draw_manifest() {
  oracle::Manifest manifest;
  static const std::vector<std::string> names = {"exported_keys.csv.rsa",
                                                 "clé.rsa",
                                                 "\xFF\xFE",
                                                 "a b \"c\"",
                                                 ".",
                                                 "..",
                                                 "a/b",
                                                 std::string(250, 'n'),
                                                 std::string(251, 'n'),
                                                 "\x7F",
                                                 " ",
                                                 ""};
  manifest.file = names.at(generators::draw_below(static_cast<std::uint32_t>(names.size())));
  for (const oracle::Row& row : generators::draw_rows(4)) {
    manifest.rows.push_back({row.id, row.batch, row.count});
    if (generators::draw_below(5) == 0) manifest.rows.back() = {row.id, {}, {}};
    if (generators::draw_below(9) == 0) manifest.rows.push_back(manifest.rows.back());
  }
  std::string text = oracle::print_manifest(manifest);
  const std::size_t count = text.find("count, ") + 7;
  if (generators::draw_below(5) == 0)
    text.replace(count, text.find('\n', count) - count, std::to_string(generators::draw_below(6)));
  const OctetView octets = as_octets(text);
  if (generators::draw_bool()) return generators::draw_damaged(octets);
  return {octets.begin(), octets.end()};
}

/// docs/formats/batch.md leaves open which of two faults a reader tells: of the text and of the
/// numbers. Refusals alone are made alike.
Verdict either_fault(Verdict verdict) {
  if (verdict.exit == 7) verdict.exit = 6;
  return verdict;
}

bool count_differs(OctetView text) {
  const std::string_view view = as_text(text);
  const std::size_t at = view.find("\ncount, ");
  if (at == std::string_view::npos) return false;
  if (!view.ends_with('\n')) return true;  // the last row may be counted or not
  const std::size_t end = view.find('\n', at + 1);
  const auto rows =
      end == std::string_view::npos
          ? 0
          : std::count(view.begin() + static_cast<std::ptrdiff_t>(end) + 1, view.end(), '\n');
  return view.substr(at + 8, end == std::string_view::npos ? end : end - at - 8) !=
         std::to_string(rows);
}

std::string judge_manifest(Tally& tally, const Octets& text) {
  const auto reading = oracle::read_manifest(text);
  Verdict by_oracle;
  if (reading) {
    Json rows = Json::array();
    for (const oracle::ManifestRow& row : reading->manifest.rows)
      rows.push_back(row.batch ? Json{row.id, *row.batch, *row.count} : Json::array({row.id}));
    by_oracle = accepted({{"sha256", to_hex(reading->manifest.sha256)}, {"rows", sorted(rows)}},
                         reading->findings);
  } else {
    by_oracle = refused(reading.error().exit_code, reading.error().why);
  }
  const auto ask = [&](conformance::harness::Adapter& party) {
    Verdict verdict = verdict_of(party.call({"manifest.decode", {{"octets_b64", to_base64(text)}}}),
                                 {"sha256", "rows"});
    if (verdict.exit == 0) verdict.value["rows"] = sorted(verdict.value["rows"]);
    return verdict;
  };
  const Verdict by_reference = ask(reference());
  const Verdict by_python = ask(python());
  if (!count_differs(text))
    return judge(tally, text, "manifest", by_oracle, by_reference, by_python);
  return judge(tally, text, "manifest", either_fault(by_oracle), either_fault(by_reference),
               either_fault(by_python));
}

TEST(Differential, ThreeReadersJudgeEveryManifestAlike) {
  Tally tally;
  EXPECT_EQ(
      first_disagreement<Octets>(pinned_seed, 3000, draw_manifest,
                                 [&](const Octets& text) { return judge_manifest(tally, text); }),
      "");
  EXPECT_GT(tally[0], 300);
  EXPECT_GT(tally[6], 300);
  EXPECT_GT(tally[7], 10);  // the double ids; a wrong count is judged as exit 6 here
}

// --- merges

std::string judge_merge(Tally& tally, const generators::MergeInput& input) {
  const auto merged = oracle::merge(input.keyring, input.batch, input.rules);
  const std::string before = oracle::print_keyring(input.keyring);
  Json args(input.rules);
  args["keyring_b64"] = to_base64(as_octets(before));
  args["nodes"] = input.batch;
  const Verdict by_oracle =
      merged
          ? accepted({{"keyring_b64", to_base64(as_octets(oracle::print_keyring(merged->keyring)))},
                      {"added", merged->added},
                      {"replaced", merged->replaced},
                      {"unchanged", merged->unchanged},
                      {"stale", merged->stale}},
                     merged->findings)
          : refused(merged.error().exit_code, merged.error().why);
  const auto ask = [&](conformance::harness::Adapter& party) {
    return verdict_of(party.call({"keyring.merge", args}),
                      {"keyring_b64", "added", "replaced", "unchanged", "stale"});
  };
  const std::string all = Json(input).dump();
  return judge(tally, as_octets(all), "merge", by_oracle, ask(reference()), ask(python()));
}

TEST(Differential, ThreeMergesComeToTheSame) {
  Tally tally;
  EXPECT_EQ(first_disagreement<generators::MergeInput>(
                pinned_seed, 1500, generators::draw_merge,
                [&](const generators::MergeInput& input) { return judge_merge(tally, input); }),
            "");
  EXPECT_GT(tally[0], 300);
  EXPECT_GT(tally[8], 150);
}

}  // namespace
}  // namespace touchstone::tests
