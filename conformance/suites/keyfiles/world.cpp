#include "conformance/suites/keyfiles/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "conformance/harness/base64.h"

namespace touchstone::conformance::suites::keyfiles {

using harness::to_base64;

void add_rows(harness::Registry& registry, std::initializer_list<CaseRow> rows) {
  for (const CaseRow& row : rows)
    registry.add({.id = row.id,
                  .suite = "keyfiles",
                  .requirements = row.requirements,
                  .needs = row.needs,
                  .title = row.title,
                  .body = row.body});
}

const oracle::RsaKey& kms_key() {
  static const auto key = oracle::RsaKey::from_private_pem(sample_pems::kms());
  return key;
}

const oracle::RsaKey& other_key() {
  static const auto key = oracle::RsaKey::from_private_pem(sample_pems::other());
  return key;
}

oracle::Key16 sample_key(std::uint32_t number) {
  return oracle::node_root_key(oracle::Key16{0x5A}, number, 0, oracle::Key16{});
}

const oracle::Network& passphrase_network() {
  static const oracle::Network network = [] {
    oracle::Network made;
    made.base = sample_key(1000);
    made.gateway_cdld = sample_key(1001);
    const auto part = [&](std::uint32_t number, std::size_t at) {
      const oracle::Key16 octets = sample_key(number);
      std::copy_n(octets.begin(), 8, made.gateway.begin() + static_cast<std::ptrdiff_t>(at));
    };
    part(1002, 0);
    part(1003, 8);
    part(1004, 16);
    for (std::uint8_t& octet : made.gateway)
      if (std::popcount(octet) % 2 == 0) octet ^= 1;
    return oracle::with_passphrase(made, as_octets(passphrase), oracle::quick_scrypt);
  }();
  return network;
}

oracle::Network other_network() {
  oracle::Network network = passphrase_network();
  network.pwdh = sample_key(1010);
  network.base = sample_key(1011);
  network.gateway_cdld = sample_key(1012);
  return network;
}

oracle::Row row(std::uint32_t id, std::uint32_t key_number, std::uint32_t batch,
                std::uint32_t count) {
  return {id, sample_key(key_number), batch, count};
}

oracle::Rows known_rows() {
  return {row(0x10, 1), row(0x11, 2, 1, 1), row(0x12, 3, 1, 2)};
}

oracle::Rows new_rows() {
  return {row(0x0F, 4, 2), row(0x20, 5, 2)};
}

oracle::Rows many_rows(std::uint32_t count) {
  oracle::Rows rows;
  for (std::uint32_t i = 0; i < count; ++i)
    rows.push_back(row(0x1000 + i, 2000 + i, 5));
  return rows;
}

oracle::BatchRecipe good_batch(oracle::Rows rows) {
  oracle::BatchRecipe recipe;
  recipe.rows = std::move(rows);
  recipe.file_name = batch_name;
  recipe.pwdh = passphrase_network().pwdh;
  recipe.recipients = {kms_key()};
  const oracle::Key16 left = sample_key(1020);
  const oracle::Key16 right = sample_key(1021);
  std::ranges::copy(left, recipe.content_key.begin());
  std::ranges::copy(right, recipe.content_key.begin() + 16);
  recipe.iv = sample_key(1022);
  return recipe;
}

void put_keyring(CaseContext& ctx, const oracle::Keyring& keyring, std::string_view name) {
  ctx.sandbox().write(name, oracle::print_keyring(keyring));
}

void put_kms(CaseContext& ctx, const oracle::Rows& rows) {
  put_keyring(ctx, {passphrase_network(), rows});
  ctx.sandbox().write("kms.pem", kms_key().private_pem());
  ctx.sandbox().write("kms.pub.pem", kms_key().public_pem(), 0644);
}

void put_batch(CaseContext& ctx, const oracle::BatchFiles& files, std::string_view name) {
  ctx.sandbox().write(name, OctetView(files.encrypted), 0644);
  if (files.signature)
    ctx.sandbox().write(fmt::format("{}.sig", name), OctetView(*files.signature), 0644);
  if (files.manifest)
    ctx.sandbox().write(fmt::format("{}.manifest", name), OctetView(*files.manifest), 0644);
}

Response import_batch(CaseContext& ctx, const Json& changes) {
  Json args{{"master", master}, {"input", {batch_name}}, {"key", "kms.pem"}};
  args.update(changes);
  return ctx.call("cmd.import_keys", std::move(args));
}

oracle::Keyring judged_keyring(CaseContext& ctx, std::string_view requirement,
                               std::string_view name) {
  const auto reading = oracle::read_keyring(ctx.sandbox().read(name), {.strict = true});
  ctx.expect(reading.accepted(), requirement, fmt::format("{} is a canonical keyring", name),
             ctx.sandbox().exists(name) ? "it is not" : "there is no such file");
  return reading.keyring;
}

Response decode_batch(CaseContext& ctx, const oracle::BatchFiles& files, const Json& changes) {
  Json args{{"encrypted_b64", to_base64(files.encrypted)},
            {"signature_b64", nullptr},
            {"manifest_b64", nullptr},
            {"file_name", batch_name},
            {"pwdh", to_hex(passphrase_network().pwdh)},
            {"private_key_pem", kms_key().private_pem()},
            {"mode", "tolerant"}};
  if (files.signature) args["signature_b64"] = to_base64(*files.signature);
  if (files.manifest) args["manifest_b64"] = to_base64(*files.manifest);
  args.update(changes);
  return ctx.call("batch.decode", std::move(args));
}

void expect_refused_for(CaseContext& ctx, const Response& response, std::string_view requirement,
                        RejectClass expected) {
  using enum RejectClass;
  if (expected == unspecified) return ctx.expect_rejected(response, requirement);
  if (expected != syntax) return ctx.expect_rejected(response, requirement, {expected});
  ctx.expect_rejected(response, requirement, {syntax, length, encoding, order, range});
}

Json to_json_rows(const oracle::Rows& rows) {
  Json list = Json::array();
  for (const oracle::Row& row : rows)
    list.push_back({row.id, to_hex(row.key), row.batch, row.count});
  return list;
}

oracle::GatewayRecipe good_gateway_file() {
  oracle::GatewayRecipe recipe;
  recipe.network = passphrase_network();
  recipe.iv = sample_key(1030);
  return recipe;
}

void put_gateway_file(CaseContext& ctx, const oracle::SignedFile& file, std::string_view name) {
  ctx.sandbox().write(name, OctetView(file.file), 0644);
  ctx.sandbox().write(fmt::format("{}.sig", name), OctetView(file.signature), 0644);
}

Response import_gateway_keys(CaseContext& ctx, const Json& changes) {
  Json args{{"input", gateway_name},
            {"key", "kms.pub.pem"},
            {"database", database},
            {"passphrases", {passphrase}}};
  args.update(changes);
  return ctx.call("cmd.import_gw_keys", std::move(args));
}

void put_lks(CaseContext& ctx, const Json& changes) {
  put_kms(ctx);
  put_gateway_file(ctx, oracle::encode_gateway_file(good_gateway_file(), kms_key()));
  if (!import_gateway_keys(ctx, changes).ok())
    ctx.inconclusive("import_gw_keys of a good Gateway key file failed");
}

Response provision(CaseContext& ctx, std::uint32_t first, std::uint32_t nodes,
                   const Json& changes) {
  Json args{{"database", database}, {"node", first}, {"nodes", nodes}};
  const bool emits = changes.value("emit", false);
  args.update(changes);
  return ctx.call("cmd.provision", std::move(args), {.output_is_secret = emits});
}

Response export_keys(CaseContext& ctx, std::string_view output, const Json& changes) {
  Json args{{"database", database}, {"output", output}, {"key", "kms.pub.pem"}};
  args.update(changes);
  return ctx.call("cmd.export_keys", std::move(args));
}

oracle::BatchFiles read_batch_files(CaseContext& ctx, std::string_view name) {
  oracle::BatchFiles files;
  files.encrypted = ctx.sandbox().read(name);
  const auto part = [&](std::string_view ending) -> std::optional<Octets> {
    const std::string companion = fmt::format("{}{}", name, ending);
    if (!ctx.sandbox().exists(companion)) return std::nullopt;
    return ctx.sandbox().read(companion);
  };
  files.signature = part(".sig");
  files.manifest = part(".manifest");
  return files;
}

oracle::Rows judged_batch(CaseContext& ctx, std::string_view requirement, std::string_view name) {
  const auto opened =
      oracle::decode_batch(read_batch_files(ctx, name), passphrase_network().pwdh, kms_key(), true);
  ctx.expect(opened.has_value(), requirement, fmt::format("{} is a batch for the KMS", name),
             opened ? "" : fmt::format("expected {}", opened.error().why));
  return opened->rows;
}

}  // namespace touchstone::conformance::suites::keyfiles
