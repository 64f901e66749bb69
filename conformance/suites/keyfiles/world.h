#pragma once
// The sample network of the suite and the moves that its cases share. Every file is made by the
// oracle; nothing of the implementation is trusted before it has been judged.

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/harness/case.h"
#include "conformance/harness/case_context.h"
#include "conformance/oracle/batch_file.h"
#include "conformance/oracle/gateway_file.h"
#include "conformance/oracle/keyring_text.h"
#include "conformance/suites/keyfiles/sample_pems.h"

namespace touchstone::conformance::suites::keyfiles {

using harness::CaseContext;
using harness::Json;
using harness::RejectClass;
using harness::Response;
using harness::Snapshot;
using Names = std::initializer_list<std::string_view>;

/// A row of a table of cases; `suite` is added by add_rows().
struct CaseRow {
  std::string id;
  std::vector<std::string> requirements;
  std::vector<std::string> needs;
  std::string title;
  void (*body)(CaseContext&);
};
void add_rows(harness::Registry& registry, std::initializer_list<CaseRow> rows);

// Keys -------------------------------------------------------------------------------------------

inline constexpr std::string_view passphrase = "Brisk-Meadow 42 lanterns";

[[nodiscard]] const oracle::RsaKey& kms_key();
[[nodiscard]] const oracle::RsaKey& other_key();

/// Sixteen octets of no pattern, one value a number.
[[nodiscard]] oracle::Key16 sample_key(std::uint32_t number);

/// A network whose pwdh belongs to `passphrase` under scrypt:14; the cost is paid once a process.
[[nodiscard]] const oracle::Network& passphrase_network();
/// Another base and another pwdh; no passphrase is known for it.
[[nodiscard]] oracle::Network other_network();

/// `key_number` tells sample_key() which key the node has.
[[nodiscard]] oracle::Row row(std::uint32_t id, std::uint32_t key_number, std::uint32_t batch = 1,
                              std::uint32_t count = 0);
/// Three nodes, batch 1, counts 0, 1 and 2.
[[nodiscard]] oracle::Rows known_rows();
/// Two nodes that known_rows() has not, batch 2.
[[nodiscard]] oracle::Rows new_rows();
/// `count` nodes from id 0x1000 on, batch 5.
[[nodiscard]] oracle::Rows many_rows(std::uint32_t count);

// Batches ----------------------------------------------------------------------------------------

inline constexpr std::string_view master = "keyring.csv";
inline constexpr std::string_view batch_name = "batch.csv.rsa";

/// A good batch of `rows` for kms_key() under the network of passphrase_network().
[[nodiscard]] oracle::BatchRecipe good_batch(oracle::Rows rows);

/// keyring.csv (0600), kms.pem (0600) and kms.pub.pem (0644).
void put_kms(CaseContext& ctx, const oracle::Rows& rows = known_rows());
void put_keyring(CaseContext& ctx, const oracle::Keyring& keyring, std::string_view name = master);
/// `<name>`, `<name>.sig` and `<name>.manifest`; a part that the batch has not is left out.
void put_batch(CaseContext& ctx, const oracle::BatchFiles& files,
               std::string_view name = batch_name);

/// import_keys of `batch.csv.rsa` into keyring.csv; members of `changes` replace or add arguments.
Response import_batch(CaseContext& ctx, const Json& changes = Json::object());

/// What an import may add beside a keyring without having changed anything (KU-28).
inline const Names companions = {"keyring.csv.lock", "keyring.csv.audit"};

/// The rows of the keyring that now stands at `name`; a keyring that is not canonical fails.
oracle::Keyring judged_keyring(CaseContext& ctx, std::string_view requirement,
                               std::string_view name = master);

/// batch.decode of `files` as the KMS of the sample network.
Response decode_batch(CaseContext& ctx, const oracle::BatchFiles& files,
                      const Json& changes = Json::object());

/// Refused for `expected`. Text and structure have several words in tsp/1 and a reader may find any
/// first, so that `syntax` stands for them all; `unspecified` is any class.
void expect_refused_for(CaseContext& ctx, const Response& response, std::string_view requirement,
                        RejectClass expected);

[[nodiscard]] Json to_json_rows(const oracle::Rows& rows);

// Local key server -------------------------------------------------------------------------------

inline constexpr std::string_view gateway_name = "gw_keys.csv.aes";
inline constexpr std::string_view database = "node_keys.db";

[[nodiscard]] oracle::GatewayRecipe good_gateway_file();
void put_gateway_file(CaseContext& ctx, const oracle::SignedFile& file,
                      std::string_view name = gateway_name);

/// import_gw_keys of gw_keys.csv.aes into node_keys.db with kms.pub.pem.
Response import_gateway_keys(CaseContext& ctx, const Json& changes = Json::object());
/// kms.pub.pem, kms.pem, the Gateway key file and the database; inconclusive when that fails.
void put_lks(CaseContext& ctx, const Json& changes = Json::object());
Response provision(CaseContext& ctx, std::uint32_t first, std::uint32_t nodes,
                   const Json& changes = Json::object());
/// export_keys into `output` for kms.pub.pem.
Response export_keys(CaseContext& ctx, std::string_view output,
                     const Json& changes = Json::object());

/// The three files that an export has made.
oracle::BatchFiles read_batch_files(CaseContext& ctx, std::string_view name);
/// The rows of an exported batch, opened by kms_key(); a batch that is not right fails.
oracle::Rows judged_batch(CaseContext& ctx, std::string_view requirement, std::string_view name);

inline const std::vector<std::string> import_needs{"cmd.import_keys", "format.ts1"};
inline const std::vector<std::string> import_exit_needs{"cmd.import_keys", "format.ts1",
                                                        "exit.codes"};
inline const std::vector<std::string> lks_needs{"cmd.import_gw_keys", "cmd.provision",
                                                "cmd.export_keys", "format.ts1"};

}  // namespace touchstone::conformance::suites::keyfiles
