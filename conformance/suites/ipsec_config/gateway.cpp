#include "conformance/suites/ipsec_config/gateway.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "conformance/suites/ipsec_config/support.h"

namespace touchstone::conformance::suites::ipsec_config {

/// fixtures/pki/mgu, embedded.
std::string_view pem_ca();
std::string_view pem_client();
std::string_view pem_client_key();

namespace {

using harness::FileState;
using oracle::ipsec::EtcFile;
using oracle::ipsec::EtcTree;
using oracle::ipsec::GatewayWish;

constexpr std::string_view scripts = "etc/sysconfig/network-scripts";

/// Notes its words and, as setkey, its commands; says what the file SAYS.NAME holds.
constexpr std::string_view program = R"(#!/bin/sh
name=${0##*/}
copy() { while IFS= read -r line || [ -n "$line" ]; do echo "< $line"; done; }
{
  echo "= $name $*"
  case "$name $*" in
    "setkey "*-c*) copy ;;
    "setkey -f "*) copy < "$2" ;;
  esac
} >> "FOLDER/notes"
case "$*" in *isakmp*) says=isakmp ;; *ipsec*) says=ipsec ;; *) says=none ;; esac
[ ! -f "FOLDER/says.$name.$says" ] || while IFS= read -r line; do
  printf '%s\n' "$line"
done < "FOLDER/says.$name.$says"
exit 0
)";

std::string program_text(const std::string& folder) {
  std::string text(program);
  for (auto at = text.find("FOLDER"); at != std::string::npos; at = text.find("FOLDER"))
    text.replace(at, 6, folder);
  return text;
}

EtcFile::Kind kind_of(FileState::Kind kind) {
  switch (kind) {
    case FileState::Kind::regular:
      return EtcFile::Kind::regular;
    case FileState::Kind::directory:
      return EtcFile::Kind::folder;
    case FileState::Kind::symbolic_link:
      return EtcFile::Kind::link;
    case FileState::Kind::other:
      break;
  }
  return EtcFile::Kind::other;
}

std::string show(const EtcFile& file) {
  return fmt::format("mode {:04o}, {} octets", file.mode, file.text.size());
}

/// The first difference between two trees, folders left out: one that is empty is no file.
std::string difference(const EtcTree& wanted, const EtcTree& found) {
  for (const auto& [name, one] : wanted) {
    if (one.kind == EtcFile::Kind::folder) continue;
    const auto there = found.find(name);
    if (there == found.end()) return fmt::format("/etc/{} is missing", name);
    if (there->second != one)
      return fmt::format("/etc/{}: {} for {}", name, show(there->second), show(one));
  }
  for (const auto& [name, one] : found)
    if (one.kind != EtcFile::Kind::folder && !wanted.contains(name))
      return fmt::format("/etc/{} is there", name);
  return {};
}

}  // namespace

Gateway::Gateway(CaseContext& ctx) : ctx_(ctx) {
  ctx.start_afresh();
  for (const char* name : {"etc", "etc/sysconfig", scripts.data(), "sbin", "run"})
    ctx.sandbox().make_folder(name, 0755);
  const std::string text = program_text(ctx.sandbox().folder().string());
  for (const char* name : {"sbin/setkey", "sbin/racoon", "sbin/racoonctl"})
    ctx.sandbox().write(name, text, 0755);
  write("etc/protocols", "icmp 1 ICMP\ntcp 6 TCP\nudp 17 UDP\nesp 50 IPSEC-ESP\nsctp 132 SCTP\n");
  write("etc/services", "ssh 22/tcp\nhttp 80/tcp www # World Wide Web\n");
  write(fmt::format("{}/ifcfg-eth0", scripts), "DEVICE=eth0\nIPADDR=192.168.1.100\nONBOOT=yes\n");
  take_as_given();
}

Response Gateway::run(const Words& argv, const Words& lines, unsigned umask) {
  return ctx_.call("cmd.ipsec", {{"argv", argv}, {"lines", lines}, {"umask", umask}});
}

Response Gateway::create(const generators::CreateLine& line) {
  for (const auto& key : {line.wish.source_key, line.wish.destination_key})
    if (key) ctx_.secret(as_octets(*key));
  if (line.installs || line.needs_certificates) write_certificates();
  if (line.needs_certificates) {
    const Response installed =
        run({"--install-certs", "--ca-cert-file=ca.pem", "--cert-file-public=mgu.pem",
             "--cert-file-private=mgu_key.pem"});
    if (!installed.ok()) return installed;
  }
  if (!line.key_in_file.empty()) write("peer.key", line.key_in_file + "\n", 0600);
  if (!line.own_key_in_file.empty()) write("own.key", line.own_key_in_file + "\n", 0600);
  ctx_.counterexample("argv", Json(line.argv));
  return run(line.argv, {}, line.umask);
}

generators::CreateLine Gateway::plain(unsigned number) const {
  return generators::create_line(generators::CoveringRow(generators::switch_count, 0), 1 + number,
                                 number);
}

void Gateway::write(std::string_view name, std::string_view text, unsigned mode) {
  ctx_.sandbox().write(name, text, mode);
}

void Gateway::write_certificates() {
  write("ca.pem", pem_ca());
  write("mgu.pem", pem_client());
  write("mgu_key.pem", pem_client_key(), 0600);
  const std::string_view key = pem_client_key();
  const auto line = key.find('\n', key.find('\n') + 1) + 1;
  ctx_.secret(as_octets(key.substr(line, 48)));
}

void Gateway::let_racoonctl_say(std::string_view what, std::string_view text) {
  write(fmt::format("says.racoonctl.{}", what), text);
}

EtcTree Gateway::tree() const {
  EtcTree tree;
  for (const auto& [name, state] : ctx_.sandbox().snapshot())
    if (name.starts_with("etc/")) {
      const bool link = state.kind == FileState::Kind::symbolic_link;
      tree[name.substr(4)] = {kind_of(state.kind), link ? 0 : state.mode,
                              link ? state.sha256 : std::string(as_text(state.content))};
    }
  return tree;
}

std::string Gateway::notes() const {
  return std::string(as_text(ctx_.sandbox().read("notes")));
}

oracle::ipsec::PolicyTable& Gateway::policies() {
  const std::string all = notes();
  std::istringstream lines(all.substr(read_));
  read_ = all.size();
  std::string script;
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("< ")) script += line.substr(2) + "\n";
  if (!oracle::ipsec::apply_script(policies_, script))
    ctx_.counterexample("script", as_octets(script));
  return policies_;
}

bool Gateway::was_told(std::string_view words) const {
  return notes().find(fmt::format("= {}", words)) != std::string::npos;
}

void Gateway::expect_none(const Judged& judged, const oracle::ipsec::GatewayFaults& faults) {
  for (const auto& fault : faults)
    if (std::ranges::find(judged, fault.requirement) != judged.end())
      ctx_.fail(fault.requirement, fault.expected, fault.observed);
}

void Gateway::expect_tree(const Judged& judged, const std::vector<GatewayWish>& wishes) {
  const bool link = ctx_.reading("Y-03") == "A";
  expect_none(judged, oracle::ipsec::judge_gateway_tree(before_, wishes, tree(), link));
}

void Gateway::expect_policies(const Judged& judged, const std::vector<GatewayWish>& active) {
  expect_none(judged, oracle::ipsec::judge_policies(active, policies()));
}

void Gateway::expect_same(std::string_view requirement, const EtcTree& wanted) {
  const std::string differs = difference(wanted, tree());
  ctx_.expect(differs.empty(), requirement, "the same files, modes and contents", differs);
}

void Gateway::expect_refused(std::string_view requirement, const Words& argv,
                             std::initializer_list<int> codes, const Words& lines) {
  const auto found = ctx_.sandbox().snapshot();
  ctx_.counterexample("argv", Json(argv));
  const Response response = run(argv, lines);
  ctx_.expect_exit(response, requirement, codes);
  ctx_.expect_unchanged(found, requirement);
  expect_nothing_started(requirement, response);
}

void Gateway::expect_nothing_started(std::string_view requirement, const Response& response) {
  for (const Json& words : response.obs.value("executed", Json::array()))
    for (const char* name : {"/setkey", "/racoon", "/racoonctl"}) {
      const bool started = std::ranges::any_of(words, [&](const Json& word) {
        return fmt::format("/{}", word.get<std::string>()).ends_with(name);
      });
      ctx_.expect(!started, requirement, "neither setkey nor racoon nor racoonctl is started",
                  std::string(name + 1));
    }
}

void add_gateway_case(harness::Registry& registry, std::string id, Judged requirements,
                      std::string title, std::function<void(CaseContext&)> body, bool extended) {
  std::vector<std::string> needs = {"cmd.ipsec"};
  if (extended) needs.emplace_back("ipsec.extended");
  add_case(registry, std::move(id), std::move(requirements), std::move(needs), std::move(title),
           std::move(body));
}

}  // namespace touchstone::conformance::suites::ipsec_config
