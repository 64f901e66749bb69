// net8021x: what it makes, keeps, replaces and takes back.

#include <fmt/format.h>

#include "conformance/generators/pairwise.h"
#include "conformance/oracle/dot1x/ntp_conf.h"
#include "conformance/suites/dot1x_config/cases.h"
#include "conformance/suites/dot1x_config/tree.h"

namespace touchstone::conformance::suites::dot1x_config {

namespace {

using oracle::dot1x::read_wpa_conf;

constexpr std::string_view peap =
    "ctrl_interface=/var/run/wpa_supplicant\nap_scan=0\nnetwork={\n\tkey_mgmt=IEEE8021X\n"
    "\teap=PEAP\n\teapol_flags=0\n\tidentity=\"somebody\"\n\tca_cert=\"/etc/own.pem\"\n}\n";

/// The command of 003 §5.3.3.
void check_setup_example(CaseContext& ctx) {
  const PortSetup setup;
  ctx.expect_accepted(set_up(ctx, setup), "PA-06");
  expect_conf(ctx, "PA-07", setup);
  expect_copies(ctx, "PA-08", setup);
  PortSetup other;
  other.identity = "mgu7";
  ctx.expect_accepted(set_up(ctx, other), "PA-06");
  expect_conf(ctx, "PA-07", other);
}

void check_wire(CaseContext& ctx) {
  for (const char* interface : {"", "eth1"}) {
    ctx.start_afresh();
    PortSetup setup;
    setup.interface = interface;
    ctx.expect_accepted(set_up(ctx, setup), "PA-01");
    const auto reading = read_wpa_conf(text_at(ctx, wpa_conf_file));
    const auto* network = reading.network();
    if (network == nullptr) ctx.fail("PA-01", "a network block", "none");
    ctx.expect(network->words("eap") == std::vector<std::string>{"TLS"}, "PA-01", "eap=TLS",
               "something else");
    ctx.expect(network->words("key_mgmt") == std::vector<std::string>{"IEEE8021X"}, "PA-01",
               "key_mgmt=IEEE8021X", "something else");
    expect_conf(ctx, "WS-02", setup);
    expect_service(ctx, "WS-03", setup);
  }
}

void check_server(CaseContext& ctx) {
  for (const char* name : {"", "radius.example"}) {
    ctx.start_afresh();
    PortSetup setup;
    setup.server_name = name;
    ctx.expect_accepted(set_up(ctx, setup), "WS-04");
    expect_conf(ctx, "WS-04", setup);
    expect_copies(ctx, "WS-04", setup);
  }
}

/// The originals may be deleted: nothing leads to them, and a second run of the gateway needs none.
void check_originals(CaseContext& ctx) {
  const PortSetup setup;
  ctx.expect_accepted(set_up(ctx, setup), "PA-09");
  for (const char* name : {"in/cacert.pem", "in/clientCert.pem", "in/privateKey.pem"})
    ctx.sandbox().remove(name);
  expect_conf(ctx, "PA-09", setup);
  expect_copies(ctx, "PA-09", setup);
  for (const auto& [name, file] : ctx.sandbox().snapshot())
    ctx.expect(
        file.kind != harness::FileState::Kind::symbolic_link || !name.starts_with(wpa_cert_folder),
        "PA-09", "copies, not links", name);
}

void check_activation(CaseContext& ctx) {
  PortSetup setup;
  const Response response = set_up(ctx, setup);
  ctx.expect_accepted(response, "PA-10");
  expect_service(ctx, "PA-10", setup);
  expect_not_started(ctx, "PA-10", response, "wpa_supplicant");
  ctx.start_afresh();
  setup.activate = false;
  ctx.expect_accepted(set_up(ctx, setup), "PA-16");
  expect_service(ctx, "PA-16", setup);
  expect_conf(ctx, "PA-16", setup);
  setup.activate = true;
  ctx.expect_accepted(set_up(ctx, setup), "PA-16");
  expect_service(ctx, "PA-16", setup);
}

/// What -a has done, without the files.
void check_deactivation(CaseContext& ctx) {
  PortSetup setup;
  ctx.expect_accepted(set_up(ctx, setup), "PA-16");
  const auto before = ctx.sandbox().snapshot();
  for (int again = 0; again < 2; ++again) {
    ctx.expect_accepted(net8021x(ctx, {{"deactivate", true}}), "PA-16");
    PortSetup off = setup;
    off.activate = false;
    expect_service(ctx, "PA-16", off);
    expect_conf(ctx, "PA-16", setup);
    expect_copies(ctx, "PA-16", setup);
  }
  ctx.expect_accepted(set_up(ctx, setup), "PA-16");
  expect_service(ctx, "PA-16", setup);
  ctx.expect_unchanged(before, "PA-16");
  for (const auto& [name, value] :
       {std::pair("activate", Json(true)), std::pair("identity", Json("x"))})
    ctx.expect_exit(net8021x(ctx, {{"deactivate", true}, {name, value}}), "PA-16", {2});
}

void check_foreign(CaseContext& ctx) {
  const std::string two = plain_wpa_conf() + std::string(peap.substr(peap.find("network")));
  for (const std::string& text : {std::string(peap), two, std::string("network={\n")}) {
    ctx.start_afresh();
    PortSetup setup;
    static_cast<void>(options_of(ctx, setup));
    ctx.sandbox().write(wpa_conf_file, text, 0600);
    const auto before = ctx.sandbox().snapshot();
    ctx.expect_exit(set_up(ctx, setup), "PA-12", {9});
    ctx.expect_unchanged(before, "PA-12");
    setup.force = true;
    ctx.expect_accepted(set_up(ctx, setup), "PA-12");
    expect_conf(ctx, "PA-12", setup);
    ctx.expect(text_at(ctx, "etc/wpa_supplicant.conf.bak") == text, "PA-12",
               "the old file as wpa_supplicant.conf.bak", "another, or none");
  }
}

void check_setup_help(CaseContext& ctx) {
  make_machine(ctx);
  const auto before = ctx.sandbox().snapshot();
  expect_help(ctx, "PA-13", net8021x(ctx, {{"help", true}}), {"-l", "-c", "-i", "-p", "-a"});
  ctx.expect_unchanged(before, "PA-13");
}

/// A missing option is exit 2, a missing file 3; nothing is changed.
void check_missing(CaseContext& ctx) {
  const PortSetup setup;
  const Json whole = options_of(ctx, setup);
  const auto before = ctx.sandbox().snapshot();
  for (const char* name : {"client-cert", "ca-cert", "identity", "private-key"}) {
    Json args = whole;
    args.erase(name);
    ctx.counterexample("missing", Json(name));
    ctx.expect_exit(net8021x(ctx, args), "PA-14", {2});
    if (name != std::string_view("identity")) {
      args[name] = "in/none.pem";
      ctx.expect_exit(net8021x(ctx, args), "PA-14", {3});
    }
    ctx.expect_unchanged(before, "PA-14");
  }
}

void check_modes(CaseContext& ctx) {
  for (const int mask : {0, 022, 0177}) {
    ctx.start_afresh();
    PortSetup setup;
    setup.key = "encrypted_key";
    setup.password = key_password;
    Json args = options_of(ctx, setup);
    args["umask"] = mask;
    ctx.counterexample("umask", Json(mask));
    ctx.expect_accepted(net8021x(ctx, args), "PA-19");
    expect_closed(ctx, "PA-19");
    expect_copies(ctx, "PA-19", setup);
    // Files that were open before are closed.
    for (const char* name : {"etc/wpa_supplicant.conf", "etc/wpa_cert/privateKey.pem"})
      if (ctx.sandbox().exists(name)) ctx.sandbox().set_mode(name, 0644);
    ctx.sandbox().set_mode(wpa_cert_folder, 0755);
    ctx.expect_accepted(net8021x(ctx, args), "PA-19");
    expect_closed(ctx, "PA-19");
  }
}

void check_again(CaseContext& ctx) {
  const PortSetup setup;
  ctx.expect_accepted(set_up(ctx, setup), "PA-20");
  const auto first = ctx.sandbox().snapshot();
  ctx.expect_accepted(set_up(ctx, setup), "PA-20");
  ctx.expect_unchanged(first, "PA-20");
}

/// The last setting wins, and what it replaced stays as .bak.
void check_other(CaseContext& ctx) {
  PortSetup setup;
  setup.server_name = "radius.example";
  ctx.expect_accepted(set_up(ctx, setup), "PA-20");
  const std::string old_conf = text_at(ctx, wpa_conf_file);
  PortSetup other;
  other.identity = "mgu7";
  other.client = "ec";
  other.key = "ec_key";
  ctx.expect_accepted(set_up(ctx, other), "PA-20");
  expect_conf(ctx, "PA-20", other);
  expect_copies(ctx, "PA-20", other);
  expect_closed(ctx, "PA-20");
  ctx.expect(text_at(ctx, "etc/wpa_supplicant.conf.bak") == old_conf, "PA-20",
             "the old configuration as .bak", "another, or none");
  int kept = 0;
  for (const auto& [name, file] : ctx.sandbox().snapshot())
    if (name.starts_with(wpa_cert_folder) && name.ends_with(".bak"))
      kept += static_cast<int>(text_at(ctx, name) == pki("client") ||
                               text_at(ctx, name) == pki("client_key"));
  ctx.expect(kept == 2, "PA-20", "the old certificate and key as .bak", std::to_string(kept));
}

/// What a hand has added to a file for EAP-TLS survives.
void check_by_hand(CaseContext& ctx) {
  const PortSetup setup;
  ctx.expect_accepted(set_up(ctx, setup), "WS-05");
  std::string text = text_at(ctx, wpa_conf_file);
  text.insert(0, "# by hand\nfast_reauth=0\n");
  text.insert(text.find("network={") + 9, "\n\tfragment_size=600  # a slow switch");
  ctx.sandbox().write(wpa_conf_file, text, 0600);
  PortSetup other = setup;
  other.identity = "mgu7";
  ctx.expect_accepted(set_up(ctx, other), "WS-05");
  expect_conf(ctx, "WS-05", other);
  const auto line = text.find("identity=");
  const std::string kept =
      text.substr(0, text.rfind('\n', line) + 1) + text.substr(text.find('\n', line) + 1);
  ctx.expect(oracle::dot1x::keeps_lines(kept, text_at(ctx, wpa_conf_file)), "WS-05",
             "every other line of the file by hand", "a line is lost or moved");
}

/// One base name in three folders.
void check_same_names(CaseContext& ctx) {
  const PortSetup setup;
  Json args = options_of(ctx, setup);
  auto& sandbox = ctx.sandbox();
  for (const auto& [folder, file, argument] :
       {std::tuple("a", setup.ca, "ca-cert"), std::tuple("b", setup.client, "client-cert"),
        std::tuple("c", setup.key, "private-key")}) {
    sandbox.make_folder(folder);
    const std::string name = fmt::format("{}/own.pem", folder);
    sandbox.write(name, pki(file));
    args[argument] = name;
  }
  const Response response = net8021x(ctx, args);
  ctx.expect_accepted(response, "PA-21");
  expect_conf(ctx, "PA-21", setup);
  expect_copies(ctx, "PA-21", setup);
  ctx.expect_finding(response, "PA-21", "ML-SAMENAME");
}

/// Every pair of switches, on a gateway that has been set up before and on one that has not.
void check_pairs(CaseContext& ctx) {
  const auto any = [](const generators::CoveringRow&) { return true; };
  for (const auto& row : generators::covering_array({2, 2, 2, 3, 3, 2, 2, 2}, any)) {
    ctx.start_afresh();
    PortSetup earlier;
    earlier.activate = false;
    earlier.server_name = "old.example";
    if (row[7] == 1) ctx.expect_accepted(set_up(ctx, earlier), "PA-06");
    PortSetup setup;
    setup.activate = row[0] == 1;
    if (row[1] == 1) {
      setup.key = "encrypted_key";
      setup.password = key_password;
    }
    if (row[2] == 1) setup.server_name = "radius.example";
    if (row[3] > 0) setup.interface = row[3] == 1 ? "eth1" : "vlan-7.2";
    if (row[4] > 0) setup.profile = row[4] == 1 ? "legacy" : "modern";
    setup.allow_weak = row[5] == 1;
    setup.force = row[6] == 1;
    ctx.counterexample("row", Json(row));
    const Json args = options_of(ctx, setup);
    const auto before = ctx.sandbox().snapshot();
    Json dry = args;
    dry["dry-run"] = true;
    ctx.expect_accepted(net8021x(ctx, dry), "PA-06");
    ctx.expect_unchanged(before, "PA-06");
    ctx.expect_accepted(net8021x(ctx, args), "PA-06");
    expect_conf(ctx, "PA-06", setup);
    expect_copies(ctx, "PA-08", setup);
    expect_service(ctx, "PA-16", setup);
  }
}

}  // namespace

void add_setup_cases(harness::Registry& registry) {
  const std::string op = "cmd.net8021x";
  const std::string more = "net8021x.extended";
  add_case(registry, "PA-06.TakesTheExample", {"PA-06", "PA-07", "PA-08"}, {op},
           "The command of the document sets the port up", check_setup_example);
  add_case(registry, "PA-01.ConfiguresAWire", {"PA-01", "WS-02", "WS-03"}, {op, more},
           "The port is one of EAP-TLS on a wire", check_wire);
  add_case(registry, "WS-04.NamesTheRoot", {"WS-04"}, {op, more},
           "No server is believed without a root, nor another name than was given", check_server);
  add_case(registry, "PA-09.NamesTheCopies", {"PA-09"}, {op}, "The originals may be deleted",
           check_originals);
  add_case(registry, "PA-10.StartsWithTheGateway", {"PA-10", "PA-16"}, {op},
           "The service starts with the gateway, and only when that was asked", check_activation);
  add_case(registry, "PA-16.TakesTheActivationBack", {"PA-16"}, {op, more},
           "An activation is taken back, and the files stay", check_deactivation);
  add_case(registry, "PA-12.LeavesOtherMethodsAlone", {"PA-12"}, {op, more},
           "A file for another method is replaced by force alone", check_foreign);
  add_case(registry, "PA-13.Helps", {"PA-13"}, {op}, "Help is there, on line", check_setup_help);
  add_case(registry, "PA-14.NeedsEverything", {"PA-14"}, {op},
           "Without one of its inputs nothing is changed", check_missing);
  add_case(registry, "PA-19.ClosesItsFiles", {"PA-19"}, {op, more},
           "Keys and configuration are for the owner alone, whatever the umask", check_modes);
  add_case(registry, "PA-20.ChangesNothingTwice", {"PA-20"}, {op},
           "A second run with the same input changes nothing", check_again);
  add_case(registry, "PA-20.KeepsWhatItReplaces", {"PA-20"}, {op, more},
           "The last setting wins, and the one before stays as .bak", check_other);
  add_case(registry, "WS-05.KeepsAFileByHand", {"WS-05"}, {op},
           "What a hand has added to the configuration survives a run", check_by_hand);
  add_case(registry, "PA-21.KeepsFilesOfOneName", {"PA-21"}, {op},
           "Files of one name do not replace each other", check_same_names);
  add_case(registry, "PA-06.TakesEveryPairOfSwitches", {"PA-06", "PA-08", "PA-16"}, {op, more},
           "Every two switches together do what each says", check_pairs);
}

}  // namespace touchstone::conformance::suites::dot1x_config
