#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "reference/commands/all_commands.h"
#include "reference/commands/errc.h"
#include "reference/commands/lks_machine.h"
#include "reference/lks/export.h"

namespace touchstone::commands {
namespace {

constexpr std::size_t max_recipients = 8;  ///< BK-23

constexpr std::array<Option, 7> options = {{
    {.name = "database",
     .letter = 'd',
     .argument = "FILE",
     .help = "node key database",
     .clause = "KU-12",
     .need = Option::Need::required},
    {.name = "output",
     .letter = 'o',
     .argument = "FILE",
     .help = "batch key file to make; FILE.sig and FILE.manifest come beside it",
     .clause = "BK-09",
     .need = Option::Need::required},
    {.name = "key",
     .letter = 'k',
     .argument = "PEM",
     .help = "public key of the KMS",
     .clause = "BK-02",
     .need = Option::Need::required},
    {.name = "batch",
     .argument = "N",
     .help = "batch N instead of the open one",
     .clause = "BK-08"},
    {.name = "all", .help = "the newest key of every node; closes no batch", .clause = "BK-08"},
    {.name = "since",
     .argument = "N",
     .help = "the newest keys of batch N and all after it; closes no batch",
     .clause = "LK-07"},
    {.name = "recipient",
     .argument = "PEM",
     .help = "another public key that may decrypt the batch",
     .clause = "BK-23",
     .repeatable = true},
}};

constexpr std::array<int, 8> exit_codes = {1, 2, 3, 6, 8, 9, 11, 12};

Result<void> read_choice(const Arguments& arguments, lks::ExportRequest& request) {
  using Choice = lks::ExportRequest::Choice;
  TOUCHSTONE_TRY(const auto batch, arguments.number("batch", 1, UINT32_MAX));
  TOUCHSTONE_TRY(const auto since, arguments.number("since", 1, UINT32_MAX));
  const bool all = arguments.has("all");
  if ((batch ? 1 : 0) + (since ? 1 : 0) + (all ? 1 : 0) > 1)
    return fail(Errc::usage, "expected one of --batch, --all and --since");
  if (all) request.choice = Choice::all;
  if (batch) request.choice = Choice::batch;
  if (since) request.choice = Choice::since;
  request.number = static_cast<std::uint32_t>(batch.value_or(since.value_or(0)));
  return {};
}

Result<lks::ExportRequest> read_request(const Context& context) {
  const Arguments& arguments = context.arguments;
  lks::ExportRequest request;
  request.database = arguments.required("database");
  request.output = arguments.required("output");
  request.public_keys.push_back(arguments.required("key"));
  for (const std::string& path : arguments.values("recipient"))
    request.public_keys.push_back(path);
  if (request.public_keys.size() > max_recipients)
    return located("--recipient", Result<lks::ExportRequest>(
                                      fail(Errc::usage, "expected at most 8 keys with -k")));
  request.user = user_name(context);
  TOUCHSTONE_TRY_VOID(read_choice(arguments, request));
  TOUCHSTONE_TRY_VOID(refuse_one_file(context, "output", {"database", "key", "recipient"}));
  return request;
}

void tell_recipients(Report& report, const lks::ExportRequest& request,
                     const lks::ExportAnswer& answer) {
  for (std::size_t i = 0; i < answer.recipients.size(); ++i) {
    const std::string spki = to_hex(answer.recipients[i]);
    report.json()["recipients"].push_back(spki);
    report.line(
        fmt::format("for {} (compare by voice): SPKI SHA-256 {}", request.public_keys[i], spki));
  }
  if (answer.other_kms_key)
    report.note(request.public_keys.front(), "not the key that signed the Gateway key file");
}

void tell(Report& report, const lks::ExportRequest& request, const lks::ExportAnswer& answer) {
  report.json()["nodes"] = answer.nodes;
  report.json()["closed_batch"] = nullptr;
  if (answer.closed_batch) report.json()["closed_batch"] = *answer.closed_batch;
  if (answer.nodes == 0) {
    report.line("no nodes to export; no file was made");
    return;
  }
  const std::string closed =
      answer.closed_batch ? fmt::format("; batch {} is closed", *answer.closed_batch) : "";
  report.line(fmt::format("{} nodes in {}{}", answer.nodes, request.output, closed));
  report.json()["sha256"] = to_hex(answer.sha256);
  tell_recipients(report, request, answer);
}

Result<int> export_keys(Context& context) {
  TOUCHSTONE_TRY(const lks::ExportRequest request, read_request(context));
  LksMachine machine(context);
  TOUCHSTONE_TRY(const lks::ExportAnswer answer, lks::export_keys(machine.machine(), request));
  tell(context.report, request, answer);
  return 0;
}

}  // namespace

Command export_keys_command() {
  return {.name = "export_keys",
          .purpose = "deliver node keys to the KMS as an encrypted and signed batch",
          .teaching =
              "Makes three files that all have to reach the KMS: the batch key file, encrypted\n"
              "for the KMS, its .sig under the key of the shared passphrase, and its .manifest.\n"
              "Without a choice the open batch is exported and closed; nodes provisioned later\n"
              "go into the next one. A closed batch can be exported again with --batch and\n"
              "gives the same rows. No output is ever overwritten.",
          .example =
              "export_keys -d node_keys.db -o batch_keys7.csv.rsa -k kms.pub.pem\n"
              "export_keys -d node_keys.db -o again.csv.rsa -k kms.pub.pem --batch 7",
          .options = options,
          .exit_codes = exit_codes,
          .handler = export_keys};
}

}  // namespace touchstone::commands
