#include "reference/mediagateway/ipsec_files.h"

#include <fmt/format.h>

#include "reference/base/defect.h"
#include "reference/ipsec/config/words_of_line.h"

namespace touchstone::mediagateway {
namespace {

namespace config = ipsec::config;

/// The algorithms of a profile as racoon.conf spells them (MO-12).
struct Algorithms {
  std::string_view cipher, hash, group, auth;
};

Algorithms algorithms_of(const Connection& connection) {
  if (connection.profile == "modern" && !TOUCHSTONE_DEFECT("MO-12.profile"))
    return {"aes 256", "sha256", "14", "hmac_sha256"};
  return {"aes 128", "sha1", "2", "hmac_sha1"};
}

std::string print_remote(const Connection& connection) {
  const bool signs = connection.method == config::IkeMethod::x509;
  const Algorithms chosen = algorithms_of(connection);
  const std::string identity =
      signs ? fmt::format(
                  "\tmy_identifier asn1dn;\n"
                  "\tpeers_identifier asn1dn;\n"
                  "\tcertificate_type x509 \"{}\" \"{}\";\n"
                  "\tca_type x509 \"{}\";\n",
                  ipsec_places::certificate, ipsec_places::private_key, ipsec_places::ca)
            : std::string("\tmy_identifier address;\n");
  return fmt::format(
      "remote {}\n"
      "{{\n"
      "\texchange_mode main;\n"
      "{}"
      "\tproposal_check claim;\n"
      "\tlifetime time 8 hour;\n"
      "\tproposal {{\n"
      "\t\tencryption_algorithm {};\n"
      "\t\thash_algorithm {};\n"
      "\t\tauthentication_method {};\n"
      "\t\tdh_group {};\n"
      "\t}}\n"
      "}}\n",
      config::print_address(*connection.destination), identity, chosen.cipher, chosen.hash,
      signs ? "rsasig" : "pre_shared_key", chosen.group);
}

std::string print_end(const std::optional<config::Network>& network, const config::Address& address,
                      std::uint32_t port, std::uint32_t protocol) {
  std::string text = "address " + config::print_address(network ? network->address : address);
  if (network) text += fmt::format("/{}", network->prefix);
  if (port != 0) text += fmt::format("[{}]", port);
  return text + (protocol == 255 ? std::string(" any") : fmt::format(" {}", protocol));
}

std::string print_sainfo(const Connection& connection) {
  const Algorithms chosen = algorithms_of(connection);
  return fmt::format(
      "sainfo {} {}\n"
      "{{\n"
      "\tpfs_group {};\n"
      "\tlifetime time 1 hour;\n"
      "\tencryption_algorithm {};\n"
      "\tauthentication_algorithm {};\n"
      "\tcompression_algorithm deflate;\n"
      "}}\n",
      print_end(connection.source_network, *connection.source, connection.source_port,
                connection.protocol),
      print_end(
          TOUCHSTONE_DEFECT("MO-04.peer_alone") ? std::nullopt : connection.destination_network,
          *connection.destination, connection.destination_port, connection.protocol),
      chosen.group, chosen.cipher, chosen.auth);
}

}  // namespace

std::string print_common_file() {
  return fmt::format(
      "# Common settings for IPsec. Made by ipsec; what is changed by hand stays.\n"
      "path include \"{}\";\n"
      "path pre_shared_key \"{}\";\n"
      "path certificate \"{}\";\n",
      ipsec_places::folder, ipsec_places::psk, ipsec_places::certificates);
}

std::string print_peer_file(const Connection& connection) {
  return fmt::format("# Made by ipsec for {}. Life times and algorithms may be changed by hand.\n",
                     connection.name) +
         print_remote(connection) + "\n" + print_sainfo(connection);
}

FileContent psk_content(const std::string& source, OctetView old, OctetView wanted) {
  FileContent content;
  std::string_view text = as_text(wanted);
  std::size_t from = 0;  // in old
  while (!text.empty()) {
    const std::string_view line = text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
    text.remove_prefix(line.size());
    std::size_t at = as_text(old).find(line, from);
    while (at != std::string_view::npos && at != 0 && as_text(old)[at - 1] != '\n')
      at = as_text(old).find(line, at + 1);
    if (line.back() != '\n') {  // the last line of a file that somebody else wrote
      content.secret(as_octets(line));
      continue;
    }
    if (at == std::string_view::npos) {
      const std::size_t key = std::min(line.find(' ') + 1, line.size());
      content.text(line.substr(0, key));
      content.secret(as_octets(line.substr(key, line.size() - key - 1)));
      content.text("\n");
      continue;
    }
    content.file(source, old.subspan(at, line.size()), at);
    from = at + line.size();
  }
  return content;
}

}  // namespace touchstone::mediagateway
