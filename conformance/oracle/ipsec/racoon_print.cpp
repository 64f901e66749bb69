#include <fmt/format.h>

#include "conformance/oracle/ipsec/racoon_conf.h"

namespace touchstone::conformance::oracle::ipsec {

namespace {

Json identity_json(const RacoonIdentity& one) {
  return {{"type", one.type}, {"value", one.value ? Json(*one.value) : Json()}};
}

Json remote_json(const RacoonRemote& one) {
  Json proposals = Json::array();
  for (const RacoonProposal& each : one.proposals)
    proposals.push_back({{"cipher", each.cipher},
                         {"key_bits", each.key_bits},
                         {"hash", each.hash},
                         {"method", each.method},
                         {"group", each.group},
                         {"lifetime", each.lifetime.value_or(one.lifetime)}});
  Json peers = Json::array();
  for (const RacoonIdentity& each : one.peers)
    peers.push_back(identity_json(each));
  return {{"name", one.name},
          {"address", one.address},
          {"port", one.port},
          {"modes", one.modes},
          {"mine", identity_json(one.mine)},
          {"peers", peers},
          {"verify_identifier", one.verify_identifier},
          {"passive", one.passive},
          {"nat", one.nat},
          {"check", one.check},
          {"generate_policy", one.generate_policy},
          {"nonce", one.nonce},
          {"dpd_delay", one.dpd_delay},
          {"certificate", one.certificate},
          {"key", one.key},
          {"proposals", proposals}};
}

std::string print_identity(std::string_view word, const RacoonIdentity& one) {
  const std::string value = !one.value              ? ""
                            : one.type == "address" ? " " + *one.value
                                                    : fmt::format(" \"{}\"", *one.value);
  const std::string tag = one.type == "keyid" && one.value ? " tag" : "";
  return fmt::format("\t{} {}{}{};\n", word, one.type, tag, value);
}

std::string print_cipher(RacoonClass place, int number, std::uint32_t bits) {
  const std::string name = racoon_name(place, number);
  return bits == 0 ? name : fmt::format("{} {}", name, bits);
}

std::string print_proposal(const RacoonProposal& one) {
  std::string text = fmt::format(
      "\tproposal {{\n\t\tencryption_algorithm {};\n\t\thash_algorithm {};\n"
      "\t\tauthentication_method {};\n\t\tdh_group {};\n",
      print_cipher(RacoonClass::cipher, one.cipher, one.key_bits),
      racoon_name(RacoonClass::hash, one.hash), racoon_name(RacoonClass::method, one.method),
      one.group % 2 == 0 ? std::to_string(one.group) : racoon_name(RacoonClass::group, one.group));
  if (one.lifetime) text += fmt::format("\t\tlifetime time {} sec;\n", *one.lifetime);
  return text + "\t}\n";
}

std::string print_remote(const RacoonRemote& one) {
  std::string text = one.name.empty() ? fmt::format("remote {}", one.address)
                                      : fmt::format("remote \"{}\"", one.name);
  const std::string port = one.port == 500 ? "" : fmt::format(" [{}]", one.port);
  text += (one.name.empty() ? port : "") + " {\n";
  if (!one.name.empty() && one.address != "anonymous")
    text += fmt::format("\tremote_address {}{};\n", one.address, port);
  text += "\texchange_mode";
  for (std::size_t i = 0; i < one.modes.size(); ++i)
    text += (i == 0 ? " " : ", ") + one.modes[i];
  text += ";\n" + print_identity("my_identifier", one.mine);
  for (const RacoonIdentity& each : one.peers)
    text += print_identity("peers_identifier", each);
  if (!one.certificate.empty())
    text += fmt::format("\tcertificate_type x509 \"{}\" \"{}\";\n", one.certificate, one.key);
  const auto flag = [&](std::string_view word, bool on) {
    if (on) text += fmt::format("\t{} on;\n", word);
  };
  flag("verify_identifier", one.verify_identifier);
  flag("passive", one.passive);
  text += fmt::format(
      "\tnat_traversal {};\n\tproposal_check {};\n\tgenerate_policy {};\n\tnonce_size {};\n"
      "\tdpd_delay {};\n\tlifetime time {} sec;\n",
      one.nat, one.check, one.generate_policy, one.nonce, one.dpd_delay, one.lifetime);
  for (const RacoonProposal& each : one.proposals)
    text += print_proposal(each);
  return text + "}\n";
}

/// `10.0.0.0/24[80]6` as `address 10.0.0.0/24[80] 6`; other ends stand as they are.
std::string print_end(const std::string& end) {
  const auto bracket = end.find('[');
  if (bracket == std::string::npos) {
    const auto colon = end.find(':');
    if (colon == std::string::npos) return end;
    return fmt::format("{} \"{}\"", end.substr(0, colon), end.substr(colon + 1));
  }
  const auto close = end.find(']');
  const std::string port = end.substr(bracket + 1, close - bracket - 1);
  const std::string protocol = end.substr(close + 1);
  return fmt::format("address {}{} {}", end.substr(0, bracket), port == "0" ? "" : "[" + port + "]",
                     protocol == "255" ? "any" : protocol);
}

std::string print_list(std::string_view word, RacoonClass place,
                       const std::vector<RacoonTransform>& list) {
  std::string text = fmt::format("\t{}", word);
  for (std::size_t i = 0; i < list.size(); ++i)
    text += (i == 0 ? " " : ", ") + print_cipher(place, list[i].first, list[i].second);
  return text + ";\n";
}

std::string print_sainfo(const RacoonSainfo& one) {
  std::string text = "sainfo " + print_end(one.local);
  if (one.local != "anonymous" || one.peer != "anonymous") text += " " + print_end(one.peer);
  if (!one.from.empty()) {
    const auto colon = one.from.find(':');
    const std::string type = one.from.substr(0, colon);
    const std::string value = one.from.substr(colon + 1);
    text += fmt::format(" from {} {}", type, type == "address" ? value : "\"" + value + "\"");
  }
  text += " {\n";
  if (one.pfs_group != 0) text += fmt::format("\tpfs_group {};\n", one.pfs_group);
  if (one.remote_id != 0) text += fmt::format("\tremoteid {};\n", one.remote_id);
  text += fmt::format("\tlifetime time {} sec;\n", one.lifetime);
  text += print_list("encryption_algorithm", RacoonClass::esp, one.ciphers);
  text += print_list("authentication_algorithm", RacoonClass::auth, one.auths);
  return text + print_list("compression_algorithm", RacoonClass::compression, one.compressions) +
         "}\n";
}

}  // namespace

void to_json(Json& json, const RacoonConf& conf) {
  Json remotes = Json::array();
  for (const RacoonRemote& one : conf.remotes)
    remotes.push_back(remote_json(one));
  Json sainfos = Json::array();
  for (const RacoonSainfo& one : conf.sainfos)
    sainfos.push_back({{"local", one.local},
                       {"peer", one.peer},
                       {"from", one.from},
                       {"pfs_group", one.pfs_group},
                       {"lifetime", one.lifetime},
                       {"remote_id", one.remote_id},
                       {"ciphers", one.ciphers},
                       {"auths", one.auths},
                       {"compressions", one.compressions}});
  json = {{"paths", conf.paths},     {"log", conf.log},    {"includes", conf.includes},
          {"listens", conf.listens}, {"remotes", remotes}, {"sainfos", sainfos}};
}

std::string print_racoon(const RacoonConf& conf) {
  std::string text;
  for (const auto& [word, value] : conf.paths)
    text += fmt::format("path {} \"{}\";\n", word, value);
  text += fmt::format("log {};\n", conf.log);
  if (!conf.listens.empty()) text += "listen {\n";
  for (const std::string& one : conf.listens) {
    const bool natt = one.ends_with('n');
    const auto end = one.find('[');
    text += fmt::format("\t{} {} {};\n", natt ? "isakmp_natt" : "isakmp", one.substr(0, end),
                        one.substr(end, one.size() - end - (natt ? 1 : 0)));
  }
  if (!conf.listens.empty()) text += "}\n";
  for (const RacoonRemote& one : conf.remotes)
    text += print_remote(one);
  for (const RacoonSainfo& one : conf.sainfos)
    text += print_sainfo(one);
  return text;
}

}  // namespace touchstone::conformance::oracle::ipsec
