#include "reference/commands/ipsec_session.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "reference/base/defect.h"
#include "reference/base/exit_class.h"
#include "reference/commands/errc.h"
#include "reference/mediagateway/ipsec_errc.h"

namespace touchstone::commands {
namespace {

using mediagateway::Connection;
namespace gateway = mediagateway;

constexpr std::size_t file_limit = std::size_t{64} << 10;

/// Without --root the machine; with it nothing is run but what --programs gives.
std::vector<std::string> program_folders(const Arguments& arguments) {
  if (const auto told = arguments.value("programs")) return {*told};
  if (arguments.has("root")) return {};
  return {"/usr/sbin", "/sbin", "/usr/local/sbin", "/usr/bin", "/bin"};
}

std::string root_of(const Context& context) {
  std::string root = context.arguments.value("root").value_or("");
  if (root.empty()) return root;
  root = context.files.absolute(root);
  while (root.ends_with('/'))
    root.pop_back();
  return root;
}

std::string text_of(const Connection& one) {
  const bool tunnel = one.destination_network.has_value();
  std::string text = fmt::format("{}: {} to {}", one.name, tunnel ? "tunnel" : "transport",
                                 ipsec::config::print_address(*one.destination));
  if (tunnel)
    text +=
        fmt::format(" for {}/{}", ipsec::config::print_address(one.destination_network->address),
                    one.destination_network->prefix);
  return text;
}

}  // namespace

IpsecSession::IpsecSession(Context& context)
    : context_(&context),
      root_(root_of(context)),
      files_(root_),
      runner_(program_folders(context.arguments)),
      tree_(files_) {}

bool IpsecSession::has(std::string_view option) const {
  return context_->arguments.has(option);
}

std::optional<std::string> IpsecSession::value(std::string_view option) const {
  return context_->arguments.value(option);
}

Result<int> IpsecSession::run() {
  if (has("dry-run")) {
    TOUCHSTONE_TRY_VOID(plan());
    return show();
  }
  TOUCHSTONE_TRY(const auto held, gateway::hold_tree(root_, context_->files, tree_files_));
  Result<void> planned = plan();
  if (!planned && TOUCHSTONE_DEFECT("IC-10.half")) static_cast<void>(apply());
  if (!planned) return std::unexpected(planned.error());
  return apply();
}

Result<void> IpsecSession::plan() {
  const bool ignored = has("create") && TOUCHSTONE_DEFECT("CE-05.ignored");
  if (has("install-certs") && !ignored) TOUCHSTONE_TRY_VOID(plan_certificates());
  if (has("create")) return plan_creation();
  if (has("remove")) return plan_removal();
  if (has("start")) {
    TOUCHSTONE_TRY(Connections all, chosen());
    for (Connection& one : all)
      start(std::move(one));
  }
  if (has("stop")) {
    TOUCHSTONE_TRY(Connections all, chosen());
    for (Connection& one : all)
      if (tree_.is_active(one.name)) stop(std::move(one));
  }
  return {};
}

/// The configuration of --name, or all of them without it.
Result<IpsecSession::Connections> IpsecSession::chosen() {
  if (!has("name")) return tree_.connections();
  TOUCHSTONE_TRY(const std::string name, gateway::check_name(value("name")));
  Connections one;
  one.emplace_back();
  TOUCHSTONE_TRY(one.back(), tree_.connection(name));
  return one;
}

void IpsecSession::start(Connection connection) {
  if (runner_.has("setkey")) {
    plan_.folder(tree_.active_folder(), 0700);
    plan_.write(tree_.active_path(connection.name), 0600,
                gateway::FileContent(gateway::policies_of(connection)), gateway::Backup::none);
  }
  up_.push_back(std::move(connection));
}

void IpsecSession::stop(Connection connection) {
  plan_.remove(tree_.active_path(connection.name));
  down_.push_back(std::move(connection));
}

Result<void> IpsecSession::plan_creation() {
  TOUCHSTONE_TRY(const gateway::CreateWish wish, read_wish());
  TOUCHSTONE_TRY(gateway::CheckedWish checked, gateway::check_create(wish, tree_));
  if (has("start") && TOUCHSTONE_DEFECT("OR-08.until_boot")) checked.connection.on_boot = false;
  TOUCHSTONE_TRY_VOID(gateway::plan_create(checked.connection, wish, tree_, root_, plan_));
  for (const auto& [file, finding] : checked.warnings)
    context_->report.finding(checked.connection.name, finding);
  context_->report.json()["created"] = checked.connection.name;
  context_->report.detail(text_of(checked.connection));
  if (has("start") || TOUCHSTONE_DEFECT("IC-03.at_once"))
    start(std::move(checked.connection));
  else
    at_boot_ = gateway::add_policies(checked.connection, {});
  return {};
}

Result<void> IpsecSession::plan_removal() {
  TOUCHSTONE_TRY(const std::string name, gateway::check_name(value("name")));
  TOUCHSTONE_TRY(Connection connection, tree_.connection(name));
  TOUCHSTONE_TRY_VOID(gateway::plan_remove(connection, tree_, root_, plan_));
  context_->report.json()["removed"] = name;
  if (tree_.is_active(name) && !TOUCHSTONE_DEFECT("IC-08.goes_on")) stop(std::move(connection));
  return {};
}

Result<void> IpsecSession::plan_certificates() {
  gateway::CertificateFiles three;
  TOUCHSTONE_TRY(three.ca, read_file("ca-cert-file"));
  TOUCHSTONE_TRY(three.certificate, read_file("cert-file-public"));
  TOUCHSTONE_TRY(three.key, read_file("cert-file-private"));
  three.allow_weak = has("allow-weak");
  TOUCHSTONE_TRY(const auto warnings,
                 gateway::plan_certificates(three, context_->clock.now(), plan_));
  for (const std::string& text : warnings)
    context_->report.note("--install-certs", text);
  context_->report.json()["installed"] = true;
  return {};
}

Result<gateway::NamedFile> IpsecSession::read_file(std::string_view option) {
  const bool two = option == "ca-cert-file" && !has(option) && TOUCHSTONE_DEFECT("CE-01.two");
  const auto path = value(two ? "cert-file-public" : option);
  if (!path)
    return located("--" + std::string(option), Result<gateway::NamedFile>(fail(Errc::usage,
                                                                               "expected it beside "
                                                                               "--install-certs")));
  gateway::NamedFile file{context_->files.absolute(*path), {}};
  const std::string read_as = TOUCHSTONE_DEFECT("CE-04.root") ? "/" + *path : *path;
  TOUCHSTONE_TRY(file.octets,
                 located(*path, context_->files.read(read_as, file_limit, Access::any)));
  return file;
}

Result<std::optional<SecretOctets>> IpsecSession::read_key(std::string_view side) {
  const std::string option = std::string(side) + "-preshared-key";
  const auto text = value(option);
  const auto path = value(option + "-file");
  if (text && path)
    return located("--" + option, Result<std::optional<SecretOctets>>(
                                      fail(Errc::usage, "expected the key or its file, not both")));
  if (text) return std::optional(copy_secret(as_octets(*text)));
  if (!path) return std::nullopt;
  SecretOctets key;
  if (*path == "-") {
    const auto source = context_->environment.passphrases(0);
    TOUCHSTONE_TRY(key, source->ask("key: "));
  } else {
    TOUCHSTONE_TRY(key, located(*path, context_->files.read(*path, file_limit, Access::secret)));
    const bool kept = TOUCHSTONE_DEFECT("PK-09.line_end");
    if (!key.empty() && key.back() == '\n' && !kept) key.pop_back();
  }
  return std::optional(std::move(key));
}

Result<gateway::CreateWish> IpsecSession::read_wish() {
  gateway::CreateWish wish{.name = value("name"),
                           .source = value("src-address"),
                           .destination = value("dst-address"),
                           .network = value("dst-network"),
                           .source_port = value("src-port"),
                           .destination_port = value("dst-port"),
                           .protocol = value("ip-proto"),
                           .media = value("media-address"),
                           .media_ports = value("media-ports"),
                           .proto = value("proto"),
                           .profile = value("profile"),
                           .source_key = {},
                           .destination_key = {},
                           .certificates = has("install-certs"),
                           .any_network = has("i-know"),
                           .eth0 = {}};
  TOUCHSTONE_TRY(wish.source_key, read_key("src"));
  TOUCHSTONE_TRY(wish.destination_key, read_key("dst"));
  if (root_.empty()) wish.eth0 = host::address_of_device("eth0");
  return wish;
}

Result<std::vector<std::string>> IpsecSession::policies_before(const Connections& connections) {
  std::vector<std::string> texts;
  for (const Connection& one : connections) {
    TOUCHSTONE_TRY(const auto text, tree_.read(tree_.active_path(one.name)));
    texts.emplace_back(text ? as_text(*text) : std::string_view());
  }
  return texts;
}

std::vector<gateway::ProgramCall> IpsecSession::calls(
    const std::vector<std::string>& up_before, const std::vector<std::string>& down_before) const {
  std::vector<gateway::ProgramCall> list;
  for (std::size_t i = 0; i < down_.size(); ++i) {
    list.push_back(gateway::disconnect(down_[i]));
    list.push_back(gateway::take_policies(down_[i], down_before[i]));
  }
  for (std::size_t i = 0; i < up_.size(); ++i)
    list.push_back(gateway::add_policies(up_[i], up_before[i]));
  if (!up_.empty()) list.push_back(gateway::reload_racoon());
  return list;
}

Result<int> IpsecSession::show() {
  TOUCHSTONE_TRY(const auto changes, gateway::compare(plan_, root_, context_->files, tree_files_));
  TOUCHSTONE_TRY(const auto up_before, policies_before(up_));
  TOUCHSTONE_TRY(const auto down_before, policies_before(down_));
  const bool told = has("show-secrets") || TOUCHSTONE_DEFECT("IC-07.shows_keys");
  const auto secrets = told ? gateway::Secrets::shown : gateway::Secrets::hidden;
  SecretOctets script = gateway::print_script("ipsec", changes, secrets);
  std::string programs = gateway::print_calls(calls(up_before, down_before), runner_.has("setkey"));
  if (at_boot_) programs += "# At the next boot:\n" + gateway::print_calls({*at_boot_}, false);
  const OctetView more = as_octets(programs);
  script.insert(script.end(), more.begin(), more.end());
  if (context_->report.wants_json())
    context_->report.json()["script"] = as_text(script);
  else
    context_->environment.out(as_text(script));
  return 0;
}

Result<int> IpsecSession::apply() {
  TOUCHSTONE_TRY(const auto changes, gateway::compare(plan_, root_, context_->files, tree_files_));
  TOUCHSTONE_TRY(const auto up_before, policies_before(up_));
  TOUCHSTONE_TRY(const auto down_before, policies_before(down_));
  int code = tell(gateway::take_down(down_, down_before, runner_));
  TOUCHSTONE_TRY_VOID(gateway::apply(changes, context_->files, tree_files_));
  for (const gateway::Change& change : changes.list)
    context_->report.detail(gateway::describe(change));
  context_->report.json()["changes"] = changes.list.size();
  if (up_.empty()) return code;
  code = worse_exit(code, tell(gateway::bring_up(up_, up_before, runner_)));
  return guard(code);
}

/// 3 for a program that is missing, 8 for one that failed.
int IpsecSession::tell(const gateway::RunReport& report) {
  for (const std::string& fault : report.faults)
    context_->report.note("ipsec", fault);
  if (report.missing && !up_.empty())
    context_->report.note("ipsec",
                          "the files stand; what is missing takes effect at the next boot");
  if (report.missing) return static_cast<int>(ExitClass::file);
  return report.faults.empty() ? 0 : static_cast<int>(ExitClass::conflict);
}

/// Takes the policies away again unless somebody who is still connected says yes (OR-04).
Result<int> IpsecSession::guard(int code) {
  TOUCHSTONE_TRY(const auto seconds, context_->arguments.number("confirm", 1, 3600));
  if (!seconds || code != 0 || TOUCHSTONE_DEFECT("OR-04.no_guard")) return code;
  context_->report.note("ipsec",
                        fmt::format("type yes within {} s, or it is stopped again", *seconds));
  if (host::wait_for_yes(std::chrono::seconds(*seconds))) return code;
  plan_ = {};
  down_ = std::move(up_);
  up_.clear();
  for (const Connection& one : down_)
    plan_.remove(tree_.active_path(one.name));
  context_->report.note("ipsec", "not confirmed: stopped");
  TOUCHSTONE_TRY(const int stopped, apply());
  return stopped == 0 ? static_cast<int>(ExitClass::internal) : stopped;
}

}  // namespace touchstone::commands
