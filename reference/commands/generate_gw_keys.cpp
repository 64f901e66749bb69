#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "reference/base/defect.h"
#include "reference/commands/all_commands.h"
#include "reference/commands/errc.h"
#include "reference/commands/kms_machine.h"
#include "reference/kms/generate.h"

namespace touchstone::commands {
namespace {

using Need = Option::Need;

constexpr std::array<Option, 13> options = {{
    {.name = "master",
     .letter = 'm',
     .argument = "FILE",
     .help = "keyring to make, such as /opt/onramp/keyring.csv",
     .clause = "KU-01",
     .need = Need::required},
    {.name = "output",
     .letter = 'o',
     .argument = "FILE",
     .help = "Gateway key file to make; FILE.sig is made beside it",
     .clause = "GW-06",
     .need = Need::required},
    {.name = "key",
     .letter = 'k',
     .argument = "PEM",
     .help = "RSA private key of the KMS",
     .clause = "KU-23",
     .need = Need::required},
    {.name = "new-key", .help = "make the RSA-3072 key file of -k first", .clause = "KU-24"},
    {.name = "sign-key",
     .argument = "PEM",
     .help = "RSA private key that signs instead of -k",
     .clause = "KU-24"},
    {.name = "kdf",
     .argument = "KDF",
     .help = "scrypt:14..20 or pbkdf2:100000..10000000; default scrypt:17",
     .clause = "GW-12"},
    {.name = "signature",
     .argument = "SCHEME",
     .help = "pkcs1 (default) or pss",
     .clause = "GW-11"},
    {.name = "force",
     .help = "replace what stands, keeping a backup; never the private key",
     .clause = "KU-16"},
    {.name = "reexport",
     .help = "write the Gateway key file again from the keyring that stands",
     .clause = "GW-16"},
    {.name = "dry-run", .help = "check files and keys; ask and write nothing", .clause = "KU-18"},
    {.name = "strict-passphrase",
     .help = "refuse a passphrase that is only advised against",
     .clause = "KU-14"},
    {.name = "passphrase-fd",
     .argument = "N",
     .help = "read passphrases from descriptor N, one line an entry",
     .clause = "KU-15"},
    {.name = "key-passphrase-fd",
     .argument = "N",
     .help = "read the passphrase of an encrypted PEM file from descriptor N",
     .clause = "KU-23"},
}};

constexpr std::array exit_codes = {1, 2, 3, 6, 9, 10, 11, 12};

Result<void> usage(std::string_view option, std::string expected) {
  return located(option, Result<void>(fail(Errc::usage, std::move(expected))));
}

Result<void> read_schemes(const Arguments& arguments, kms::GenerateRequest& request) {
  if (const auto text = arguments.value("kdf")) {
    const auto kdf = keyring::parse_kdf(*text);
    if (!kdf) return usage("--kdf", "expected scrypt:14..20 or pbkdf2:100000..10000000");
    request.kdf = *kdf;
  }
  const std::string scheme = arguments.value("signature").value_or("pkcs1");
  if (scheme == "pss") request.scheme = crypto::SignatureScheme::pss_sha256;
  if (scheme != "pss" && scheme != "pkcs1") return usage("--signature", "expected pkcs1 or pss");
  return {};
}

Result<kms::GenerateRequest> read_request(const Arguments& arguments) {
  kms::GenerateRequest request{.master = arguments.required("master"),
                               .output = arguments.required("output"),
                               .key = arguments.required("key"),
                               .sign_key = arguments.value("sign-key"),
                               .kdf = {},
                               .new_key = arguments.has("new-key"),
                               .force = arguments.has("force"),
                               .reexport = arguments.has("reexport"),
                               .dry_run = arguments.has("dry-run"),
                               .strict_passphrase = arguments.has("strict-passphrase")};
  TOUCHSTONE_TRY_VOID(read_schemes(arguments, request));
  if (request.new_key && request.reexport)
    return std::unexpected(usage("--new-key", "expected not together with --reexport").error());
  return request;
}

void tell(Context& context, const kms::GenerateRequest& request,
          const kms::GenerateAnswer& answer) {
  Report& report = context.report;
  report_repairs(report, request.master, answer.repairs);
  for (const std::string& file : answer.files)
    report.line(fmt::format("{}{}", request.dry_run ? "would make " : "made ", file));
  for (const std::string& backup : answer.backups)
    report.line("kept " + backup);
  const std::string spki = to_hex(answer.signer_spki_sha256);
  report.line("signer SPKI SHA-256 " + spki);
  auto& json = report.json();
  json["dry_run"] = request.dry_run;
  json["files"] = answer.files;
  json["backups"] = answer.backups;
  json["signer_spki_sha256"] = spki;
  if (!answer.kcvs) return;
  report.detail(fmt::format("KCV base {} gateway {} gateway_cdld {}", answer.kcvs->base,
                            answer.kcvs->gateway, answer.kcvs->gateway_cdld));
  json["kcv"] = {{"base", answer.kcvs->base},
                 {"gateway", answer.kcvs->gateway},
                 {"gateway_cdld", answer.kcvs->gateway_cdld}};
}

Result<int> handle(Context& context) {
  TOUCHSTONE_TRY(kms::GenerateRequest request, read_request(context.arguments));
  if (TOUCHSTONE_DEFECT("KU-03.extension_forced") && !request.master.ends_with(".csv"))
    request.master += ".csv";
  TOUCHSTONE_TRY(KmsMachine machine, KmsMachine::make(context));
  note_other_place(context, request.master);
  Findings findings;
  const Result<kms::GenerateAnswer> answer =
      kms::generate_gw_keys(machine.machine(), request, findings);
  for (const Finding& finding : findings)
    context.report.finding(request.reexport ? request.master : "passphrase", finding);
  if (!answer) return std::unexpected(answer.error());
  tell(context, request, *answer);
  return 0;
}

}  // namespace

Command generate_gw_keys_command() {
  return {.name = "generate_gw_keys",
          .purpose = "makes the keys of a network and the Gateway key file for its LKS sites",
          .teaching =
              "Asks twice for the passphrase that the KMS and every LKS of the network share.\n"
              "It makes the keyring (-m), the encrypted Gateway key file (-o) and its signature\n"
              "(-o with .sig). Carry the last two and the public key to every LKS; compare the\n"
              "SPKI SHA-256 by voice. Nothing that stands is overwritten without --force.",
          .example =
              "generate_gw_keys -m /opt/onramp/keyring.csv -o gw_keys.csv.aes \\\n"
              "    -k kms.priv.pem --new-key -v",
          .options = options,
          .exit_codes = exit_codes,
          .handler = handle};
}

}  // namespace touchstone::commands
