#pragma once
// Certificates of the simulated KMS and gateways, made when a run begins.

#include <memory>
#include <string>

namespace touchstone::sim {

struct IssuedCertificate {
  std::string certificate;  ///< PEM
  std::string key;          ///< PEM
};

/// A root and the hosts under it, all valid from 2000 to 2099.
class Authority {
 public:
  Authority();
  ~Authority();
  Authority(const Authority&) = delete;
  Authority& operator=(const Authority&) = delete;

  [[nodiscard]] std::string root() const;  ///< PEM
  /// For the DNS name `host`.
  [[nodiscard]] IssuedCertificate issue(const std::string& host);

 private:
  struct Native;
  std::unique_ptr<Native> native_;
};

}  // namespace touchstone::sim
