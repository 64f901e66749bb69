#include "conformance/suites/dot1x_config/tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <sstream>

namespace touchstone::conformance::suites::dot1x_config {

namespace {

using harness::FileState;
using oracle::dot1x::read_wpa_conf;
using oracle::dot1x::WpaReading;

constexpr std::string_view prefix = "/etc/wpa_cert/";

/// Lines from the middle of a key: its first ones say only what it is.
void remember_key(CaseContext& ctx, const std::string& pem) {
  std::istringstream lines(pem);
  int number = 0;
  for (std::string line; std::getline(lines, line); ++number)
    if (number > 3 && number < 8 && !line.starts_with("-----")) ctx.secret(as_octets(line));
}

/// The name of the copy that a field of the configuration names, below the sandbox.
std::string copy_of(CaseContext& ctx, std::string_view requirement, const WpaReading& reading,
                    const char* field) {
  const auto* network = reading.network();
  const auto name = network == nullptr ? std::nullopt : network->text(field);
  ctx.expect(name && name->starts_with(prefix), requirement,
             fmt::format("{} names a file in {}", field, prefix), name.value_or("nothing"));
  return name->substr(1);
}

std::string without_blanks(const std::string& line) {
  static const std::regex behind_switch(R"( -([cDi]) +)");
  return std::regex_replace(line, behind_switch, " -$1");
}

/// The options as words. Letters are those of 003 §5.1.3 and §5.3.3.
Json words_of(const Options& options) {
  constexpr std::pair<std::string_view, std::string_view> letters[] = {
      {"client-cert", "-l"}, {"ca-cert", "-c"},    {"identity", "-i"}, {"private-key", "-p"},
      {"activate", "-a"},    {"ntp-server", "-n"}, {"help", "-h"}};
  Json words = Json::array();
  for (const auto& [name, value] : options.items()) {
    if (name == "umask" || value == false) continue;
    std::string word = "--" + name;
    for (const auto& [known, letter] : letters)
      if (known == name) word = letter;
    words.push_back(word);
    if (value != true) words.push_back(value);
  }
  return words;
}

Response run(CaseContext& ctx, const char* op, const Options& options) {
  make_machine(ctx);
  Json args = {{"argv", words_of(options)}};
  if (options.contains("umask")) args["umask"] = options.at("umask");
  return ctx.call(op, std::move(args));
}

/// What stands behind a switch in a list of switches: `, --long`, ` ARGUMENT`, or some blanks and a
/// text; not the next word of a sentence.
bool is_entry(const std::string& rest) {
  if (rest.size() < 2) return false;
  if (rest[0] == ',' || rest[0] == '=' || rest[0] == '\t') return true;
  const bool argument = (rest[1] >= 'A' && rest[1] <= 'Z') || rest[1] == '<' || rest[1] == '[';
  return rest[0] == ' ' && (rest[1] == ' ' || argument);
}

/// The unit of a link in a folder of wants: beside the folder, or where the link leads.
std::string unit_of(CaseContext& ctx, const std::string& name) {
  const std::string base = name.substr(name.rfind('/') + 1);
  return text_at(ctx, "etc/systemd/system/" + base);
}

}  // namespace

void make_machine(CaseContext& ctx) {
  for (const char* name : {"etc", "run"})
    if (!ctx.sandbox().exists(name)) ctx.sandbox().make_folder(name, 0755);
}

Options options_of(CaseContext& ctx, const PortSetup& setup) {
  make_machine(ctx);
  auto& sandbox = ctx.sandbox();
  if (!sandbox.exists("in")) sandbox.make_folder("in");
  sandbox.write("in/cacert.pem", pki(setup.ca));
  sandbox.write("in/clientCert.pem", pki(setup.client));
  sandbox.write("in/privateKey.pem", pki(setup.key));
  remember_key(ctx, pki(setup.key));
  Options options = {{"client-cert", "in/clientCert.pem"},
                     {"ca-cert", "in/cacert.pem"},
                     {"identity", setup.identity},
                     {"private-key", "in/privateKey.pem"},
                     {"activate", setup.activate}};
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) options[name] = value;
  };
  if (!setup.password.empty()) {
    ctx.secret(as_octets(setup.password));
    sandbox.write("in/password", setup.password + "\n");
    options["key-password-file"] = "in/password";
  }
  add("server-name", setup.server_name);
  add("interface", setup.interface);
  add("profile", setup.profile);
  add("now", setup.now);
  if (setup.allow_weak) options["allow-weak"] = true;
  if (setup.force) options["force"] = true;
  if (setup.dry_run) options["dry-run"] = true;
  return options;
}

Response net8021x(CaseContext& ctx, const Options& options) {
  return run(ctx, "cmd.net8021x", options);
}

Response local_ntp(CaseContext& ctx, const Options& options) {
  return run(ctx, "cmd.localNTP", options);
}

Response set_up(CaseContext& ctx, const PortSetup& setup) {
  return net8021x(ctx, options_of(ctx, setup));
}

std::string text_at(CaseContext& ctx, std::string_view name) {
  if (!ctx.sandbox().exists(name)) return {};
  return std::string(as_text(ctx.sandbox().read(name)));
}

void expect_conf(CaseContext& ctx, std::string_view requirement, const PortSetup& setup) {
  const WpaReading reading = read_wpa_conf(text_at(ctx, wpa_conf_file));
  ctx.expect(reading.verdict.strict_takes(), requirement, "a configuration without an error",
             reading.verdict.remarks.empty() ? "" : reading.verdict.remarks.front().code);
  for (const char* code : {"WS-EAPOLFLAGS", "WS-APSCAN", "WS-CONTROL", "WS-OTHERMETHOD"})
    ctx.expect(!reading.verdict.has(code), requirement, "settings of a wired port", code);
  const auto* network = reading.network();
  const auto says = [&](const char* field, const std::string& wanted) {
    const auto told = network->text(field);
    const bool right = wanted.empty() ? !told : told == wanted;
    ctx.expect(right, requirement, fmt::format("{} as it was given", field),
               told ? "something else" : "nothing");
  };
  says("identity", setup.identity);
  says("private_key_passwd", setup.password);
  says("domain_match", setup.server_name);
  for (const char* field : {"ca_cert", "client_cert", "private_key"})
    static_cast<void>(copy_of(ctx, requirement, reading, field));
}

void expect_copies(CaseContext& ctx, std::string_view requirement, const PortSetup& setup) {
  const WpaReading reading = read_wpa_conf(text_at(ctx, wpa_conf_file));
  for (const auto& [field, given] :
       {std::pair("ca_cert", setup.ca), std::pair("client_cert", setup.client),
        std::pair("private_key", setup.key)})
    ctx.expect(text_at(ctx, copy_of(ctx, requirement, reading, field)) == pki(given), requirement,
               fmt::format("a copy of the file behind {}", field), "another file, or none");
}

void expect_closed(CaseContext& ctx, std::string_view requirement) {
  bool any = false;
  for (const auto& [name, file] : ctx.sandbox().snapshot()) {
    const bool folder = name == wpa_cert_folder;
    const bool inside = name.starts_with(std::string(wpa_cert_folder) + "/");
    if (!folder && !inside && !name.starts_with(wpa_conf_file)) continue;
    any = true;
    ctx.expect(file.mode == (folder ? 0700U : 0600U), requirement,
               fmt::format("{} with mode {}", name, folder ? "0700" : "0600"),
               fmt::format("{:04o}", file.mode));
  }
  ctx.expect(any, requirement, "files in /etc/wpa_cert", "none");
}

std::optional<std::string> service_at_start(CaseContext& ctx) {
  for (const auto& [name, file] : ctx.sandbox().snapshot()) {
    const bool wanted = name.starts_with("etc/systemd/system/") && name.contains(".wants/");
    const bool script = name.starts_with("etc/rc") && name.contains(".d/S");
    if (file.kind == FileState::Kind::directory || (!wanted && !script)) continue;
    if (script && name.contains("wpa")) return "wpa_supplicant";
    std::istringstream lines(unit_of(ctx, name));
    for (std::string line; std::getline(lines, line);)
      if (line.starts_with("ExecStart=") && line.contains("wpa_supplicant"))
        return without_blanks(line);
  }
  return std::nullopt;
}

void expect_service(CaseContext& ctx, std::string_view requirement, const PortSetup& setup) {
  const auto line = service_at_start(ctx);
  ctx.expect(line.has_value() == setup.activate, requirement,
             setup.activate ? "the service starts with the gateway" : "no service is enabled",
             line.value_or("none"));
  if (!line || *line == "wpa_supplicant") return;
  const std::string interface = setup.interface.empty() ? "eth0" : setup.interface;
  for (const std::string& word :
       {std::string(" -Dwired"), std::string(" -c/etc/wpa_supplicant.conf"), " -i" + interface})
    ctx.expect((*line + " ").contains(word + " "), requirement, "wpa_supplicant with" + word,
               *line);
}

void expect_help(CaseContext& ctx, std::string_view requirement, const Response& response,
                 std::initializer_list<std::string_view> switches) {
  ctx.expect_accepted(response, requirement);
  const std::string text = response.obs.value("stdout", "") + response.obs.value("stderr", "");
  for (const std::string_view name : switches) {
    bool told = false;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line) && !told;) {
      const auto at = std::min(line.find_first_not_of(" \t"), line.size());
      told = line.substr(at).starts_with(name) && is_entry(line.substr(at + name.size()));
    }
    ctx.expect(told, requirement, fmt::format("a line of help on {}", name), "none");
  }
}

void expect_not_started(CaseContext& ctx, std::string_view requirement, const Response& response,
                        std::string_view program) {
  for (const Json& argv : response.obs.value("executed", Json::array())) {
    const std::string name = argv.empty() ? "" : argv.at(0).get<std::string>();
    ctx.expect(name.substr(name.rfind('/') + 1) != program, requirement,
               fmt::format("{} is not started", program), argv.dump());
  }
}

}  // namespace touchstone::conformance::suites::dot1x_config
