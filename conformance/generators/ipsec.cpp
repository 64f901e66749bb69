#include "conformance/generators/ipsec.h"

#include <fmt/format.h>

#include <algorithm>

#include "conformance/generators/keyring.h"

namespace touchstone::conformance::generators {

namespace {

using oracle::ipsec::IfcfgInput;
using oracle::ipsec::PairEnd;
using oracle::ipsec::print_address;
using oracle::ipsec::print_policy;
using oracle::ipsec::RacoonConf;
using oracle::ipsec::RacoonIdentity;
using oracle::ipsec::RacoonProposal;
using oracle::ipsec::RacoonRemote;
using oracle::ipsec::RacoonSainfo;
using oracle::ipsec::read_address;
using oracle::ipsec::SetkeyAssociation;
using oracle::ipsec::SetkeyEnd;
using oracle::ipsec::SetkeyPolicy;
using oracle::ipsec::SetkeyReading;
using oracle::ipsec::SetkeyRequest;

template <std::size_t size>
const auto& one_of(const std::string_view (&list)[size]) {
  return list[draw_below(size)];
}

std::string draw_word() {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789-";
  std::string text(1, "abcxyz"[draw_below(6)]);
  for (std::uint32_t more = draw_below(8); more > 0; --more)
    text += letters[draw_below(static_cast<std::uint32_t>(letters.size()) - 1)];
  return text;
}

std::string draw_host(std::uint32_t net) {
  if (draw_below(6) == 0) return fmt::format("2001:db8::{:x}:{:x}", net + 1, draw_below(255) + 1);
  return fmt::format("10.{}.{}.{}", net, draw_below(256), draw_below(254) + 1);
}

std::uint64_t draw_life() {
  constexpr std::uint64_t bounds[] = {1, 59, 3600, 28800, 86400, 4294967295};
  return draw_bool() ? bounds[draw_below(6)] : 60 + draw_below(100000);
}

int draw_group() {
  constexpr int groups[] = {2, 5, 14, 15, 16, 17, 18};
  return groups[draw_below(7)];
}

void draw_cipher(int& number, std::uint32_t& bits) {
  switch (draw_below(5)) {
    case 0:
      number = 5;  // 3DES
      bits = 0;
      return;
    case 1:
      number = 3;  // Blowfish
      bits = 40 + 8 * draw_below(52);
      return;
    case 2:
      number = 8;  // Camellia
      break;
    default:
      number = 7;  // AES
      break;
  }
  bits = 128 + 64 * draw_below(3);
}

RacoonProposal draw_proposal(int group, bool by_key) {
  constexpr int hashes[] = {2, 4, 5, 6};
  RacoonProposal made;
  draw_cipher(made.cipher, made.key_bits);
  made.hash = hashes[draw_below(4)];
  made.method = by_key ? 1 : 3;
  made.group = group;
  if (draw_bool()) made.lifetime = draw_life();
  return made;
}

RacoonIdentity draw_peer_identity() {
  switch (draw_below(6)) {
    case 0:
      return {"fqdn", draw_word() + ".example"};
    case 1:
      return {"user_fqdn", draw_word() + "@example"};
    case 2:
      return {"keyid", draw_word()};
    case 3:
      return {"asn1dn", fmt::format("C=SE, O={}, CN={}", draw_word(), draw_word())};
    case 4:
      return {"address", fmt::format("192.0.2.{}", draw_below(256))};
    default:
      return {};
  }
}

RacoonRemote draw_remote(std::uint32_t net) {
  constexpr std::string_view checks[] = {"obey", "strict", "claim", "exact"};
  constexpr std::string_view nats[] = {"off", "on", "force"};
  constexpr std::string_view levels[] = {"off", "on", "require", "unique"};
  RacoonRemote made;
  made.address = draw_host(net);
  if (draw_below(4) == 0) made.name = fmt::format("{}{}", draw_word(), net);
  if (draw_below(4) == 0) made.port = 1 + draw_below(65535);
  if (draw_bool()) made.modes.emplace_back("main");
  if (draw_bool()) made.modes.emplace_back("aggressive");
  if (made.modes.empty()) made.modes.emplace_back("base");
  const bool by_key = draw_bool();
  const bool main_only = made.modes.size() == 1 && made.modes[0] == "main";
  if (!by_key || !main_only) made.mine = draw_peer_identity();
  if (!by_key) {
    made.certificate = draw_word() + ".pem";
    made.key = draw_word() + ".key";
  }
  for (std::uint32_t more = draw_below(3); more > 0; --more)
    made.peers.push_back(draw_peer_identity());
  made.verify_identifier = draw_bool();
  made.passive = draw_bool();
  made.nat = one_of(nats);
  made.check = one_of(checks);
  made.generate_policy = one_of(levels);
  made.nonce = draw_bool() ? 8 + draw_below(249) : 8 + 248 * draw_below(2);
  made.dpd_delay = draw_below(100);
  made.lifetime = draw_life();
  const int group = draw_group();
  for (std::uint32_t more = 1 + draw_below(3); more > 0; --more)
    made.proposals.push_back(draw_proposal(group, by_key));
  return made;
}

std::string draw_sainfo_end(std::uint32_t net) {
  constexpr std::uint32_t protocols[] = {6, 17, 132, 255, 255, 47};
  const std::uint32_t protocol = protocols[draw_below(6)];
  const std::uint32_t port = protocol == 6 || protocol == 17 ? draw_below(65536) : 0;
  switch (draw_below(4)) {
    case 0:
      return fmt::format("10.{}.{}.0/24[{}]{}", net, draw_below(256), port, protocol);
    case 1:
      return fmt::format("10.{0}.1.{1}-10.{0}.2.{1}[{2}]{3}", net, draw_below(256), port, protocol);
    case 2:
      return fmt::format("fqdn:{}.example", draw_word());
    default:
      return fmt::format("10.{}.{}.7/32[{}]{}", net, draw_below(256), port, protocol);
  }
}

RacoonSainfo draw_sainfo(std::uint32_t net) {
  RacoonSainfo made;
  made.local = draw_sainfo_end(net);
  made.peer = draw_sainfo_end(net + 100);
  if (draw_below(4) == 0) made.from = fmt::format("address:192.0.2.{}", draw_below(256));
  if (draw_bool()) made.pfs_group = draw_group();
  if (draw_below(4) == 0) made.remote_id = draw_below(1000);
  made.lifetime = draw_life();
  made.ciphers.emplace_back(12, 128 + 64 * draw_below(3));
  if (draw_bool()) made.ciphers.emplace_back(3, 0);
  if (draw_bool()) made.ciphers.emplace_back(7, 40 + 8 * draw_below(52));
  made.auths.emplace_back(2, 0);
  if (draw_bool()) made.auths.emplace_back(5 + static_cast<int>(draw_below(3)), 0);
  made.compressions.emplace_back(2, 0);
  return made;
}

}  // namespace

RacoonConf draw_racoon() {
  constexpr std::string_view logs[] = {"error", "warning", "notify", "info", "debug", "debug2"};
  RacoonConf conf;
  conf.log = one_of(logs);
  if (draw_bool()) conf.paths["pre_shared_key"] = "/etc/racoon/psk.txt";
  if (draw_bool()) conf.paths["certificate"] = "/etc/racoon/certs";
  if (draw_below(4) == 0) conf.listens.push_back(fmt::format("10.0.0.{}[500]", draw_below(255)));
  if (draw_below(4) == 0) conf.listens.push_back(fmt::format("10.0.0.{}[4500]n", draw_below(255)));
  const std::uint32_t remotes = 1 + draw_below(3);
  for (std::uint32_t i = 0; i < remotes; ++i)
    conf.remotes.push_back(draw_remote(i));
  const std::uint32_t sainfos = 1 + draw_below(3);
  for (std::uint32_t i = 0; i < sainfos; ++i)
    conf.sainfos.push_back(draw_sainfo(i));
  return conf;
}

std::string spread_racoon(const std::string& text) {
  constexpr std::string_view fillers[] = {" ", "\n", "\t", "# x; y {\n", " \n\t ", "#\n"};
  std::string out;
  bool quoted = false;
  bool comment = false;
  for (const char c : text) {
    comment = c != '\n' && (comment || (c == '#' && !quoted));
    if (comment) {
      out += c;
      continue;
    }
    if (c == '"') quoted = !quoted;
    const bool blank = c == ' ' || c == '\n' || c == '\t';
    const bool mark = c == ';' || c == '{' || c == '}';
    if (!quoted && blank) out += "\n" + std::string(one_of(fillers));
    if (!quoted && mark) out += one_of(fillers);
    out += c;
    if (!quoted && mark) out += one_of(fillers);
  }
  return out;
}

namespace {

SetkeyEnd draw_end(std::uint32_t net, bool network, bool ports) {
  SetkeyEnd made;
  const std::string text =
      network ? fmt::format("10.{}.0.0", net) : fmt::format("10.{}.0.{}", net, draw_below(254) + 1);
  made.address = read_address(text);
  made.prefix = network ? 16 : 32;
  if (ports) made.port = draw_bool() ? 1 + draw_below(65535) : 0;
  return made;
}

/// A policy out and its mirror.
void draw_policies(SetkeyReading& script, std::uint32_t net) {
  constexpr std::uint64_t protocols[] = {6, 17, 132, 255, 255, 1};
  const bool tunnel = draw_bool();
  SetkeyPolicy out;
  out.protocol = protocols[draw_below(6)];
  const bool ports = out.protocol == 6 || out.protocol == 17 || out.protocol == 132;
  out.from = draw_end(2 * net, tunnel, ports);
  out.to = draw_end(2 * net + 1, tunnel, ports);
  SetkeyRequest request;
  request.level = draw_bool() ? "require" : "unique";
  if (tunnel) {
    request.mode = "tunnel";
    request.from = read_address(fmt::format("192.0.2.{}", net + 1));
    request.to = read_address(fmt::format("198.51.100.{}", net + 1));
  }
  if (draw_below(4) != 0) out.requests.push_back(request);
  request.protocol = "ah";
  if (draw_bool() || out.requests.empty()) out.requests.push_back(request);
  SetkeyPolicy in = out;
  in.direction = "in";
  std::swap(in.from, in.to);
  for (SetkeyRequest& each : in.requests)
    std::swap(each.from, each.to);
  script.policies.push_back(std::move(out));
  script.policies.push_back(std::move(in));
}

void draw_association(SetkeyReading& script, const SetkeyPolicy& policy) {
  const SetkeyRequest& request = policy.requests[0];
  SetkeyAssociation made;
  made.from.address = request.from ? request.from : policy.from.address;
  made.to.address = request.to ? request.to : policy.to.address;
  made.protocol = request.protocol;
  made.spi = draw_bool() ? 256 + draw_below(100000) : 0xffffffff;
  made.mode = request.mode;
  if (made.protocol == "esp") {
    made.cipher = "aes-cbc";
    made.cipher_bits = 128 + 64 * draw_below(3);
  }
  made.auth = draw_bool() ? "hmac-sha1" : "hmac-sha2-256";
  made.auth_bits = made.auth == "hmac-sha1" ? 160 : 256;
  if (draw_bool()) {
    made.hard = 10 + draw_below(100000);
    made.soft = made.hard * 8 / 10;
  }
  script.associations.push_back(std::move(made));
}

std::string hex_key(std::size_t bits, std::uint64_t seed) {
  std::string text = "0x";
  for (std::size_t i = 0; i < bits / 8; ++i)
    text += fmt::format("{:02x}", (seed * 37 + i * 101 + 19) % 251);
  return text;
}

std::string print_association(const SetkeyAssociation& one) {
  std::string text = fmt::format("add {} {} {} {} -m {}", print_address(*one.from.address),
                                 print_address(*one.to.address), one.protocol, one.spi, one.mode);
  if (one.hard != 0) text += fmt::format(" -lh {} -ls {}", one.hard, one.soft);
  if (!one.cipher.empty())
    text += fmt::format(" -E {} {}", one.cipher, hex_key(one.cipher_bits, one.spi));
  if (!one.auth.empty())
    text += fmt::format(" -A {} {}", one.auth, hex_key(one.auth_bits, one.spi));
  return text + ";\n";
}

}  // namespace

SetkeyReading draw_setkey() {
  SetkeyReading script;
  const std::uint32_t pairs = 1 + draw_below(3);
  for (std::uint32_t net = 0; net < pairs; ++net)
    draw_policies(script, net);
  for (std::uint32_t more = draw_below(3); more > 0; --more)
    draw_association(script, script.policies[draw_below(2 * pairs)]);
  return script;
}

std::string print_setkey(const SetkeyReading& script) {
  std::string text = "flush;\nspdflush;\n";
  for (const SetkeyPolicy& one : script.policies)
    text += print_policy(one);
  for (const SetkeyAssociation& one : script.associations)
    text += print_association(one);
  return text;
}

std::string draw_psk_key() {
  constexpr std::string_view octets = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123456789.,:/@%+-_!=*";
  std::string key(1, 'k');
  for (std::uint32_t more = 15 + draw_below(25); more > 0; --more)
    key += octets[draw_below(static_cast<std::uint32_t>(octets.size()))];
  return key;
}

std::string draw_psk() {
  std::string text;
  std::uint32_t row = 0;
  for (std::uint32_t more = draw_below(8); more > 0; --more) {
    switch (draw_below(5)) {
      case 0:
        text += "# a comment\n";
        break;
      case 1:
        text += "\n";
        break;
      case 2:
        text += fmt::format("10.9.{}.1\t \t{}\n", ++row, draw_psk_key());
        break;
      case 3:
        text += fmt::format("host{}.example {}\n", ++row, hex_key(256, draw_below(1000)));
        break;
      default:
        text += fmt::format("10.8.{}.1 {} with blanks # {}\n", ++row, draw_psk_key(), draw_word());
        break;
    }
  }
  if (draw_bool() && !text.empty()) text.pop_back();
  return text;
}

IfcfgInput draw_ifcfg() {
  const auto quoted = [](const std::string& value) {
    switch (draw_below(3)) {
      case 0:
        return fmt::format("'{}'", value);
      case 1:
        return fmt::format("\"{}\"", value);
      default:
        return value;
    }
  };
  std::vector<std::string> lines = {"DST=" + quoted(fmt::format("10.1.{}.2", draw_below(256))),
                                    "TYPE=" + quoted("IPSEC"), "ONBOOT=yes", "IKE_METHOD=PSK"};
  if (draw_bool()) lines.push_back(fmt::format("SRC=10.0.0.{}", 1 + draw_below(254)));
  if (draw_bool()) {
    lines.push_back(fmt::format("SRCNET=10.20.{}.0/24", draw_below(256)));
    lines.push_back(fmt::format("DSTNET=10.30.{}.0/24", draw_below(256)));
  }
  if (draw_bool()) lines.push_back(fmt::format("IKE_DHGROUP={}", draw_group()));
  const std::uint32_t proto = draw_below(4);
  if (proto == 1) lines.emplace_back("AH_PROTO=none");
  if (proto == 2) lines.emplace_back("ESP_PROTO=none");
  if (proto == 3) lines.emplace_back("ESP_PROTO=aes");
  if (draw_bool()) lines.emplace_back("AESP_PROTO=sha1");
  if (draw_bool()) lines.emplace_back("# comment; with $(marks)");
  for (std::size_t left = lines.size(); left > 1; --left)
    std::swap(lines[left - 1], lines[draw_below(static_cast<std::uint32_t>(left))]);
  IfcfgInput input;
  for (const std::string& line : lines)
    input.ifcfg += line + (draw_below(4) == 0 ? " # why\n" : "\n");
  const std::string key = draw_psk_key();
  input.keys = fmt::format("IKE_PSK={}\n", draw_bool() ? "'" + key + " #" + key + "'" : key);
  input.keys_mode = draw_bool() ? 0600U : 0400U;
  return input;
}

std::pair<PairEnd, PairEnd> draw_pair() {
  PairEnd a;
  PairEnd b;
  a.address = fmt::format("192.0.2.{}", 1 + draw_below(254));
  b.address = fmt::format("198.51.100.{}", 1 + draw_below(254));
  const bool by_key = draw_bool();
  RacoonRemote remote;
  remote.modes = {draw_bool() ? "main" : "aggressive"};
  remote.lifetime = draw_life();
  remote.nat = "on";
  RacoonProposal proposal = draw_proposal(draw_group(), by_key);
  proposal.lifetime.reset();
  remote.proposals = {proposal};
  if (!by_key) {
    remote.certificate = "own.pem";
    remote.key = "own.key";
  }
  RacoonSainfo sainfo;
  sainfo.lifetime = draw_life();
  if (draw_bool()) sainfo.pfs_group = draw_group();
  sainfo.ciphers = {{12, 128 + 64 * draw_below(2)}};
  sainfo.auths = {{2, 0}};
  sainfo.compressions = {{2, 0}};
  for (PairEnd* end : {&a, &b}) {
    end->racoon.remotes = {remote};
    end->racoon.sainfos = {sainfo};
  }
  a.racoon.remotes[0].address = b.address;
  b.racoon.remotes[0].address = a.address;
  const std::string key = draw_psk_key();
  a.keys = {{b.address, key}};
  b.keys = {{a.address, key}};
  const bool tunnel = draw_bool();
  SetkeyPolicy out;
  out.from = {read_address(tunnel ? "10.1.0.0" : a.address), tunnel ? 16U : 32U, 0};
  out.to = {read_address(tunnel ? "10.2.0.0" : b.address), tunnel ? 16U : 32U, 0};
  SetkeyRequest request{"esp", tunnel ? "tunnel" : "transport", {}, {}, "require"};
  if (tunnel) {
    request.from = read_address(a.address);
    request.to = read_address(b.address);
  }
  out.requests = {request};
  SetkeyPolicy in = out;
  in.direction = "in";
  std::swap(in.from, in.to);
  std::swap(in.requests[0].from, in.requests[0].to);
  a.policies = {out, in};
  b.policies = {out, in};
  std::swap(b.policies[0].direction, b.policies[1].direction);
  return {a, b};
}

}  // namespace touchstone::conformance::generators
