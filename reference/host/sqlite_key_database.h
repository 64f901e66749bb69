#pragma once
// node_keys.db: the store of the Local Key Server as an SQLite database (LK-02, LK-15,
// docs/formats/node-keys-db.md).

#include "reference/base/files.h"
#include "reference/lks/key_database.h"

namespace touchstone::host {

class SqliteKeyDatabases final : public lks::KeyDatabases {
 public:
  enum class Permissions {
    checked,  ///< as of any secret file (KR-24)
    lax,      ///< --lax-permissions, for tests
  };

  /// New databases are written through `files`, which must outlive this object.
  explicit SqliteKeyDatabases(Files& files, Permissions permissions = Permissions::checked) noexcept
      : files_(files), permissions_(permissions) {}

  Result<std::unique_ptr<lks::KeyDatabase>> open(const std::string& path) override;
  Result<void> create(const std::string& path, const lks::NewDatabase& content) override;

 private:
  Result<void> check_access(const std::string& path) const;

  Files& files_;
  Permissions permissions_;
};

}  // namespace touchstone::host
