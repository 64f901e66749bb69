#include "reference/kms/generate.h"

#include <fmt/format.h>

#include <algorithm>

#include "reference/base/defect.h"
#include "reference/base/durable_write.h"
#include "reference/crypto/digest.h"
#include "reference/keyring/gateway_key_file.h"
#include "reference/keyring/keyring_file.h"
#include "reference/keyring/kgf.h"
#include "reference/keyring/network_keys.h"
#include "reference/kms/audit.h"
#include "reference/kms/errc.h"
#include "reference/kms/master.h"
#include "reference/kms/private_key.h"

namespace touchstone::kms {
namespace {

using keyring::NetworkKeys;

NetworkKcvs kcvs_of(const NetworkKeys& network) {
  return {.base = keyring::aes_kcv(network.base.view()),
          .gateway = keyring::des3_kcv(network.gateway.view()),
          .gateway_cdld = keyring::aes_kcv(network.gateway_cdld.view())};
}

/// The keys that a run works with.
struct RsaKeys {
  crypto::RsaPrivateKey signer;
  SecretOctets new_pem;  ///< empty without --new-key
};

class Generate {
 public:
  Generate(Machine& machine, const GenerateRequest& request, Findings& findings)
      : machine_(machine), request_(request), findings_(findings) {}

  Result<GenerateAnswer> run() {
    TOUCHSTONE_TRY_VOID(keyring::check_kdf(request_.kdf));
    TOUCHSTONE_TRY_VOID(check_names());
    TOUCHSTONE_TRY_VOID(check_places());
    TOUCHSTONE_TRY(RsaKeys keys, read_or_make_keys());
    answer_.signer_spki_sha256 = keys.signer.public_key().spki_sha256();
    if (request_.dry_run && !TOUCHSTONE_DEFECT("KU-18.dry_run_makes")) return dry_run();
    TOUCHSTONE_TRY(const std::unique_ptr<FileLock> lock,
                   located(request_.master, machine_.files.lock(lock_name(request_.master))));
    TOUCHSTONE_TRY(const bool undone, undo_unfinished(machine_.files, request_.master));
    if (undone) answer_.repairs.emplace_back("what a killed run left was removed");
    TOUCHSTONE_TRY(const NetworkKeys network,
                   request_.reexport ? existing_network() : new_network());
    TOUCHSTONE_TRY_VOID(write(keys, network));
    answer_.kcvs = kcvs_of(network);
    return std::move(answer_);
  }

 private:
  [[nodiscard]] std::string signature_name() const {
    if (TOUCHSTONE_DEFECT("GW-06.stem_of_name"))
      return request_.output.substr(0, request_.output.rfind('.')) + ".sig";
    return request_.output + ".sig";
  }

  /// The files of the set, the master last: its place is the name of the set.
  [[nodiscard]] std::vector<std::string> outputs() const {
    std::vector<std::string> names;
    if (request_.new_key) names.push_back(request_.key);
    names.push_back(request_.output);
    names.push_back(signature_name());
    if (!request_.reexport) names.push_back(request_.master);
    return names;
  }

  /// KU-26: no two roles for one file.
  Result<void> check_names() {
    std::vector<std::string> names = {request_.master, request_.output, signature_name(),
                                      request_.key};
    for (std::string& name : names)
      name = machine_.files.absolute(name);
    std::ranges::sort(names);
    const auto twice = std::ranges::adjacent_find(names);
    if (twice != names.end() && !TOUCHSTONE_DEFECT("KU-26.one_file_twice"))
      return located(*twice, Result<void>(fail(Errc::same_file)));
    return {};
  }

  /// KU-16 before anybody is asked anything. A set that a killed run left is not in the way.
  Result<void> check_places() {
    const bool unfinished = machine_.files.info(journal_name(request_.master)).has_value();
    answer_.files = outputs();
    for (const std::string& name : answer_.files) {
      const Result<FileInfo> info = machine_.files.info(name);
      const bool may_replace =
          (request_.force || TOUCHSTONE_DEFECT("KU-16.overwritten")) && name != request_.key;
      if (info && info->kind != FileInfo::Kind::regular)
        return located(name, Result<void>(fail(FileErrc::not_regular)));
      if (info && !may_replace && !unfinished)
        return located(name, Result<void>(fail(FileErrc::exists)));
    }
    return {};
  }

  Result<RsaKeys> read_or_make_keys() {
    SecretOctets pem;
    if (request_.new_key) machine_.progress.step("making an RSA key of 3072 bits");
    TOUCHSTONE_TRY(crypto::RsaPrivateKey key,
                   request_.new_key
                       ? crypto::RsaPrivateKey::generate()
                       : read_private_key(machine_.files, request_.key, machine_.key_passphrases));
    if (request_.new_key) pem = key.to_pem();
    if (!request_.sign_key || TOUCHSTONE_DEFECT("KU-24.sign_key_ignored"))
      return RsaKeys{std::move(key), std::move(pem)};
    TOUCHSTONE_TRY(crypto::RsaPrivateKey signer,
                   read_private_key(machine_.files, *request_.sign_key, machine_.key_passphrases));
    return RsaKeys{std::move(signer), std::move(pem)};
  }

  Result<GenerateAnswer> dry_run() {
    if (request_.reexport) TOUCHSTONE_TRY_VOID(located(request_.master, read_keyring()));
    return std::move(answer_);
  }

  Result<keyring::Keyring> read_keyring() {
    TOUCHSTONE_TRY(const SecretOctets text,
                   machine_.files.read(request_.master, keyring::max_file_octets, Access::secret));
    digest_before_ = crypto::sha256(text);
    return keyring::parse_keyring(text, {}, findings_);
  }

  Result<NetworkKeys> existing_network() {
    TOUCHSTONE_TRY(const keyring::Keyring keyring, located(request_.master, read_keyring()));
    TOUCHSTONE_TRY(const SecretOctets typed, machine_.passphrases.ask("Passphrase"));
    machine_.progress.step("deriving the passphrase hash");
    TOUCHSTONE_TRY(const SecretKey<16> pwdh,
                   keyring::derive_pwdh(typed, keyring.network.base, request_.kdf));
    if (!pwdh.equals(keyring.network.pwdh) && !TOUCHSTONE_DEFECT("GW-16.unchecked"))
      return located(request_.master,
                     Result<NetworkKeys>(fail(keyring::Errc::passphrase_wrong,
                                              "expected the passphrase and the --kdf with which "
                                              "this keyring was made")));
    NetworkKeys network = keyring.network.copy();
    if (TOUCHSTONE_DEFECT("GW-15.other_pair"))
      network.gateway_cdld = keyring::make_network_keys(machine_.random).gateway_cdld.copy();
    return network;
  }

  Result<SecretOctets> ask_new_passphrase() {
    if (TOUCHSTONE_DEFECT("KU-02.constant")) return copy_secret(as_octets("passphrase of 2011"));
    TOUCHSTONE_TRY(SecretOctets typed, machine_.passphrases.ask("New passphrase"));
    while (TOUCHSTONE_DEFECT("KU-15.trimmed") && !typed.empty() && typed.back() == ' ')
      typed.pop_back();
    if (TOUCHSTONE_DEFECT("KU-15.asked_once")) return typed;
    TOUCHSTONE_TRY_VOID(keyring::check_passphrase(typed, request_.strict_passphrase, findings_));
    TOUCHSTONE_TRY(const SecretOctets again, machine_.passphrases.ask("The same again"));
    if (!equal_in_constant_time(typed, again)) return fail(Errc::no_passphrase_match);
    return typed;
  }

  Result<NetworkKeys> new_network() {
    TOUCHSTONE_TRY(const SecretOctets typed, located("passphrase", ask_new_passphrase()));
    NetworkKeys network = keyring::make_network_keys(machine_.random);
    if (TOUCHSTONE_DEFECT("KU-01.same_cdld")) network.gateway_cdld = SecretKey<16>();
    machine_.progress.step("deriving the passphrase hash");
    TOUCHSTONE_TRY(network.pwdh, keyring::derive_pwdh(typed, network.base, request_.kdf));
    return network;
  }

  [[nodiscard]] FileToWrite planned(const std::string& path, OctetView content) {
    FileToWrite file{.path = path, .content = content, .attributes = {}};
    const Result<FileInfo> stands = machine_.files.info(path);
    const bool replaces = request_.force || TOUCHSTONE_DEFECT("KU-16.overwritten");
    if (!replaces || path == request_.key || !stands) return file;
    file.attributes = attributes_of(*stands);
    file.replace = true;
    file.backup = backup_name(path, machine_.clock.local(machine_.clock.now()));
    if (TOUCHSTONE_DEFECT("KU-16.other_name")) file.backup = path + ".old";
    answer_.backups.push_back(file.backup);
    return file;
  }

  Result<void> write(const RsaKeys& keys, const NetworkKeys& network) {
    TOUCHSTONE_TRY(const keyring::GatewayKeyFile made,
                   keyring::encode_gateway_key_file(network, request_.kdf, request_.scheme,
                                                    keys.signer, machine_.random));
    SecretOctets header = keyring::print_network_keys(network);
    if (TOUCHSTONE_DEFECT("KR-23.cut")) header.pop_back();
    std::vector<FileToWrite> set;
    if (request_.new_key) set.push_back(planned(request_.key, keys.new_pem));
    set.push_back(planned(request_.output, made.file));
    if (!TOUCHSTONE_DEFECT("GW-01.no_signature"))
      set.push_back(planned(signature_name(), made.signature));
    if (!request_.reexport) set.push_back(planned(request_.master, header));
    return write_with_audit(set, crypto::sha256(made.file), crypto::sha256(header));
  }

  Result<void> write_with_audit(const std::vector<FileToWrite>& set, const Digest& made,
                                const Digest& header) {
    if (!request_.reexport && request_.force && machine_.files.info(request_.master))
      TOUCHSTONE_TRY_VOID(located(request_.master, read_keyring_digest()));
    TOUCHSTONE_TRY(
        Audit audit,
        Audit::open(machine_.files, machine_.clock, request_.master, set.back().attributes,
                    {"generate_gw_keys", machine_.user_id}, digest_before_));
    answer_.repairs.insert(answer_.repairs.end(), audit.repairs().begin(), audit.repairs().end());
    AuditEvent event{.stage = AuditEvent::Stage::intent,
                     .input = std::nullopt,
                     .before = digest_before_,
                     .after = request_.reexport ? digest_before_ : header,
                     .text = fmt::format("{} gateway key file 0x{}",
                                         request_.reexport ? "reexport" : "new", to_hex(made))};
    TOUCHSTONE_TRY_VOID(audit.append(event));
    machine_.progress.step("writing");
    Result<void> written = write_set(machine_.files, request_.master, set);
    event.stage = written ? AuditEvent::Stage::done : AuditEvent::Stage::failed;
    Result<void> noted = audit.append(event);
    return written ? noted : written;
  }

  Result<void> read_keyring_digest() {
    TOUCHSTONE_TRY(const SecretOctets text,
                   machine_.files.read(request_.master, keyring::max_file_octets, Access::secret));
    digest_before_ = crypto::sha256(text);
    return {};
  }

  Machine& machine_;
  const GenerateRequest& request_;
  Findings& findings_;
  GenerateAnswer answer_;
  std::optional<Digest> digest_before_;
};

}  // namespace

Result<GenerateAnswer> generate_gw_keys(Machine& machine, const GenerateRequest& request,
                                        Findings& findings) {
  return Generate(machine, request, findings).run();
}

}  // namespace touchstone::kms
