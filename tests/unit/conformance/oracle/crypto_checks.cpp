#include "conformance/oracle/gateway_file.h"
#include "conformance/oracle/keyring_text.h"
#include "tests/unit/conformance/oracle/checks.h"
#include "tests/unit/conformance/oracle/fixtures.h"

namespace touchstone::conformance::oracle {

namespace {

Octets passphrase() {
  return unhex(vectors().at("passphrase_hex").get<std::string>());
}

std::string check_cmac(const Json& test) {
  return differ("mac", test.at("mac").get<std::string>(),
                to_hex(aes_cmac(unhex(test.at("key").get<std::string>()),
                                unhex(test.at("msg").get<std::string>()))));
}

std::string check_pwdh(const Json& test) {
  const Key16 salt = pwdh_salt(key16(vectors().at("base").get<std::string>()));
  const Kdf kdf = kdf_of(test.at("kdf").get<std::string>());
  return first_of({differ("salt", vectors().at("salt").get<std::string>(), to_hex(salt)),
                   differ("pwdh", test.at("pwdh").get<std::string>(),
                          to_hex(derive_pwdh(passphrase(), salt, kdf))),
                   differ("spelling", test.at("kdf").get<std::string>(), print_kdf(kdf))});
}

std::string check_subkeys() {
  const Json& keys = vectors().at("subkeys");
  const Key16 pwdh = key16(keys.at("pwdh").get<std::string>());
  const auto wanted = [&](const char* name) { return keys.at(name).get<std::string>(); };
  return first_of({differ("K_enc", wanted("gateway_key_file"), to_hex(gateway_file_key(pwdh))),
                   differ("K_mac", wanted("batch_mac"), to_hex(batch_mac_key(pwdh))),
                   differ("K_db", wanted("database_wrap"), to_hex(database_wrap_key(pwdh)))});
}

std::string check_node_key(const Json& test) {
  const Key16 base = key16(vectors().at("base").get<std::string>());
  const Key16 key = node_root_key(base, test.at("node_id").get<std::uint32_t>(),
                                  test.at("count").get<std::uint32_t>(),
                                  key16(test.at("nonce").get<std::string>()));
  return first_of({differ("key", test.at("key").get<std::string>(), to_hex(key)),
                   differ("kcv", test.at("kcv").get<std::string>(), aes_kcv(key))});
}

std::string check_kcv() {
  const auto header = vectors().at("header").get<std::string>();
  const Network network = read_header_lines(as_octets(header)).keyring.network;
  const Json& kcv = vectors().at("kcv");
  return first_of(
      {differ("base", kcv.at("base").get<std::string>(), aes_kcv(network.base)),
       differ("gateway", kcv.at("gateway").get<std::string>(), des3_kcv(network.gateway))});
}

std::string check_wrap(const Json& test) {
  const Key16 kek = key16(vectors().at("subkeys").at("database_wrap").get<std::string>());
  return differ("wrapped", test.at("wrapped").get<std::string>(),
                to_hex(wrap_key(kek, key16(test.at("key").get<std::string>()))));
}

std::string check_gateway_decode(const Json& test) {
  const SignedFile input{unhex(test.at("file_hex").get<std::string>()),
                         unhex(test.at("signature_hex").get<std::string>())};
  const auto opened = decode_gateway_file(input, vector_key(), passphrase());
  if (!opened) return "refused: " + opened.error().why;
  return differ("header lines", test.at("plaintext").get<std::string>(),
                print_header(opened->network));
}

std::string check_gateway_encode(const Json& test) {
  const auto plaintext = test.at("plaintext").get<std::string>();
  GatewayRecipe recipe;
  recipe.network = read_header_lines(as_octets(plaintext)).keyring.network;
  recipe.kdf = kdf_of(test.at("kdf").get<std::string>());
  recipe.signature = static_cast<SignatureId>(test.at("signature_id").get<int>());
  recipe.iv = key16(test.at("iv").get<std::string>());
  const SignedFile made = encode_gateway_file(recipe, vector_key());
  const bool fixed = recipe.signature == SignatureId::pkcs1;
  return first_of({differ("file", test.at("file_hex").get<std::string>(), to_hex(made.file)),
                   differ("signature", fixed ? test.at("signature_hex").get<std::string>() : "",
                          fixed ? to_hex(made.signature) : "")});
}

GatewayRecipe quick_recipe() {
  const auto header = vectors().at("header").get<std::string>();
  GatewayRecipe recipe;
  recipe.network = with_passphrase(read_header_lines(as_octets(header)).keyring.network,
                                   passphrase(), quick_scrypt);
  return recipe;
}

std::string check_gateway_lie(const GatewayRecipe& recipe, int exit_code) {
  const auto opened =
      decode_gateway_file(encode_gateway_file(recipe, kms_key()), kms_key(), passphrase());
  return differ("exit", exit_code, opened ? 0 : opened.error().exit_code);
}

void add_gateway_lies(std::vector<Check>& checks) {
  const auto add = [&](const std::string& name, int exit_code, auto change) {
    checks.push_back({"gateway " + name, [=] {
                        GatewayRecipe recipe = quick_recipe();
                        change(recipe);
                        return check_gateway_lie(recipe, exit_code);
                      }});
  };
  add("good", 0, [](GatewayRecipe&) {});
  for (const std::size_t offset : {0UL, 8UL, 9UL, 10UL, 11UL})
    add("NG-01 octet " + std::to_string(offset), 6,
        [=](GatewayRecipe& r) { r.header_octets = {{offset, std::uint8_t{7}}}; });
  add("NG-03 cost 13", 6, [](GatewayRecipe& r) { r.kdf.cost = 13; });
  add("NG-03 r 0", 6, [](GatewayRecipe& r) { r.kdf.block = 0; });
  add("NG-03 p 5", 6, [](GatewayRecipe& r) { r.kdf.lanes = 5; });
  add("NG-04", 6, [](GatewayRecipe& r) { r.kdf = {1, 99999, 0, 0}; });
  add("NG-05 length", 6, [](GatewayRecipe& r) { r.plaintext_length = 192; });
  add("NG-05 empty", 6, [](GatewayRecipe& r) { r.ciphertext = Octets{}; });
  add("NG-08 scheme", 4, [](GatewayRecipe& r) { r.signed_with = SignatureId::pss; });
  add("NG-09 pwdh", 10, [](GatewayRecipe& r) {
    r.encryption_pwdh = r.network.pwdh;
    r.network.pwdh[0] ^= 1;
  });
  add("NG-09 salt", 6, [](GatewayRecipe& r) {
    // The LKS derives from the salt that it reads, so everything but base agrees.
    r.salt = Key16{1, 2, 3};
    r.network.pwdh = derive_pwdh(passphrase(), *r.salt, r.kdf);
  });
  add("NG-10", 6, [](GatewayRecipe& r) {
    r.plaintext = print_header(r.network) + print_row({1, Key16{1, 2}, 1, 0});
  });
}

}  // namespace

void add_crypto_checks(std::vector<Check>& checks) {
  for (const Json& test : vectors().at("rfc4493"))
    checks.push_back({"CMAC of RFC 4493", [&test] { return check_cmac(test); }});
  for (const Json& test : vectors().at("derivations"))
    if (test.at("kdf") != "scrypt:17")
      checks.push_back(
          {"pwdh " + test.at("kdf").get<std::string>(), [&test] { return check_pwdh(test); }});
  checks.push_back({"working keys", check_subkeys});
  for (const Json& test : vectors().at("node_root_keys"))
    checks.push_back({"node root key", [&test] { return check_node_key(test); }});
  checks.push_back({"key check values", check_kcv});
  for (const Json& test : vectors().at("database_wrap"))
    checks.push_back({"AES key wrap", [&test] { return check_wrap(test); }});
  for (const Json& test : vectors().at("gateway_key_files")) {
    const auto name = test.at("name").get<std::string>();
    checks.push_back({"gateway decode " + name, [&test] { return check_gateway_decode(test); }});
    checks.push_back({"gateway encode " + name, [&test] { return check_gateway_encode(test); }});
  }
  add_gateway_lies(checks);
}

}  // namespace touchstone::conformance::oracle
