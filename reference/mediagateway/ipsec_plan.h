#pragma once
// The files that each action of the command `ipsec` wants (RF-01 to RF-08, PK-01 to PK-05, CE-01 to
// CE-10). Nothing is touched here: a TreePlan comes out.

#include <chrono>
#include <string>
#include <vector>

#include "reference/mediagateway/ipsec_wish.h"
#include "reference/mediagateway/tree_plan.h"

namespace touchstone::mediagateway {

/// A file of the command line with what stands in it.
struct NamedFile {
  std::string path;  ///< absolute
  SecretOctets octets;
};

struct CertificateFiles {
  NamedFile ca, certificate, key;
  bool allow_weak = false;
};

/// Adds to `plan` the installation of three files that fit together at `now`. What is only a
/// warning comes back as text. Errors: bad_certificate (exit 6), wrong_key (exit 7), and name the
/// file.
Result<std::vector<std::string>> plan_certificates(const CertificateFiles& files,
                                                   std::chrono::sys_seconds now, TreePlan& plan);

/// What --create makes: the common file and the one of the peer, its include, the link, the
/// ifcfg file, and the rows of psk.txt. `root` is that of the tree, for the names of its files.
/// Errors: bad_file for a racoon.conf that racoon refuses or that cannot be changed safely.
Result<void> plan_create(const Connection& connection, const CreateWish& wish, IpsecTree& tree,
                         const std::string& root, TreePlan& plan);

/// What --remove takes away: the ifcfg file, that of the peer (a changed one is kept as .bak), its
/// include, and the rows of psk.txt that nothing uses any more. With the last configuration also
/// the common file and the link, where they are as they were made. Errors: as above.
Result<void> plan_remove(const Connection& connection, IpsecTree& tree, const std::string& root,
                         TreePlan& plan);

}  // namespace touchstone::mediagateway
