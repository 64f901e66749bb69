#include "conformance/adapters/reference/ipsec_operations.h"

#include <fmt/format.h>

#include <map>

#include "conformance/adapters/reference/ipsec_models.h"
#include "conformance/harness/base64.h"
#include "reference/base/files.h"
#include "reference/ipsec/config/ifup_plan.h"
#include "reference/ipsec/config/psk.h"
#include "reference/ipsec/config/racoon_edit.h"

namespace touchstone::conformance::adapters::reference {

namespace config = ipsec::config;

namespace {

config::Profile profile_of(const Json& args) {
  return text_argument(args, "profile") == "strict" ? config::Profile::strict
                                                    : config::Profile::daemon;
}

Json print_file_findings(const std::vector<config::FileFinding>& findings) {
  Findings list;
  for (const config::FileFinding& one : findings)
    list.push_back(one.finding);
  return print_findings(list);
}

/// `model` as `name` where the file is taken.
Response judged(bool taken, const std::vector<config::FileFinding>& findings, const char* name,
                Json model) {
  Response response = accepted({{"findings", print_file_findings(findings)}});
  response.obs[name] = std::move(model);
  if (taken) return response;
  response.status = harness::Status::reject;
  response.reject_class = RejectClass::syntax;
  return response;
}

/// The member `files`: names and octets. A pattern is a name, or ends with *.
class GivenFiles final : public config::FileView {
 public:
  explicit GivenFiles(const Json& files) {
    for (const auto& [name, octets] : files.items())
      files_[name] = harness::from_base64(octets.get<std::string>()).value_or(Octets());
  }

  Result<SecretOctets> read(const std::string& path, std::size_t limit) override {
    const auto found = files_.find(path);
    if (found == files_.end() || found->second.size() > limit)
      return fail(FileErrc::not_found, path);
    return SecretOctets(found->second.begin(), found->second.end());
  }
  std::vector<std::string> matches(const std::string& pattern) override {
    std::vector<std::string> names;
    for (const auto& [name, octets] : files_) {
      const bool star = pattern.ends_with('*');
      if (star ? name.starts_with(pattern.substr(0, pattern.size() - 1)) : name == pattern)
        names.push_back(name);
    }
    return names;
  }

 private:
  std::map<std::string, Octets> files_;
};

config::IfcfgReading read_interface(const Json& args) {
  const Octets ifcfg = octets_argument(args, "ifcfg_b64");
  Octets keys;
  config::IfcfgFiles files{.name = "ipsec0", .ifcfg = ifcfg};
  if (args.contains("keys_b64")) {
    keys = octets_argument(args, "keys_b64");
    files.keys = keys;
  }
  if (args.contains("keys_mode")) files.keys_mode = number_argument(args, "keys_mode");
  return config::read_ifcfg(files);
}

std::string base64(OctetView octets) {
  return harness::to_base64(octets);
}

}  // namespace

Response decode_racoon(const Json& args) {
  config::RacoonOptions options{.profile = profile_of(args)};
  GivenFiles files(args.value("files", Json::object()));
  if (args.contains("files")) options.includes.view = &files;
  const auto reading =
      config::read_racoon("racoon.conf", secret_argument(args, "octets_b64"), options);
  return judged(reading.accepted, reading.findings, "conf", print_model(reading.config));
}

Response format_racoon(const Json& args) {
  const auto reading = config::read_racoon("racoon.conf", secret_argument(args, "octets_b64"), {});
  const std::string text = config::print_racoon(reading.document.statements);
  return accepted({{"octets_b64", base64(as_octets(text))}});
}

Response include_racoon(const Json& args) {
  const Octets octets = octets_argument(args, "octets_b64");
  const std::string path = text_argument(args, "path");
  const std::string text = args.value("remove", false)
                               ? config::remove_include(as_text(octets), path)
                               : config::add_include(as_text(octets), path);
  return accepted({{"octets_b64", base64(as_octets(text))}});
}

Response decode_setkey(const Json& args) {
  const auto reading = config::read_setkey(secret_argument(args, "octets_b64"), profile_of(args));
  return judged(reading.accepted, reading.findings, "script", print_model(reading));
}

Response format_setkey(const Json& args) {
  const auto reading =
      config::read_setkey(secret_argument(args, "octets_b64"), config::Profile::strict);
  return accepted({{"octets_b64", base64(config::print_setkey(reading))}});
}

Response decode_psk(const Json& args) {
  std::optional<std::uint32_t> mode;
  if (args.contains("mode")) mode = number_argument(args, "mode");
  const auto reading =
      config::read_psk(octets_argument(args, "octets_b64"), profile_of(args), mode);
  Json rows = Json::array();
  for (const config::PskEntry& one : reading.entries)
    rows.push_back(Json::array({one.identifier, base64(one.key)}));
  return judged(reading.accepted, reading.findings, "rows", std::move(rows));
}

Response edit_psk(const Json& args) {
  const Octets text = octets_argument(args, "octets_b64");
  const std::string identifier = text_argument(args, "identifier");
  const SecretOctets edited =
      args.contains("key_b64") ? config::set_psk(text, identifier, octets_argument(args, "key_b64"))
                               : config::remove_psk(text, identifier);
  return accepted({{"octets_b64", base64(edited)}});
}

Response decode_ifcfg(const Json& args) {
  const auto reading = read_interface(args);
  return judged(reading.accepted, reading.findings, "interface", print_model(reading.interface));
}

Response plan_ifup(const Json& args) {
  const auto reading = read_interface(args);
  const auto self = config::parse_address(text_argument(args, "self"), config::AddressForm::exact);
  if (!self) throw BadRequest{"self is no address"};
  const Octets racoon = octets_argument(args, "racoon_b64");
  const auto plan = config::plan_ifup(reading.interface, *self, as_text(racoon),
                                      octets_argument(args, "psk_b64"));
  if (!plan) return judged(false, reading.findings, "plan", {});
  return accepted({{"peer_path", plan->peer_path},
                   {"peer_b64", base64(as_octets(plan->peer_text))},
                   {"racoon_b64", base64(as_octets(plan->racoon_conf))},
                   {"psk_b64", base64(plan->psk)},
                   {"script", plan->script}});
}

}  // namespace touchstone::conformance::adapters::reference
