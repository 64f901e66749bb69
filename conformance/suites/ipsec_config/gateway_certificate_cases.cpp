// `ipsec --install-certs`: CE-01 to CE-06, CE-09, CE-10.

#include <fmt/format.h>

#include "conformance/suites/ipsec_config/cases.h"
#include "conformance/suites/ipsec_config/gateway.h"

namespace touchstone::conformance::suites::ipsec_config {

/// fixtures/pki/mgu, embedded.
std::string_view pem_ca();
std::string_view pem_client();
std::string_view pem_client_key();
std::string_view pem_expired();
std::string_view pem_not_yet_valid();
std::string_view pem_of_other_ca();
std::string_view pem_other_ca();
std::string_view pem_stranger_key();
std::string_view pem_v1();
std::string_view pem_with_key();
std::string_view pem_several();
std::string_view pem_no_pem();
std::string_view pem_torn();
std::string_view pem_self_signed();

namespace {

using generators::CreateLine;

constexpr std::string_view folder = "racoon/certs";

Words install(std::string_view ca = "ca.pem", std::string_view certificate = "mgu.pem",
              std::string_view key = "mgu_key.pem") {
  return {"--install-certs", fmt::format("--ca-cert-file={}", ca),
          fmt::format("--cert-file-public={}", certificate),
          fmt::format("--cert-file-private={}", key)};
}

/// How many files of the certificate folder hold exactly this.
long count_of(const Gateway& gateway, std::string_view text) {
  long count = 0;
  for (const auto& [name, one] : gateway.tree())
    if (name.starts_with(folder) && one.text == text) ++count;
  return count;
}

void expect_installed(CaseContext& ctx, const Gateway& gateway, std::string_view requirement,
                      std::string_view ca, std::string_view certificate, std::string_view key) {
  const auto expect = [&](std::string_view what, std::string_view text) {
    ctx.expect(count_of(gateway, text) >= 1, requirement,
               fmt::format("{} in /etc/racoon/certs, octet for octet", what), "it is not there");
  };
  expect("the certificate of the CA", ca);
  expect("the certificate of the gateway", certificate);
  expect("its private key", key);
}

void check_install(CaseContext& ctx) {
  for (const unsigned umask : {022U, 0U, 077U}) {
    Gateway gateway(ctx);
    gateway.write_certificates();
    ctx.expect_accepted(gateway.run(install(), {}, umask), "CE-02");
    expect_installed(ctx, gateway, "CE-02", pem_ca(), pem_client(), pem_client_key());
    gateway.expect_tree({"PK-04"}, {});
    for (const auto& [name, one] : gateway.tree()) {
      const bool elsewhere =
          one.text.find("-----BEGIN") != std::string::npos && !name.starts_with("racoon/certs/");
      ctx.expect(!elsewhere, "CE-03", "certificates in /etc/racoon/certs alone", "/etc/" + name);
    }
    const auto tree = gateway.tree();
    const auto made = tree.find(std::string(folder));
    ctx.expect(made != tree.end() && (made->second.mode & 022) == 0, "CE-03",
               "a folder /etc/racoon/certs that root alone writes", "another one, or none");
  }
}

/// Three files, none of which may be missing.
void check_three(CaseContext& ctx) {
  Gateway gateway(ctx);
  gateway.write_certificates();
  const Words whole = install();
  for (std::size_t left_out = 1; left_out < whole.size(); ++left_out) {
    Words words = whole;
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(left_out));
    gateway.expect_refused("CE-01", words, {2});
  }
  gateway.expect_refused("CE-01", install("none.pem"), {3});
  gateway.expect_refused("CE-01", install("ca.pem", "none.pem"), {3});
  gateway.expect_refused("CE-01", install("ca.pem", "mgu.pem", "none.pem"), {3});
}

void check_file_names(CaseContext& ctx) {
  Gateway gateway(ctx);
  ctx.sandbox().make_folder("in", 0755);
  gateway.write_certificates();
  gateway.write("in/ca.pem", pem_ca());
  const std::string here = ctx.sandbox().folder().string();
  ctx.expect_accepted(gateway.run(install("in/../in/ca.pem", here + "/mgu.pem", "./mgu_key.pem")),
                      "CE-04");
  expect_installed(ctx, gateway, "CE-04", pem_ca(), pem_client(), pem_client_key());
}

void check_together(CaseContext& ctx) {
  Gateway gateway(ctx);
  const Words create = {"--create", "--name=head", "--dst-address=192.168.7.7"};
  // Neither a key nor a certificate, not even one that is there.
  gateway.expect_refused("CE-06", create, {2});
  gateway.write_certificates();
  Words both = create;
  const Words more = install();
  both.insert(both.end(), more.begin(), more.end());
  ctx.expect_accepted(gateway.run(both), "CE-05");
  expect_installed(ctx, gateway, "CE-05", pem_ca(), pem_client(), pem_client_key());
  CreateLine line = gateway.plain();
  line.wish.certificates = true;
  line.wish.name = "head";
  line.wish.destination = "192.168.7.7";
  line.wish.source_key.reset();
  line.wish.destination_key.reset();
  gateway.expect_tree({"CE-06", "RF-02"}, {line.wish});
  ctx.expect_accepted(gateway.run({"--create", "--name=second", "--dst-address=192.168.7.8"}),
                      "CE-06");
}

void check_bad(CaseContext& ctx) {
  Gateway gateway(ctx);
  gateway.write_certificates();
  const auto refused = [&](std::string_view text, std::string_view ca, std::string_view certificate,
                           std::string_view key, int code) {
    gateway.write("bad.pem", text, 0600);
    gateway.expect_refused("CE-09", install(ca, certificate, key), {code});
  };
  for (const std::string_view text :
       {pem_expired(), pem_not_yet_valid(), pem_of_other_ca(), pem_v1(), pem_with_key(),
        pem_several(), pem_no_pem(), pem_torn(), pem_client_key(), std::string_view()})
    refused(text, "ca.pem", "bad.pem", "mgu_key.pem", 6);
  refused(pem_other_ca(), "bad.pem", "mgu.pem", "mgu_key.pem", 6);
  refused(pem_no_pem(), "bad.pem", "mgu.pem", "mgu_key.pem", 6);
  refused(pem_client(), "ca.pem", "mgu.pem", "bad.pem", 6);
  refused(pem_stranger_key(), "ca.pem", "mgu.pem", "bad.pem", 7);
  // One that signs itself is its own CA.
  gateway.write("self.pem", pem_self_signed());
  ctx.expect_accepted(gateway.run(install("self.pem", "self.pem")), "CE-09");
}

/// All three or none: an update that fails leaves the old ones, one that is done none of them.
void check_update(CaseContext& ctx) {
  Gateway gateway(ctx);
  gateway.write_certificates();
  ctx.expect_accepted(gateway.run(install()), "CE-10");
  gateway.write("other_ca.pem", pem_other_ca());
  gateway.write("other.pem", pem_of_other_ca());
  gateway.write("stranger.pem", pem_stranger_key(), 0600);
  gateway.expect_refused("CE-10", install("other_ca.pem", "other.pem", "stranger.pem"), {7});
  ctx.expect_accepted(gateway.run(install("other_ca.pem", "other.pem")), "CE-10");
  expect_installed(ctx, gateway, "CE-10", pem_other_ca(), pem_of_other_ca(), pem_client_key());
  ctx.expect(count_of(gateway, pem_client()) == 0, "CE-10", "the new certificate alone",
             "the old one too");
  gateway.write("self.pem", pem_self_signed());
  ctx.expect_accepted(gateway.run(install("self.pem", "self.pem")), "CE-10");
  expect_installed(ctx, gateway, "CE-10", pem_self_signed(), pem_self_signed(), pem_client_key());
  ctx.expect(count_of(gateway, pem_other_ca()) == 0, "CE-10", "the new CA alone",
             "the old one too");
}

}  // namespace

void add_gateway_certificate_cases(harness::Registry& registry) {
  add_gateway_case(registry, "CE-02.InstallsThreeFiles", {"CE-02", "CE-03", "PK-04"},
                   "The three files stand in /etc/racoon/certs, the key for root alone",
                   check_install);
  add_gateway_case(registry, "CE-01.WantsThreeFiles", {"CE-01"},
                   "CA, certificate and private key are all needed", check_three);
  add_gateway_case(registry, "CE-04.TakesRelativeNames", {"CE-04"},
                   "The files are found by relative and by absolute names", check_file_names);
  add_gateway_case(registry, "CE-05.GoesWithCreate", {"CE-05", "CE-06", "RF-02"},
                   "Certificates are installed beside --create, or are there already",
                   check_together);
  add_gateway_case(registry, "CE-09.RefusesCertificatesThatDoNotFit", {"CE-09"},
                   "A certificate that has ended, has another root or key, or is no PEM is refused",
                   check_bad);
  add_gateway_case(registry, "CE-10.ReplacesThemTogether", {"CE-10"},
                   "An update puts three new files in place of three old ones, or none",
                   check_update);
}

}  // namespace touchstone::conformance::suites::ipsec_config
