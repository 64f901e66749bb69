// Pre-shared keys as `ipsec --create` takes them: PK-01, PK-02, PK-05, PK-08 to PK-10.

#include <fmt/format.h>

#include "conformance/generators/ipsec.h"
#include "conformance/generators/keyring.h"
#include "conformance/harness/property.h"
#include "conformance/suites/ipsec_config/cases.h"
#include "conformance/suites/ipsec_config/gateway.h"
#include "conformance/suites/ipsec_config/support.h"

namespace touchstone::conformance::suites::ipsec_config {

namespace {

using generators::CreateLine;

/// A line with both keys.
CreateLine with_keys(const Gateway& gateway, unsigned number, const std::string& own,
                     const std::string& peer) {
  CreateLine line = gateway.plain(number);
  line.argv.back() = "--dst-preshared-key=" + peer;
  line.argv.push_back("--src-preshared-key=" + own);
  line.wish.source_key = own;
  line.wish.destination_key = peer;
  return line;
}

/// The gateway has one row, whose key the last configuration gives.
void check_last_key(CaseContext& ctx) {
  harness::property<Drawn>(
      ctx, "last key", {.classes = {}, .cost = 12},
      [] { return Drawn{generators::draw_psk_key(), generators::draw_psk_key(), "", 0}; },
      [](CaseContext& at, const Drawn& drawn) {
        Gateway gateway(at);
        const CreateLine first = with_keys(gateway, 0, drawn.rule, "a key of the first peer");
        const CreateLine second = with_keys(gateway, 1, drawn.file, "a key of the second peer");
        at.expect_accepted(gateway.create(first), "PK-02");
        gateway.expect_tree({"PK-01", "PK-03"}, {first.wish});
        at.expect_accepted(gateway.create(second), "PK-02");
        gateway.expect_tree({"PK-02", "PK-03"}, {first.wish, second.wish});
        at.expect_accepted(gateway.run({"--remove", "--name=" + first.wish.name}), "PK-02");
        gateway.expect_tree({"PK-02", "PK-03"}, {second.wish});
      });
  // A row that somebody wrote for the peer is an older definition too.
  Gateway gateway(ctx);
  const CreateLine line = gateway.plain();
  ctx.sandbox().make_folder("etc/racoon", 0755);
  gateway.write(
      "etc/racoon/psk.txt",
      fmt::format("{0} an old key of the peer\n{0} and an older one\n", line.wish.destination),
      0600);
  ctx.expect_accepted(gateway.create(line), "PK-02");
  gateway.expect_tree({"PK-02"}, {line.wish});
}

void check_both(CaseContext& ctx) {
  Gateway gateway(ctx);
  const CreateLine line =
      with_keys(gateway, 0, "the key of the gateway itself", "the key of the peer alone");
  ctx.expect_accepted(gateway.create(line), "PK-01");
  const auto tree = gateway.tree();
  const auto file = tree.find("racoon/psk.txt");
  ctx.expect(file != tree.end(), "PK-01", "a file /etc/racoon/psk.txt", "there is none");
  const auto rows = oracle::ipsec::read_psk(file->second.text);
  ctx.expect(rows.find(line.wish.source) == line.wish.source_key, "PK-01",
             "a row with the gateway's own key", "another key, or none");
  ctx.expect(rows.find(line.wish.destination) == line.wish.destination_key, "PK-01",
             "a row with the key of the peer", "another key, or none");
}

/// psk.txt with comments, blank lines and others' rows.
void check_hand_edited(CaseContext& ctx) {
  harness::property<Drawn>(
      ctx, "by hand", {.classes = {}, .cost = 10},
      [] { return Drawn{"", generators::draw_psk(), "", 0}; },
      [](CaseContext& at, const Drawn& drawn) {
        Gateway gateway(at);
        at.sandbox().make_folder("etc/racoon", 0755);
        const bool ended = drawn.file.empty() || drawn.file.ends_with('\n');
        gateway.write("etc/racoon/psk.txt", "# by hand\n" + drawn.file + (ended ? "" : "\n"), 0600);
        gateway.take_as_given();
        const auto before = gateway.tree().at("racoon/psk.txt");
        const CreateLine line = gateway.plain(80);
        at.expect_accepted(gateway.create(line), "PK-05");
        gateway.expect_tree({"PK-05"}, {line.wish});
        at.expect_accepted(gateway.run({"--remove", "--name=" + line.wish.name}), "PK-05");
        at.expect_octets("PK-05", "psk.txt", as_octets(before.text),
                         as_octets(gateway.tree().at("racoon/psk.txt").text));
      });
}

/// Both hosts need the same key: the row of the peer counts, another of ours is told.
void check_differing(CaseContext& ctx) {
  Gateway gateway(ctx);
  const std::string key = "one key for both of the ends";
  const Response same = gateway.create(with_keys(gateway, 0, key, key));
  ctx.expect_accepted(same, "PK-08");
  ctx.expect_no_finding(same, "PK-08", "ML-PSKDIFF");
  const Response other = gateway.create(with_keys(gateway, 1, "another key of this end", key));
  ctx.expect_accepted(other, "PK-08");
  ctx.expect_finding(other, "PK-08", "ML-PSKDIFF");
  gateway.expect_refused(
      "PK-08",
      {"--create", "--name=own", "--dst-address=192.168.9.9", "--src-preshared-key=" + key}, {2});
}

/// From a file or standard input, without a trace: the files are the same.
void check_sources(CaseContext& ctx) {
  const std::string key = "a key that no history has seen";
  Gateway typed(ctx);
  CreateLine line = typed.plain();
  line.wish.destination_key = key;
  line.argv.back() = "--dst-preshared-key=" + key;
  ctx.expect_accepted(typed.create(line), "PK-09");
  const auto wanted = typed.tree();
  line.argv.back() = "--dst-preshared-key-file=-";
  {
    Gateway gateway(ctx);
    ctx.secret(as_octets(key));
    ctx.expect_accepted(gateway.run(line.argv, {key}), "PK-09");
    gateway.expect_same("PK-09", wanted);
  }
  for (const char* end : {"", "\n"}) {
    Gateway gateway(ctx);
    gateway.write("peer.key", key + end, 0600);
    ctx.secret(as_octets(key));
    line.argv.back() = "--dst-preshared-key-file=peer.key";
    ctx.expect_accepted(gateway.run(line.argv), "PK-09");
    gateway.expect_same("PK-09", wanted);
  }
}

void check_form(CaseContext& ctx) {
  Gateway gateway(ctx);
  const auto words = [](const std::string& key) {
    return Words{"--create", "--name=head", "--dst-address=192.168.7.7",
                 "--dst-preshared-key=" + key};
  };
  for (const std::string& key :
       {std::string(), std::string(" a key with a blank before it"),
        std::string("a key with a blank behind it "), std::string("a key of\ntwo lines, or more"),
        std::string(1001, 'k'), std::string("0x0"), std::string("0xnothing hexadecimal here")})
    gateway.expect_refused("PK-10", words(key), {2});
  struct Row {
    std::string key;
    const char* code;
  };
  for (const Row& row :
       {Row{"fifteen octets.", "ML-PSKSHORT"}, Row{"sixteen octets..", ""},
        Row{"0x30313233343536373839616263646566", "ML-PSKHEX"}, Row{std::string(1000, 'k'), ""}}) {
    ctx.secret(as_octets(row.key));
    const Response response = gateway.run(words(row.key));
    ctx.expect_accepted(response, "PK-10");
    for (const char* code : {"ML-PSKSHORT", "ML-PSKHEX"})
      if (std::string_view(code) == row.code)
        ctx.expect_finding(response, "PK-10", code);
      else
        ctx.expect_no_finding(response, "PK-10", code);
    ctx.expect_accepted(gateway.run({"--remove", "--name=head"}), "PK-10");
  }
}

}  // namespace

void add_gateway_key_cases(harness::Registry& registry) {
  add_gateway_case(registry, "PK-02.TakesTheLastKey", {"PK-02", "PK-01", "PK-03"},
                   "The last key of a host is its one row", check_last_key);
  add_gateway_case(registry, "PK-01.WritesBothKeys", {"PK-01"},
                   "The key of the gateway and that of the peer are rows of their own", check_both);
  add_gateway_case(registry, "PK-05.LeavesRowsOfOthersAlone", {"PK-05"},
                   "Comments and rows that were written by hand survive --create and --remove",
                   check_hand_edited);
  add_gateway_case(registry, "PK-08.TellsThatKeysDiffer", {"PK-08"},
                   "Two different keys of a pair are told, and the peer's has to be there",
                   check_differing);
  add_gateway_case(registry, "PK-09.TakesAKeyWithoutATrace", {"PK-09"},
                   "A key from a file or standard input makes the same files", check_sources, true);
  add_gateway_case(registry, "PK-10.TakesKeysThatARowCanHold", {"PK-10"},
                   "A key that cannot stand in a row is refused, a short one told", check_form);
}

}  // namespace touchstone::conformance::suites::ipsec_config
