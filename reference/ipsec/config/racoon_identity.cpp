// Identifiers and the files that a remote names.

#include <algorithm>

#include "reference/base/defect.h"
#include "reference/base/octets.h"
#include "reference/ipsec/config/racoon_builder.h"

namespace touchstone::ipsec::config {
namespace {

struct Attribute {
  std::string_view name;
  std::size_t least, most;  ///< octets of a value, by the upper bounds of RFC 5280 appendix A
};
// Short and long names as OpenSSL spells them.
constexpr Attribute attributes[] = {
    {"C", 2, 2},
    {"countryName", 2, 2},
    {"ST", 1, 128},
    {"stateOrProvinceName", 1, 128},
    {"L", 1, 128},
    {"localityName", 1, 128},
    {"O", 1, 64},
    {"organizationName", 1, 64},
    {"OU", 1, 64},
    {"organizationalUnitName", 1, 64},
    {"CN", 1, 64},
    {"commonName", 1, 64},
    {"SN", 1, 32768},
    {"surname", 1, 32768},
    {"GN", 1, 32768},
    {"givenName", 1, 32768},
    {"title", 1, 32768},
    {"initials", 1, 32768},
    {"DC", 1, 32768},
    {"domainComponent", 1, 32768},
    {"UID", 1, 32768},
    {"userId", 1, 32768},
    {"name", 1, 32768},
    {"description", 1, 32768},
    {"street", 1, 32768},
    {"streetAddress", 1, 32768},
    {"serialNumber", 1, 64},
    {"emailAddress", 1, 128},
    {"dnQualifier", 0, 32768},
    {"generationQualifier", 0, 32768},
    {"postalCode", 0, 32768},
    {"unstructuredName", 1, 32768},
};

/// One `name=value` of a distinguished name.
bool is_attribute(std::string_view part) {
  const std::size_t equals = part.find('=');
  if (equals == std::string_view::npos) return false;
  const std::string_view name = part.substr(0, equals);
  const std::size_t size = part.size() - equals - 1;
  const bool dotted = !name.empty() && name.find_first_not_of("0123456789.") == name.npos &&
                      name.find('.') != name.npos;
  if (dotted) return true;
  const auto* row = std::ranges::find(attributes, name, &Attribute::name);
  return row != std::end(attributes) && size >= row->least && size <= row->most;
}

/// Parts are cut at commas and slashes; blanks before a part do not count.
bool is_distinguished_name(std::string_view text) {
  if (text.starts_with('~')) return from_hex(text.substr(1)).has_value() && text.size() > 1;
  while (true) {
    const std::size_t cut = text.find_first_of(",/");
    if (!is_attribute(text.substr(0, cut))) return false;
    if (cut == std::string_view::npos) return true;
    text.remove_prefix(cut + 1);
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  }
}

IdType id_type(std::string_view word) {
  constexpr std::string_view names[] = {"user_fqdn", "fqdn",   "keyid",
                                        "address",   "subnet", "asn1dn"};
  return static_cast<IdType>(std::ranges::find(names, word) - std::begin(names));
}

/// A PEM block that begins and ends and has something between; what it holds is another matter.
bool has_pem(std::string_view text, std::string_view kind) {
  const std::size_t begin = text.find("-----BEGIN ");
  if (begin == std::string_view::npos) return false;
  const std::size_t label = text.find(kind, begin);
  const std::size_t end = text.find("-----END ", begin);
  return label != std::string_view::npos && end != std::string_view::npos && label < end &&
         end > label + kind.size() + 10;
}

}  // namespace

/// `<id-type> [<id-form>] [value]`.
Identity RacoonBuilder::identity(std::span<const Word> words) {
  Identity made;
  made.type = id_type(words[0].text);
  made.tag = words.size() > 1 && words[1].text == "tag" && words[1].kind != terminals().string;
  const Word& last = words.back();
  const bool has_value =
      words.size() > 1 && (last.kind == terminals().string || last.kind == terminals().address);
  if (has_value)
    identity_value(made, last);
  else if (made.type == IdType::fqdn || made.type == IdType::user_fqdn)
    log_->note(Rule::rc_identity, last.place, "expected a name after the type");
  return made;
}

void RacoonBuilder::identity_value(Identity& made, const Word& value) {
  made.value = value.text;
  switch (made.type) {
    case IdType::fqdn:
    case IdType::user_fqdn:
      if (value.text.empty()) log_->note(Rule::rc_identity, value.place, "expected a name");
      return;
    case IdType::keyid: {
      FileView* view = options_->includes.view;
      if (!made.tag && view != nullptr &&
          !view->read(std::string(c_text(value.text)), max_racoon_file))
        log_->note(Rule::rc_key_id, value.place);
      return;
    }
    case IdType::address:
      made.address = address(value);
      return;
    case IdType::asn1dn:
      if (!is_distinguished_name(value.text) && !TOUCHSTONE_DEFECT("RF-07.any_dn"))
        log_->note(Rule::rc_dn, value.place);
      return;
    case IdType::subnet:
      return;
  }
}

std::string RacoonBuilder::in_folder(std::string_view kind, std::string_view name) const {
  if (name.starts_with('/')) return std::string(name);
  const auto found = config_.paths.find(std::string(kind));
  const std::string folder = found == config_.paths.end() ? "/etc/racoon/certs" : found->second;
  return folder + "/" + std::string(name);
}

bool RacoonBuilder::certificate(const Word& name) {
  FileView* view = options_->includes.view;
  if (view == nullptr) return true;
  const auto text = view->read(in_folder("certificate", c_text(name.text)), max_racoon_file);
  if (text && (has_pem(as_text(*text), "CERTIFICATE") || TOUCHSTONE_DEFECT("CE-07.any_file")))
    return true;
  log_->note(Rule::rc_cert_file, name.place);
  return false;
}

bool RacoonBuilder::plain_key(const Word& name) {
  FileView* view = options_->includes.view;
  if (view == nullptr) return true;
  const auto text = view->read(in_folder("certificate", c_text(name.text)), max_racoon_file);
  const std::string_view octets = text ? as_text(*text) : std::string_view();
  const bool plain = octets.find("RSA") != octets.npos || octets.find("PUB") != octets.npos;
  if (!plain) log_->note(Rule::rc_cert_file, name.place);
  return plain;
}

}  // namespace touchstone::ipsec::config
