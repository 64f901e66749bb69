// localNTP: which server ntpd asks, and what stays of the rest of ntp.conf.

#include <fmt/format.h>

#include <algorithm>

#include "conformance/generators/keyring.h"
#include "conformance/harness/property.h"
#include "conformance/oracle/dot1x/ntp_conf.h"
#include "conformance/suites/dot1x_config/cases.h"
#include "conformance/suites/dot1x_config/time_server.h"
#include "conformance/suites/dot1x_config/tree.h"

namespace touchstone::conformance::suites::dot1x_config {

namespace {

using generators::draw_below;
using oracle::dot1x::is_ntp_address;
using oracle::dot1x::keeps_lines;
using oracle::dot1x::read_ntp_conf;

constexpr std::string_view conf_file = "etc/ntp.conf";
constexpr std::string_view by_hand =
    "# time of the plant\ndriftfile /var/lib/ntp/drift\nserver 198.51.100.7 prefer\n"
    "restrict default kod nomodify # nobody\n";

Json servers(CaseContext& ctx) {
  return read_ntp_conf(text_at(ctx, conf_file)).servers;
}

/// The command of 003 §5.1.3; nobody answers at this address, and that changes nothing.
void check_example(CaseContext& ctx) {
  make_machine(ctx);
  ctx.sandbox().write(conf_file, by_hand, 0640);
  const Json args = {{"activate", true}, {"ntp-server", "192.168.1.10"}, {"offline", true}};
  ctx.expect_accepted(local_ntp(ctx, args), "TM-03");
  const std::string text = text_at(ctx, conf_file);
  ctx.expect_equal("TM-03", "servers", Json::array({"198.51.100.7", "192.168.1.10"}), servers(ctx));
  ctx.expect(keeps_lines(by_hand, text), "TM-03", "the other lines of ntp.conf", "one is lost");
  ctx.expect(read_ntp_conf(text).takes_any_step, "TM-01",
             "a daemon that sets a clock which is off by years", "it would end");
  ctx.expect_equal("TM-03", "mode", 0640, ctx.sandbox().snapshot().at(std::string(conf_file)).mode);
  const auto before = ctx.sandbox().snapshot();
  ctx.expect_accepted(local_ntp(ctx, args), "TM-03");
  ctx.expect_unchanged(before, "TM-03");
}

void check_help(CaseContext& ctx) {
  expect_help(ctx, "TM-04", local_ntp(ctx, {{"help", true}}), {"-a", "-n"});
}

/// What is to stand in the file after a line of commands.
struct Model {
  std::string stored;
  bool active = false;
};

/// One command: a letter, and behind it the number of an address. False when it has to be refused.
bool apply(Model& model, const std::string& step, Json& args) {
  args = {{"offline", true}};
  const std::string address = step.size() > 1 ? fmt::format("192.0.2.{}", step.substr(1)) : "";
  if (!address.empty()) args["ntp-server"] = address;
  if (step[0] == 'd') {
    args = {{"delete", true}};
    model = {};
    return true;
  }
  if (step[0] == 'a') args["activate"] = true;
  const bool same = model.active && model.stored == address;
  if (!address.empty()) model.stored = address;
  if (model.stored.empty()) return false;
  model.active = step[0] == 'a' || same;
  return true;
}

std::vector<std::string> steps_of(const std::string& line) {
  std::vector<std::string> steps;
  for (std::size_t at = 0; at < line.size();) {
    const auto end = std::min(line.find(' ', at), line.size());
    steps.push_back(line.substr(at, end - at));
    at = end + 1;
  }
  return steps;
}

void expect_model(CaseContext& ctx, const Model& model, const std::string& before) {
  Json wanted = read_ntp_conf(before).servers;
  if (model.active) wanted.push_back(model.stored);
  ctx.expect_equal("TM-09", "servers", wanted, servers(ctx));
  const std::string text = text_at(ctx, conf_file);
  ctx.expect(keeps_lines(before, text), "TM-09", "the other lines", "one is lost");
  const auto trimmed = [](const std::string& all) {
    return all.ends_with('\n') ? all.substr(0, all.size() - 1) : all;
  };
  if (model.stored.empty())
    ctx.expect(trimmed(text) == trimmed(before), "TM-09", "the file as it was before", "another");
}

Drawn draw_steps() {
  constexpr std::string_view lines[] = {
      "driftfile /var/lib/ntp/drift", "# by hand",           "",
      "server 198.51.100.7 iburst",   "restrict -6 default", "#server 192.0.2.1",
      "\tserver ntp.example"};
  Drawn drawn;
  for (std::uint32_t more = draw_below(5); more > 0; --more)
    drawn.text += std::string(lines[draw_below(7)]) + "\n";
  if (draw_below(4) == 0 && !drawn.text.empty()) drawn.text.pop_back();
  for (std::uint32_t more = 1 + draw_below(5); more > 0; --more) {
    if (!drawn.what.empty()) drawn.what += ' ';
    switch (draw_below(4)) {
      case 0:
        drawn.what += 'd';
        break;
      case 1:
        drawn.what += 'a';
        break;
      default:
        drawn.what += (draw_below(2) == 0 ? "a" : "n") + std::to_string(1 + draw_below(3));
        break;
    }
  }
  return drawn;
}

/// Any line of commands leaves what the last of them say.
void check_steps(CaseContext& ctx) {
  harness::property<Drawn>(
      ctx, "steps",
      {.classes = {{"active", 0.2}, {"forgotten", 0.1}}, .cost = 8, .fresh_sandbox = true},
      draw_steps, [](CaseContext& at, const Drawn& drawn) {
        make_machine(at);
        if (!drawn.text.empty()) at.sandbox().write(conf_file, drawn.text, 0644);
        Model model;
        for (const std::string& step : steps_of(drawn.what)) {
          Json args;
          const auto before = at.sandbox().snapshot();
          const bool taken = apply(model, step, args);
          const Response response = local_ntp(at, args);
          if (!taken) {
            at.expect_exit(response, "TM-09", {2});
            at.expect_unchanged(before, "TM-09");
          } else {
            at.expect_accepted(response, "TM-09");
          }
          expect_model(at, model, drawn.text);
        }
        harness::classify(at, "active", model.active);
        harness::classify(at, "forgotten", model.stored.empty());
      });
}

void expect_address(CaseContext& ctx, const std::string& address) {
  ctx.start_afresh();
  ctx.counterexample("address", as_octets(address));
  make_machine(ctx);
  ctx.sandbox().write(conf_file, by_hand, 0644);
  const auto before = ctx.sandbox().snapshot();
  const Response response =
      local_ntp(ctx, {{"activate", true}, {"ntp-server", address}, {"offline", true}});
  if (!is_ntp_address(address)) {
    ctx.expect_exit(response, "TM-07", {2});
    return ctx.expect_unchanged(before, "TM-07");
  }
  ctx.expect_accepted(response, "TM-07");
  ctx.expect(servers(ctx).size() == 2, "TM-07", "one more server", servers(ctx).dump());
}

void check_addresses(CaseContext& ctx) {
  for (const char* address : {"192.168.1.10",
                              "10.0.0.1",
                              "127.0.0.1",
                              "2001:db8::7",
                              "::1",
                              "fe80::1",
                              "0.0.0.0",
                              "0.1.2.3",
                              "::",
                              "224.0.1.1",
                              "239.255.255.255",
                              "255.255.255.255",
                              "240.0.0.1",
                              "ff02::101",
                              "ntp.example",
                              "localhost",
                              "192.168.1.10:123",
                              "[::1]:123",
                              "[::1]",
                              "192.168.1",
                              "192.168.1.256",
                              "192.168.01.10",
                              "0xC0A8010A",
                              "3232235786",
                              "192.168.1.10 ",
                              " 192.168.1.10",
                              "192.168.1.10/24",
                              "fe80::1%eth0",
                              "",
                              "-1",
                              "192.168.1.10\nserver 198.51.100.9",
                              "192.168.1.10 prefer",
                              "1.2.3.4#",
                              "::ffff:1.2.3.4"})
    expect_address(ctx, address);
}

/// TM-08: the setting stays, whatever the server says now.
void check_silent(CaseContext& ctx) {
  const Response response = local_ntp(ctx, {{"activate", true}, {"ntp-server", "192.0.2.1"}});
  ctx.expect_exit(response, "TM-08", {0});
  ctx.expect_equal("TM-08", "servers", Json::array({"192.0.2.1"}), servers(ctx));
}

/// A server of our own: the command has to see it, so it runs in the network of this machine.
void check_asked(CaseContext& ctx) {
  make_machine(ctx);
  const auto before = ctx.sandbox().snapshot();
  const auto ask = [&](const TimeServer& server, int exit) {
    const Json argv = {"--root", ctx.sandbox().folder().string(), "--check", "-n", "127.0.0.1",
                       "--port", std::to_string(server.port())};
    ctx.expect_exit(ctx.call("cli.run", {{"tool", "localNTP"}, {"argv", argv}}), "TM-08", {exit});
  };
  ask(TimeServer({}), 0);
  ask(TimeServer({.stratum = 0, .reference = "DENY"}), 1);
  ask(TimeServer({}, true), 1);
  ctx.expect_unchanged(before, "TM-08");
}

}  // namespace

void add_ntp_cases(harness::Registry& registry) {
  const std::string op = "cmd.localNTP";
  const std::string more = "localNTP.extended";
  add_case(registry, "TM-03.SetsTheServer", {"TM-03", "TM-01"}, {op},
           "The command of the document makes ntpd ask the server", check_example);
  add_case(registry, "TM-04.Helps", {"TM-04"}, {op}, "Help is there, on line", check_help);
  add_case(registry, "TM-09.LeavesWhatTheLastCommandSays", {"TM-09"}, {op, more},
           "Servers are stored, used and forgotten, and the rest of ntp.conf stays", check_steps);
  add_case(registry, "TM-07.TakesAddressesAlone", {"TM-07"}, {op},
           "The literal of one host's address is taken, and nothing else", check_addresses);
  add_case(registry, "TM-08.KeepsASilentServer", {"TM-08"}, {op},
           "A server that does not answer is kept", check_silent);
  add_case(registry, "TM-08.ChecksTheServer", {"TM-08"}, {"cli.run"},
           "A check says whether a server gives the time", check_asked);
}

}  // namespace touchstone::conformance::suites::dot1x_config
