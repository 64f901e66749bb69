#pragma once
// The certificates of fixtures/pki/mgu as a user gives them.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "reference/mediagateway/net8021x.h"
#include "tests/support/tree.h"

namespace touchstone::mediagateway {

constexpr std::chrono::sys_seconds today = std::chrono::sys_days(std::chrono::year(2026) / 11 / 28);
constexpr std::string_view key_password = "Client key words 42";

inline SecretOctets pki_octets(const std::string& name) {
  std::ifstream in(tests::tree_path("fixtures/pki/mgu/" + name), std::ios::binary);
  EXPECT_TRUE(in) << name;
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return copy_secret(as_octets(text));
}

inline GivenFile given(std::string option, const std::string& name,
                       const std::string& folder = "/tmp/new/") {
  return {std::move(option), folder + name, pki_octets(name)};
}

inline Net8021xRequest good_request() {
  Net8021xRequest request;
  request.ca_cert = given("-c", "ca.pem");
  request.client_cert = given("-l", "client.pem");
  request.private_key = given("-p", "client_key.pem");
  request.identity = "test@test.se";
  request.now = today;
  return request;
}

inline GivenFile password_file(std::string_view text) {
  return {"-w", "/tmp/new/password", copy_secret(as_octets(text))};
}

}  // namespace touchstone::mediagateway
