#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "reference/base/defect.h"
#include "reference/commands/all_commands.h"
#include "reference/commands/lks_machine.h"
#include "reference/lks/gateway_keys.h"

namespace touchstone::commands {
namespace {

constexpr std::array<Option, 5> options = {{
    {.name = "input",
     .letter = 'i',
     .argument = "FILE",
     .help = "Gateway key file; FILE.sig stands beside it",
     .clause = "GW-07",
     .need = Option::Need::required},
    {.name = "key",
     .letter = 'k',
     .argument = "PEM",
     .help = "public key of the KMS",
     .clause = "GW-09",
     .need = Option::Need::required},
    {.name = "database",
     .letter = 'd',
     .argument = "FILE",
     .help = "node key database to make",
     .clause = "KU-10",
     .need = Option::Need::required},
    {.name = "first-batch",
     .argument = "N",
     .help = "number of the first batch; give each site a range of its own",
     .clause = "LK-14"},
    {.name = "passphrase-fd",
     .argument = "N",
     .help = "read the passphrase as a line from descriptor N",
     .clause = "KU-15"},
}};

constexpr std::array<int, 12> exit_codes = {1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13};

void tell(Report& report, const lks::ImportRequest& request, const lks::ImportAnswer& answer) {
  const std::string spki = to_hex(answer.kms_spki);
  report.json()["made"] = answer.made;
  report.json()["kms_spki_sha256"] = spki;
  report.json()["kcv"] = {{"gateway", answer.gateway_kcv}, {"cdld", answer.gateway_cdld_kcv}};
  if (answer.made) {
    report.json()["first_batch"] = answer.first_batch;
    report.line(
        fmt::format("made {}; its first batch is {}", request.database, answer.first_batch));
  } else {
    report.line(
        fmt::format("{} holds these Gateway keys already; nothing to do", request.database));
  }
  report.line(fmt::format("KMS key (compare by voice): SPKI SHA-256 {}", spki));
  if (!TOUCHSTONE_DEFECT("KU-21.no_kcv"))
    report.detail(
        fmt::format("KCV gateway {} cdld {}", answer.gateway_kcv, answer.gateway_cdld_kcv));
}

Result<int> import_gw_keys(Context& context) {
  const Arguments& arguments = context.arguments;
  lks::ImportRequest request;
  request.input = arguments.required("input");
  request.public_key = arguments.required("key");
  request.database = arguments.required("database");
  request.user = user_name(context);
  TOUCHSTONE_TRY(const auto first_batch, arguments.number("first-batch", 1, UINT32_MAX));
  TOUCHSTONE_TRY(const auto descriptor, arguments.number("passphrase-fd", 0, INT32_MAX));
  request.first_batch = static_cast<std::uint32_t>(first_batch.value_or(1));
  TOUCHSTONE_TRY_VOID(refuse_one_file(context, "database", {"input", "key"}));

  std::optional<int> from;
  if (descriptor) from = static_cast<int>(*descriptor);
  const auto passphrases = context.environment.passphrases(from);
  LksMachine machine(context);
  TOUCHSTONE_TRY(const auto answer,
                 lks::import_gateway_keys(machine.machine(), request, *passphrases));
  tell(context.report, request, answer);
  return 0;
}

}  // namespace

Command import_gw_keys_command() {
  return {.name = "import_gw_keys",
          .purpose = "take the Gateway keys over from the KMS and make the node key database",
          .teaching =
              "The KMS sends three things: the encrypted Gateway key file, its .sig and, by\n"
              "another way, its public key. The signature is verified first, then the\n"
              "passphrase of the KMS is asked, then the database is made. A file that is not\n"
              "the KMS's or a passphrase that is not its passphrase leaves no database.\n"
              "Importing the same file again changes nothing.",
          .example = "import_gw_keys -i gw_keys.csv.aes -k kms.pub.pem -d node_keys.db",
          .options = options,
          .exit_codes = exit_codes,
          .handler = import_gw_keys};
}

}  // namespace touchstone::commands
