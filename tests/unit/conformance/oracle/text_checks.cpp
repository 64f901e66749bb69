#include "conformance/oracle/keyring_text.h"
#include "conformance/oracle/manifest_text.h"
#include "conformance/oracle/merge_model.h"
#include "tests/unit/conformance/oracle/checks.h"
#include "tests/unit/conformance/oracle/fixtures.h"

namespace touchstone::conformance::oracle {

namespace {

std::string check_negative(const Json& test) {
  const Octets file = latin1(test.at("input_latin1").get<std::string>());
  const auto tolerant = read_keyring(file, {});
  const auto strict = read_keyring(file, {.strict = true});
  for (const Json& code : test.at("codes"))
    if (const auto name = code.get<std::string>();
        name.starts_with("KL-") && name != "KL-NOEOL" && !has_finding(tolerant.findings, name))
      return "no finding " + name;
  return first_of({differ("tolerant exit", test.at("tolerant_exit").get<int>(), tolerant.exit_code),
                   differ("strict exit", test.at("strict_exit").get<int>(), strict.exit_code)});
}

std::string check_canonical_text() {
  const auto text = vectors().at("keyring_after_import").at("text").get<std::string>();
  const auto reading = read_keyring(as_octets(text), {.strict = true});
  return first_of(
      {differ("exit", 0, reading.exit_code), differ("text", text, print_keyring(reading.keyring))});
}

std::string check_short_base() {
  // 004 A.4.2 prints a base of 31 digits; KR-13 pads one zero on the left when that is asked for.
  auto text = vectors().at("header").get<std::string>();
  const auto at = text.find("base, 0x") + 8;
  text.replace(at, 32, "f08916b6f998ad78ee31079c9afca0f");
  const auto padded = read_keyring(as_octets(text), {.accept_short_hex = true});
  const auto strict = read_keyring(as_octets(text), {.strict = true});
  return first_of({differ("exit", 0, padded.exit_code), differ("strict exit", 6, strict.exit_code),
                   differ("base", std::string("0f08916b6f998ad78ee31079c9afca0f"),
                          to_hex(padded.keyring.network.base))});
}

std::string check_places() {
  auto text = vectors().at("keyring_after_import").at("text").get<std::string>();
  text.replace(text.find("0x00010201"), 2, "0X");
  const auto reading = read_keyring(as_octets(text), {});
  return first_of({differ("findings", std::size_t{1}, reading.findings.size()),
                   differ("line", std::uint64_t{6}, reading.findings.at(0).line),
                   differ("column", std::uint64_t{1}, reading.findings.at(0).column)});
}

/// KR-25: the CR of a CRLF is not of the line; without its LF it is a control octet.
std::string check_carriage_returns() {
  auto text = vectors().at("header").get<std::string>();
  auto cut_off = text;
  cut_off.back() = '\r';
  text.insert(text.find('\n'), 256 - text.find('\n'), ' ');
  text.insert(256, 1, '\r');
  auto longer = text;
  longer.insert(256, 1, ' ');
  const auto refused = read_keyring(as_octets(longer), {});
  return first_of({differ("CR at the end", 6, read_keyring(as_octets(cut_off), {}).exit_code),
                   differ("256 and CRLF", 0, read_keyring(as_octets(text), {}).exit_code),
                   differ("257 and CRLF", 6, refused.exit_code),
                   differ("code", true, has_finding(refused.findings, "TOOLONG"))});
}

/// LK-14: told for a number of another node, not for one of a node that the batch names too.
std::string check_batch_numbers() {
  const Keyring before{{}, {{1, Key16{1}, 7, 0}, {2, Key16{2}, 8, 0}}};
  const auto twice = merge(before, {{3, Key16{3}, 7, 0}}, {});
  const auto own = merge(before, {{2, Key16{3}, 8, 1}}, {});
  const auto skipped = merge(before, {{2, Key16{2}, 7, 0}}, {});
  const auto told = [](const auto& merged) { return has_finding(merged->findings, "KL-BATCHDUP"); };
  return first_of({differ("added", true, told(twice)), differ("replaced", false, told(own)),
                   differ("unchanged", false, told(skipped))});
}

std::string check_manifest_text(std::string text, int exit_code) {
  const auto reading = read_manifest(as_octets(text));
  return differ("exit", exit_code, reading ? 0 : reading.error().exit_code);
}

void add_manifest_checks(std::vector<Check>& checks) {
  const auto good = vectors().at("batch").at("manifest").get<std::string>();
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return text;
  };
  const auto add = [&](const std::string& name, const std::string& text, int exit_code) {
    checks.push_back({"manifest " + name, [=] { return check_manifest_text(text, exit_code); }});
  };
  add("good", good, 0);
  add("NM-03", changed("0x00010201", "0x00010200"), 7);
  add("NM-04", changed("count, 5", "count, 6"), 7);
  add("NM-08", changed("0x00010201,1,0", "0x00010201"), 0);
  add("NM-09 version", changed("manifest, 1", "manifest, 2"), 6);
  add("NM-09 header", changed("count, 5", "counts, 5"), 6);
  add("name of other letters", changed("exported_keys.csv.rsa", "cl\xC3\xA9.rsa"), 0);
  add("name with DEL", changed("exported_keys.csv.rsa", "a\x7F"), 6);
  add("no rows under count 0", good.substr(0, good.find("count, ")) + "count, 0\n", 0);
  add("no rows under count 5", good.substr(0, good.find("0x0001")), 7);
  add("NM-10", changed("exported_keys.csv.rsa", "../../etc/passwd"), 6);
  checks.push_back({"manifest prints as read", [good] {
                      return differ("text", good,
                                    print_manifest(read_manifest(as_octets(good))->manifest));
                    }});
}

Key16 key_of(const std::string& letter) {
  Key16 key{};
  for (std::size_t i = 0; i < key.size(); ++i)
    key[i] = static_cast<std::uint8_t>(letter.at(0) + static_cast<int>(7 * i));
  return key;
}

Rows rows_of(const Json& list) {
  Rows rows;
  for (const Json& row : list)
    rows.push_back({row.at(0).get<std::uint32_t>(), key_of(row.at(1).get<std::string>()),
                    row.at(2).get<std::uint32_t>(), row.at(3).get<std::uint32_t>()});
  return rows;
}

MergeRules rules_of(const Json& test) {
  MergeRules rules;
  const auto mode = test.value("on_conflict", "abort");
  rules.on_conflict = mode == "keep"      ? OnConflict::keep
                      : mode == "replace" ? OnConflict::replace
                                          : OnConflict::abort;
  rules.max_replace = test.value("max_replace", std::uint64_t{100});
  rules.revive = test.value("revive", false);
  for (const Json& stone : test.value("tombstones", Json::array()))
    rules.tombstones[stone.at(0).get<std::uint32_t>()] = stone.at(1).get<std::uint32_t>();
  return rules;
}

std::string check_merge(const Json& test) {
  const Keyring before{{}, rows_of(test.at("before"))};
  const auto merged = merge(before, rows_of(test.at("batch")), rules_of(test));
  const int wanted = test.at("exit").get<int>();
  if (!merged || wanted != 0) return differ("exit", wanted, merged ? 0 : merged.error().exit_code);
  for (const Json& code : test.value("codes", Json::array()))
    if (!has_finding(merged->findings, code.get<std::string>()))
      return "no finding " + code.get<std::string>();
  return first_of({differ("rows", true, merged->keyring.rows == rows_of(test.at("after"))),
                   differ("added", test.value("added", std::uint64_t{0}), merged->added),
                   differ("replaced", test.value("replaced", std::uint64_t{0}), merged->replaced),
                   differ("stale", test.value("stale", std::uint64_t{0}), merged->stale)});
}

}  // namespace

void add_text_checks(std::vector<Check>& checks) {
  for (const Json& test : fixture_json("keyring/negative/nk.json").at("cases"))
    checks.push_back(
        {"keyring " + test.at("id").get<std::string>(), [&test] { return check_negative(test); }});
  checks.push_back({"keyring canonical text", check_canonical_text});
  checks.push_back({"keyring short base", check_short_base});
  checks.push_back({"keyring places", check_places});
  checks.push_back({"keyring carriage returns", check_carriage_returns});
  checks.push_back({"merge batch numbers", check_batch_numbers});
  add_manifest_checks(checks);
  for (const Json& test : fixture_json("keyring/merge/cases.json").at("cases"))
    checks.push_back(
        {"merge " + test.at("id").get<std::string>(), [&test] { return check_merge(test); }});
}

}  // namespace touchstone::conformance::oracle
